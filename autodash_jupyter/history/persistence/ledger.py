"""The journal of one history: its steps, which states are stored and where, and whose it is.

Every line is a list of entries, each a dict with an ``op``; a line is there whole or not at all.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.history.credentials import hidden_in
from autodash_jupyter.history.persistence.masking import masked
from autodash_jupyter.models import Change, Step
from autodash_jupyter.regular_files import read_regular
from autodash_jupyter.stores.checked_lines import read_lines, to_line
from autodash_jupyter.stores.durable_files import make_private_folder, replace_file

__all__ = ["Ledger", "Contents", "entry_of_step", "VERSION"]

VERSION = 1
_LONGEST_LABEL = 20_000

Entry = dict[str, Any]


@dataclass(slots=True)
class Contents:
    """What a journal says: steps by number, the entries on states in order, and what was said last."""

    opened: Entry
    steps: dict[int, Step] = field(default_factory=dict)
    states: list[Entry] = field(default_factory=list)
    owner: str = ""
    position: int = 0
    checkpoints: dict[str, int] = field(default_factory=dict)
    damaged: int = 0


def entry_of_step(step: Step) -> Entry:
    """Return a step as a plain dict, without the credentials in its code and in what it says of values."""
    changes = [
        [each.name, each.kind, *map(hidden_in, (each.before, each.after, each.detail))]
        for each in step.changes
    ]
    return {
        "op": "step",
        "id": step.step_id,
        "parent": step.parent,
        "label": masked(step.label)[:_LONGEST_LABEL],
        "changes": changes,
        "at": step.recorded_at.isoformat(),
        "seconds": step.seconds,
    }


def _step_of(entry: Entry) -> Step:
    changes = tuple(Change(*fields) for fields in entry["changes"])
    at = datetime.fromisoformat(entry["at"])
    return Step(entry["id"], entry["parent"], entry["label"], changes, at, entry["seconds"])


class Ledger:
    """The journal in a history's folder; one process writes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "journal"
        self._end = 0

    def create(self, opened: Entry) -> None:
        """Begin a new journal; raises OSError."""
        make_private_folder(self.folder)
        self.rewrite([{"op": "open", "version": VERSION, **opened}])

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries as one line, durably; raises OSError with the journal as it was."""
        line = to_line(json.dumps(list(entries)))
        with self.path.open("r+b", buffering=0) as file:
            file.truncate(self._end)  # what a kill left of a line
            file.seek(self._end)
            try:
                if file.write(line) != len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(file.fileno())
            except OSError:
                file.truncate(self._end)
                raise
        self._end += len(line)

    def hand_over(self, process: str) -> None:
        """Say whose a journal that is there already is from now on; raises as ``read`` and ``append`` do."""
        self.read()
        self.append([{"op": "owner", "process": process}])

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Replace all entries at once; raises OSError with the journal as it was."""
        data = b"".join(to_line(json.dumps([entry])) for entry in entries)
        replace_file(self.path, data)
        self._end = len(data)

    def read(self) -> Contents:
        """Return what the journal says; what was cut off by a kill is left out.

        Raises ContextStoreError where there is none, or it is of a newer version, and OSError.
        """
        lines = read_lines(read_regular(self.path))
        try:
            contents = _contents_of([entry for line in lines.payloads for entry in json.loads(line)])
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            msg = f"{self.folder.name} is no history, or it is damaged"
            raise ContextStoreError(msg) from None
        if contents.opened["version"] > VERSION:
            msg = f"the history {self.folder.name} is of a newer version of AutoDash: update autodash-jupyter"
            raise ContextStoreError(msg)
        self._end, contents.damaged = lines.length, len(lines.damaged)
        return contents


def _contents_of(entries: list[Entry]) -> Contents:
    """Return what entries say; raises whatever entries nobody here wrote lead to."""
    contents = Contents(entries[0])
    if contents.opened["op"] != "open" or type(contents.opened["version"]) is not int:
        raise ValueError(contents.opened)
    for entry in entries if contents.opened["version"] <= VERSION else ():
        _take(entry, contents)
    if any(type(each) is not int or each < 0 for each in (contents.position, *contents.checkpoints.values())):
        raise ValueError(contents.position)
    _join_steps(contents.steps)
    return contents


def _join_steps(steps: dict[int, Step]) -> None:
    """Let the steps after one that a damaged line lost follow the one before it."""
    for step_id, step in steps.items():
        if not 0 <= step.parent < step_id:
            raise ValueError(step_id)
        if step.parent and step.parent not in steps:
            before = max((each for each in steps if each < step.parent), default=0)
            steps[step_id] = replace(step, parent=before)


def _take(entry: Entry, contents: Contents) -> None:
    match entry["op"]:
        case "step":
            contents.steps[entry["id"]] = _step_of(entry)
        case "state" | "drop" | "all":
            contents.states.append(entry)
        case "at":
            contents.position = entry["id"]
            contents.checkpoints = entry["checkpoints"]
        case "owner":
            contents.owner = entry["process"]
        case _:
            pass  # a later version's entry that an older one can do without
