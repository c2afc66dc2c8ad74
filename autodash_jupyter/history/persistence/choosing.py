"""Chooses the earlier history to restore, takes it for this process alone, and lists the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from autodash_jupyter.errors import NothingToRestoreError, did_you_mean
from autodash_jupyter.history.persistence.folders import Past
from autodash_jupyter.history.persistence.ledger import Ledger
from autodash_jupyter.processes import is_running, process_name

__all__ = ["choose", "claim", "listed", "others_than"]

_SECONDS_TO_CLAIM = 5.0
_NAMED = 5


def choose(found: Sequence[Past], name: str | None) -> Past:
    """Return the history of that name, else the newest in which a cell was a step.

    Raises NothingToRestoreError where there is none, or nothing of it was stored; it names others there are.
    """
    past = None
    if name is None:
        past = next((past for past in found if past.contents.steps), None)
    elif found:
        past = next((past for past in found if past.name == name), None)
        if past is None:
            raise NothingToRestoreError(_unknown(name, found))
    if past is None:
        msg = "There is no earlier history of this notebook to restore."
        raise NothingToRestoreError(msg)
    if not past.has_states:
        msg = (
            f"Nothing of {past.name} was stored yet when its kernel ended.{listed(others_than(past, found))}"
        )
        raise NothingToRestoreError(msg)
    return past


def _unknown(name: str, found: Sequence[Past]) -> str:
    hint = did_you_mean(name, [past.name for past in found if past.has_states])
    return f"There is no history {name!r}.{hint or listed([past for past in found if past.has_states])}"


def others_than(chosen: Past, found: Sequence[Past]) -> list[Past]:
    """Return the histories, newest first, that are older than one and have something to bring back."""
    return [
        past
        for past in found
        if past.name != chosen.name and past.has_states and past.written_at <= chosen.written_at
    ]


def listed(pasts: Sequence[Past]) -> str:
    """Return a sentence on how to restore one of these, or ``""`` where there are none."""
    if not pasts:
        return ""
    more = f" and {len(pasts) - _NAMED} more" if len(pasts) > _NAMED else ""
    lines = "; ".join(past.line for past in pasts[:_NAMED])
    return f" For %timeline --restore HISTORY there {'is' if len(pasts) == 1 else 'are'} {lines}{more}."


def claim(folder: Path) -> str:
    """Make this process the owner of a history nobody else owns, and return who the owner was.

    Of two kernels that ask at once one gets it. Raises NothingToRestoreError where another has it.
    """
    try:
        with FileLock(folder / "claim", timeout=_SECONDS_TO_CLAIM, mode=0o600):
            ledger = Ledger(folder)
            owner = ledger.read().owner
            if is_running(owner) and owner != process_name():
                msg = f"{folder.name} was just taken by another kernel."
                raise NothingToRestoreError(msg)
            ledger.append([{"op": "owner", "process": process_name()}])
            return owner
    except Timeout:
        msg = f"{folder.name} is just being taken by another kernel."
        raise NothingToRestoreError(msg) from None
