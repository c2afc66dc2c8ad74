"""Runs an operation on a table: whole, or not at all and with one line that says why."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from autodash_jupyter.errors import AutoDashError, one_line
from autodash_jupyter.operation_records import Operation
from autodash_jupyter.operations.failures import OperationError
from autodash_jupyter.operations.parameters import parameter_of, resolved_parameters, validated
from autodash_jupyter.operations.registry import TableOperation, find_operation
from autodash_jupyter.operations.wording import counted, one_line_text

__all__ = ["Applied", "run_operation", "with_own_labels"]


@dataclass(frozen=True, slots=True)
class Applied:
    """What an operation made: the new table (the old one is as it was), and the record of what was done."""

    frame: Any
    operation: Operation


def _no_tables(name: str) -> Any:
    msg = f"There is no table '{one_line_text(name)}' here."
    raise OperationError(msg)


def run_operation(
    action: str,
    frame: Any,
    given: Mapping[str, Any],
    *,
    table_of: Callable[[str], Any] = _no_tables,
    actor: str = "user",
) -> Applied:
    """Run an operation on a pandas, polars or Dask frame; ``table_of`` finds the other tables it names.

    Raises OperationError, in one line, for an unknown operation, parameter or column, and for a table that
    can't be treated so; the frame is never changed.

    >>> applied = run_operation("drop_missing", pd.DataFrame({"price": [1.0, None]}), {"columns": ["price"]})
    >>> applied.operation.change_summary
    'removed 1 row with a missing price; 2 → 1 row'
    """
    operation = find_operation(action)
    model = validated(operation, given)
    is_pandas = isinstance(frame, pd.DataFrame)
    labels = _labels(frame)
    if not operation.duplicates_allowed:
        _refuse_duplicates(labels)
    parameters = resolved_parameters(operation, model, labels, table_of)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they would speak of our code, not of the person's
            result = (
                _run(operation, frame, parameters) if is_pandas else _run_elsewhere(action, frame, parameters)
            )
            said = _said(operation, frame, result, parameters) if is_pandas else ""
    except AutoDashError as error:
        raise OperationError(" ".join(str(error).split())) from None  # a column's name may hold anything
    except MemoryError:
        msg = f"{action} needs more memory than is free; filter the table first."
        raise OperationError(msg) from None
    except Exception as error:  # pandas, and the cells' own code, may raise anything
        raise OperationError(_reason(action, error)) from error
    record = _record(operation, model, parameters, (frame, result), said)
    return Applied(result, replace(record, actor=actor))


def with_own_labels(done: Operation, frame: Any) -> Operation:
    """Return an operation that a store kept with the labels that the frame it was done to really has.

    Raises OperationError where it has no such column.

    >>> done = Operation(action="rename", params={"columns": {"0": "price"}})
    >>> with_own_labels(done, pd.DataFrame([[1.5]])).params
    {'columns': {0: 'price'}}
    """
    operation = find_operation(done.action)
    model = validated(operation, done.params)
    found = resolved_parameters(operation, model, _labels(frame), lambda name: name)
    return replace(done, params=_recorded(operation, model, found))


def _run(operation: TableOperation, frame: pd.DataFrame, parameters: dict[str, Any]) -> pd.DataFrame:
    if operation.check is not None:
        operation.check(frame, parameters)
    result = operation.function(frame.copy(deep=False), **parameters)
    result.attrs = copy.deepcopy(frame.attrs)
    return result


def _run_elsewhere(action: str, frame: Any, parameters: dict[str, Any]) -> Any:
    from autodash_jupyter.operations.other_frames import run_by_narwhals

    return run_by_narwhals(action, frame, parameters)


def _refuse_duplicates(labels: list[Any]) -> None:
    index = pd.Index(labels, dtype=object)
    if index.has_duplicates:
        name = one_line_text(index[index.duplicated()][0])
        count = sum(one_line_text(label) == name for label in labels)
        msg = f"{count} columns are named '{name}'; give each its own by frame.columns = [...] first."
        raise OperationError(msg)


def _reason(action: str, error: Exception) -> str:
    said = " ".join(str(error).split()) if isinstance(error, ValueError) else one_line(error)
    return f"{action}: {said[:300] or type(error).__name__}"


def _said(
    operation: TableOperation, before: pd.DataFrame, after: pd.DataFrame, given: Mapping[str, Any]
) -> str:
    try:
        return operation.says(before, after, given)
    except Exception:  # noqa: BLE001 - cells that can't be compared are no reason to lose the result
        return operation.name


def _record(
    operation: TableOperation, model: Any, parameters: dict[str, Any], frames: tuple[Any, Any], said: str
) -> Operation:
    (rows_before, columns_before), (rows_after, columns_after) = map(_shape, frames)
    shapes = [said or f"{operation.name} done"]
    if None not in (rows_before, rows_after) and rows_before != rows_after and not operation.read_only:
        shapes.append(f"{rows_before:,} → {counted(rows_after or 0, 'row')}")
    if columns_before != columns_after and not operation.read_only:
        shapes.append(f"{columns_before:,} → {counted(columns_after, 'column')}")
    return Operation(
        action=operation.name,
        params=_with_text_keys(_recorded(operation, model, parameters)),
        change_summary="; ".join(shapes),
        rows_before=rows_before,
        rows_after=rows_after,
        columns_before=columns_before,
        columns_after=columns_after,
    )


def _recorded(operation: TableOperation, model: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters that were given, with the labels that the table really has."""
    recorded: dict[str, Any] = model.model_dump(mode="json", exclude_unset=True)
    for name, value in recorded.items():
        label = parameters[name]
        if parameter_of(operation, name) != "column":
            continue
        if isinstance(value, list):
            recorded[name] = [_plain(own, typed) for own, typed in zip(label, value, strict=True)]
        elif isinstance(value, dict):
            recorded[name] = {
                _plain(own, typed): inner for own, (typed, inner) in zip(label, value.items(), strict=True)
            }
        else:
            recorded[name] = _plain(label, value)
    return recorded


def _with_text_keys(params: dict[str, Any]) -> dict[str, Any]:
    """Return parameters as a store keeps them: labels of columns as texts, where they are keys."""
    return {
        name: {str(key): inner for key, inner in value.items()} if isinstance(value, dict) else value
        for name, value in params.items()
    }


def _plain(label: Any, typed: Any) -> Any:
    return label if type(label) in (str, int) else typed


def _shape(frame: Any) -> tuple[int | None, int]:
    """Return rows and columns; a lazy table's rows aren't known before it is computed."""
    rows = len(frame) if isinstance(frame, pd.DataFrame) else getattr(frame, "height", None)
    return rows if isinstance(rows, int) else None, len(_labels(frame))


def _labels(frame: Any) -> list[Any]:
    """Return a frame's columns; of a lazy polars frame they are worked out from its plan."""
    schema = getattr(frame, "collect_schema", None)
    return list(frame.columns) if schema is None else list(schema().names())
