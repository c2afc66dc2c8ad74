"""A table as it was when an agent began to work on it, and whether it still is that."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.operated_tables import Place

if TYPE_CHECKING:
    from autodash_jupyter.session import Session

__all__ = ["TakenTable", "take_table"]


@dataclass(frozen=True, slots=True)
class TakenTable:
    """A table that an operation is computed from, outside of the main thread.

    ``place`` has the variable and a copy that later changes don't reach (it shares the memory), ``held`` is
    what the variable held, ``memory`` how that can be told to be untouched, ``step`` the last one by then.
    """

    place: Place
    held: Any
    memory: Any
    step: int

    def is_current(self, session: Session) -> bool:
        """Tell whether the variable still has this table; to be asked between cells, when all is recorded."""
        variable = self.place.variable
        changed = any(
            change.name == variable
            for step in session.timeline.steps
            if step.step_id > self.step
            for change in step.changes
        )
        now = session.namespace.get(variable)
        if now is self.held and (self.memory is None or self.memory.is_untouched(now)):
            return not changed  # a write round copy-on-write changed the copy as well
        return _is_same(now, self.place.frame)


def take_table(session: Session, name: str) -> TakenTable:
    """Take the table a name means, as it is now; raises UnknownDatasetError where it means none.

    >>> import pandas as pd
    >>> from autodash_jupyter import Session
    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> session = Session({"sales": pd.DataFrame({"price": [1.0]})}, store=InMemoryContextStore())
    >>> taken = take_table(session, "sales")
    >>> session.namespace["sales"]["price"] += 1
    >>> taken.is_current(session), taken.place.frame["price"].tolist()
    (False, [1.0])
    >>> session.close()
    """
    step = max((each.step_id for each in session.timeline.steps), default=0)
    place = session.operated_tables.find(name)
    held = session.namespace.get(place.variable)
    return TakenTable(Place(place.variable, _copy(place.frame)), held, _memory(held), step)


def _copy(frame: Any) -> Any:
    import pandas as pd

    if isinstance(frame, pd.DataFrame):
        return frame.copy(deep=False)
    clone = getattr(frame, "clone", None)  # polars' way to share the memory; Dask frames never change
    return frame if clone is None else clone()


def _memory(held: Any) -> Any:
    """Return what can tell whether a table was changed in place, ``None`` for what has no way of telling."""
    import pandas as pd

    if isinstance(held, pd.DataFrame):
        from autodash_jupyter.history.pandas_internals import take

        return take(held)
    return _Cells(held.clone()) if _is_polars(held) else None


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a polars table."""

    copy: Any

    def is_untouched(self, now: Any) -> bool:
        return bool(now.schema == self.copy.schema and now.equals(self.copy))


def _is_polars(table: Any) -> bool:
    return isinstance(table, getattr(sys.modules.get("polars"), "DataFrame", ()))


def _is_same(now: Any, before: Any) -> bool:
    """Tell whether another frame, or the same after a change, has the same cells all the same."""
    import pandas as pd

    if isinstance(now, pd.DataFrame) and isinstance(before, pd.DataFrame):
        from autodash_jupyter.operations.script_sources import same_frames

        return same_frames(now, before)
    return _is_polars(now) and _is_polars(before) and _Cells(before).is_untouched(now)
