"""What kernel and page say to each other over the sidebar's comms: one schema for both ends.

Typed dicts, so that the kernel's end builds plain values that mypy checks, and importing this costs
nothing. ``labextension/generate_protocol.py`` makes TypeScript of their JSON Schema, and
``read_request`` checks what a page sends against it. ``PROTOCOL`` grows when an old page could no longer
read what is said; a new event, request or optional field is none of that.

Two comms: ``autodash.requests``, opened by each page, carries requests and their answers;
``autodash.events``, one for each kernel, only brings news, numbered without gaps. A page that misses a
number asks for the state again. Everything told of a dataset, context or value is text from outside.
It imports no part of the house but errors, and never sends, keeps or changes anything.
"""

from __future__ import annotations

from autodash_jupyter.panel_protocol.answers import (
    AcceptedAnswer,
    Answer,
    RefusedAnswer,
    ResultAnswer,
    StateAnswer,
)
from autodash_jupyter.panel_protocol.events import (
    ContextChangedEvent,
    ContextWrittenEvent,
    DatasetEvent,
    DatasetRemovedEvent,
    Event,
    GoodbyeEvent,
    Outcome,
    RequestEvent,
    TimelineEvent,
)
from autodash_jupyter.panel_protocol.reading import adapter, read_request
from autodash_jupyter.panel_protocol.requests import Request, Requests
from autodash_jupyter.panel_protocol.results import (
    Chart,
    Column,
    Columns,
    Comparison,
    Conflict,
    ContextRevisions,
    ContextText,
    Difference,
    Finding,
    FindingCount,
    FindingCounts,
    Result,
    Results,
    Revision,
    SaveResult,
)
from autodash_jupyter.panel_protocol.shown import (
    ContextStatus,
    Dataset,
    Progress,
    State,
    Step,
    Timeline,
    TimelineNews,
)

__all__ = [
    "AcceptedAnswer",
    "Answer",
    "Chart",
    "Column",
    "Columns",
    "Comparison",
    "Conflict",
    "ContextChangedEvent",
    "ContextRevisions",
    "ContextStatus",
    "ContextText",
    "ContextWrittenEvent",
    "Dataset",
    "DatasetEvent",
    "DatasetRemovedEvent",
    "Difference",
    "EVENTS_TARGET",
    "Event",
    "Finding",
    "FindingCount",
    "FindingCounts",
    "GoodbyeEvent",
    "Outcome",
    "PROTOCOL",
    "Progress",
    "REQUESTS_TARGET",
    "RefusedAnswer",
    "Request",
    "RequestEvent",
    "Requests",
    "Result",
    "ResultAnswer",
    "Results",
    "Revision",
    "SaveResult",
    "State",
    "StateAnswer",
    "Step",
    "Timeline",
    "TimelineEvent",
    "TimelineNews",
    "adapter",
    "read_request",
]

PROTOCOL = 2
REQUESTS_TARGET = "autodash.requests"
EVENTS_TARGET = "autodash.events"
