"""What comes of those requests that bring more than a line of text."""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict

from autodash_jupyter.panel_protocol.typed import documented

__all__ = [
    "Finding",
    "ContextText",
    "Revision",
    "ContextRevisions",
    "Difference",
    "Comparison",
    "Conflict",
    "SaveResult",
    "FindingCount",
    "FindingCounts",
    "Column",
    "Columns",
    "Chart",
    "Results",
    "Result",
]


@documented
class Finding(TypedDict):
    """What is wrong with a context, or worth a look."""

    severity: Literal["failed", "warning"]
    message: str
    line: int | None
    """The line of the context's text, from 1."""


@documented
class ContextText(TypedDict):
    """A context's text as its author wrote it, to be edited."""

    text: str
    revision: int
    """What it is a revision of; 0 where nothing is saved yet."""
    findings: list[Finding]


class Revision(TypedDict):
    """One saved revision of a context."""

    revision: int
    saved_at: str
    author: str
    cause: str


@documented
class ContextRevisions(TypedDict):
    """A dataset's contexts, and the revisions of the one that counts."""

    revision: int
    """0 where nothing is saved yet."""
    names: list[str]
    """Every context that names the dataset, the one that counts first."""
    authors: str
    """Who wrote it, in words."""
    page: str | None
    """The context as Markdown, with the present values of its metrics: text from outside."""
    findings: list[Finding]
    revisions: list[Revision]
    """Newest first."""


class Difference(TypedDict):
    """A field that differs between two revisions."""

    path: str
    kind: Literal["added", "removed", "changed"]
    before: str
    after: str


@documented
class Comparison(TypedDict):
    """What differs between two revisions of a context, field by field."""

    before: int
    after: int
    differences: list[Difference]
    left_out: int
    """How many more there are."""


class Conflict(TypedDict):
    """What somebody else saved meanwhile."""

    text: str
    revision: int


class SaveResult(TypedDict, total=False):
    """Saved with these findings; or not, for a conflict or because the text can't be read."""

    revision: int
    findings: list[Finding]
    conflict: Conflict


class FindingCount(TypedDict):
    """How much of a dataset's context is to be mended."""

    dataset_id: str
    count: int


class FindingCounts(TypedDict):
    """How much is to be mended, of the datasets that were asked for and are still there."""

    counts: list[FindingCount]


@documented
class Column(TypedDict):
    """One column of a dataset, as its profile saw it."""

    name: str
    dtype: str
    role: str
    """What it holds, in a word."""
    missing: float
    """The share of cells without a value, 0 to 1."""
    histogram: list[int]
    """How many values lie in each of equal bins; empty where there are none to count."""


@documented
class Columns(TypedDict):
    """A dataset's columns, in its own order."""

    columns: list[Column]
    left_out: int
    """How many more there are."""


@documented
class Chart(TypedDict):
    """The chart that a sentence asks for, in one of the readings it allows."""

    title: str
    spec: dict[str, Any]
    """Vega-Lite 5, its rows inlined."""
    explanation: str
    """How the sentence was read, a line for each piece."""
    confidence: float
    """How sure the reading is, 0 to 1."""
    context_used: bool
    readings: list[str]
    """What the sentence may mean, likeliest first: the titles of the charts that can be asked for."""
    reading: int
    """Which of them this one is."""
    code: str
    """A cell that draws the same chart."""


class Results(TypedDict):
    """What comes of those requests that bring more than a line of text."""

    context_text: ContextText
    context_revisions: ContextRevisions
    compare_revisions: Comparison
    save_context: SaveResult
    count_findings: FindingCounts
    columns: Columns
    visualize: Chart


Result = ContextText | ContextRevisions | Comparison | FindingCounts | Columns | Chart
