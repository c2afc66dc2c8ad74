"""The answers about tables, as records of plain values: what one process can tell another as JSON.

``answer_as_dict`` and ``answer_from_dict`` turn them into dicts for JSON and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar, cast

__all__ = [
    "Cell",
    "ColumnDescribed",
    "ColumnShown",
    "ContextAnswer",
    "HistoryEntry",
    "HistoryPage",
    "OperationAnswer",
    "RowsPage",
    "TableChart",
    "TableListed",
    "TableSummary",
    "TablesListed",
    "TablesLoaded",
    "answer_as_dict",
    "answer_from_dict",
]

Cell = str | int | float | bool | None
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column as rows are shown: its label as text, and its type."""

    name: str
    dtype: str


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Some rows of a table, from ``offset`` on; long cells are cut and end in ``…``.

    ``total_rows`` is ``None`` where counting would mean computing them all; ``next_offset`` is ``None`` on
    the last page; ``notes`` say what was left out.
    """

    columns: tuple[ColumnShown, ...]
    rows: tuple[tuple[Cell, ...], ...]
    offset: int
    total_rows: int | None
    next_offset: int | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableListed:
    """A table in a list; ``version`` changes whenever its rows do, ``source`` is what it was read from."""

    name: str
    rows: int | None
    columns: int
    source: str = ""
    version: int | str = 0
    has_context: bool = False


@dataclass(frozen=True, slots=True)
class TablesListed:
    """The tables of a session."""

    session_id: str
    tables: tuple[TableListed, ...]


@dataclass(frozen=True, slots=True)
class TablesLoaded:
    """The session that tables were put into, and which; ``left_out`` says what wasn't read, and why."""

    session_id: str
    tables: tuple[TableListed, ...]
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnDescribed:
    """What a column is: counts in rows, ``samples`` its most frequent values, masked where ``personal``.

    ``statistics`` are ``minimum maximum mean std`` and quantiles, as far as there are any; ``meaning`` is
    what the table's context says of it.
    """

    name: str
    dtype: str
    semantic_type: str
    missing: int
    distinct: int | None
    personal: bool = False
    samples: tuple[str, ...] = ()
    statistics: Mapping[str, Cell] = field(default_factory=dict)
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class TableSummary:
    """What a table is, from its profile; columns are paged as rows are, personal values masked."""

    table: str
    rows: int
    column_count: int
    columns: tuple[ColumnDescribed, ...]
    next_column_offset: int | None = None
    duplicate_rows: int | None = None
    candidate_keys: tuple[tuple[str, ...], ...] = ()
    findings: tuple[str, ...] = ()
    context: str = ""
    version: int | str = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OperationAnswer:
    """What an operation, an undo or a redo did.

    ``change_summary`` is one line; ``changed`` tells whether the table is another one now, ``rows`` and
    ``columns`` what it has (of a question: ``False``, and ``result`` holds the answer). ``waiting`` tells
    that the table changes later, at a notebook's next cell boundary; ``notes`` say what else to know, such
    as that a person changed the table meanwhile and both are kept.
    """

    table: str
    action: str
    change_summary: str
    changed: bool
    rows: int | None
    columns: tuple[ColumnShown, ...]
    version: int | str = 0
    can_undo: bool = False
    can_redo: bool = False
    waiting: bool = False
    result: RowsPage | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One operation of a table's log: by whom, when (ISO 8601, UTC), and whether it is undone at present."""

    number: int
    action: str
    params: Mapping[str, Any]
    change_summary: str
    timestamp: str
    actor: str
    in_force: bool = True
    snapshot_id: int | str | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A part of a table's log, oldest first; ``can_undo`` and ``can_redo`` are what can be done now."""

    table: str
    entries: tuple[HistoryEntry, ...]
    offset: int
    total: int
    next_offset: int | None
    can_undo: bool = False
    can_redo: bool = False


@dataclass(frozen=True, slots=True)
class ContextAnswer:
    """A table's context as text (Markdown, after YAML front matter where it has any).

    ``revision`` goes up with each save, 0 where nothing was saved; ``status`` is ``passed``, ``warnings`` or
    ``failed`` of a document that was checked, ``generated`` of one written from the profile alone, ``none``
    where there is none; ``findings`` name the line where they can.
    """

    table: str
    document: str
    revision: int = 0
    status: str = "none"
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableChart:
    """A chart as Vega-Lite, how the sentence was read, and what else it may have meant."""

    table: str
    title: str
    explanation: str
    confidence: float
    spec: Mapping[str, Any]
    alternatives: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def answer_as_dict(answer: Any) -> dict[str, Any]:
    """Return an answer as a dict of JSON values.

    >>> answer_as_dict(ColumnShown("price", "float64"))
    {'name': 'price', 'dtype': 'float64'}
    """
    made: dict[str, Any] = _adapter(cast("Any", type(answer))).dump_python(answer, mode="json")
    return made


def answer_from_dict(kind: type[Answer], values: Mapping[str, Any]) -> Answer:
    """Return the answer that a dict was made from; raises ValueError where it isn't one.

    >>> answer_from_dict(ColumnShown, {"name": "price", "dtype": "float64"})
    ColumnShown(name='price', dtype='float64')
    """
    made: Answer = _adapter(cast("Any", kind)).validate_python(dict(values))
    return made


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter  # not imported with the module: it takes a third of a second

    return TypeAdapter(kind)
