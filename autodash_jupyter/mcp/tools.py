"""A tool as agents see it, and how its arguments are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from autodash_jupyter.errors import AutoDashError, did_you_mean
from autodash_jupyter.mcp.schemas import input_schema, output_schema
from autodash_jupyter.mcp.tables import Caller, Tables

if TYPE_CHECKING:
    import mcp_types as types
    from pydantic import BaseModel, ValidationError

__all__ = ["AgentTool", "Call", "ToolArgumentError"]

_LONGEST_SHOWN = 80


class ToolArgumentError(AutoDashError):
    """An argument of a tool is missing, unknown, or of another kind; nothing was done."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool: the session and table it speaks of, who calls, and the tool's own arguments.

    ``own`` is an instance of the tool's model, of an operation the dict as it was given.
    """

    session_id: str
    table: str
    own: Any
    caller: Caller


@dataclass(frozen=True, slots=True)
class AgentTool:
    """One tool: what it takes and answers, what it does to tables, and the function that does it.

    ``takes`` is the model of its own arguments; with ``checked_later`` these go as they are to the operation,
    which checks them in the same words as for a person. ``additive`` tools lose nothing, ``idempotent`` ones
    do no more when they are called again.
    """

    name: str
    description: str
    takes: type[BaseModel]
    answer: type[Any]
    run: Callable[[Tables, Call], Any]
    read_only: bool = False
    additive: bool = False
    idempotent: bool = False
    checked_later: bool = False
    needs_session: bool = True
    needs_table: bool = True

    def described(self, *, session_required: bool) -> types.Tool:
        """Return the tool as the protocol lists it; ``session_required``: none is meant by default."""
        import mcp_types as types

        return types.Tool(
            name=self.name,
            title=self.name.replace("_", " ").capitalize(),
            description=self.description,
            input_schema=input_schema(
                self.takes,
                session_required=session_required,
                with_session=self.needs_session,
                with_table=self.needs_table,
            ),
            output_schema=output_schema(cast("Any", self.answer)),
            annotations=types.ToolAnnotations(
                read_only_hint=self.read_only,
                destructive_hint=not self.read_only and not self.additive,
                idempotent_hint=self.read_only or self.idempotent,
                open_world_hint=False,
            ),
        )

    def read(self, given: Mapping[str, Any], default_session: str | None, caller: Caller) -> Call:
        """Return a call from its arguments; raises ToolArgumentError for the first that is wrong."""
        own = dict(given)
        session_id = table = ""
        if self.needs_session:
            session_id = _text(self.name, "session_id", own.pop("session_id", None) or default_session)
        if self.needs_table:
            table = _text(self.name, "table", own.pop("table", None))
        return Call(session_id, table, own if self.checked_later else self._checked(own), caller)

    def _checked(self, own: Mapping[str, Any]) -> BaseModel:
        from pydantic import ValidationError

        try:
            return self.takes.model_validate(own)
        except ValidationError as error:
            raise ToolArgumentError(_first_mistake(self, error)) from None


_WHERE_FROM = {
    "session_id": "the id that initialize_data_table gave",
    "table": "a name that list_tables gives",
}


def _text(tool: str, name: str, value: object) -> str:
    if value is None:
        msg = f"{tool} needs {name}: {_WHERE_FROM[name]}."
        raise ToolArgumentError(msg)
    if not isinstance(value, str):
        msg = f"{tool}: {name} is a text, not {_shown(value)}; give {_WHERE_FROM[name]}."
        raise ToolArgumentError(msg)
    return value


def _first_mistake(tool: AgentTool, error: ValidationError) -> str:
    mistakes = error.errors(include_url=False, include_context=False)
    mistakes.sort(key=lambda each: each["type"] != "extra_forbidden")
    mistake = mistakes[0]
    name = str(mistake["loc"][0]) if mistake["loc"] else ""
    known = [*("session_id",) * tool.needs_session, *("table",) * tool.needs_table, *tool.takes.model_fields]
    if mistake["type"] == "extra_forbidden":
        hint = did_you_mean(name, known) or f" It takes {', '.join(known) or 'none'}."
        return f"{tool.name} has no argument {_shown(name)}.{hint}"
    if mistake["type"] == "missing":
        return f"{tool.name} needs {name}: {tool.takes.model_fields[name].description}."
    said = str(mistake["msg"]).removeprefix("Value error, ")
    if not name:
        return f"{tool.name}: {said}"
    said = " ".join((said[:1].lower() + said[1:]).split())
    return f"{tool.name}: {name}={_shown(mistake['input'])} isn't right: {said}."


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
