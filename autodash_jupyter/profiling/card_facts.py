"""The key numbers of a column in a few words, as its row of the card tells them."""

from __future__ import annotations

from collections.abc import Callable

from autodash_jupyter.models import ColumnProfile
from autodash_jupyter.profiling.card_text import estimate, masked_shape, plain, shown_value
from autodash_jupyter.profiling.patterns import mask_personal
from autodash_jupyter.profiling.semantic_types import LEVELS
from autodash_jupyter.profiling.wording import (
    format_number,
    format_range,
    format_seconds,
    format_share,
    format_value,
)

__all__ = ["distinct", "error_words", "facts", "missing", "often", "quantity", "share", "soft"]

_LEVELS_SHOWN = 3
_OFTEN = 0.02
_SURE = "in 99.9 % of cases"


def facts(column: ColumnProfile) -> str:
    """Return range and mean of numbers, range of moments, levels of a category, lengths of texts."""
    if column.semantic_type == "unknown":
        return soft("not read yet")
    if not column.count:
        return soft("no values")
    if column.personal:
        return _masked(column)
    describe = _DESCRIBERS.get(column.semantic_type)
    return (describe and describe(column)) or _texts(column)


def soft(words: str) -> str:
    """Return HTML drawn in the quieter colour."""
    return f"<small>{words}</small>"


def error_words(column: ColumnProfile, name: str) -> str:
    """Say how far an approximate statistic may be off; nothing for one that is exact."""
    error = column.errors.get(name)
    if error is None:
        return ""
    if name == "mean":
        return f"off by at most {format_number(error)} {_SURE}"
    if name == "distinct":
        return f"an estimate, off by at most {format_share(error)} {_SURE}"
    if name in ("minimum", "maximum"):
        return f"of a sample: at most {format_share(error)} of the rows lie beyond, {_SURE}"
    return f"from a sample: shares of rows are off by at most {format_share(error)} {_SURE}"


def _marked(column: ColumnProfile, name: str, shown: str) -> str:
    error = error_words(column, name)
    return estimate(shown, error) if error else shown


def quantity(column: ColumnProfile, name: str, number: float) -> str:
    """Return one of a column's numbers as a person would write it, marked where it is an estimate."""
    spans = column.dtype.startswith(("timedelta", "duration")) or isinstance(column.minimum, str)
    written = format_seconds(number) if spans else format_number(number)
    if column.semantic_type == "year" and name == "quantiles" and float(number).is_integer():
        written = f"{number:.0f}"
    return _marked(column, name, written)


def share(column: ColumnProfile, count: int) -> str:
    """Return the share of the values that are one of the most frequent, marked where it is an estimate."""
    return _marked(column, "top_values", format_share(min(1.0, count / column.count)))


def often(column: ColumnProfile) -> bool:
    """Tell whether the most frequent values are frequent enough to be worth a place.

    >>> often(ColumnProfile("a", 0, "str", "text", count=1000, top_values=(("x", 12), ("y", 3))))
    False
    """
    least = max(2, _OFTEN * column.count)
    return bool(column.count and column.top_values) and column.top_values[0][1] >= least


def distinct(column: ColumnProfile) -> str:
    """Return how many distinct values there are, and whether all differ."""
    if column.distinct is None:
        return soft("–")
    number = _marked(column, "distinct", f"{column.distinct:,}")
    unique = column.distinct == column.count > 1 and "distinct" not in column.errors
    return f"{number} <br>{soft('all different')}" if unique else number


def missing(column: ColumnProfile) -> str:
    """Return the share of missing values with a gauge; a tick where there is none."""
    if not column.count + column.missing:
        return ""
    if not column.missing:
        return soft("none")
    part = column.missing_share
    gauge = f'<span class="adp-gauge"><i style="width:{max(part * 100, 3):.0f}%"></i></span>'
    return f'<span title="{column.missing:,} rows">{format_share(part)}</span>{gauge}'


def _masked(column: ColumnProfile) -> str:
    shapes = [plain(masked_shape(shape), 30) for shape, _ in column.patterns[:2]]
    words = soft("personal data, values not shown")
    return f"<code>{' '.join(dict.fromkeys(shapes))}</code><br>{words}" if shapes else words


def _constant(column: ColumnProfile) -> str:
    value = column.top_values[0][0] if column.top_values else format_value(column.minimum)
    return f"always <b>{shown_value(value)}</b>"


def _range(column: ColumnProfile) -> str:
    written_plainly = {"year", "identifier", "postal code", "phone"}
    if column.semantic_type in written_plainly and isinstance(column.minimum, int | float):
        first, last = f"{column.minimum:.0f}", f"{column.maximum:.0f}"
        span = first if first == last else f"{first} to {last}"
    else:
        span = plain(mask_personal(format_range(column.minimum, column.maximum)))
    edge = "minimum" if "minimum" in column.errors else "maximum"
    return _marked(column, edge, span)


def _moments(column: ColumnProfile) -> str:
    if column.minimum is None:
        return ""
    step = f"<br>{soft(f'by {plain(column.granularity, 20)}')}" if column.granularity else ""
    return f"<b>{_range(column)}</b>{step}"


def _levels(column: ColumnProfile) -> str:
    if not often(column):
        return ""
    levels = column.top_values[:_LEVELS_SHOWN]
    shown = ", ".join(f"<b>{shown_value(text, 32)}</b>&nbsp;{share(column, count)}" for text, count in levels)
    rest = (column.distinct or 0) - len(levels)
    return shown + (soft(f" and {rest:,} more") if rest > 0 else "")


def _numbers(column: ColumnProfile) -> str:
    if column.mean is None:
        return ""
    unit = f" {plain(column.unit, 12)}" if column.unit else ""
    parts = [f"mean {quantity(column, 'mean', column.mean)}"]
    if "50%" in column.quantiles:
        parts.append(f"median {quantity(column, 'quantiles', column.quantiles['50%'])}")
    if column.std is not None:
        parts.append(f"sd {quantity(column, 'std', column.std)}")
    return f"<b>{_range(column)}{unit}</b><br>{soft(', '.join(parts))}"


def _texts(column: ColumnProfile) -> str:
    """Say of texts and codes how long they are, and show the most frequent one."""
    lines = []
    if column.top_values:
        text, count = column.top_values[0]
        part = f" {share(column, count)}" if often(column) and count < column.count else ""
        lines.append(f"{'most often' if part else 'such as'} <b>{shown_value(text, 48)}</b>{part}")
    elif column.minimum is not None:
        lines.append(f"<b>{_range(column)}</b>")
    if column.lengths:
        least, _, most = column.lengths
        size = f"{least:,}" if least == most else f"{least:,} to {most:,}"
        lines.append(soft(f"{size} characters"))
    return "<br>".join(lines) or soft("values not counted")


_DESCRIBERS: dict[str, Callable[[ColumnProfile], str]] = {
    "constant": _constant,
    **dict.fromkeys(("date", "datetime", "time", "year", "latitude", "longitude"), _moments),
    **dict.fromkeys(LEVELS, _levels),
    **dict.fromkeys(("measure", "count", "ratio", "money", "duration"), _numbers),
}
