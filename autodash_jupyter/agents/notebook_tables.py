"""What agents ask about a notebook's tables, answered from the variables as they are now."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.table_answers.records import (
    ContextAnswer,
    HistoryEntry,
    HistoryPage,
    OperationAnswer,
    RowsPage,
    TableChart,
    TableListed,
    TableSummary,
)

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.history.cursors import Line
    from autodash_jupyter.models import Dataset, Step
    from autodash_jupyter.operations.log import LoggedOperation
    from autodash_jupyter.session import Session

__all__ = ["NotebookTables", "notebook_path"]

LONGEST_CODE = 300


def notebook_path(session: Session) -> str:
    """Return the path of the notebook that a session belongs to, ``""`` where nobody tells it."""
    from autodash_jupyter.history.persistence import notebook_of

    return notebook_of(os.environ, session.namespace)


class NotebookTables:
    """The tables of one session, as agents see them; each method answers one action of the same name.

    Methods are called from any thread but the main one's running cell, and change nothing. All raise
    ``AutoDashError`` in one line.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def list_tables(self) -> tuple[TableListed, ...]:
        """Return the tables that variables hold, in the order of the namespace."""
        return tuple(self.listed(name) for name in self.names())

    def names(self) -> list[str]:
        """Return the variables that hold tables, but for IPython's own and names with an underscore first."""
        from autodash_jupyter.frames import table_names
        from autodash_jupyter.frames.naming import IPYTHON_NAMES

        names = table_names(self._session.namespace)
        return [name for name in names if not name.startswith("_") and name not in IPYTHON_NAMES]

    def listed(self, variable: str) -> TableListed:
        """Return one variable's table as a list shows it."""
        frame = self.frame(variable)
        dataset = self.dataset(variable)
        return TableListed(
            variable,
            _rows(frame),
            len(frame.columns),
            "" if dataset is None else dataset.source,
            self.version(variable),
            dataset is not None and bool(dataset.context),
        )

    def frame(self, table: str) -> Any:
        """Return the frame a name means."""
        return self._session.operated_tables.find(table).frame

    def dataset(self, variable: str) -> Dataset | None:
        """Return the dataset a variable stands for, if it does."""
        bound = self._session.bindings.dataset_id(variable)
        return None if bound is None else self._session.datasets.get(self._session.settings.user_id, bound)

    def rows(self, table: str, *, offset: int, limit: int, columns: list[str]) -> RowsPage:
        """Return some rows."""
        from autodash_jupyter.table_answers.rows import rows_page

        return rows_page(self.frame(table), offset=offset, limit=limit, columns=columns)

    def summary(self, table: str, *, column_offset: int, columns: int) -> TableSummary:
        """Describe a table as it is now."""
        from autodash_jupyter.profiling import profile
        from autodash_jupyter.table_answers.summaries import table_summary

        place = self._session.operated_tables.find(table)
        return table_summary(
            place.variable,
            profile(place.frame),
            self._document(place.variable),
            column_offset=column_offset,
            columns=columns,
            version=self.version(place.variable),
        )

    def query(self, sql: str, *, offset: int, limit: int) -> RowsPage:
        """Answer one SELECT over the tables, which can't be changed by it."""
        from autodash_jupyter.table_answers.queries import query_rows

        tables = {name: self.frame(name) for name in self.names()}
        return query_rows(sql, tables, offset=offset, limit=limit)

    def visualize(self, table: str, sentence: str) -> TableChart:
        """Draw what a sentence asks for."""
        from autodash_jupyter.table_answers.charts import table_chart

        place = self._session.operated_tables.find(table)
        return table_chart(place.variable, place.frame, sentence, self._document(place.variable))

    def context(self, table: str) -> ContextAnswer:
        """Return the context that counts for a table; where nobody wrote one, what its profile tells."""
        place = self._session.operated_tables.find(table)
        dataset, contexts = self.dataset(place.variable), self._session.named_contexts
        record = None if dataset is None else contexts.active(dataset, used_by="agent")
        if dataset is None or record is None:
            from autodash_jupyter.profiling import profile
            from autodash_jupyter.table_answers.contexts import drafted_context

            source = "" if dataset is None else dataset.source
            return drafted_context(place.variable, profile(place.frame), source)
        text, revision = contexts.text(dataset)
        found = contexts.validate(record.document)
        lines = tuple(map(str, found.findings))
        return ContextAnswer(place.variable, text, revision, found.status, lines)

    def _document(self, variable: str) -> ContextDocument | None:
        dataset = self.dataset(variable)
        record = None if dataset is None else self._session.named_contexts.active(dataset, used_by="agent")
        return None if record is None else record.readable_document

    # What was done

    def history(self, table: str, *, offset: int, limit: int) -> HistoryPage:
        """Return what was done to a table, oldest first: operations of both, and cells that changed it."""
        variable = self._session.operated_tables.find(table).variable
        line = self.line(variable)
        entries = self._entries(variable, line)
        part = entries[offset : offset + limit]
        more = offset + len(part)
        return HistoryPage(
            variable,
            tuple(part),
            offset,
            len(entries),
            more if more < len(entries) else None,
            line is not None and line.at > 0,
            line is not None and line.at < len(line.states) - 1,
        )

    def _entries(self, variable: str, line: Line | None) -> list[HistoryEntry]:
        logged = self._session.operated_tables.own_history(variable)
        known = {each.operation.snapshot_id for each in logged}
        applied = set() if line is None else set(line.applied)
        cells = [
            step
            for step in self._session.timeline.steps
            if step.step_id not in known and any(change.name == variable for change in step.changes)
        ]
        found = [(each.operation.timestamp, self._operation(each, applied)) for each in logged]
        found += [(step.recorded_at, _cell(step, variable, applied)) for step in cells]
        found.sort(key=lambda each: each[0])
        from dataclasses import replace

        return [replace(entry, number=number) for number, (_, entry) in enumerate(found, 1)]

    def _operation(self, logged: LoggedOperation, applied: set[int]) -> HistoryEntry:
        done = logged.operation
        in_force = done.snapshot_id is None or done.snapshot_id in applied
        return HistoryEntry(
            0,
            done.action,
            dict(done.params),
            done.change_summary,
            done.timestamp.isoformat(),
            done.actor,
            in_force,
            done.snapshot_id,
        )

    def line(self, variable: str) -> Line | None:
        """Return the variable's own states, ``None`` where none are recorded."""
        try:
            return self._session.timeline.line(variable)
        except NothingToRestoreError:
            return None

    def version(self, variable: str) -> int:
        """Return the step that made a variable what it is, 0 for the start."""
        line = self.line(variable)
        return 0 if line is None else next(reversed(line.applied), 0)

    def answer(
        self, variable: str, action: str, said: str, *, changed: bool, notes: tuple[str, ...] = ()
    ) -> OperationAnswer:
        """Return what was done to a variable, with what it is now."""
        from autodash_jupyter.table_answers.rows import columns_shown

        if variable not in self._session.namespace:  # the undo took the variable itself away
            return OperationAnswer(variable, action, said, changed, None, (), can_redo=True, notes=notes)
        frame = self.frame(variable)
        line = self.line(variable)
        return OperationAnswer(
            variable,
            action,
            said,
            changed,
            _rows(frame),
            columns_shown(frame),
            self.version(variable),
            line is not None and line.at > 0,
            line is not None and line.at < len(line.states) - 1,
            notes=notes,
        )


def _rows(frame: Any) -> int | None:
    import pandas as pd

    rows = len(frame) if isinstance(frame, pd.DataFrame) else getattr(frame, "height", None)
    return rows if isinstance(rows, int) else None


def _cell(step: Step, variable: str, applied: set[int]) -> HistoryEntry:
    changes = "; ".join(str(change) for change in step.changes if change.name == variable)
    return HistoryEntry(
        0,
        "cell",
        {"code": step.label[:LONGEST_CODE]},
        changes,
        step.recorded_at.isoformat(),
        "user",
        step.step_id in applied,
        step.step_id,
    )
