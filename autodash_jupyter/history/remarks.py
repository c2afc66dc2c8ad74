"""What records left out, by step, and which of it a move has to tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable

__all__ = ["LARGE_TABLE", "MEMORY", "NOT_COMPARED", "Remarks", "TOO_LARGE", "unsaid"]

TOO_LARGE = "too large to be looked at whole"
NOT_COMPARED = "not compared in full"
MEMORY = "its memory was not compared"
LARGE_TABLE = "the memory of a large table was not compared"
"""Not told by a move: what pandas itself writes is seen at any size, and code that goes past it is rare."""

_COMPARISONS = (NOT_COMPARED, MEMORY)


class Remarks:
    """Lines of the form ``name: reason``, for each step and for the present."""

    def __init__(self, first: Iterable[str]) -> None:
        self._by_step: dict[int, tuple[str, ...]] = {0: tuple(first)}
        self.present: tuple[str, ...] = self._by_step[0]

    def of(self, step_id: int) -> tuple[str, ...]:
        """Return what was left out when a step was recorded."""
        return self._by_step.get(step_id, ())

    def add(self, step_id: int) -> None:
        """Let the present remarks be those of a new step."""
        self._by_step[step_id] = self.present

    def settle(self, steps: Collection[int], changed: Collection[str]) -> None:
        """Everything was compared just now: what didn't change until now was as recorded at these steps."""
        for step_id in steps:
            lines = [line for line in self.of(step_id) if not _is_comparison(line) or _name(line) in changed]
            self._by_step[step_id] = tuple(lines)

    @property
    def is_unfinished(self) -> bool:
        """Whether the last scan left out something that more time would have let it see."""
        return any(not line.endswith(f": {LARGE_TABLE}") for line in self.present if _is_ours(line))

    def to_tell(self, passed: Collection[int], target: int) -> list[str]:
        """Return the remarks that count for a move: of now, of the steps passed, and of the target.

        What the target's step was too large to capture is known by its objects, so it isn't told again.
        """
        lines = [*self.present, *(line for step_id in sorted(passed) for line in self.of(step_id))]
        lines += [line for line in self.of(target) if _is_comparison(line)]
        told = [line for line in lines if _is_ours(line) and not line.endswith(f": {LARGE_TABLE}")]
        return sorted(told, key=_is_comparison)


def unsaid(lines: Iterable[str], said: Iterable[str]) -> tuple[str, ...]:
    """Return one line, the first, for each name of which nothing was said.

    >>> unsaid(["x: a lock", "y: a file", "y: a lock"], said=["x: a file"])
    ('y: a file',)
    """
    names = set(map(_name, said))
    told: dict[str, str] = {}
    for line in lines:
        if _name(line) not in names:
            told.setdefault(_name(line), line)
    return tuple(told.values())


def _name(line: str) -> str:
    return line.partition(": ")[0]


def _is_ours(line: str) -> bool:
    return line.partition(": ")[2] in (TOO_LARGE, LARGE_TABLE, *_COMPARISONS)


def _is_comparison(line: str) -> bool:
    return line.partition(": ")[2] in _COMPARISONS
