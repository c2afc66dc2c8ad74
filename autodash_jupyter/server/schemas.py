"""What requests and answers hold; the OpenAPI document is made from these records."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "ChartInfo",
    "ChartRequest",
    "ContextDifferences",
    "ContextInfo",
    "ContextList",
    "ContextRequest",
    "ContextVersions",
    "DatasetContextInfo",
    "DatasetInfo",
    "DatasetList",
    "DatasetRequest",
    "ErrorInfo",
    "LoadedInfo",
    "RegenerateInfo",
    "SampleRequest",
    "ValidationInfo",
]

Status = Literal["pending", "generating", "completed", "failed"]
Shortly = Annotated[str, Field(min_length=1, max_length=200)]


class Request(BaseModel):
    """A body that may hold nothing but its fields."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _either(**types: str) -> ConfigDict:
    """Say that one of these fields is given, and only one; ``types`` are theirs."""
    choices: list[Any] = [
        {
            "required": [name],
            "properties": {each: {"type": types[each] if each == name else "null"} for each in types},
        }
        for name in types
    ]
    return ConfigDict(json_schema_extra={"oneOf": choices})


class DatasetRequest(Request):
    """A file to load: a path below the server's folder, or an address that the server allows."""

    model_config = _either(path="string", url="string")

    path: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    url: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    name: Shortly | None = None
    sheet: Shortly | None = None
    format: Shortly | None = None

    @model_validator(mode="after")
    def _one_source(self) -> DatasetRequest:
        if (self.path is None) == (self.url is None):
            msg = "give either a path or a url"
            raise ValueError(msg)
        return self


class SampleRequest(Request):
    """A sample to load, ``penguins`` by default."""

    name: Shortly = "penguins"


class ContextRequest(Request):
    """A document, as fields or as text; ``dataset_id`` is what plain Markdown speaks of."""

    model_config = _either(document="object", text="string")

    document: dict[str, Any] | None = None
    text: Annotated[str, Field(max_length=4_000_000)] | None = None
    dataset_id: Shortly | None = None

    @model_validator(mode="after")
    def _one_form(self) -> ContextRequest:
        if (self.document is None) == (self.text is None):
            msg = "give either a document or a text"
            raise ValueError(msg)
        return self


class ChartRequest(Request):
    """A dataset, and what to show of it in a sentence."""

    dataset_id: Shortly
    description: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S")]


class ChartInfo(BaseModel):
    """A chart as Vega-Lite, how the sentence was read, and how surely."""

    spec: dict[str, Any]
    intent: dict[str, Any]
    explanation: str
    context_used: bool
    confidence: float


class DatasetInfo(BaseModel):
    """A dataset."""

    id: str
    dataset_id: str
    user_id: int | str
    name: str
    filename: str
    source: str
    row_count: int
    column_count: int
    columns: list[str]
    columns_info: dict[str, Any]
    context: str | None
    context_status: Status
    context_error: str | None
    context_written_by: str | None
    context_sent_to: str | None
    context_generated_at: datetime | None
    context_id: str | None
    file_size_bytes: int
    uploaded_at: datetime
    created_at: datetime
    updated_at: datetime


class DatasetList(BaseModel):
    """A page of the user's datasets, newest first."""

    datasets: list[DatasetInfo]
    total: int
    limit: int
    offset: int
    next_offset: int | None


class LoadedInfo(DatasetInfo):
    """What was loaded: the first table's info, all tables, and what of the file could not become one."""

    session_id: str
    initialized_tables: list[str]
    message: str
    errors: list[str]
    notes: list[str]
    datasets: list[DatasetInfo]


class DatasetContextInfo(BaseModel):
    """What is written about a dataset."""

    context: str | None
    context_status: Status
    context_generated_at: datetime | None
    columns_info: dict[str, Any]
    filename: str
    row_count: int
    column_count: int
    created_at: datetime


class RegenerateInfo(BaseModel):
    """That a context is going to be written."""

    dataset_id: str
    context_status: Status
    message: str


class ContextInfo(BaseModel):
    """A context document as it was last saved; ``revision`` is its ETag."""

    id: str
    context_id: str
    user_id: int | str
    name: str
    version: str
    status: str
    revision: int
    document: dict[str, Any]
    text: str
    linked: list[str]
    skipped: list[str]
    author: str
    cause: str
    created_at: datetime
    updated_at: datetime


class ContextList(BaseModel):
    """A page of the user's contexts, the last changed first."""

    contexts: list[ContextInfo]
    total: int
    limit: int
    offset: int
    next_offset: int | None


class ContextVersions(BaseModel):
    """All revisions of a context, oldest first."""

    context_id: str
    versions: list[ContextInfo]


class DifferenceInfo(BaseModel):
    """One field that differs between two revisions; the values are told as text."""

    path: str
    kind: Literal["added", "removed", "changed"]
    before: str
    after: str


class ContextDifferences(BaseModel):
    """What differs between two revisions of a context."""

    context_id: str
    before: int
    after: int
    differences: list[DifferenceInfo]


class FindingInfo(BaseModel):
    """One thing to mend or to know."""

    severity: Literal["warning", "failed"]
    path: str
    message: str
    line: int | None


class ValidationInfo(BaseModel):
    """What a check of a document came to."""

    status: Literal["passed", "warnings", "failed"]
    findings: list[FindingInfo]


class ErrorInfo(BaseModel):
    """Why a request was refused, for a person."""

    message: str
    reason: str
