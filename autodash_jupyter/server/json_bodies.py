"""JSON that strangers send: read within bounds, or refused with a sentence."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from autodash_jupyter.server.refusals import RefusalError

__all__ = ["parse_json", "read_body"]

DEEPEST = 64
LARGEST_NUMBER: dict[type, float] = {int: 2**63, float: float("inf"), bool: 2}
Body = TypeVar("Body", bound=BaseModel)


def parse_json(data: bytes) -> Any:
    """Return what a body holds; ``RefusalError`` (400) for what isn't JSON, is too deep, or can't be kept.

    >>> parse_json(b'{"name": "penguins"}')
    {'name': 'penguins'}
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_no_such_number)
    except (ValueError, RecursionError) as error:  # also numbers of more digits than Python reads
        raise RefusalError(
            400, "The body isn't JSON, or its numbers or its depth are beyond reason."
        ) from error
    _refuse_what_cannot_be_kept(value)
    return value


def read_body(data: bytes, kind: type[Body]) -> Body:
    """Return a body as a record; ``RefusalError``: 400 for what isn't JSON, 422 for other fields."""
    value = parse_json(data) if data.strip() else {}
    if not isinstance(value, dict):
        raise RefusalError(422, "The body must be a JSON object.")
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise RefusalError(422, _sentence(first["loc"], first["type"], first["msg"])) from error


def _sentence(place: tuple[str | int, ...], kind: str, told: str) -> str:
    """Say what is wrong with a field, for a person.

    >>> _sentence(("path",), "missing", "Field required")
    "The body has no 'path', which is needed."
    >>> _sentence((), "value_error", "Value error, give either a path or a url")
    'The body is refused: give either a path or a url.'
    """
    name = ".".join(str(each)[:100] for each in place)
    if kind == "missing":
        return f"The body has no {name!r}, which is needed."
    if kind == "extra_forbidden":
        return f"The body has a field {name!r}, which isn't known here."
    if kind == "string_pattern_mismatch":
        return f"{name!r} is blank, or isn't of the form that openapi.json tells."
    said = told.removeprefix("Value error, ")
    return f"{name!r} can't be taken: {said}." if name else f"The body is refused: {said}."


def _no_such_number(name: str) -> float:
    msg = f"{name} is no number of JSON"
    raise ValueError(msg)


def _refuse_what_cannot_be_kept(value: Any) -> None:
    """Refuse depth that others recurse into, halves of characters, and numbers too large for a float."""
    todo = [(value, 0)]
    while todo:
        each, depth = todo.pop()
        if depth > DEEPEST:
            raise RefusalError(400, f"The body is nested more than {DEEPEST} levels deep.")
        if isinstance(each, dict):
            todo += [(key, depth + 1) for key in each]
            todo += [(item, depth + 1) for item in each.values()]
        elif isinstance(each, list):
            todo += [(item, depth + 1) for item in each]
        elif isinstance(each, str) and not _is_text(each):
            raise RefusalError(400, "A text in the body holds half a character, or a zero byte.")
        elif isinstance(each, int | float) and abs(each) >= LARGEST_NUMBER[type(each)]:
            raise RefusalError(400, "A number in the body is too large.")


def _is_text(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
