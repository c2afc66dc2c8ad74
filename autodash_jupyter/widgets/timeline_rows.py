"""The rows of a timeline: its steps, newest first, and where each stands on the tree of branches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from autodash_jupyter.history import Timeline
from autodash_jupyter.models import Step

__all__ = ["Place", "TimelineRow", "TimelineRows", "timeline_rows"]

Place = Literal["here", "behind", "undone", "branch", "lost"]
"""The present state; one that led to it; one that redo would take; one of another branch; or one of those
whose state is not kept, as of a cell that ran right before its kernel was killed."""
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One step as it is drawn; ``step`` is ``None`` for the start.

    ``depth`` counts the branchings between it and the present line; ``follows`` is the step it followed,
    where that isn't the one before; ``is_kept`` tells whether its state can be gone to; ``doubts`` are the
    reasons why going there may not put everything back.
    """

    step_id: int
    step: Step | None
    place: Place
    depth: int = 0
    follows: int | None = None
    names: tuple[str, ...] = ()
    is_kept: bool = True
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineRows:
    """The newest rows, the present one and, where ``older`` is 0, the start; ``older`` counts those left out.

    Those left out come before the row at ``gap``.
    """

    rows: tuple[TimelineRow, ...]
    older: int = 0
    gap: int = 0


def timeline_rows(timeline: Timeline, most: int | None = None) -> TimelineRows:
    """Return the rows of the newest ``most`` steps (``None``: of all), and the present one's in any case.

    >>> variables = {}
    >>> timeline = Timeline(variables)
    >>> for value in (1, 2, 3):
    ...     variables["x"] = value
    ...     _ = timeline.record(f"x = {value}")
    >>> _ = timeline.goto(1)
    >>> shown = timeline_rows(timeline, most=1)
    >>> [(row.step_id, row.place) for row in shown.rows], shown.older
    ([(3, 'undone'), (1, 'here')], 1)
    """
    steps, position = timeline.steps, timeline.position
    newest_first = [*(step.step_id for step in reversed(steps)), 0]
    most = len(newest_first) if most is None or most >= len(steps) else most
    chosen = newest_first[:most]
    if position not in chosen:
        chosen.append(position)
    older = len(steps) - sum(step_id != 0 for step_id in chosen)
    by_id = {step.step_id: step for step in steps}
    behind, ahead = _ancestry(by_id, position), set(timeline.undone)
    depths = _depths(steps, behind | ahead)
    names, kept = _names(timeline.checkpoints), timeline.kept

    def row(step_id: int) -> TimelineRow:
        step = by_id.get(step_id)
        parent = None if step is None or step.parent == step_id - 1 else step.parent
        return TimelineRow(
            step_id,
            step,
            _place(step_id, position, behind, ahead, kept),
            depths.get(step_id, 0),
            parent,
            names.get(step_id, ()),
            step_id in kept,
            timeline.doubts(step_id),
        )

    return TimelineRows(tuple(map(row, chosen)), older, most)


def _place(
    step_id: int, position: int, behind: Collection[int], ahead: Collection[int], kept: Collection[int]
) -> Place:
    if step_id == position:
        return "here"
    if step_id in behind:
        return "behind"
    if step_id not in kept:
        return "lost"
    return "undone" if step_id in ahead else "branch"


def _ancestry(by_id: Mapping[int, Step], position: int) -> set[int]:
    """Return the states that led to a position, that one and the start included."""
    line = {0}
    while position in by_id:
        line.add(position)
        position = by_id[position].parent
    return line


def _depths(steps: Sequence[Step], line: Collection[int]) -> dict[int, int]:
    """Return how many branchings lie between each step and the present line, for those beside it.

    A step that follows one of another branch goes on with that branch where it was the first to follow.
    """
    depths: dict[int, int] = {}
    followed: set[int] = set()
    for step in steps:
        if step.step_id not in line:
            above = depths.get(step.parent, 0)
            goes_on = above > 0 and step.parent not in followed
            depths[step.step_id] = min(above if goes_on else above + 1, _DEEPEST)
            followed.add(step.parent)
    return depths


def _names(checkpoints: Mapping[str, int]) -> dict[int, tuple[str, ...]]:
    """Return the checkpoints' names by step."""
    names: dict[int, tuple[str, ...]] = {}
    for name, step_id in checkpoints.items():
        names[step_id] = (*names.get(step_id, ()), name)
    return names
