"""Draws a profile as one self-contained piece of HTML: no scripts, nothing loaded from anywhere."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from autodash_jupyter.models import ColumnProfile, Finding, FrameProfile
from autodash_jupyter.profiling.card_style import STYLE
from autodash_jupyter.profiling.cells import clean_text
from autodash_jupyter.profiling.wording import (
    counted,
    format_bytes,
    format_number,
    format_range,
    format_seconds,
    format_share,
    format_value,
    join_words,
)

__all__ = ["render_card"]

_ROWS_SHOWN = 250
_FINDINGS_SHOWN = 3
_FAMILIES = {
    "measure": "number", "count": "number", "ratio": "number", "money": "money", "category": "label",
    "ordinal": "label", "flag": "label", "date": "time", "datetime": "time", "time": "time", "year": "time",
    "duration": "time", "latitude": "place", "longitude": "place", "place": "place", "identifier": "key",
    "email": "person", "phone": "person", "ip": "person", "name": "person",
}  # fmt: skip
_SHADES = (0.95, 0.7, 0.5, 0.34, 0.22)
_WIDTH, _HEIGHT = 132, 34
_WIDEST_BAR = 16.0


def render_card(profile: FrameProfile, title: str) -> str:
    """Return the card of a profile as an HTML fragment, fit for light and dark themes.

    All names and values are escaped, and values of personal data are not shown. Beyond 250 columns the
    rest is counted. Without a title, the heading holds the table's size alone.
    """
    shown = profile.columns[:_ROWS_SHOWN]
    rows = "".join(_row(column, profile.row_count) for column in shown)
    rest = len(profile.columns) - len(shown)
    if rest:
        rows += f'<div class="ad-profile-row ad-profile-soft">and {counted(rest, "more column")}</div>'
    body = f'<div class="ad-profile-body" role="table">{rows}</div>' if rows else ""
    return f'{STYLE}<div class="ad-profile">{_head(profile, title)}{_notes(profile)}{body}</div>'


def _text(text: str, limit: int = 160) -> str:
    text = clean_text(text)
    return html.escape(text if len(text) <= limit else text[: limit - 1] + "…")


def _head(profile: FrameProfile, title: str) -> str:
    size = f"{counted(profile.row_count, 'row')} × {counted(profile.column_count, 'column')}"
    heading = f'<span class="ad-profile-title">{_text(title)}</span>' if title else ""
    memory = f'<span class="ad-profile-soft">{format_bytes(profile.memory_bytes)} in memory</span>'
    if profile.candidate_keys and len(profile.candidate_keys[0]) == 1:
        memory += f'<span class="ad-profile-soft">key: {_text(profile.candidate_keys[0][0], 60)}</span>'
    return f'<div class="ad-profile-head">{heading}<span>{size}</span>{memory}</div>'


def _notes(profile: FrameProfile) -> str:
    notes = [finding for finding in profile.findings if finding.column is None]
    return f'<div class="ad-profile-notes">{_findings(notes)}</div>' if notes else ""


def _row(column: ColumnProfile, row_count: int) -> str:
    family = _FAMILIES.get(column.semantic_type, "plain")
    evidence = html.escape(clean_text(column.evidence), quote=True)
    return (
        f'<div class="ad-profile-row ad-profile-{family}" role="row">'
        f'<div role="cell"><div class="ad-profile-name">{_text(column.name, 80) or "(no name)"}</div>'
        f'<span class="ad-profile-badge" title="{evidence}">{_text(column.semantic_type)}</span>'
        f'<span class="ad-profile-dtype">{_text(column.dtype, 40)}</span></div>'
        f'<div role="cell">{_picture(column)}</div>'
        f'<div role="cell" class="ad-profile-facts">{_facts(column)}</div>'
        f'<div role="cell" class="ad-profile-missing">{_missing(column, row_count)}</div>'
        f"{_findings([finding for finding in column.findings if finding.kind != 'missing'])}</div>"
    )


def _findings(findings: Sequence[Finding]) -> str:
    lines = [
        f'<div class="ad-profile-found{" ad-profile-warning" if finding.severity == "warning" else ""}">'
        f"{_text(finding.message, 240)}{' (seen on a sample)' if finding.approximate else ''}</div>"
        for finding in findings[:_FINDINGS_SHOWN]
    ]
    rest = len(findings) - _FINDINGS_SHOWN
    if rest > 0:
        lines.append(f'<div class="ad-profile-found">and {counted(rest, "more finding")}</div>')
    return "".join(lines)


def _missing(column: ColumnProfile, row_count: int) -> str:
    if not row_count:
        return ""
    if not column.missing:
        return '<span class="ad-profile-soft">complete</span>'
    share = column.missing_share
    gauge = f'<div class="ad-profile-gauge"><i style="width:{max(share * 100, 2):.0f}%"></i></div>'
    return f"{format_share(share)} missing{gauge}"


def _picture(column: ColumnProfile) -> str:
    if column.personal or column.semantic_type in ("identifier", "constant", "empty", "nested"):
        return ""
    if column.histogram and column.semantic_type not in ("category", "flag"):
        return _histogram(column)
    if column.top_values and column.count and column.top_values[0][1] > 1:
        return _shares(column)
    return ""


def _histogram(column: ColumnProfile) -> str:
    counts = column.histogram
    most, step = max(counts), _WIDTH / len(counts)
    gap = 1.0 if step > 3 else 0.4
    bars = []
    for number, count in enumerate(counts):
        if count:
            height = max(1.0, (_HEIGHT - 3) * count / most)
            width = min(step - gap, _WIDEST_BAR)
            left = number * step + (step - width) / 2
            bars.append(f"M{left:.1f} {_HEIGHT - 1}v-{height:.1f}h{width:.1f}v{height:.1f}z")
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="histogram">'
        f'<path class="ad-profile-ink" d="{"".join(bars)}"/>'
        f'<path class="ad-profile-base" d="M0 {_HEIGHT - 0.5}h{_WIDTH}"/></svg>'
    )


def _shares(column: ColumnProfile) -> str:
    left, parts = 0.0, []
    for shade, (text, count) in zip(_SHADES, column.top_values, strict=False):
        width = _WIDTH * count / column.count
        parts.append(
            f'<rect class="ad-profile-ink" style="fill-opacity:{shade}" x="{left:.1f}" y="10" height="14" '
            f'width="{max(width - 1, 0.5):.1f}"><title>{_text(text, 60)}: {count:,}</title></rect>'
        )
        left += width
    if left < _WIDTH - 1:
        parts.append(
            f'<rect class="ad-profile-ink" style="fill-opacity:.1" x="{left:.1f}" y="10" height="14" '
            f'width="{_WIDTH - left:.1f}"/>'
        )
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="top values">{"".join(parts)}</svg>'


def _facts(column: ColumnProfile) -> str:
    """The key numbers of a column, in words."""
    if not column.count:
        return '<span class="ad-profile-soft">no values</span>'
    if column.personal:
        return f'<span class="ad-profile-soft">{_distinct(column)}; personal data, values not shown</span>'
    describe = _DESCRIBERS.get(column.semantic_type)
    return (
        describe and describe(column)
    ) or f'<span class="ad-profile-soft">{_text(_distinct(column))}</span>'


def _constant(column: ColumnProfile) -> str:
    value = column.top_values[0][0] if column.top_values else format_value(column.minimum)
    return f"always <b>{_text(value, 60)}</b>"


def _moments(column: ColumnProfile) -> str:
    if column.minimum is None:
        return ""
    return f"<b>{_span(column)}</b><br><span class='ad-profile-soft'>{_distinct(column)}</span>"


def _span(column: ColumnProfile) -> str:
    if column.semantic_type == "year" and isinstance(column.minimum, int | float):
        return f"{column.minimum:.0f} to {column.maximum:.0f}"
    return _text(format_range(column.minimum, column.maximum))


def _distinct(column: ColumnProfile) -> str:
    if column.distinct is None:
        return counted(column.count, "value")
    if column.distinct == column.count:
        return f"{column.distinct:,} values, all different"
    return f"{'about ' if 'distinct' in column.errors else ''}{counted(column.distinct, 'distinct value')}"


def _levels(column: ColumnProfile) -> str:
    if not column.top_values:
        return ""
    shown = [
        f"<b>{_text(text, 32) or '(empty)'}</b> {format_share(count / column.count)}"
        for text, count in column.top_values[:3]
    ]
    rest = (column.distinct or 0) - len(shown)
    words = ", ".join(shown)
    more = f" and {rest:,} more" if rest > 0 else ""
    return f"{words}<span class='ad-profile-soft'>{more}</span>"


def _numbers(column: ColumnProfile) -> str:
    if column.mean is None:
        return ""
    unit = f" {_text(column.unit, 12)}" if column.unit else ""
    if column.dtype.startswith("timedelta") or isinstance(column.minimum, str):
        mean = format_seconds(column.mean or 0.0)
        return f"<b>{_text(format_range(column.minimum, column.maximum))}</b><br>mean {mean}"
    median = column.quantiles.get("50%")
    parts = [f"mean {format_number(column.mean or 0.0)}"]
    if median is not None:
        parts.append(f"median {'≈ ' if 'quantiles' in column.errors else ''}{format_number(median)}")
    if column.std is not None:
        parts.append(f"sd {format_number(column.std)}")
    soft = join_words([*parts]).replace(" and ", ", ")
    span = _text(format_range(column.minimum, column.maximum))
    return f"<b>{span}{unit}</b><br><span class='ad-profile-soft'>{soft}</span>"


_DESCRIBERS: dict[str, Callable[[ColumnProfile], str]] = {
    "constant": _constant,
    **dict.fromkeys(("date", "datetime", "year", "latitude", "longitude"), _moments),
    **dict.fromkeys(("category", "ordinal", "flag", "place"), _levels),
    **dict.fromkeys(("measure", "count", "ratio", "money", "duration"), _numbers),
}
