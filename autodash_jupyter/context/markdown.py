"""Names and values inside Markdown: whatever they hold, they stay words."""

from __future__ import annotations

import re

from autodash_jupyter.profiling.cells import clean_text

__all__ = ["escape_markdown", "quote_code", "shorten"]

_SPECIAL = re.compile(r"([\\`*{}\[\]<>|~#$&!]|(?<![^\W_])_|_(?![^\W_]))")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def shorten(text: str, limit: int) -> str:
    """Return a text of ``limit`` characters at most, the last of a longer one being three dots.

    >>> shorten("Net unit price", 9), shorten("Net price", 9)
    ('Net unit…', 'Net price')
    """
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _one_line(text: str, limit: int) -> str:
    return shorten(_BLANKS.sub(" ", clean_text(text[: 4 * limit])).strip(), limit)


def escape_markdown(text: str, limit: int = 60) -> str:
    """Return a value as plain words: one line, shortened, no character of it taken as mark-up.

    >>> print(escape_markdown("a|b <script> [x](y)"))
    a\\|b \\<script\\> \\[x\\](y)
    """
    line = _one_line(text, limit)
    if "://" in line or line.lower().startswith("www."):
        return quote_code(line, limit)  # so that no reader makes a link of it
    return _SPECIAL.sub(r"\\\1", line)


def quote_code(text: str, limit: int = 80, *, in_table: bool = True) -> str:
    """Return a name or an expression as a code span.

    In a table a name with a pipe comes as plain words: readers of Markdown disagree on pipes in code.

    >>> quote_code("body_mass_g"), quote_code("a`b"), quote_code("a|b")
    ('`body_mass_g`', '`` a`b ``', 'a\\\\|b')
    """
    line = _one_line(text, limit) or "(no name)"
    if in_table and "|" in line:
        return _SPECIAL.sub(r"\\\1", line)
    if "`" not in line:
        return f"`{line}`"
    fence = "`" * (max(len(run) for run in re.findall(r"`+", line)) + 1)
    return f"{fence} {line} {fence}"
