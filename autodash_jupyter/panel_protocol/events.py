"""What the kernel tells on the events comm."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from autodash_jupyter.panel_protocol.results import SaveResult
from autodash_jupyter.panel_protocol.shown import Dataset, Progress, TimelineNews

__all__ = [
    "DatasetEvent",
    "ContextWrittenEvent",
    "DatasetRemovedEvent",
    "ContextChangedEvent",
    "TimelineEvent",
    "RequestEvent",
    "GoodbyeEvent",
    "Event",
    "Outcome",
]

Outcome = Literal["done", "failed", "cancelled"]


class DatasetEvent(TypedDict):
    """A dataset is new, or anything of it changed."""

    sequence: int
    type: Literal["dataset"]
    dataset: Dataset


class ContextWrittenEvent(TypedDict):
    """More of a context is written: from ``start`` on (in UTF-16 units) its text is ``text``."""

    sequence: int
    type: Literal["context_written"]
    dataset_id: str
    start: int
    text: str
    progress: Progress | None


class DatasetRemovedEvent(TypedDict):
    """A dataset is gone."""

    sequence: int
    type: Literal["dataset_removed"]
    dataset_id: str


class ContextChangedEvent(TypedDict):
    """Another context counts for a dataset, or another revision of it."""

    sequence: int
    type: Literal["context_changed"]
    dataset_id: str


class TimelineEvent(TypedDict):
    """A cell began or ended, or the variables were moved."""

    sequence: int
    type: Literal["timeline"]
    timeline: TimelineNews


class RequestEvent(TypedDict):
    """What came of a request that was accepted."""

    sequence: int
    type: Literal["request"]
    request_id: str
    status: Outcome
    message: str
    result: SaveResult | None


class GoodbyeEvent(TypedDict):
    """The extension is being unloaded."""

    sequence: int
    type: Literal["goodbye"]


Event = (
    DatasetEvent
    | ContextWrittenEvent
    | DatasetRemovedEvent
    | ContextChangedEvent
    | TimelineEvent
    | RequestEvent
    | GoodbyeEvent
)
