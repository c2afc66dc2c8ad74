"""Where each variable stands that was undone on its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.history.branches import counted
from autodash_jupyter.models import Step

__all__ = ["Cursors", "Line", "line_of"]


@dataclass(frozen=True, slots=True)
class Line:
    """One variable's own states, as the steps whose snapshots hold them; ``at`` is the cursor among them.

    ``steps`` are those that lead from each state to the next.
    """

    states: tuple[int, ...]
    at: int
    steps: tuple[int, ...] = ()

    @property
    def holds_at(self) -> int:
        """The step in whose snapshot the variable is as it is now."""
        return self.states[self.at]

    @property
    def applied(self) -> tuple[int, ...]:
        """The steps that made the variable what it is now."""
        return self.steps[: self.at]

    def moved(self, name: str, by: int) -> Line:
        """Return the line with its cursor moved, or raise NothingToRestoreError: it has no such state."""
        if 0 <= self.at + by < len(self.states):
            return replace(self, at=self.at + by)
        there, verb = (self.at, "undo") if by < 0 else (len(self.states) - 1 - self.at, "redo")
        msg = (
            f"{name}: only {counted(there)} of it can be {verb}ne."
            if there
            else f"{name}: nothing to {verb}."
        )
        raise NothingToRestoreError(msg)


def line_of(name: str, branch: Sequence[Step], position: int) -> Line:
    """Return a variable's states along a branch: before each step that changed it, and now.

    >>> from autodash_jupyter.models import Change
    >>> x, y = (Change("x", "changed"),), (Change("y", "changed"),)
    >>> line_of("x", [Step(1, 0, "", x), Step(2, 1, "", y), Step(3, 2, "", x)], 3)
    Line(states=(0, 2, 3), at=2, steps=(1, 3))
    """
    touching = [step for step in branch if any(change.name == name for change in step.changes)]
    states = (*(step.parent for step in touching), position)
    return Line(states, len(states) - 1, tuple(step.step_id for step in touching))


class Cursors:
    """The lines of the variables that were moved on their own since all of them last moved together."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def __bool__(self) -> bool:
        return bool(self._lines)

    def get(self, name: str) -> Line | None:
        """Return a variable's line, or None where it moved with the others."""
        return self._lines.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The variables that were moved on their own, also those that are gone since."""
        return tuple(self._lines)

    def can_redo(self) -> tuple[str, ...]:
        """Return the variables that went back on their own, and can go forward again."""
        return tuple(name for name, line in self._lines.items() if line.at < len(line.states) - 1)

    def move(self, name: str, line: Line) -> None:
        """Remember where a variable stands now."""
        self._lines[name] = line

    def follow(self, name: str, line: Line, state: int) -> None:
        """Let another name for the same object stand where its object now is."""
        earlier = [at for at, held in enumerate(line.states) if held <= state]
        self._lines[name] = replace(line, at=earlier[-1] if earlier else 0)

    def extend(self, names: Collection[str], step_id: int) -> None:
        """Let a new step that changed these variables follow where each of them stands."""
        for name in self._lines.keys() & set(names):
            line = self._lines[name]
            states = (*line.states[: line.at + 1], step_id)
            self._lines[name] = Line(states, line.at + 1, (*line.applied, step_id))

    def clear(self) -> None:
        """All variables stand where the position is."""
        self._lines = {}
