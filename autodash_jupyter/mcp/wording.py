"""Answers as short texts: what a model reads where its client shows it no structured content."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from autodash_jupyter.table_answers.records import (
    Cell,
    ColumnDescribed,
    ContextAnswer,
    HistoryPage,
    OperationAnswer,
    RowsPage,
    TableChart,
    TableListed,
    TablesListed,
    TablesLoaded,
    TableSummary,
)

__all__ = ["told"]

_LONGEST_PARAMETERS = 300  # of one operation in a list of them


@singledispatch
def told(answer: Any) -> str:
    """Return an answer as text.

    >>> told(ContextAnswer("sales", "# Sales", revision=2, status="passed"))
    'Context of sales, revision 2: passed.\\n\\n# Sales'
    """
    return str(answer)


@told.register
def _(answer: TablesLoaded) -> str:
    lines = [f"session_id: {answer.session_id}", *map(_listed, answer.tables)]
    lines += [f"left out: {line}" for line in answer.left_out]
    return "\n".join([*lines, *_notes(answer.notes)])


@told.register
def _(answer: TablesListed) -> str:
    if not answer.tables:
        return "The session has no tables; initialize_data_table reads a file into it."
    return "\n".join(map(_listed, answer.tables))


def _listed(table: TableListed) -> str:
    source = f", from {table.source}" if table.source else ""
    described = ", with a context" if table.has_context else ""
    return f"{table.name}: {_size(table.rows, table.columns)}, version {table.version}{source}{described}"


@told.register
def _(answer: TableSummary) -> str:
    lines = [f"{answer.table}: {_size(answer.rows, answer.column_count)}, version {answer.version}"]
    if answer.context:
        lines.append(answer.context)
    if answer.candidate_keys:
        lines.append("keys: " + "; ".join(" + ".join(key) for key in answer.candidate_keys))
    if answer.duplicate_rows:
        lines.append(f"rows equal to an earlier one: {answer.duplicate_rows:,}")
    lines += [_described(column) for column in answer.columns]
    if answer.next_column_offset is not None:
        lines.append(f"more columns: column_offset={answer.next_column_offset}")
    lines += [f"to know: {finding}" for finding in answer.findings]
    return "\n".join([*lines, *_notes(answer.notes)])


def _described(column: ColumnDescribed) -> str:
    parts = [f"{column.dtype}, {column.semantic_type}"]
    if column.missing:
        parts.append(f"{column.missing:,} missing")
    if column.distinct is not None:
        parts.append(f"{column.distinct:,} distinct")
    statistics = column.statistics
    if statistics.get("minimum") is not None:
        parts.append(f"from {_cell(statistics['minimum'])} to {_cell(statistics.get('maximum'))}")
    if isinstance(statistics.get("mean"), float):
        parts.append(f"mean {statistics['mean']:.6g}")
    if column.samples:
        parts.append("such as " + ", ".join(map(_cell, column.samples)))
    meaning = f". {column.meaning}" if column.meaning else ""
    return f"- {column.name}: {'; '.join(parts)}{meaning}"


@told.register
def _(answer: RowsPage) -> str:
    header = " | ".join(f"{_cell(column.name)} ({column.dtype})" for column in answer.columns)
    rows = [" | ".join(map(_cell, row)) for row in answer.rows]
    end = answer.offset + len(answer.rows)
    of = f" of {answer.total_rows:,}" if answer.total_rows is not None else ""
    first = answer.offset + 1 if answer.rows else answer.offset
    lines = [f"rows {first:,} to {end:,}{of}" if answer.rows else "no rows", header, *rows]
    if answer.next_offset is not None:
        lines.append(f"more rows: offset={answer.next_offset}")
    return "\n".join([*lines, *_notes(answer.notes)])


@told.register
def _(answer: OperationAnswer) -> str:
    lines = [f"{answer.action} on {answer.table}: {answer.change_summary}"]
    if answer.waiting:
        lines.append("It waits for the running cell; the table changes after it.")
    elif answer.changed and not answer.columns:
        lines.append("The table is gone; list_tables names those there are.")
    elif answer.changed:
        columns = ", ".join(f"{_cell(column.name)} ({column.dtype})" for column in answer.columns)
        lines.append(f"Now {_size(answer.rows, len(answer.columns))}, version {answer.version}: {columns}")
    if answer.result is not None:
        lines.append(told(answer.result))
    return "\n".join([*lines, *_notes(answer.notes)])


@told.register
def _(answer: HistoryPage) -> str:
    lines = [
        f"{entry.number}. {entry.timestamp} {entry.actor}: {entry.action} {_cut(str(dict(entry.params)))}: "
        f"{entry.change_summary}{'' if entry.in_force else ' (undone)'}"
        for entry in answer.entries
    ] or ["Nothing was done to it so far."]
    if answer.next_offset is not None:
        lines.append(f"more of {answer.total:,}: offset={answer.next_offset}")
    can = [verb for verb, may in (("undo", answer.can_undo), ("redo", answer.can_redo)) if may]
    return "\n".join([*lines, *([f"possible now: {' and '.join(can)}"] if can else [])])


@told.register
def _(answer: ContextAnswer) -> str:
    if answer.status == "failed" and answer.findings:
        return "\n".join(["The document wasn't saved:", *answer.findings])
    if answer.status == "generated":
        head = f"Nobody wrote anything about {answer.table} yet; this is drafted from its profile."
    else:
        head = f"Context of {answer.table}, revision {answer.revision}: {answer.status}."
    return "\n\n".join(["\n".join([head, *answer.findings]), answer.document])


@told.register
def _(answer: TableChart) -> str:
    lines = [f"{answer.title} (confidence {answer.confidence:.2f})", answer.explanation]
    if answer.alternatives:
        lines.append("It may also mean: " + "; ".join(answer.alternatives))
    return "\n".join([*lines, *_notes(answer.notes)])


def _size(rows: int | None, columns: int) -> str:
    counted = "rows not counted" if rows is None else f"{rows:,} row{'s' * (rows != 1)}"
    return f"{counted}, {columns:,} column{'s' * (columns != 1)}"


def _cell(value: Cell) -> str:
    """Return a cell on one line; a missing one as ``null``."""
    if value is None:
        return "null"
    return " ".join(value.split()) if isinstance(value, str) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_PARAMETERS else f"{text[: _LONGEST_PARAMETERS - 1]}…"


def _notes(notes: Iterable[str]) -> list[str]:
    return [f"note: {note}" for note in notes]
