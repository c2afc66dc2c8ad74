"""Operations as the log of a table keeps them: plain JSON, whatever they were given as."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias

from autodash_jupyter.operation_records import Operation
from autodash_jupyter.sessions.failures import SessionError
from autodash_jupyter.sessions.names import shown
from autodash_jupyter.sessions.records import SessionOperation, Snapshot

__all__ = ["Entry", "checked_operation", "entry_of", "operation_of", "plain"]

Entry: TypeAlias = dict[str, Any]
DEEPEST = 50  # levels of nesting in parameters

FIELDS = frozenset(each.name for each in fields(Operation))


def checked_operation(operation: Operation | Mapping[str, Any]) -> Operation:
    """Return the record of an operation that was given as one, or as a dict with at least an ``action``.

    What a dict says beyond the fields of a record goes with its parameters.

    Raises:
        SessionError: There is no action, or a field is of another type.

    >>> checked_operation({"action": "head", "rows": 5}).params
    {'rows': 5}
    """
    if isinstance(operation, Operation):
        return operation
    if not isinstance(operation, Mapping):
        msg = f"an operation is a record, or a dict with an action, not a {type(operation).__name__}"
        raise SessionError(msg)
    known = {name: value for name, value in operation.items() if name in FIELDS}
    others = {str(name): value for name, value in operation.items() if name not in FIELDS}
    params = known.get("params")
    if isinstance(params, Mapping) or params is None:
        known["params"] = {**(params or {}), **others}
    try:
        if isinstance(known.get("timestamp"), str):
            known["timestamp"] = datetime.fromisoformat(known["timestamp"])
        if not known.get("action"):
            raise ValueError("it has no action")
        return Operation.from_record(known)
    except ValueError as error:
        msg = f"this is no operation ({error}): give at least {{'action': 'drop_missing'}}"
        raise SessionError(msg) from error


def entry_of(operation: Operation, position: int, before: Snapshot, after: Snapshot) -> Entry:
    """Return what the log keeps of an operation that led from one state of a table to another."""
    told = replace(
        operation,
        rows_before=before.rows if operation.rows_before is None else operation.rows_before,
        rows_after=after.rows if operation.rows_after is None else operation.rows_after,
        columns_before=operation.columns_before or before.columns,
        columns_after=operation.columns_after or after.columns,
        snapshot_id=after.number if operation.snapshot_id is None else operation.snapshot_id,
    )
    entry: Entry = plain(told.as_record())
    return {**entry, "position": position, "undone": False}


def operation_of(entry: Entry) -> SessionOperation:
    """Return the operation of an entry; ``SessionError`` for one that is damaged."""
    try:
        moment = datetime.fromisoformat(entry["timestamp"])
        record = {**entry, "timestamp": moment if moment.tzinfo else moment.replace(tzinfo=UTC)}
        return SessionOperation(int(entry["position"]), Operation.from_record(record), bool(entry["undone"]))
    except (KeyError, TypeError, ValueError) as error:
        msg = f"an operation in the log can't be read ({type(error).__name__}): it is damaged"
        raise SessionError(msg) from error


def plain(value: Any, levels: int = DEEPEST) -> Any:
    """Return a value as strict JSON has it; what JSON lacks becomes text.

    >>> plain({"since": date(2024, 2, 29), "share": float("nan"), 7: {"a"}})
    {'since': '2024-02-29', 'share': 'nan', '7': ['a']}
    """
    if isinstance(value, Mapping) and levels:
        return {_whole(str(name)): plain(inner, levels - 1) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and levels:
        return [plain(inner, levels - 1) for inner in value]
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        value = value.item()
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    return value.isoformat() if isinstance(value, date | time) else shown(value)


def _whole(text: str) -> str:
    return str(text).encode(errors="replace").decode()
