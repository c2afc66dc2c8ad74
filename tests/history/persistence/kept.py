"""A namespace with its timeline and its history on the disk; and pictures without ids."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autodash_jupyter.history import Budget, Timeline
from autodash_jupyter.history.persistence import History
from autodash_jupyter.models import Restored, Step

sys.path.insert(0, str(Path(__file__).parents[1]))
from picture import picture

SECONDS = 60.0


class Kept:
    """Runs cells in a namespace of its own, and keeps its history."""

    def __init__(
        self, home: Path, *, max_steps: int = 50, notebook: str = "", disk: int | None = None
    ) -> None:
        self.variables: dict[str, Any] = {"__name__": "__main__"}
        self.timeline = Timeline(self.variables, max_steps=max_steps, budget=Budget(seconds=60))
        self.told: list[str] = []
        self.history = History(
            self.timeline, self.variables, home, notebook, self.told.append, lambda: _made(home), disk=disk
        )

    def run(self, code: str) -> Step | None:
        """Run a cell and record it."""
        exec(compile(code, "<cell>", "exec"), self.variables)
        return self.record(code)

    def record(self, label: str = "") -> Step | None:
        """Record what changed."""
        step = self.timeline.record(label)
        self.history.follow()
        return step

    def restore(self, name: str | None = None) -> Restored:
        """Bring an earlier history back."""
        return self.history.restore(name).restored

    def close(self) -> None:
        """Write everything, and end."""
        self.history.close(SECONDS)
        self.timeline.close()


def _made(home: Path) -> Path:
    home.mkdir(exist_ok=True)
    return home


@contextmanager
def kept(home: Path, **settings: Any) -> Iterator[Kept]:
    """Keep a history, and end it afterwards."""
    one = Kept(home, **settings)
    try:
        yield one
    finally:
        one.close()


def shape(namespace: dict[str, Any]) -> Any:
    """Return the picture of a namespace with identities as numbers, in order of appearance."""
    return _numbered(picture(namespace), {})


def _numbered(value: Any, seen: dict[int, int]) -> Any:
    if isinstance(value, tuple) and len(value) > 1 and type(value[0]) is int and value[0] > 1 << 32:
        return ("id", seen.setdefault(value[0], len(seen)), *(_numbered(each, seen) for each in value[1:]))
    if isinstance(value, (tuple, list)):
        return [_numbered(each, seen) for each in value]
    return {key: _numbered(each, seen) for key, each in value.items()} if isinstance(value, dict) else value
