"""Operations on a session's tables: found by name, run, logged, and bound to their variables."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import NothingToRestoreError, UnknownDatasetError
from autodash_jupyter.events import SessionEvent, TimelineChanged
from autodash_jupyter.operations import (
    Applied,
    OperationError,
    OperationLog,
    find_operation,
    operations,
    run_operation,
)

if TYPE_CHECKING:
    from autodash_jupyter.operation_records import Operation
    from autodash_jupyter.operations.log import LoggedOperation
    from autodash_jupyter.session import Session

__all__ = ["OperatedTable", "OperatedTables", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table is: the variable that holds it, or will, and the table itself."""

    variable: str
    frame: Any


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An operation whose step isn't recorded yet, and the last step there was before it."""

    operation_id: str
    variable: str
    after: int


class OperatedTables:
    """The operations of one session.

    What is bound becomes part of the running cell's step; outside of a cell the next undo, or record, makes a
    step of it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.log = OperationLog(session.datasets.store)
        self._own = uuid.uuid4().hex  # step numbers begin anew in each session
        self._waiting: list[_Waiting] = []
        self.variables: list[str] = []  # those operated on, the last one last
        session.bus.subscribe(self._follow)

    def find(self, name: str) -> Place:
        """Return the table a name means: a variable's, else a dataset's.

        Raises:
            UnknownDatasetError: It means neither.
        """
        held = self._session.namespace.get(name)
        if _is_frame(held):
            return Place(name, held)
        from autodash_jupyter.frames import as_dataframe, is_table

        if is_table(held):
            return Place(name, as_dataframe(held))
        dataset, frame = self._session.find_table(name)
        variable = self._session.bindings.variable(dataset.dataset_id) or dataset.name
        return Place(variable, frame)

    def open(self, name: str) -> OperatedTable:
        """Return a table with the operations as methods."""
        place = self.find(name)
        return OperatedTable(self, place, place.frame)

    def run(self, place: Place, action: str, given: Mapping[str, Any], *, actor: str = "user") -> Applied:
        """Run an operation on a table without binding the result.

        Raises:
            OperationError: It can't be done; nothing was changed.
        """
        return run_operation(action, place.frame, given, table_of=self.frame_of, actor=actor)

    def bind(self, place: Place, frame: Any, done: tuple[Operation, ...]) -> None:
        """Put a new table in the old one's place, and log how it was made."""
        self._register(place)
        self.note(place, done, changes=True)  # first: where the store can't keep it, the old table stays
        self._session.namespace[place.variable] = frame
        self.variables = [*(each for each in self.variables if each != place.variable), place.variable]

    def note(self, place: Place, done: tuple[Operation, ...], *, changes: bool) -> None:
        """Log operations; those that change the variable learn of their step when it is recorded."""
        user_id, table = self._session.settings.user_id, self._table(place.variable)
        last = max((step.step_id for step in self._session.timeline.steps), default=0)
        for operation in done:
            operation_id = self.log.append(user_id, table, operation, session=self._own)
            if changes:
                self._waiting.append(_Waiting(operation_id, place.variable, last))

    def history(self, variable: str) -> list[LoggedOperation]:
        """Return every operation on a variable's table, oldest first, undone ones too."""
        return self.log.list(self._session.settings.user_id, self._table(variable))

    def own_history(self, variable: str) -> list[LoggedOperation]:
        """Return this session's operations on a variable's table, oldest first, undone ones too."""
        return [logged for logged in self.history(variable) if logged.session == self._own]

    def in_force(self, variable: str) -> list[Operation]:
        """Return this session's operations that changed the table and weren't undone, oldest first."""
        try:
            applied = self._session.timeline.line(variable).applied
        except NothingToRestoreError:  # it isn't recorded
            applied = ()
        return [
            logged.operation
            for logged in self.own_history(variable)
            if not find_operation(logged.operation.action).read_only
            and (logged.operation.snapshot_id is None or logged.operation.snapshot_id in applied)
        ]

    def frame_of(self, name: str) -> Any:
        """Return the frame of a table that an operation names; raises OperationError where there is none."""
        try:
            return self.find(name).frame
        except UnknownDatasetError as error:
            raise OperationError(str(error)) from None

    def _table(self, variable: str) -> str:
        return self._session.bindings.dataset_id(variable) or f"variable:{variable}"

    def _register(self, place: Place) -> None:
        """Register a variable's table as it was before its first operation: an export begins with it."""
        import pandas as pd

        known = self._session.bindings.dataset_id(place.variable)
        if known is None and isinstance(self._session.namespace.get(place.variable), pd.DataFrame):
            self._session.load(place.variable, write_context=False)

    def _follow(self, event: SessionEvent) -> None:
        if not isinstance(event, TimelineChanged) or not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            made = (
                step.step_id
                for step in self._session.timeline.steps
                if step.step_id > one.after and any(change.name == one.variable for change in step.changes)
            )
            step_id = next(made, None)
            if step_id is not None:
                self.log.set_snapshot([one.operation_id], step_id)


@dataclass(frozen=True, slots=True, repr=False)
class OperatedTable:
    """A table with the operations as methods: each returns a new one, ``commit`` puts it into its variable.

    Operations that only answer a question (``describe_stats`` and its like) return a frame.

    >>> import pandas as pd
    >>> from autodash_jupyter import Session
    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> session = Session({"sales": pd.DataFrame({"price": [1.0, None]})}, store=InMemoryContextStore())
    >>> table = session.table("sales").drop_missing(columns=["price"])
    >>> len(table.frame), len(session.namespace["sales"])
    (1, 2)
    >>> table.commit()
    >>> len(session.namespace["sales"])
    1
    >>> session.close()
    """

    tables: OperatedTables
    place: Place
    frame: Any
    operations: tuple[Operation, ...] = ()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        operation = find_operation(name)

        def run(*positional: Any, **parameters: Any) -> Any:
            given = {**dict(zip(operation.parameters.model_fields, positional, strict=False)), **parameters}
            applied = self.tables.run(Place(self.place.variable, self.frame), name, given)
            if operation.read_only:
                return applied.frame
            return replace(self, frame=applied.frame, operations=(*self.operations, applied.operation))

        run.__name__, run.__doc__ = name, operation.function.__doc__
        return run

    def __dir__(self) -> list[str]:
        return [*operations(), "commit", "frame", "operations", "place"]

    def __repr__(self) -> str:
        return repr(self.frame)

    def _repr_html_(self) -> str | None:
        draw = getattr(self.frame, "_repr_html_", None)
        return None if draw is None else draw()

    def commit(self) -> None:
        """Put the table into its variable, as a part of the running cell's step, and log its operations.

        Raises:
            OperationError: The variable holds another table than when this one was begun.
        """
        held = self.tables.find(self.place.variable).frame
        if held is not self.place.frame:
            msg = f"{self.place.variable} was changed meanwhile; begin anew with session.table()."
            raise OperationError(msg)
        if self.operations:
            self.tables.bind(self.place, self.frame, self.operations)


def _is_frame(value: object) -> bool:
    """Tell whether a value is a frame that operations run on, without importing a library for it."""
    frames = ("DataFrame", "LazyFrame")
    kinds = dict.fromkeys(("pandas", "polars", "dask.dataframe"), frames)
    return any(
        isinstance(value, getattr(sys.modules[module], name, ()))
        for module, names in kinds.items()
        if module in sys.modules
        for name in names
    )
