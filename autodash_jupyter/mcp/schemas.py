"""JSON schemas as agents read them: flat, without titles, with the session and the table where needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["input_schema", "output_schema"]

_SESSION = "the session's id, as initialize_data_table gave it"
_NOTEBOOK = "the session's id (default: the notebook's)"
_TABLE = "the table's name, as list_tables gives it"
_OURS = frozenset({"x-role"})  # what only our own readers understand


def input_schema(
    takes: type[BaseModel], *, session_required: bool, with_session: bool, with_table: bool
) -> dict[str, Any]:
    """Return the schema of a tool's arguments: the session and the table, then what is the tool's own.

    >>> from autodash_jupyter.operations import find_operation
    >>> head = find_operation("head").parameters
    >>> made = input_schema(head, session_required=True, with_session=True, with_table=True)
    >>> list(made["properties"]), made["required"]
    (['session_id', 'table', 'rows'], ['session_id', 'table'])
    """
    schema = takes.model_json_schema()
    own = _plain(schema, schema.get("$defs", {}), keep_words=True)
    places: dict[str, Any] = {}
    required: list[str] = []
    if with_session:
        places["session_id"] = _name(_SESSION if session_required else _NOTEBOOK)
        required += ["session_id"] * session_required
    if with_table:
        places["table"] = _name(_TABLE)
        required.append("table")
    return {
        "type": "object",
        "properties": {**places, **own.get("properties", {})},
        "required": [*required, *own.get("required", [])],
        "additionalProperties": False,
    }


@cache
def output_schema(kind: Any) -> dict[str, Any]:
    """Return the schema of an answer, its parts in their places: nobody has to follow references."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(kind).json_schema(mode="serialization")
    made: dict[str, Any] = _plain(schema, schema.get("$defs", {}), keep_words=False)
    return made


def _name(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description, "minLength": 1, "maxLength": 200}


def _plain(value: Any, parts: Mapping[str, Any], *, keep_words: bool) -> Any:
    """Return a schema without titles and references; ``keep_words`` keeps descriptions and defaults."""
    if isinstance(value, list):
        return [_plain(each, parts, keep_words=keep_words) for each in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _plain(parts[str(value["$ref"]).rpartition("/")[2]], parts, keep_words=keep_words)
    left_out = {"title", "$defs", *_OURS, *(() if keep_words else ("description", "default"))}
    made = {key: each for key, each in value.items() if key not in left_out}
    for key, each in made.items():
        if key == "properties":  # by names that may be called like a word of the schema
            made[key] = {name: _plain(one, parts, keep_words=keep_words) for name, one in each.items()}
        elif key != "default":
            made[key] = _plain(each, parts, keep_words=keep_words)
    return made
