"""Text for values and labels that nobody vouches for: it never raises, and it never runs long."""

from __future__ import annotations

import math
import reprlib
from typing import Any

__all__ = ["UNPRINTABLE", "cell_text", "clean_text", "plain_value"]

UNPRINTABLE = "unprintable"

_short_repr = reprlib.Repr()
_short_repr.maxlevel = 3
_short_repr.maxlist = _short_repr.maxtuple = _short_repr.maxdict = _short_repr.maxset = 8
_short_repr.maxstring = _short_repr.maxother = 80
_PLAIN_TYPES = (str, int, float, bool)


def clean_text(text: str) -> str:
    """Return ``text`` without lone surrogates, so that it can be encoded as UTF-8.

    >>> clean_text("caf\\udce9")
    'caf\\\\udce9'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def cell_text(value: object, limit: int = 120) -> str:
    """Return a short text for any cell or column label.

    Containers are shortened before they are printed, so that a huge list costs little; a value
    whose own ``__str__`` raises is named by its class.

    >>> cell_text(1.5), cell_text("a" * 5, limit=3)
    ('1.5', 'aa…')
    >>> cell_text([list(range(100))])
    '[[0, 1, 2, 3, 4, 5, 6, 7, ...]]'
    """
    try:
        text = _print(value)
    except Exception:  # noqa: BLE001 - a cell may raise anything at all from its own code
        text = f"<{UNPRINTABLE} {type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _print(value: object) -> str:
    # A subclass may override __str__; the base class's own gives the text that is really there.
    if issubclass(type(value), str):
        return str.__str__(value)
    if type(value) in (list, tuple, dict, set, frozenset, bytes, bytearray):
        return _short_repr.repr(value)
    if type(value) is int and value.bit_length() > 500:
        return f"an integer of about {int(value.bit_length() * math.log10(2)) + 1:,} digits"
    text = str(value)
    return str.__str__(text)


def plain_value(value: Any) -> Any:
    """Return a NumPy or pandas scalar as a plain Python value: number, datetime, timedelta or text."""
    if value is None or type(value) in _PLAIN_TYPES:
        return value
    item = getattr(value, "item", None)
    plain = item() if callable(item) else value
    to_pydatetime = getattr(plain, "to_pydatetime", None)
    return to_pydatetime() if callable(to_pydatetime) else plain
