"""The log of operations, kept in a store: whole, whatever is undone."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from autodash_jupyter.catalog.index import RecordIndex
from autodash_jupyter.models import UserId
from autodash_jupyter.operation_records import Operation
from autodash_jupyter.stores import ContextStore, Key, Read, Value, delete_many, update_many

__all__ = ["LoggedOperation", "OperationLog"]

KIND = "operation"


@dataclass(frozen=True, slots=True)
class LoggedOperation:
    """An operation as the log keeps it: its id, which rises with time, and the session that did it."""

    operation_id: str
    table: str
    session: str
    operation: Operation


class OperationLog:
    """The operations on all tables of all users, each a record of its own: no writer disturbs another.

    ``table`` is a dataset's id, or a name that stands for a variable. Methods raise ``ContextStoreError``
    where the store does.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> log = OperationLog(InMemoryContextStore())
    >>> _ = log.append("ada", "sample_1", Operation(action="head"), session="s")
    >>> [logged.operation.action for logged in log.list("ada", "sample_1")]
    ['head']
    """

    def __init__(self, store: ContextStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._last = 0
        self._index = RecordIndex(store, KIND, _logged, {"table": lambda one: [one[0]]})

    def append(self, user_id: UserId, table: str, operation: Operation, *, session: str) -> str:
        """Keep an operation; return the id under which it is kept."""
        with self._lock:  # ids rise even where the clock stands still
            self._last = max(self._last + 1, time.time_ns())
            operation_id = f"{self._last:020d}-{uuid.uuid4().hex[:8]}"
        record = {**operation.as_record(), "user_id": user_id, "table": table, "session": session}
        self._store.set((KIND, operation_id), {**record, "operation_id": operation_id})
        return operation_id

    def list(self, user_id: UserId, table: str) -> list[LoggedOperation]:
        """Return the operations on a table, oldest first."""
        found = self._index.find("table", (type(user_id), user_id, table))
        return sorted((logged for _, logged in found), key=lambda logged: logged.operation_id)

    def set_snapshot(self, operation_ids: Iterable[str], snapshot_id: int | str) -> None:
        """Tell which state operations made."""

        def change(read: Read) -> dict[Key, Value | None]:
            keys = [(KIND, operation_id) for operation_id in operation_ids]
            values = read(*keys)
            return {
                key: {**value, "snapshot_id": snapshot_id}
                for key, value in zip(keys, values, strict=True)
                if value is not None
            }

        update_many(self._store, change)

    def forget(self, user_id: UserId, table: str) -> None:
        """Forget what was done to a table that is deleted."""
        delete_many(self._store, [(KIND, logged.operation_id) for logged in self.list(user_id, table)])


def _logged(value: Value) -> tuple[tuple[type, UserId, str], LoggedOperation]:
    try:
        user_id, table = value["user_id"], value["table"]
        logged = LoggedOperation(value["operation_id"], table, value["session"], Operation.from_record(value))
    except KeyError as error:
        raise ValueError(f"it has no {error.args[0]}") from None
    return (type(user_id), user_id, table), logged
