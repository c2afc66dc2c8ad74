"""Which states are on the disk: the tree of snapshots again, with the place of each record for its node."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autodash_jupyter.history.persistence.payloads import Payload

__all__ = ["Place", "StoredState", "StoredStates", "numbers_in", "ranges_of"]


class Place(NamedTuple):
    """Where a record is: the blob of its payload, and the blobs of its large parts.

    It ``is_whole`` where nothing of it is lost.
    """

    payload: str
    blobs: tuple[str, ...]
    is_memory: bool
    is_whole: bool = True


@dataclass(slots=True)
class StoredState:
    """The state after a step: what differs from its parent's state, and where the bindings are."""

    step_id: int
    parent: int | None
    bindings: Place
    places: dict[int, Place | None] = field(default_factory=dict)


class StoredStates:
    """All states on the disk, by step.

    >>> states = StoredStates()
    >>> states.add(1, 0, "blob", Payload({7: None}, {}, {}, {}))
    >>> states.place(1, 7) is None, 1 in states
    (True, True)
    """

    def __init__(self) -> None:
        self._by_id: dict[int, StoredState] = {}

    def __contains__(self, step_id: int) -> bool:
        return step_id in self._by_id

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._by_id))

    def __len__(self) -> int:
        return len(self._by_id)

    def __getitem__(self, step_id: int) -> StoredState:
        return self._by_id[step_id]

    def add(self, step_id: int, parent: int | None, blob: str, payload: Payload) -> None:
        """Take in what was stored of a step; doing it again amends the state."""
        state = self._by_id.get(step_id)
        if state is None:
            state = self._by_id[step_id] = StoredState(
                step_id, parent, Place(blob, payload.blobs, is_memory=False)
            )
        state.bindings = Place(blob, payload.blobs, is_memory=False)
        for serial, record in payload.records.items():
            state.places[serial] = record and Place(blob, record.blobs, record.is_memory, not record.lost)

    def add_unreadable(self, step_id: int, parent: int | None, blob: str, serials: Collection[int]) -> None:
        """Take in a state that can't be read: looking for its objects will say why."""
        place = Place(blob, (), is_memory=False)
        state = self._by_id.setdefault(step_id, StoredState(step_id, parent, place))
        state.places.update(dict.fromkeys(serials, place))
        state.bindings = place

    def lineage(self, step_id: int) -> Iterator[StoredState]:
        """Yield a state and those it builds on, newest first."""
        state = self._by_id.get(step_id)
        while state is not None:
            yield state
            state = None if state.parent is None else self._by_id.get(state.parent)

    def place(self, step_id: int, serial: int) -> Place | None:
        """Return where an object's record in a state is; None where it wasn't reachable, or not kept."""
        for state in self.lineage(step_id):
            if serial in state.places:
                return state.places[serial]
        return None

    def drop(self, step_id: int) -> None:
        """Forget a state; those that build on it keep what they need."""
        gone = self._by_id.get(step_id)
        if gone is None:
            return
        for state in self._by_id.values():
            if state.parent == step_id:
                state.places = {**gone.places, **state.places}
                state.parent = gone.parent
        del self._by_id[step_id]  # last, since another thread may be reading

    def blobs(self) -> set[str]:
        """Return the names of all blobs that are needed."""
        names: set[str] = set()
        for state in self._by_id.values():
            for place in (state.bindings, *state.places.values()):
                if place is not None:
                    names.add(place.payload)
                    names.update(place.blobs)
        return names

    def to_plain(self) -> list[Any]:
        """Return everything as plain values."""
        return [(each.step_id, each.parent, each.bindings, each.places) for each in self._by_id.values()]

    @classmethod
    def from_plain(cls, plain: list[Any]) -> StoredStates:
        """Return what ``to_plain`` was called on."""
        states = cls()
        for step_id, parent, bindings, places in plain:
            kept = {serial: place and Place(*place) for serial, place in places.items()}
            states._by_id[step_id] = StoredState(step_id, parent, Place(*bindings), kept)
        return states


def ranges_of(numbers: Iterable[int]) -> list[list[int]]:
    """Return numbers as ranges, first and last.

    >>> ranges_of([3, 1, 2, 9])
    [[1, 3], [9, 9]]
    """
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def numbers_in(ranges: Iterable[list[int]]) -> list[int]:
    """Return the numbers of ranges.

    >>> numbers_in([[1, 3], [9, 9]])
    [1, 2, 3, 9]
    """
    return [number for first, last in ranges for number in range(first, last + 1)]
