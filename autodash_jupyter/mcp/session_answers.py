"""What sessions tell of their tables, as answers for agents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autodash_jupyter.operation_records import Operation
from autodash_jupyter.sessions import SessionOperation, TableInfo
from autodash_jupyter.table_answers.records import HistoryEntry, HistoryPage, OperationAnswer, TableListed
from autodash_jupyter.table_answers.rows import columns_shown, rows_page

__all__ = ["history_page", "operation_answer", "table_listed", "went_answer"]

_MOST_RESULT_ROWS = 100
_LONGEST_PARAMETER = 500


def table_listed(info: TableInfo, *, has_context: bool = False) -> TableListed:
    """Return a table as lists have it; of its source only the file's name and sheet are told."""
    source = dict(info.source or {})
    origin = str(source.get("source") or "")
    shown = (
        origin
        if "://" in origin or origin.startswith("sample:")
        else origin.replace("\\", "/").rpartition("/")[2]
    )
    if source.get("sheet"):
        shown = f"{shown} [{source['sheet']}]"
    return TableListed(info.name, info.rows, info.columns, shown, info.version, has_context)


def operation_answer(
    info: TableInfo, frame: Any, operation: Operation, *, result: Any = None
) -> OperationAnswer:
    """Return what an operation did to a table; ``result`` is the answer of one that only asked."""
    page = None
    if result is not None:
        labelled = result if _is_numbered(result) else result.reset_index(names=_index_names(result))
        page = rows_page(labelled, limit=_MOST_RESULT_ROWS)
    return OperationAnswer(
        table=info.name,
        action=operation.action,
        change_summary=operation.change_summary,
        changed=result is None,
        rows=info.rows,
        columns=columns_shown(frame),
        version=info.version,
        can_undo=info.can_undo > 0,
        can_redo=info.can_redo > 0,
        result=page,
    )


def went_answer(info: TableInfo, frame: Any, action: str, went: Sequence[Operation]) -> OperationAnswer:
    """Return what an undo or redo of some operations did."""
    verb = "undone" if action == "undo_operation" else "done again"
    told = "; ".join(
        f"{each.action} ({each.change_summary})" if each.change_summary else each.action for each in went
    )
    return OperationAnswer(
        table=info.name,
        action=action,
        change_summary=f"{verb}: {told}",
        changed=True,
        rows=info.rows,
        columns=columns_shown(frame),
        version=info.version,
        can_undo=info.can_undo > 0,
        can_redo=info.can_redo > 0,
    )


def history_page(info: TableInfo, done: Sequence[SessionOperation], offset: int, limit: int) -> HistoryPage:
    """Return a part of a table's log, oldest first."""
    part = done[offset : offset + limit]
    end = offset + len(part)
    entries = tuple(
        HistoryEntry(
            number=each.position + 1,
            action=each.operation.action,
            params=_bounded(each.operation.params),
            change_summary=each.operation.change_summary,
            timestamp=each.operation.timestamp.isoformat(timespec="seconds"),
            actor=each.operation.actor,
            in_force=not each.undone,
            snapshot_id=each.operation.snapshot_id,
        )
        for each in part
    )
    return HistoryPage(
        table=info.name,
        entries=entries,
        offset=offset,
        total=len(done),
        next_offset=end if end < len(done) and part else None,
        can_undo=info.can_undo > 0,
        can_redo=info.can_redo > 0,
    )


def _bounded(parameters: Any) -> dict[str, Any]:
    """Return parameters, those cut that are too long to be shown."""
    return {
        name: value if len(str(value)) <= _LONGEST_PARAMETER else f"{str(value)[: _LONGEST_PARAMETER - 1]}…"
        for name, value in dict(parameters).items()
    }


def _is_numbered(frame: Any) -> bool:
    import pandas as pd

    return isinstance(frame.index, pd.RangeIndex) or not isinstance(frame, pd.DataFrame)


def _index_names(frame: Any) -> list[str]:
    """Return names for the columns that an index becomes, which no column has."""
    from autodash_jupyter.frames import free_name

    taken = {str(label) for label in frame.columns}
    names: list[str] = []
    for name in frame.index.names:
        names.append(free_name("row" if name is None else str(name), taken))
        taken.add(names[-1])
    return names
