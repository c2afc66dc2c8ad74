"""What a restore brought back, in lines a person can read: a headline, then what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autodash_jupyter.history.branches import counted
from autodash_jupyter.models import Restored

__all__ = ["Returned"]

_NAMES, _LINES = 5, 10


@dataclass(frozen=True, slots=True)
class Returned:
    """A history whose variables are back: as they were ``after`` a step.

    ``not_stored`` are the steps after it that were cut off by the end of their kernel; ``others`` a line for
    each older history.
    """

    history: str
    after: int
    restored: Restored
    not_stored: tuple[int, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The report.

        >>> print(*Returned("20261121-1", 4, Restored(None, (), ("f: an open file",)), (5,)).lines, sep="\\n")
        20261121-1 is back, as after step 4: nothing differed.
        Not brought back, 1 thing:
          f: an open file
        Step 5 ran right before the kernel ended, and was not stored: run its cell again (%timeline shows it).
        """
        state = f"as after step {self.after}" if self.after else "as at its start"
        lines = [f"{self.history} is back, {state}: {self._variables()}."]
        if gone := self.restored.not_restored:
            lines += [f"Not brought back, {len(gone)} {'thing' if len(gone) == 1 else 'things'}:"]
            lines += _bounded(gone)
        if self.not_stored:
            lines.append(_sentence_on(self.not_stored))
        if self.others:
            lines += ["Older ones, for %timeline --restore HISTORY:", *_bounded(self.others)]
        return lines

    def _variables(self) -> str:
        names = [change.name for change in self.restored.changes if change.kind != "removed"]
        more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        return ", ".join(names[:_NAMES]) + more or "nothing differed"


def _bounded(lines: Sequence[str]) -> list[str]:
    shown = [f"  {line}" for line in lines[:_LINES]]
    names = [line.partition(":")[0] for line in lines[_LINES:]]
    if names:
        more = ", ".join(names[:_LINES]) + (", …" if len(names) > _LINES else "")
        shown.append(f"  and {len(names)} more: {more}")
    return shown


def _sentence_on(steps: Sequence[int]) -> str:
    if len(steps) == 1:
        what, cells, them = f"Step {steps[0]} ran right before the kernel ended, and was", "its cell", "it"
    else:
        what = f"The last {counted(len(steps))} ({min(steps)} to {max(steps)}) were"
        cells, them = "their cells", "them"
    return f"{what} not stored: run {cells} again (%timeline shows {them})."
