"""The records that pass between rooms: datasets, profiles, and the steps of the timeline.

All are frozen dataclasses. A persisted record (``Dataset``) that an older version wrote gets the defaults
of the fields it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

__all__ = [
    "Association",
    "Change",
    "ChangeKind",
    "ColumnProfile",
    "ContextStatus",
    "Dataset",
    "Finding",
    "FrameProfile",
    "Restored",
    "Step",
    "UserId",
    "format_shape",
    "utc_now",
]

ContextStatus = Literal["pending", "generating", "completed", "failed", "not_found"]
ChangeKind = Literal["added", "removed", "rebound", "changed"]
UserId = int | str
SUMMARY_CHANGES = 6


def utc_now() -> datetime:
    """Return the present moment with its time zone (UTC)."""
    return datetime.now(UTC)


def format_shape(rows: int, columns: int) -> str:
    """Return a table's shape as people read it.

    >>> format_shape(1234, 8)
    '1,234 × 8'
    """
    return f"{rows:,} × {columns:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One registered table: what it is called, where it came from, and its context.

    ``dataset_id`` is unique overall; ``name`` is what a person calls it in the notebook;
    ``frame_blob`` is the content hash of the stored frame (``None`` until it was stored);
    ``context_process`` names the process that writes the context while it is generating.

    >>> dataset = Dataset(dataset_id="sample_1", user_id="ada", name="penguins", filename="p.csv")
    >>> Dataset.from_record(dataset.as_record()) == dataset
    True
    """

    dataset_id: str
    user_id: UserId
    name: str
    filename: str
    source: str = ""
    row_count: int = 0
    column_count: int = 0
    columns: list[str] = field(default_factory=list)
    columns_info: dict[str, Any] = field(default_factory=dict)
    context: str | None = None
    context_status: ContextStatus = "pending"
    context_error: str | None = None
    context_written_by: str | None = None
    context_sent_to: str | None = None
    context_generated_at: datetime | None = None
    context_process: str | None = None
    context_id: str | None = None
    frame_blob: str | None = None
    file_size_bytes: int = 0
    uploaded_at: datetime = field(default_factory=utc_now)
    created_at: datetime = field(default_factory=utc_now)
    updated_at: datetime = field(default_factory=utc_now)

    def as_record(self) -> dict[str, Any]:
        """Return the fields as a dict that a store can keep."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Dataset:
        """Return the dataset a store kept: fields an older version lacked get their defaults, fields of
        other programs are left out.

        Raises:
            ValueError: A field is missing, or holds something of another type.
        """
        known = {name: record[name] for name in _DATASET_TYPES if name in record}
        for name, value in known.items():
            if not isinstance(value, _DATASET_TYPES[name]):
                msg = f"{name} is of type {type(value).__name__}"
                raise ValueError(msg)
        try:
            return cls(**known)
        except TypeError as error:
            raise ValueError(str(error)) from None

    @property
    def id(self) -> str:
        """The dataset's id, under the name every record has for it."""
        return self.dataset_id

    @property
    def shape(self) -> str:
        """Rows × columns as people read it, for example ``344 × 8``."""
        return format_shape(self.row_count, self.column_count)


