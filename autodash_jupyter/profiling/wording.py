"""Numbers, moments and lists as a person would write them; shared by findings, card and contexts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

from autodash_jupyter.profiling.cells import cell_text, clean_text

__all__ = [
    "counted",
    "finding_label",
    "format_bytes",
    "format_number",
    "format_range",
    "format_seconds",
    "format_share",
    "format_value",
    "join_words",
]


def format_number(number: float) -> str:
    """Write a number with four significant digits, whole ones below a million in full.

    >>> format_number(4201.754), format_number(0.00123456), format_number(344), format_number(2.5e9)
    ('4,202', '0.001235', '344', '2.5 billion')
    """
    if isinstance(number, int) and not isinstance(number, bool) and abs(number) >= 10**15:
        return f"about 10^{math.floor(math.log10(abs(number)))}"
    if not math.isfinite(number):
        return str(number)
    if abs(number) >= 1e15 or 0 < abs(number) < 1e-4:
        return f"{number:.3g}"
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(number) >= size:
            return f"{number / size:,.4g} {word}"
    if float(number).is_integer() or abs(number) >= 1000:
        return f"{number:,.0f}"
    text = f"{number:.4g}"
    return f"{number:.6f}".rstrip("0") if "e" in text else text


def format_share(share: float) -> str:
    """Write a share from 0 to 1 in percent, never rounding something to nothing or to all.

    >>> format_share(0.03198), format_share(0.00001), format_share(0.9999), format_share(0.5)
    ('3.2 %', 'under 0.1 %', 'over 99.9 %', '50 %')
    """
    if 0 < share < 0.001:
        return "under 0.1 %"
    if 0.999 < share < 1:
        return "over 99.9 %"
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def format_value(value: Any) -> str:
    """Write an extreme of a column: a number, a moment, a span or a text.

    >>> format_value(dt.datetime(2020, 1, 31)), format_value(2.0), format_value(True)
    ('2020-01-31', '2', 'true')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return format_number(value)
    if isinstance(value, dt.datetime):
        return (
            value.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")
            if value.year >= 1000
            else value.isoformat(" ")
        )
    if isinstance(value, dt.timedelta):
        return format_seconds(value.total_seconds())
    return clean_text(cell_text(value, limit=40))


def format_range(low: Any, high: Any) -> str:
    """Write the span between two extremes; whole numbers that are years keep their look.

    >>> format_range(2700, 6300), format_range(2.0, 2.0)
    ('2,700 to 6,300', '2')
    """
    first, last = format_value(low), format_value(high)
    return first if first == last else f"{first} to {last}"


def format_seconds(seconds: float) -> str:
    """Write a span of time in its largest fitting unit.

    >>> format_seconds(5400), format_seconds(40), format_seconds(172800)
    ('1.5 h', '40 s', '2 days')
    """
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if abs(seconds) >= size:
            return f"{format_number(round(seconds / size, 2))} {unit}"
    return f"{format_number(round(seconds, 3))} s"


def format_bytes(size: int) -> str:
    """Write a size in memory.

    >>> format_bytes(512), format_bytes(21_000), format_bytes(86_000_000)
    ('512 bytes', '21 kB', '86 MB')
    """
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:.2g} {unit}" if size < 10 * factor else f"{size / factor:.0f} {unit}"
    return f"{size} bytes"


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """Write a count with its noun.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


_LABELS = {
    "reading": "how the file was read",
    "sorted": "order of the rows",
    "sentinel": "stand-ins for a missing value",
    "case_variants": "spellings",
    "near_duplicates": "slips in writing",
    "numbers_as_text": "numbers kept as text",
    "dates_as_text": "dates kept as text",
    "near_identical": "columns alike",
    "time_gaps": "gaps in time",
    "time_coverage": "time covered",
    "dependency": "what follows from what",
    "association": "what goes together",
    "grain": "what a row is",
    "no_key": "what a row is",
    "duplicate_rows": "repeated rows",
    "duplicate_name": "names that come twice",
}


def finding_label(kind: str) -> str:
    """Return what a kind of finding is about, as a heading before it.

    >>> finding_label("case_variants"), finding_label("mixed_types")
    ('spellings', 'mixed types')
    """
    return _LABELS.get(kind, kind.replace("_", " "))


def join_words(words: Sequence[str], limit: int = 8) -> str:
    """Join words as in a sentence, the ones beyond ``limit`` counted.

    >>> join_words(["a", "b", "c"]), join_words(["a", "b", "c", "d"], limit=2)
    ('a, b and c', 'a, b and 2 more')
    """
    if len(words) > limit:
        return f"{', '.join(words[:limit])} and {len(words) - limit:,} more"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
