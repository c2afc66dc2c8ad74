"""What waits to be written: states, oldest first, and entries of the journal among them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Any

from autodash_jupyter.history.persistence.ledger import Entry
from autodash_jupyter.history.states import Node

__all__ = ["State", "Waiting"]

_EARLY = ("step", "at")
"""Entries that need no state: they go before any, so that the list of steps is whole."""


@dataclass(slots=True, eq=False)
class State:
    """A state to store: what differs from its parent's, by number, and all bindings.

    ``parent`` is None for the first; ``amends`` tells that a part of the state is known already.
    """

    step_id: int
    parent: int | None
    roots: dict[str, Any]
    nodes: dict[int, Node | None]
    amends: bool = False


class Waiting:
    """A queue whose states can be dropped, and put in another order; its user locks it.

    >>> waiting = Waiting()
    >>> waiting.extend([State(1, 0, {}, {}), {"op": "at", "id": 1, "checkpoints": {}}])
    >>> waiting.take()
    [{'op': 'at', 'id': 1, 'checkpoints': {}}]
    >>> waiting.take().step_id, bool(waiting)
    (1, False)
    """

    def __init__(self) -> None:
        self._items: deque[State | Entry] = deque()

    def __bool__(self) -> bool:
        return bool(self._items)

    def extend(self, items: list[State | Entry]) -> None:
        """Put these last."""
        self._items.extend(items)

    def clear(self) -> None:
        """Let go of all."""
        self._items.clear()

    def has_state(self, step_id: int) -> bool:
        """Whether something of a state waits."""
        return any(item.step_id == step_id for item in self._states())

    def drop(self, step_id: int, written_now: State | None = None) -> None:
        """Let go of a state; those that follow it take over what they need of it.

        ``written_now`` is one that is no longer in the queue, but not written either.
        """
        gone = [item for item in self._states() if item.step_id == step_id]
        followers = [item for item in self._states() if item.parent == step_id]
        for state in reversed([written_now, *gone] if written_now else gone):
            if state is not written_now:
                self._items.remove(state)
            for follower in followers:
                follower.nodes = {**state.nodes, **follower.nodes}
                follower.parent = state.parent

    def take(self) -> State | list[Entry]:
        """Return the next state, or the entries that go before it."""
        early = [item for item in self._items if isinstance(item, dict) and item["op"] in _EARLY]
        if early:
            self._items = deque(item for item in self._items if not any(item is each for each in early))
            return early
        found: list[Entry] = []
        while self._items and isinstance(self._items[0], dict):
            found.append(self._items.popleft())  # type: ignore[arg-type]  # checked in the line above
        return found or self._items.popleft()  # type: ignore[return-value]  # no entry was next

    def put_newest_first(self) -> None:
        """Put the newest state first, with all it needs of those that still wait."""
        waiting: dict[int, State] = {}
        for item in self._states():
            known = waiting.get(item.step_id)
            if known is not None:
                nodes, amends = {**known.nodes, **item.nodes}, known.amends and item.amends
                item = replace(item, nodes=nodes, amends=amends)  # noqa: PLW2901 - the same state, whole
            waiting[item.step_id] = replace(item)
        if len(waiting) < 2:
            return
        newest = waiting.pop(max(waiting))
        parent = newest.parent
        while parent is not None and (ancestor := waiting.get(parent)) is not None:
            newest.nodes = {**ancestor.nodes, **newest.nodes}
            if ancestor.amends:
                break  # the rest of that state is written already, or is being written
            parent = ancestor.parent
        newest.parent = parent
        others = [item for item in self._items if not isinstance(item, State)]
        self._items = deque([*others, newest, *waiting.values()])

    def _states(self) -> list[State]:
        return [item for item in self._items if isinstance(item, State)]
