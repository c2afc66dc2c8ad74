"""The parameters of an operation: a model of its function's signature, and what they stand for in a table."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args, get_origin, get_type_hints

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.operations.failures import OperationError
from autodash_jupyter.operations.kinds import Parameter
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.wording import listed, one_line_text

__all__ = ["column_label", "model_of", "parameter_of", "resolved_parameters", "validated"]

_SHOWN = 6


@functools.cache
def model_of(operation: TableOperation) -> type[BaseModel]:
    """Return the frozen model of an operation's parameters.

    >>> from autodash_jupyter.operations.registry import find_operation
    >>> sorted(model_of(find_operation("drop_missing")).model_json_schema()["properties"])
    ['columns', 'how']
    """
    hints = get_type_hints(operation.function, include_extras=True)
    fields: dict[str, Any] = {}
    for name, parameter in list(inspect.signature(operation.function).parameters.items())[1:]:
        kind, *extras = get_args(hints[name])
        [about] = [each for each in extras if isinstance(each, Parameter)]
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[name] = (_as_json_type(kind), _field(default, about, kind))
    config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, title=operation.name)
    made: type[BaseModel] = create_model(
        f"{operation.name}_parameters", __config__=config, __doc__=operation.summary, **fields
    )
    return made


def _field(default: Any, about: Parameter, kind: Any) -> Any:
    several = any(get_origin(each) in (list, dict) for each in (kind, *get_args(kind)))
    return Field(
        default,
        description=about.description,
        ge=about.minimum,
        le=about.maximum,
        min_length=1 if several else None,
        json_schema_extra={"x-role": about.role},
    )


def _as_json_type(kind: Any) -> Any:
    """Return a parameter's type with the name of a table instead of the table."""
    if kind is pd.DataFrame:
        return str
    return list[str] if kind == list[pd.DataFrame] else kind


def parameter_of(operation: TableOperation, name: str) -> str:
    """Return the role of a parameter."""
    extra = model_of(operation).model_fields[name].json_schema_extra
    return str(extra["x-role"]) if isinstance(extra, Mapping) else "plain"


def validated(operation: TableOperation, given: Mapping[str, Any]) -> BaseModel:
    """Return parameters as the operation's model; raises OperationError for the first that is wrong.

    >>> from autodash_jupyter.operations.registry import find_operation
    >>> validated(find_operation("head"), {"rows": "three"})
    Traceback (most recent call last):
    autodash_jupyter.operations.failures.OperationError: head: rows='three' isn't right: input should be a
    valid integer, unable to parse string as an integer.
    """
    model = model_of(operation)
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        raise OperationError(_first_mistake(operation.name, model, error)) from None


def _first_mistake(operation: str, model: type[BaseModel], error: ValidationError) -> str:
    mistakes = error.errors(include_url=False, include_context=False)
    mistakes.sort(key=lambda each: each["type"] != "extra_forbidden")
    mistake = mistakes[0]
    name = str(mistake["loc"][0])
    if mistake["type"] == "extra_forbidden":
        hint = did_you_mean(name, model.model_fields) or f" It takes {listed(model.model_fields) or 'none'}."
        return f"{operation} has no parameter '{one_line_text(name)}'.{hint}"
    if mistake["type"] == "missing":
        about = model.model_fields[name].description
        return f"{operation} needs {name}=: {about}."
    said = mistake["msg"][:1].lower() + mistake["msg"][1:]
    options = mistake["input"]
    hint = ""
    if mistake["type"] == "literal_error" and isinstance(options, str):
        hint = did_you_mean(options, _literals(model.model_fields[name].annotation))
    return (
        f"{operation}: {name}={one_line_text(repr(options))} isn't right: {one_line_text_long(said)}.{hint}"
    )


def one_line_text_long(text: str) -> str:
    """Return a text on one line, however long."""
    return " ".join(text.split())


def _literals(kind: Any) -> Iterable[str]:
    for each in get_args(kind):
        if isinstance(each, str):
            yield each
        else:
            yield from _literals(each)


def resolved_parameters(
    operation: TableOperation,
    model: BaseModel,
    labels: Sequence[Any],
    table_of: Callable[[str], Any],
) -> dict[str, Any]:
    """Return the parameters as the function takes them: a frame's own labels for columns, tables for names.

    Raises OperationError for a column that isn't there; ``table_of`` raises for a table.
    """
    found: dict[str, Any] = {}
    for name in type(model).model_fields:
        value, role = getattr(model, name), parameter_of(operation, name)
        if role == "column" and value is not None:
            value = _resolved_columns(value, labels)
        elif role == "table" and value is not None:
            value = [table_of(each) for each in value] if isinstance(value, list) else table_of(value)
        found[name] = value
    return found


def _resolved_columns(value: Any, labels: Sequence[Any]) -> Any:
    if isinstance(value, dict):
        return {column_label(each, labels): inner for each, inner in value.items()}
    if isinstance(value, list):
        return [column_label(each, labels) for each in value]
    return column_label(value, labels)


def column_label(name: str | int, labels: Sequence[Any]) -> Any:
    """Return a column's own label: the very same, else the one that is written so.

    >>> column_label("1", ["a", 1])
    1
    >>> column_label("prise", ["price"])
    Traceback (most recent call last):
    autodash_jupyter.operations.failures.OperationError: There is no column 'prise'. Did you mean 'price'?
    """
    for label in labels:
        if type(label) is type(name) and label == name:
            return label
    written = [label for label in labels if _text(label) == str(name)]
    if len(written) == 1:
        return written[0]
    texts = [one_line_text(label) for label in labels]
    hint = did_you_mean(str(name), texts)
    if not hint:
        hint = (
            f" The columns are {', '.join(texts[:_SHOWN])}{', …' if len(texts) > _SHOWN else ''}."
            if texts
            else ""
        )
    msg = f"There is no column '{one_line_text(name)}'.{hint or ' The table has no columns.'}"
    raise OperationError(msg)


def _text(label: Any) -> str:
    try:
        return str(label)
    except Exception:  # noqa: BLE001 - a label's own __str__ may raise anything
        return ""
