"""Makes text that nobody vouches for safe and legible in the card: escaped, bounded, isolated, masked."""

from __future__ import annotations

import html
import re
import unicodedata

from autodash_jupyter.profiling.cells import clean_text
from autodash_jupyter.profiling.patterns import mask_personal

__all__ = ["estimate", "isolated", "masked_shape", "plain", "shown_value"]

_MOST_MARKS = 4  # accents on one letter that any script needs; more are there to smear over other lines
_CONTROLS = [*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x2060, 0xFEFF]
_DIRECTIONS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_VISIBLE = {code: f"\\u{code:04x}" for code in _CONTROLS + _DIRECTIONS} | {9: "⇥", 10: "↵", 13: "↵"}


def plain(text: str, limit: int = 160) -> str:
    """Return text escaped for HTML and its attributes, with what is invisible written out.

    >>> plain('<b>"a"\\n\\u202eb'), plain("abcdef", limit=3)
    ('&lt;b&gt;&quot;a&quot;↵\\\\u202eb', 'ab…')
    """
    text = text[: limit * 8].translate(_VISIBLE) if len(text) > limit else text.translate(_VISIBLE)
    if not text.isascii():
        text = _fewer_marks(clean_text(text))
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return html.escape(shown, quote=False).replace('"', "&quot;")  # attributes of the card stand in these


def isolated(text: str, limit: int = 80) -> str:
    """Return text as an element whose writing direction does not spill into what stands beside it.

    >>> isolated("a&b"), isolated("")
    ('<bdi>a&amp;b</bdi>', '<i>(empty)</i>')
    """
    return f"<bdi>{plain(text, limit)}</bdi>" if text else "<i>(empty)</i>"


def shown_value(text: str, limit: int = 60) -> str:
    """Return a value of the table: what looks personal masked, spaces at its ends made visible.

    >>> shown_value(" Oslo "), shown_value("to ann@example.org")
    ('<bdi>␣Oslo␣</bdi>', '<bdi>to [email address]</bdi>')
    """
    text = mask_personal(text[:1000])
    inner = text.strip(" ")
    if len(inner) < len(text):
        left = len(text) - len(text.lstrip(" "))
        text = "␣" * left + inner + "␣" * (len(text) - left - len(inner))
    return isolated(text, limit)


def masked_shape(shape: str) -> str:
    """Return the shape of personal values with dots for whatever was a letter or a digit.

    >>> masked_shape("a9@a.a")
    '•••@•••.•••'
    """
    return re.sub(r"[Aa9]+", "•••", shape)


def estimate(shown: str, error: str) -> str:
    """Mark a number (already HTML) as an estimate whose error can be pointed at.

    >>> estimate("1,200", "within 1 %")
    '<abbr title="within 1 %">≈ 1,200</abbr>'
    """
    return f'<abbr title="{html.escape(error, quote=True)}">≈ {shown}</abbr>'


def _fewer_marks(text: str) -> str:
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
