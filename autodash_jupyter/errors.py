"""Every exception this package raises on purpose.

A message is one line: what happened, then what to do next. Surfaces show the message alone, so a
person never meets a traceback for a mistake of their own.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "AutoDashError",
    "BlobError",
    "ContextConflictError",
    "ContextStoreError",
    "InvalidContextError",
    "InvalidNameError",
    "LanguageModelError",
    "NothingToRestoreError",
    "SettingsError",
    "SourceError",
    "UnknownContextError",
    "UnknownDatasetError",
    "did_you_mean",
    "one_line",
]


class AutoDashError(Exception):
    """The root: catching it catches everything below, and nothing of anybody else's."""


class SettingsError(AutoDashError):
    """An environment variable has a value that can't be used; the message names the variable."""


class SourceError(AutoDashError):
    """A source (file, sample, variable) is missing, unreadable, empty, or not a table."""


class InvalidNameError(AutoDashError):
    """A name is no Python identifier, is a keyword, or would hide a builtin."""


class UnknownDatasetError(AutoDashError):
    """No dataset has this name or id."""


class InvalidContextError(AutoDashError):
    """A document of a context can't be read, or says what is wrong; the message names the line where it can.

    ``line`` is counted from 1, ``None`` where no line is to blame.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class UnknownContextError(AutoDashError):
    """The user has no context of this name or id, or it has no such revision."""


class ContextConflictError(AutoDashError):
    """Somebody else saved the context meanwhile, so this save would undo theirs; nothing was saved.

    ``yours`` is the text that wasn't saved, ``theirs`` the one that was, ``revision`` the number it has.
    """

    def __init__(self, message: str, *, yours: str, theirs: str, revision: int) -> None:
        super().__init__(message)
        self.yours = yours
        self.theirs = theirs
        self.revision = revision


class ContextStoreError(AutoDashError):
    """A store could not read or write; the driver's own exception is its ``__cause__``."""


class BlobError(AutoDashError):
    """Stored bytes are missing, damaged, or signed by another installation."""


class LanguageModelError(AutoDashError):
    """The language model could not be reached, refused, or answered nonsense."""


class NothingToRestoreError(AutoDashError):
    """There is no such step, or nothing left to undo or redo."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the nearest known name, or ``""`` where none is near.

    >>> did_you_mean("pengins", ["penguins", "weather"])
    " Did you mean 'penguins'?"
    >>> did_you_mean("zebra", ["penguins", "weather"])
    ''
    """
    folded = {candidate.casefold(): candidate for candidate in known}
    nearest = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return f" Did you mean '{folded[nearest[0]]}'?" if nearest else ""


def one_line(error: BaseException) -> str:
    """Return an exception's kind and the first line of what it says, whatever it is.

    >>> one_line(ValueError("no such thing\\nand more"))
    'ValueError: no such thing'
    """
    try:
        said = str(error).strip().partition("\n")[0]
    except Exception:  # noqa: BLE001 - an exception of somebody else's may fail to say anything
        said = ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
