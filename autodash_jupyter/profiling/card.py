"""Draws a profile as one self-contained piece of HTML, which loads nothing from anywhere.

Rows, pictures and details are plain HTML: they are complete where scripts and styles are taken out, as in a
notebook that is not trusted. Where scripts run, a small one adds search and sort.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from autodash_jupyter.models import Finding, FrameProfile
from autodash_jupyter.profiling.card_assets import script, style
from autodash_jupyter.profiling.card_head import head
from autodash_jupyter.profiling.card_rows import awaited_row, column_row, head_row, rest_row
from autodash_jupyter.profiling.card_text import plain

__all__ = ["render_card"]

_ROWS_SHOWN = 250
_LIVE_ROWS_SHOWN = 60  # a card that grows is sent anew with each column
_FEW_COLUMNS = 100
_BYTES = 183_000  # of the rows of few columns; of more, twice as many


def render_card(profile: FrameProfile, title: str, *, awaited: Sequence[str] | None = None) -> str:
    """Return the card of a profile as an HTML fragment, fit for light and dark themes.

    All names and values are escaped, values of personal data are masked. Up to 250 columns are drawn and the
    rest is counted; those have details for which there is room in 200 kB (400 kB beyond a hundred columns).
    ``awaited`` names the columns still to come of a profile under way, whose card has no details yet.
    Without a title, the heading holds the table's size alone.

    >>> import pandas as pd
    >>> from autodash_jupyter.profiling import profile
    >>> card = render_card(profile(pd.DataFrame({"city": ["Oslo", "Bergen"]})), "cities")
    >>> "2 rows × 1 column" in card
    True
    """
    rows = _rows(profile, awaited)
    rest = len(profile.columns) + len(awaited or ()) - len(rows)
    if rest > 0:
        rows.append(rest_row(rest))
    body = _table(rows, title) if rows else ""
    foot = ""
    if any(column.errors for column in profile.columns):
        foot = '<div class="adp-foot">≈ marks an estimate; point at it for how far it may be off.</div>'
    enhance = script() if len(rows) > 1 and awaited is None else ""
    return f'<div class="ad-profile">{style()}{head(profile, title)}{body}{foot}{enhance}</div>'


def _table(rows: Sequence[str], title: str) -> str:
    label = f"Columns of {plain(title)}" if title else "Columns"
    return (
        f'<div class="adp-scroll" role="region" tabindex="0" aria-label="{label}">'
        f'<table class="adp-table" role="table">{head_row()}{"".join(rows)}</table></div>'
    )


def _rows(profile: FrameProfile, awaited: Sequence[str] | None) -> list[str]:
    """Return the rows of the columns, with details for as many as there is room for."""
    of_table: dict[str, list[Finding]] = defaultdict(list)
    for finding in profile.findings:
        if finding.column is not None:
            of_table[finding.column].append(finding)
    limit = _ROWS_SHOWN if awaited is None else _LIVE_ROWS_SHOWN
    columns = profile.columns[:limit]
    rows = [column_row(column, of_table, with_details=False) for column in columns]
    if awaited is not None:
        return rows + [awaited_row(name) for name in awaited[: limit - len(rows)]]
    room = (_BYTES if len(columns) <= _FEW_COLUMNS else 2 * _BYTES) - _size(rows)
    while room < 0:
        room += _size([rows.pop()])
    for number, column in enumerate(columns[: len(rows)]):
        detailed = column_row(column, of_table, with_details=True)
        more = _size([detailed]) - _size([rows[number]])
        if more <= room:
            rows[number] = detailed
            room -= more
    return rows


def _size(rows: Sequence[str]) -> int:
    return sum(len(row.encode()) for row in rows)
