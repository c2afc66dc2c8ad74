"""The half of a session that records cells as steps, and goes back and forward over them."""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping
from typing import Any

from autodash_jupyter.events import EventBus, TimelineChanged
from autodash_jupyter.history import Budget, Difference, Timeline
from autodash_jupyter.interrupts import uninterrupted
from autodash_jupyter.models import Restored, Step

__all__ = ["RecordedSession"]


class RecordedSession:
    """A namespace with its timeline; every move is told on the bus.

    >>> session = RecordedSession({"x": [1]}, EventBus())
    >>> session.checkpoint("start")
    0
    >>> session.namespace["x"].append(2)
    >>> session.goto("start").summary
    'x: list of 2 → list of 1'
    """

    def __init__(
        self,
        namespace: MutableMapping[str, Any],
        bus: EventBus,
        *,
        hidden: Callable[[], Collection[str]] = tuple,
        max_steps: int = 50,
        budget: Budget | None = None,
    ) -> None:
        self.namespace = namespace
        self.bus = bus
        self.timeline = Timeline(namespace, hidden=hidden, max_steps=max_steps, budget=budget)
        self.notes: list[str] = []
        self._told: set[str] = set()

    def expect(self, code: str) -> None:
        """Tell that a cell is about to run; what it may change out of sight is noted before."""
        self.timeline.expect(code)

    def record(self, code: str = "", seconds: float = 0.0) -> Step | None:
        """Record what changed since the last record as a step; ``None`` where nothing did."""
        with uninterrupted(drop=True):  # it was meant for the cell, which has ended
            step = self.timeline.record(code, seconds)
        for note in self.timeline.doubts(self.timeline.position):
            if note not in self._told:
                self._told.add(note)
                self.notes.append(f"Undo may not be whole: {note}.")
        if step is not None:
            self.bus.publish(TimelineChanged())
        return step

    def undo(self, steps: int = 1, name: str | None = None) -> Restored:
        """Put the variables back by some steps, all of them or one.

        Raises:
            NothingToRestoreError: There is nothing to undo, or no such variable.
        """
        return self._moved(lambda: self.timeline.undo(steps, name))

    def redo(self, steps: int = 1, name: str | None = None) -> Restored:
        """Go forward again by some steps.

        Raises:
            NothingToRestoreError: There is nothing to redo, or no such variable.
        """
        return self._moved(lambda: self.timeline.redo(steps, name))

    def goto(self, step: int | str) -> Restored:
        """Put every variable into the state after a step, given by number or checkpoint; 0 is the start.

        Raises:
            NothingToRestoreError: There is no such step, or its state is no longer kept.
        """
        return self._moved(lambda: self.timeline.goto(step))

    def checkpoint(self, name: str) -> int:
        """Give the present state a name, and return its step's number.

        Raises:
            InvalidNameError: The name could be taken for a number or an option.
        """
        step_id = self.timeline.checkpoint(name)
        self.bus.publish(TimelineChanged())
        return step_id

    def diff(self, start: int | str, end: int | str | None = None) -> Difference:
        """Return what differs between the states after two steps, or after one and the present.

        Raises:
            NothingToRestoreError: There is no such step, or its state is no longer kept.
        """
        return self.timeline.diff(start, end)

    def ignore(self, name: str) -> None:
        """Leave a variable out of the timeline, and let go of what was recorded of it.

        Raises:
            NothingToRestoreError: There is no such variable.
        """
        self.timeline.ignore(name)
        self.bus.publish(TimelineChanged())

    def watch(self, name: str) -> None:
        """Take a variable in again that was left out.

        Raises:
            NothingToRestoreError: It isn't left out.
        """
        self.timeline.watch(name)
        self.bus.publish(TimelineChanged())

    def _moved(self, move: Callable[[], Restored]) -> Restored:
        with uninterrupted():
            restored = move()
            self.bus.publish(TimelineChanged())
        return restored
