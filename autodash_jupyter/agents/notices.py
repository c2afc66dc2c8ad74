"""What the person is told of agents' changes, with the next cell."""

from __future__ import annotations

__all__ = ["Notices"]


class Notices:
    """Keeps one note for each variable that agents changed since the person was last told.

    ``notes`` is the list that is printed, and emptied, with each cell.

    >>> notes = []
    >>> notices = Notices(notes)
    >>> notices.changed("sales", "agent: Ada", "head: kept 5 rows")
    >>> notices.changed("sales", "agent: Ada", "sort: by price")
    >>> notes
    ['sales was changed by agent: Ada, the last of 2 changes: sort: by price (%undo takes it back)']
    """

    def __init__(self, notes: list[str]) -> None:
        self._notes = notes
        self._untold: dict[str, tuple[int, str]] = {}  # by variable: how many changes, and the note on them

    def changed(self, variable: str, actor: str, what: str, back: str = "%undo") -> None:
        """Tell of a change and what takes it back; of many, how many they were and the last."""
        count, before = self._untold.get(variable, (0, ""))
        if before in self._notes:
            self._notes.remove(before)
        else:
            count = 0
        more = f", the last of {count + 1} changes" if count else ""
        note = f"{variable} was changed by {actor}{more}: {what} ({back} takes it back)"
        self._untold[variable] = count + 1, note
        self._notes.append(note)
