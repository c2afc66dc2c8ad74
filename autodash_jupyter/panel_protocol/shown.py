"""What a page is shown of one kernel: its datasets and its timeline."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from autodash_jupyter.panel_protocol.typed import documented

__all__ = ["ContextStatus", "Progress", "Dataset", "Step", "Timeline", "TimelineNews", "State"]

ContextStatus = Literal["pending", "generating", "completed", "failed", "not_found"]


class Progress(TypedDict):
    """How far the writing of a context is."""

    done: int
    total: int
    message: str


@documented
class Dataset(TypedDict):
    """One dataset, and its context as it is now, or as far as it is written."""

    dataset_id: str
    name: str
    """The variable that stands for it, else its own name."""
    filename: str
    row_count: int
    column_count: int
    context_status: ContextStatus
    progress: Progress | None
    context: str | None
    """The context as Markdown; left out of a state once it is written, since a page asks for it."""
    error: str | None
    written_by: str | None
    """``profile``, or the name of the language model."""
    sent: str | None
    """What was sent to which host."""
    created_at: str


@documented
class Step(TypedDict):
    """One cell that changed variables."""

    step_id: int
    parent: int
    """The step this one followed; 0 is the start."""
    label: str
    """The cell's code, shortened."""
    recorded_at: str
    seconds: float
    changes: list[str]


@documented
class Timeline(TypedDict):
    """Where the variables stand, and the steps they came by."""

    position: int
    """The step whose state the variables are in; 0 is the start."""
    can_undo: bool
    can_redo: bool
    busy: bool
    """Whether a cell is running."""
    steps: list[Step]
    """Oldest first."""


class TimelineNews(Timeline):
    """Where the variables stand now; ``steps`` are only those that are new or changed."""

    removed: list[int]


@documented
class State(TypedDict):
    """All a page shows of one kernel."""

    datasets: list[Dataset]
    """Newest first."""
    timeline: Timeline
