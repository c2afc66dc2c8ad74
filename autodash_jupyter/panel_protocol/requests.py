"""What a page may ask for, and how it asks."""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict

__all__ = [
    "NoParams",
    "Steps",
    "OneStep",
    "OneDataset",
    "SomeDatasets",
    "OneRequest",
    "TwoRevisions",
    "EditedText",
    "OneRevision",
    "ContextName",
    "Sentence",
    "Requests",
    "Request",
]


class NoParams(TypedDict):
    """Nothing more to say."""


class Steps(TypedDict):
    """How many steps to go."""

    steps: int


class OneStep(TypedDict):
    """A step to go to."""

    step_id: int


class OneDataset(TypedDict):
    """The dataset that is meant."""

    dataset_id: str


class SomeDatasets(TypedDict):
    """The datasets that are meant."""

    dataset_ids: list[str]


class OneRequest(TypedDict):
    """The request that is meant."""

    request_id: str


class TwoRevisions(OneDataset):
    """Two revisions of a dataset's context."""

    before: int
    after: int


class EditedText(OneDataset):
    """A text to save; ``revision`` is the one that was edited: another one in its place is a conflict."""

    text: str
    revision: int


class OneRevision(OneDataset):
    """A revision of a dataset's context."""

    revision: int


class ContextName(OneDataset):
    """A context by its name."""

    name: str


class Sentence(OneDataset):
    """A chart in words; ``reading`` 0 is the likeliest of what they may mean."""

    sentence: str
    reading: int


class Requests(TypedDict):
    """What a page may ask for, with the parameters of each."""

    state: NoParams
    undo: Steps
    redo: Steps
    goto: OneStep
    regenerate: OneDataset
    cancel: OneRequest
    context_text: OneDataset
    context_revisions: OneDataset
    compare_revisions: TwoRevisions
    save_context: EditedText
    restore_revision: OneRevision
    use_context: ContextName
    count_findings: SomeDatasets
    columns: OneDataset
    visualize: Sentence


class Request(TypedDict):
    """What a page sends; ``params`` are those that ``Requests`` gives for its action."""

    type: Literal["request"]
    request_id: str
    action: str
    params: dict[str, Any]
