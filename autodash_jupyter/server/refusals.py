"""What a request is answered when it can't be done: a status, and a sentence for a person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tornado.web import HTTPError

from autodash_jupyter.errors import (
    AutoDashError,
    BlobError,
    ContextConflictError,
    ContextStoreError,
    InvalidContextError,
    InvalidNameError,
    LanguageModelError,
    SettingsError,
    SourceError,
    UnknownContextError,
    UnknownDatasetError,
)

__all__ = ["RefusalError", "public_text", "refusal_of"]

STATUSES: tuple[tuple[type[AutoDashError], int], ...] = (
    (UnknownDatasetError, 404),
    (UnknownContextError, 404),
    (ContextConflictError, 412),
    (InvalidContextError, 422),
    (InvalidNameError, 422),
    (SourceError, 422),
    (LanguageModelError, 502),
    (SettingsError, 503),
    (ContextStoreError, 503),
    (BlobError, 503),
)
CUT_SHORT = re.compile(r"~?/[^\s'\"]*…")
FOLDERS = re.compile(r"(?<![\w:/.~])~?/(?:[^\s/'\"]+/)+")


class RefusalError(HTTPError):
    """An answer that is no success; ``details`` are further fields of it."""

    def __init__(self, status: int, message: str, **details: Any) -> None:
        super().__init__(status)
        self.message = message
        self.details = details


def refusal_of(error: AutoDashError, private: Iterable[str] = ()) -> RefusalError:
    """Return how an error of a service is answered; folders, ``private`` ones above all, aren't named.

    >>> refusal_of(SourceError("'/srv/data/sales.csv' is empty.")).message
    "'sales.csv' is empty."
    """
    status = next((code for kind, code in STATUSES if isinstance(error, kind)), 400)
    details: dict[str, Any] = {}
    if isinstance(error, ContextConflictError):
        details = {"yours": error.yours, "theirs": error.theirs, "revision": error.revision}
    elif isinstance(error, InvalidContextError):
        details = {"line": error.line}
    return RefusalError(status, public_text(str(error), private), **details)


def public_text(text: str, private: Iterable[str] = ()) -> str:
    """Return a text without the folders of this machine; files keep their names.

    >>> public_text("can't write /srv/my data/.autodash/context.json", ["/srv/my data"])
    "can't write context.json"
    >>> public_text("can't open '/srv/my data/inco…", ["/srv/my data"])
    "can't open '…"
    """
    for folder in sorted(filter(None, private), key=len, reverse=True):
        text = text.replace(f"{folder.rstrip('/')}/", "/./")
    return FOLDERS.sub("", CUT_SHORT.sub("…", text))
