"""The OpenAPI document of the server: one table of operations, and the records of ``schemas``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

import autodash_jupyter
from autodash_jupyter.server import schemas

__all__ = ["openapi_document"]

JSON = "application/json"
REFERENCES = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class _Operation:
    """One method of one address: its answer (status and record) and what it takes."""

    path: str
    method: str
    summary: str
    status: int = 200
    answer: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    is_body_required: bool = True
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


PAGE = ("limit", "offset")
OPERATIONS = (
    _Operation("/openapi.json", "get", "This document"),
    _Operation(
        "/events",
        "get",
        "Changes as server-sent events: ready, dataset, progress, context, deleted, upload, resync",
        query=("last_event_id",),
        headers=("Last-Event-ID",),
    ),
    _Operation("/datasets", "get", "List datasets, newest first", answer=schemas.DatasetList, query=PAGE),
    _Operation(
        "/datasets",
        "post",
        "Load a file below the server's folder, or of an allowed address",
        201,
        schemas.LoadedInfo,
        schemas.DatasetRequest,
    ),
    _Operation(
        "/datasets/upload",
        "post",
        "Upload a file; each of its tables is a dataset",
        201,
        schemas.LoadedInfo,
        query=("session_id",),
    ),
    _Operation(
        "/datasets/sample/load",
        "post",
        "Load a sample",
        201,
        schemas.LoadedInfo,
        schemas.SampleRequest,
        is_body_required=False,
    ),
    _Operation("/datasets/{dataset_id}", "get", "Show a dataset", answer=schemas.DatasetInfo),
    _Operation("/datasets/{dataset_id}", "delete", "Delete a dataset and all that is kept of it", 204),
    _Operation(
        "/datasets/{dataset_id}/context", "get", "What is written about it", answer=schemas.DatasetContextInfo
    ),
    _Operation(
        "/datasets/{dataset_id}/context/regenerate",
        "post",
        "Write its context anew",
        202,
        schemas.RegenerateInfo,
    ),
    _Operation(
        "/visualize/from-natural-language",
        "post",
        "Draw a chart of a dataset by a sentence",
        200,
        schemas.ChartInfo,
        schemas.ChartRequest,
    ),
    _Operation(
        "/contexts",
        "get",
        "List contexts, the last changed first",
        answer=schemas.ContextList,
        query=(*PAGE, "dataset_id"),
    ),
    _Operation("/contexts", "post", "Save a new context", 201, schemas.ContextInfo, schemas.ContextRequest),
    _Operation(
        "/contexts/validate",
        "post",
        "Check a document without saving it",
        200,
        schemas.ValidationInfo,
        schemas.ContextRequest,
    ),
    _Operation(
        "/contexts/{context_id}",
        "get",
        "Show a context",
        answer=schemas.ContextInfo,
        headers=("If-None-Match",),
    ),
    _Operation(
        "/contexts/{context_id}",
        "put",
        "Save a document in its place",
        200,
        schemas.ContextInfo,
        schemas.ContextRequest,
        headers=("If-Match",),
    ),
    _Operation("/contexts/{context_id}", "delete", "Delete a context", 204, headers=("If-Match",)),
    _Operation(
        "/contexts/{context_id}/validate",
        "post",
        "Check a context, or a document in its place",
        200,
        schemas.ValidationInfo,
        schemas.ContextRequest,
        is_body_required=False,
    ),
    _Operation(
        "/contexts/{context_id}/diff",
        "get",
        "What differs between two revisions; after is the newest by default",
        answer=schemas.ContextDifferences,
        query=("before", "after"),
    ),
    _Operation(
        "/contexts/{context_id}/versions", "get", "List its revisions", answer=schemas.ContextVersions
    ),
    _Operation(
        "/contexts/{context_id}/versions/{revision}", "get", "Show a revision", answer=schemas.ContextInfo
    ),
    _Operation(
        "/contexts/{context_id}/versions/{revision}/restore",
        "post",
        "Save what a revision said as a new one",
        200,
        schemas.ContextInfo,
        headers=("If-Match",),
    ),
)
PARAMETERS: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 1_000, "default": 100},
    "offset": {"type": "integer", "minimum": 0, "maximum": 2**31, "default": 0},
    "before": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
    "after": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
    "revision": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
    "session_id": {"type": "string", "pattern": "^[A-Za-z0-9._~:-]{1,128}$"},
}
REFUSALS = {
    "400": "The request is malformed",
    "403": "Not logged in, or not allowed",
    "404": "There is no such thing, or it is somebody else's",
    "412": "Another revision was saved meanwhile",
    "413": "The body is too large",
    "415": "The body is of another type",
    "422": "The content can't be taken",
    "429": "Too many streams",
    "503": "The store can't be reached",
}


def openapi_document(base_url: str = "/") -> dict[str, Any]:
    """Return the document, for a server below ``base_url``.

    >>> sorted(openapi_document()["paths"]["/datasets"])
    ['get', 'post']
    """
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "AutoDash", "version": autodash_jupyter.__version__},
        "servers": [{"url": f"{base_url.rstrip('/')}/autodash/api"}],
        "security": [{"token": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "token <the server's token>",
                },
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "_xsrf",
                    "description": "Jupyter's log-in; writing needs the header X-XSRFToken as well",
                },
            },
        },
    }


def _describe(operation: _Operation) -> dict[str, Any]:
    names = re.findall(r"\{(\w+)\}", operation.path)
    parameters = [_parameter(name, "path", required=True) for name in names]
    parameters += [_parameter(name, "query", required=name == "before") for name in operation.query]
    parameters += [_parameter(name, "header") for name in operation.headers]
    described: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": _operation_id(operation),
        "parameters": parameters,
        "responses": {str(operation.status): _answer(operation), **_refusals(operation)},
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": operation.is_body_required,
            "content": {JSON: {"schema": _reference(operation.body)}},
        }
    elif operation.path == "/datasets/upload":
        described["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": UPLOAD}}}
    return described


UPLOAD = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "session_id": PARAMETERS["session_id"],
    },
}


def _operation_id(operation: _Operation) -> str:
    words = re.findall(r"\w+", operation.path.replace("_id", ""))
    return "_".join([operation.method, *words])


def _parameter(name: str, place: str, *, required: bool = False) -> dict[str, Any]:
    schema = PARAMETERS.get(
        name, {"type": "string", "minLength": 1} if place == "path" else {"type": "string"}
    )
    return {"name": name, "in": place, "required": required, "schema": schema}


def _answer(operation: _Operation) -> dict[str, Any]:
    if operation.status == 204:
        return {"description": "Done"}
    if operation.path == "/events":
        return {"description": "A stream", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
    schema = {"type": "object"} if operation.answer is None else _reference(operation.answer)
    return {"description": operation.summary, "content": {JSON: {"schema": schema}}}


def _refusals(operation: _Operation) -> dict[str, Any]:
    content = {JSON: {"schema": _reference(schemas.ErrorInfo)}}
    told = {code: {"description": text, "content": content} for code, text in REFUSALS.items()}
    told["default"] = {"description": "Refused", "content": content}
    if "If-None-Match" in operation.headers:
        told["304"] = {"description": "Nothing changed"}
    return told


def _reference(record: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REFERENCES.format(model=record.__name__)}


def _schemas() -> dict[str, Any]:
    records = [getattr(schemas, name) for name in schemas.__all__]
    modes: list[Any] = [(record, "validation") for record in records]
    _, definitions = models_json_schema(modes, ref_template=REFERENCES)
    found: dict[str, Any] = definitions["$defs"]
    return found
