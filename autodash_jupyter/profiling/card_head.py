"""The head of the card: the table's size, gaps, repeated rows, keys, and what goes together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from autodash_jupyter.models import Association, FrameProfile
from autodash_jupyter.profiling.card_rows import family, finding_lines
from autodash_jupyter.profiling.card_text import estimate, isolated, plain
from autodash_jupyter.profiling.wording import counted, finding_label, format_bytes, format_share

__all__ = ["head"]

_KEYS_SHOWN = 3
_PAIRS_SHOWN = 10
_NOTES_SHOWN = 6
_FEWEST_KINDS = 3
_APART = {"grain", "reading"}  # told among the facts, and in a line of its own
_DOT = '<i class="adp-dot"> · </i>'
_MEASURES = {
    "pearson": ("Pearson", "Pearson's correlation: how near to a straight line"),
    "spearman": ("Spearman", "Spearman's rank correlation: how steadily one rises or falls with the other"),
    "correlation_ratio": ("ratio", "correlation ratio: how much of the number's spread the categories tell"),
    "cramers_v": ("Cramér's V", "Cramér's V: how far one category tells the other"),
}


def head(profile: FrameProfile, title: str) -> str:
    """Return the head as HTML; without a title, the size comes first."""
    heading = f'<span class="adp-title">{isolated(title, 160)}</span> ' if title else ""
    facts = _DOT.join(f'<span class="adp-fact">{fact}</span>' for fact in _facts(profile))
    notes = [finding for finding in profile.findings if finding.column is None and finding.kind not in _APART]
    lines = _reading(profile) + finding_lines(notes, _NOTES_SHOWN) + _together(profile)
    below = f'<div class="adp-notes">{lines}</div>' if lines else ""
    return f'<div class="adp-head">{heading}{facts}</div>{_kinds(profile)}{below}'


def _kinds(profile: FrameProfile) -> str:
    """Count the columns of each kind that comes again; the script makes each count a filter."""
    kinds = Counter(column.semantic_type for column in profile.columns)
    repeated = [(kind, count) for kind, count in kinds.most_common() if count > 1]
    if len(repeated) < _FEWEST_KINDS:
        return ""
    others = sum(kinds.values()) - sum(count for _, count in repeated)
    rest = f" <small>and {counted(others, 'other')}</small>" if others else ""
    return f'<div class="adp-kinds">{" ".join(_kind(*pair) for pair in repeated)}{rest}</div>'


def _kind(kind: str, count: int) -> str:
    css, name = f"adp-badge adp-{family(kind)}", plain(kind)
    return f'<span class="{css}" data-kind="{name}">{name}&nbsp;{count:,}</span>'


def _reading(profile: FrameProfile) -> str:
    """Tell in one line how a file had to be read to make sense."""
    notes = [finding.message for finding in profile.findings if finding.kind == "reading"]
    if not notes:
        return ""
    label = finding_label("reading").capitalize()
    return f'<div class="adp-found"><b>{label}:</b> {plain(" ".join(notes), 600)}</div>'


def _facts(profile: FrameProfile) -> Iterator[str]:
    size = f"{counted(profile.row_count, 'row')} × {counted(profile.column_count, 'column')}"
    yield f"<b>{size}</b>"
    if profile.memory_bytes:
        yield f"{format_bytes(profile.memory_bytes)} in memory"
    missing = sum(column.missing for column in profile.columns)
    cells = sum(column.count + column.missing for column in profile.columns)
    if cells and len(profile.columns) == profile.column_count:
        yield f"{format_share(missing / cells)} of the cells missing" if missing else "no cell missing"
    if profile.duplicate_rows == 0 and profile.row_count:  # those there are, a finding tells of
        yield "no repeated row"
    if profile.candidate_keys:
        grain = next((finding for finding in profile.findings if finding.kind == "grain"), None)
        keys = [" + ".join(isolated(name, 40) for name in key) for key in profile.candidate_keys]
        rest = len(keys) - _KEYS_SHOWN
        more = f" or {counted(rest, 'other')}" if rest > 0 else ""
        shown = f"key: {' or '.join(keys[:_KEYS_SHOWN])}{more}"
        yield estimate(shown, grain.method) if grain and grain.approximate else shown


def _together(profile: FrameProfile) -> str:
    """List the strongest associations, closed until one asks for them."""
    if not profile.associations:
        return ""
    lines = "".join(map(_association, profile.associations[:_PAIRS_SHOWN]))
    rest = len(profile.associations) - _PAIRS_SHOWN
    more = f"<li>and {rest:,} more</li>" if rest > 0 else ""
    count = counted(len(profile.associations), "pair of columns goes", "pairs of columns go")
    return f'<details class="adp-pairs"><summary>{count} together</summary><ul>{lines}{more}</ul></details>'


def _association(pair: Association) -> str:
    name, meaning = _MEASURES[pair.measure]
    rows = f"{meaning}; on {'a sample of ' if pair.approximate else ''}{counted(pair.rows, 'row')}"
    value = f"{'≈ ' if pair.approximate else ''}{pair.value:.2f}".replace("-", "\u2212")
    opposed = ' class="adp-opposed"' if pair.value < 0 else ""
    width = 60 * min(1.0, abs(pair.value))
    return (
        f"<li><span>{isolated(pair.first, 40)} – {isolated(pair.second, 40)}</span> "
        f'<i{opposed} style="width:{width:.0f}px"></i> <span title="{plain(rows, 200)}">{value}'
        f"&nbsp;{name}</span></li>"
    )
