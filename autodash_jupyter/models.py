"""The records that pass between rooms: datasets, profiles, and the steps of the timeline.

All are frozen dataclasses. A persisted record (``Dataset``) that an older version wrote gets the defaults
of the fields it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from autodash_jupyter.profiles import Association, ColumnProfile, Finding, FrameProfile

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
    ``frame_blob`` is the content hash of the stored frame (``None`` until it was stored), ``original`` that
    of the uploaded file; ``source_options`` say how the source was read, ``source_hash`` what it was then;
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
    original: str | None = None
    source_options: dict[str, Any] = field(default_factory=dict)
    source_hash: str = ""
    file_size_bytes: int = 0
    uploaded_at: datetime = field(default_factory=utc_now)
    created_at: datetime = field(default_factory=utc_now)
    updated_at: datetime = field(default_factory=utc_now)

    def as_record(self) -> dict[str, Any]:
        """Return the fields as a dict that a store can keep."""
        return asdict(self)

    def as_info(self) -> dict[str, Any]:
        """Return what a caller is told of the dataset: ``id`` and the fields, times as datetimes, but not
        where frame and file lie, how the file was read, nor which process writes the context.
        """
        info = {"id": self.dataset_id, **self.as_record()}
        del info["context_process"], info["frame_blob"], info["original"]
        del info["source_options"], info["source_hash"]
        return info

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
    **dict.fromkeys(("dataset_id", "name", "filename", "source", "source_hash", "context_status"), str),
    **dict.fromkeys(("row_count", "column_count", "file_size_bytes"), int),
    **dict.fromkeys(("context", "context_error", "context_written_by", "context_sent_to"), str | None),
    **dict.fromkeys(("context_id", "context_process", "frame_blob", "original"), str | None),
    **dict.fromkeys(("uploaded_at", "created_at", "updated_at"), datetime),
    "user_id": int | str,
    "columns": list,
    **dict.fromkeys(("columns_info", "source_options"), dict),
    "context_generated_at": datetime | None,
}


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
