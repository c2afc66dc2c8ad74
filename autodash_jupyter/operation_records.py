"""The record of one operation on a table: what was done, by whom, and what it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

__all__ = ["Operation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation as it was done.

    ``action`` and ``params`` are enough to do it again; ``snapshot_id`` names the state that it made (in a
    notebook the timeline's step), ``None`` until that is recorded; rows are ``None`` for a table whose rows
    aren't counted before it is computed; ``actor`` is who did it: ``user``, or an agent's name.

    >>> operation = Operation(action="head", params={"rows": 5}, change_summary="kept 5 rows")
    >>> Operation.from_record(operation.as_record()) == operation
    True
    """

    action: str
    params: Mapping[str, Any] = field(default_factory=dict)
    timestamp: datetime = field(default_factory=lambda: datetime.now(UTC))
    change_summary: str = ""
    snapshot_id: int | str | None = None
    rows_before: int | None = None
    rows_after: int | None = None
    columns_before: int = 0
    columns_after: int = 0
    actor: str = "user"

    def as_record(self) -> dict[str, Any]:
        """Return the fields as a dict that a store can keep."""
        return {**asdict(self), "params": dict(self.params)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Operation:
        """Return the operation a store kept: missing fields get their defaults, unknown ones are left out.

        Raises:
            ValueError: There is no action, or a field holds something of another type.
        """
        known = {name: record[name] for name in _TYPES if name in record}
        for name, value in known.items():
            if not isinstance(value, _TYPES[name]):
                msg = f"{name} is of type {type(value).__name__}"
                raise ValueError(msg)
        if "action" not in known:
            raise ValueError("it has no action")
        return cls(**known)


_TYPES: dict[str, Any] = {
    "action": str,
    "params": Mapping,
    "timestamp": datetime,
    "change_summary": str,
    "snapshot_id": int | str | None,
    "rows_before": int | None,
    "rows_after": int | None,
    "columns_before": int,
    "columns_after": int,
    "actor": str,
}
