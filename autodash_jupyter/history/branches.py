"""The steps taken and where one stands among them: back, forward, and along which branch."""

from __future__ import annotations

from collections.abc import Sequence

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.models import Step

__all__ = ["START", "Branches", "counted"]

START = 0
"""The state before the first step."""


class Branches:
    """All steps by number, each knowing the one it followed, and the position among them."""

    def __init__(self) -> None:
        self.steps: dict[int, Step] = {}
        self.position = START
        self._next: dict[int, int] = {}  # each step's follower, on the branch one was on last

    def add(self, step: Step) -> None:
        """Stand at a new step, which leaves nothing to go forward to."""
        self.steps[step.step_id] = step
        self.move(step.step_id)

    def move(self, step_id: int) -> None:
        """Stand at a step; its branch is the one to go forward along from its ancestors."""
        self.position = step_id
        self._next.update({self.steps[each].parent: each for each in self.ancestry(step_id)})

    def back(self, steps: int) -> int:
        """Return the step that many before the position, or raise NothingToRestoreError: there are fewer."""
        target = self.position
        for done in range(steps):
            if target == START:
                msg = f"Only {counted(done)} can be undone from here." if done else "Nothing to undo."
                raise NothingToRestoreError(msg)
            target = self.steps[target].parent
        return target

    def forward(self, steps: int, alone: Sequence[str] = ()) -> int:
        """Return the step that many after the position, or raise NothingToRestoreError: there are fewer.

        ``alone`` are variables that went back on their own: one of them may be what was meant.
        """
        target = self.position
        for done in range(steps):
            if target not in self._next:
                msg = f"Only {counted(done)} can be redone from here." if done else "Nothing to redo."
                if alone:
                    msg += f" {alone[-1]} went back on its own: %redo {alone[-1]} brings it forward."
                raise NothingToRestoreError(msg)
            target = self._next[target]
        return target

    def ahead(self) -> tuple[int, ...]:
        """Return the steps to go forward along, in order."""
        found: list[int] = []
        while (following := self._next.get(found[-1] if found else self.position)) is not None:
            found.append(following)
        return tuple(found)

    def known(self, step_id: int) -> int:
        """Return the step's number; raises NothingToRestoreError where there never was one."""
        if step_id in self.steps or (type(step_id) is int and step_id == START):
            return step_id
        known = (
            f"Steps go from 1 to {len(self.steps)}, 0 is the start."
            if self.steps
            else "None is recorded yet."
        )
        msg = f"There is no step {step_id!r}. {known}"
        raise NothingToRestoreError(msg)

    def ancestry(self, step_id: int) -> set[int]:
        """Return a step and those before it on its branch, without the start."""
        found = set()
        while step_id != START:
            found.add(step_id)
            step_id = self.steps[step_id].parent
        return found

    def between(self, start: int, end: int) -> set[int]:
        """Return the steps passed on the way from one to another."""
        return self.ancestry(start) ^ self.ancestry(end)

    def undoable(self, count: int) -> set[int]:
        """Return the states needed to undo the last steps, and to stay where we are."""
        newest = list(self.steps)[-count:]
        return {self.position, *newest, *(self.steps[step_id].parent for step_id in newest)}


def counted(steps: int) -> str:
    """Return a number of steps in words.

    >>> counted(1), counted(3)
    ('1 step', '3 steps')
    """
    return "1 step" if steps == 1 else f"{steps} steps"
