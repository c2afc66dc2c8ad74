"""Which of a notebook's tables changed since agents were last told."""

from __future__ import annotations

from typing import Any

from autodash_jupyter.agents.notebook_tables import NotebookTables

__all__ = ["TableNews"]


class TableNews:
    """Compares the versions of a notebook's tables with those it saw last."""

    def __init__(self, tables: NotebookTables) -> None:
        self._tables = tables
        self._versions: dict[str, int] = {}

    def look(self) -> list[dict[str, Any]]:
        """Return a message for each kind of change: in the list of tables, and in their rows."""
        before, now = self._versions, {name: self._tables.version(name) for name in self._tables.names()}
        self._versions = now
        other = sorted(before.keys() ^ now.keys())
        changed = sorted(name for name in before.keys() & now.keys() if before[name] != now[name])
        return [
            {"type": "changed", "what": what, "tables": names}
            for what, names in (("list", other), ("rows", changed))
            if names
        ]
