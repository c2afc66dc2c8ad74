"""The words of change summaries."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["counted", "listed", "one_line_text"]

_MOST_NAMED = 4
_LONGEST = 60


def counted(number: int, thing: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def listed(names: Iterable[object]) -> str:
    """Return names as a person lists them, the first four of them.

    >>> listed(["a"]), listed(["a", "b", "c"]), listed("abcdef")
    ('a', 'a, b and c', 'a, b, c, d and 2 more')
    """
    shown = [one_line_text(name) for name in names]
    if len(shown) > _MOST_NAMED:
        shown = [*shown[:_MOST_NAMED], f"{len(shown) - _MOST_NAMED} more"]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1] if shown else ""]))


def one_line_text(value: object) -> str:
    """Return a value as a short text without line breaks, whatever it is.

    >>> one_line_text("two\\nlines")
    'two lines'
    """
    try:
        text = " ".join("".join(one if one.isprintable() else " " for one in str(value)).split())
    except Exception:  # noqa: BLE001 - a label's own __str__ may raise anything
        text = type(value).__name__
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
