"""The OpenAPI document says what the server does, and nothing it allows makes the server fail."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from jupyter_servers import JupyterServer
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tornado.web import RequestHandler

from autodash_jupyter.server.openapi import openapi_document
from autodash_jupyter.server.routes import ROUTES, handlers

CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
METHODS = ("get", "post", "put", "patch", "delete")
EXAMPLES = 15


def test_the_document_has_every_method_of_every_route_and_no_other() -> None:
    described = {(path, method) for path, each in openapi_document()["paths"].items() for method in each}
    answered = {
        (path, method)
        for path, handler in ROUTES
        for method in METHODS
        if getattr(handler, method) is not RequestHandler.get
    }
    assert described == answered


def test_each_address_is_answered_by_its_own_handler() -> None:
    patterns = [(re.compile(pattern + "$"), handler) for pattern, handler in handlers()]
    for path, wanted in ROUTES:
        address = "/autodash/api" + re.sub(r"\{\w+\}", "1", path)
        assert next(handler for pattern, handler in patterns if pattern.match(address)) is wanted


def test_the_document_is_served_and_its_references_lead_somewhere(ada: httpx.Client) -> None:
    served = ada.get("/openapi.json").json()
    assert served == openapi_document()

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    known = {f"#/components/schemas/{name}" for name in served["components"]["schemas"]}
    assert references(served) <= known


def operations() -> list[tuple[str, str]]:
    document = openapi_document()["paths"]
    return [(method, path) for path, each in document.items() for method in each if path != "/events"]


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), operations())
def test_nothing_that_the_document_allows_or_forbids_makes_the_server_fail(
    method: str, path: str, people: JupyterServer, ada: httpx.Client
) -> None:
    known = ada.post("/datasets/sample/load").json()["dataset_id"]
    made = ada.post("/contexts", json={"document": {"name": f"of {method} {path}"}}).json()
    schema = schemathesis.openapi.from_dict(openapi_document())
    headers = {"Authorization": "token token-of-ada"}
    operation = schema[path][method.upper()]
    seen: list[int] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
        database=None,
    )
    @schemathesis_given(operation)
    def ask(case: Any) -> None:
        if len(seen) % 2 and case.path_parameters:
            case.path_parameters |= {
                name: value
                for name, value in {"dataset_id": known, "context_id": made.get("id")}.items()
                if name in case.path_parameters and value
            }
        answer = case.call(base_url=f"{people.address}/autodash/api", headers=headers)
        seen.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS, headers=headers)

    ask()
    assert len(seen) >= 1
    assert max(seen) < 500


def schemathesis_given(operation: Any) -> Any:
    """Give cases that fit an operation, and others that don't."""
    from hypothesis import given, strategies
    from schemathesis.generation.modes import GenerationMode

    strategy = operation.as_strategy()
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return given(case=strategies.one_of(strategy, wrong))