_DATASET_TYPES: dict[str, Any] = {
    **dict.fromkeys(("dataset_id", "name", "filename", "source", "context_status"), str),
    **dict.fromkeys(("row_count", "column_count", "file_size_bytes"), int),
    **dict.fromkeys(("context", "context_error", "context_written_by", "context_sent_to"), str | None),
    **dict.fromkeys(("context_id", "context_process", "frame_blob"), str | None),
    **dict.fromkeys(("uploaded_at", "created_at", "updated_at"), datetime),
    "user_id": int | str,
    "columns": list,
    "columns_info": dict,
    "context_generated_at": datetime | None,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a table or one of its columns that a person should know.

    ``column`` is the column's label, or ``None`` for the table as a whole; ``kind`` is a stable
    word (``missing``, ``outliers``, ``duplicate_rows``, ``unreadable``...); ``message`` is a
    sentence fit to be shown; ``approximate`` tells that it was seen on a sample; ``method`` is a phrase
    that says how it was found.
    """

    kind: str
    message: str
    column: str | None = None
    severity: Literal["info", "warning"] = "warning"
    approximate: bool = False
    method: str = ""


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What one pass over one column found.

    Counts are in rows. ``distinct`` leaves missing values out and is ``None`` where it can't be
    had; ``minimum`` and ``maximum`` are plain Python values (numbers, datetimes or strings);
    ``top_values`` are (text, count) pairs, most frequent first; ``histogram`` has counts of
    equally wide bins from minimum to maximum. ``personal`` marks values that look like a person's
    data: they stay out of prompts.

    ``errors`` names each statistic that is approximate and how far it may be off (in 99.9 % of cases):
    ``distinct`` in relation to itself; ``quantiles``, ``top_values`` and ``histogram`` as a share of the
    rows; ``mean`` in its own unit; ``minimum`` and ``maximum`` as the share of rows that may lie beyond.
    What it doesn't name is exact; ``approximate`` tells that it names any.

    ``order`` is ``ascending`` or ``descending`` where the rows are sorted so; ``zeros`` and ``negatives``
    count rows of numbers; ``lengths`` are the least, mean and most characters of texts, and ``patterns``
    their most frequent shapes with the share of distinct texts (``A`` a capital, ``a`` a small letter,
    ``9`` a digit); ``method`` is a phrase that says how the numbers were had.
    """

    name: str
    position: int
    dtype: str
    semantic_type: str
    evidence: str = ""
    confidence: float = 0.0
    count: int = 0
    missing: int = 0
    distinct: int | None = None
    minimum: Any = None
    maximum: Any = None
    mean: float | None = None
    std: float | None = None
    quantiles: dict[str, float] = field(default_factory=dict)
    top_values: tuple[tuple[str, int], ...] = ()
    histogram: tuple[int, ...] = ()
    unit: str | None = None
    granularity: str | None = None
    personal: bool = False
    approximate: bool = False
    findings: tuple[Finding, ...] = ()
    errors: dict[str, float] = field(default_factory=dict)
    order: Literal["ascending", "descending"] | None = None
    zeros: int | None = None
    negatives: int | None = None
    lengths: tuple[int, float, int] | None = None
    patterns: tuple[tuple[str, float], ...] = ()
    method: str = ""

    @property
    def missing_share(self) -> float:
        """The share of rows without a value, from 0.0 to 1.0."""
        total = self.count + self.missing
        return self.missing / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Association:
    """How strongly two columns go together, from 0 (not at all; -1 for opposite numbers) to 1.

    ``measure`` is ``pearson`` or ``spearman`` for two numbers (whichever is farther from 0),
    ``correlation_ratio`` for a number within categories, ``cramers_v`` for two categories; ``rows`` is how
    many rows it was worked out on, and ``approximate`` tells that these are a sample.
    """

    first: str
    second: str
    measure: Literal["pearson", "spearman", "correlation_ratio", "cramers_v"]
    value: float
    rows: int
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class FrameProfile:
    """What one pass over a table found: its columns in order, and what only the whole shows.

    ``candidate_keys`` are the smallest column groups found whose values tell rows apart;
    ``duplicate_rows`` counts rows equal to an earlier one (``None``: not looked at); ``associations`` are
    the strongest ones between columns, the strongest first; ``engine`` names what holds the table.
    """

    row_count: int
    column_count: int
    memory_bytes: int
    columns: tuple[ColumnProfile, ...]
    duplicate_rows: int | None = None
    candidate_keys: tuple[tuple[str, ...], ...] = ()
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    associations: tuple[Association, ...] = ()
    engine: str = "pandas"

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Findings of the table, then those of its columns, in order."""
        return self.findings + tuple(found for column in self.columns for found in column.findings)


@dataclass(frozen=True, slots=True)
class Change:
    """What one step did to one variable, with short descriptions of both states.

    >>> str(Change("penguins", "changed", "344 × 8", "344 × 7", "−year"))
    'penguins: 344 × 8 → 344 × 7, −year'
    >>> str(Change("total", "added", after="int 42"))
    '+total: int 42'
    """

    name: str
    kind: ChangeKind
    before: str = ""
    after: str = ""
    detail: str = ""

    def __str__(self) -> str:
        if self.kind == "added":
            return f"+{self.name}: {self.after}" if self.after else f"+{self.name}"
        if self.kind == "removed":
            return f"−{self.name}"
        arrow = f"{self.before} → {self.after}" if self.before != self.after else self.after
        return f"{self.name}: {arrow}" + (f", {self.detail}" if self.detail else "")


@dataclass(frozen=True, slots=True)
class Step:
    """One cell that changed something.

    ``step_id`` counts from 1 and is never used twice; ``parent`` is the step it followed (0: the
    start); ``label`` is the cell's code; ``seconds`` is how long the cell ran.
    """

    step_id: int
    parent: int
    label: str
    changes: tuple[Change, ...]
    recorded_at: datetime = field(default_factory=utc_now)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Restored:
    """What an undo, redo or goto did.

    ``step`` is the step whose state now holds (``None``: the start); ``changes`` tells what the
    variables were and are now; ``not_restored`` names what could not be put back, with the reason.
    """

    step: Step | None
    changes: tuple[Change, ...]
    not_restored: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """One line: what the variables are now, and what could not be put back.

        >>> Restored(None, (Change("penguins", "changed", "344 × 7", "344 × 8"),)).summary
        'penguins: 344 × 7 → 344 × 8'
        """
        shown = [str(change) for change in self.changes[:SUMMARY_CHANGES]]
        if len(self.changes) > SUMMARY_CHANGES:
            shown.append(f"and {len(self.changes) - SUMMARY_CHANGES} more")
        text = "; ".join(shown) or "nothing differed"
        return text + "".join(f" (not restored: {reason})" for reason in self.not_restored)
