"""Ids of datasets, and their columns' labels as texts."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from typing import Literal

__all__ = ["Origin", "free_dataset_id", "label_text"]

Origin = Literal["upload", "sample"]
_ALPHABET = string.ascii_lowercase + string.digits


def free_dataset_id(origin: Origin, is_taken: Callable[[str], bool]) -> str:
    """Return an id that nobody has, such as ``upload_abc12345``.

    >>> len(free_dataset_id("sample", lambda candidate: False))
    15
    """
    while True:
        candidate = f"{origin}_{''.join(secrets.choice(_ALPHABET) for _ in range(8))}"
        if not is_taken(candidate):
            return candidate


def label_text(label: object) -> str:
    """Return a column's label as text, whatever the label is; a hostile one becomes its type's name."""
    try:
        text = str(label)
    except Exception:  # noqa: BLE001 - a label's own code may raise anything
        text = f"<{type(label).__name__}>"
    return text.encode("utf-8", "replace").decode("utf-8")
