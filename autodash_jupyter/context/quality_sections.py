"""What a table's keys are, and what to beware of in its data, as sections of Markdown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from autodash_jupyter.context.phrases import grain_but_for_repeats, name_code, names_code, quality_line, rank
from autodash_jupyter.models import ColumnProfile, FrameProfile
from autodash_jupyter.profiling.wording import counted, format_share, join_words

__all__ = ["keys_section", "quality_section"]

_QUALITY_LINES = 20
_ESTIMATED = (
    "\n\nRanges, means and missing shares are of all rows; of long columns with many different values, "
    "distinct values are estimated within about 1 %, and quantiles and frequencies from a sample."
)


def keys_section(profile: FrameProfile) -> str:
    """Return the section that says what tells the rows apart."""
    return "## Keys and grain\n\n" + "\n".join(f"- {line}" for line in _key_lines(profile))


def _key_lines(profile: FrameProfile) -> Iterator[str]:
    if profile.candidate_keys:
        for key in profile.candidate_keys:
            together = " together" if len(key) > 1 else ""
            verb = "tell" if len(key) > 1 else "tells"
            yield f"{join_words([name_code(column) for column in key])}{together} {verb} the rows apart."
    elif grain := grain_but_for_repeats(profile):
        yield quality_line(grain)
    elif profile.row_count > 1:
        yield (
            "No column, and no pair or triple of those that might, tells the rows apart: "
            "take one row as one observation."
        )
    else:
        yield f"With {counted(profile.row_count, 'row')}, there is no key to find."
    keys = {column for key in profile.candidate_keys for column in key}
    for column in profile.columns:
        repeats = column.semantic_type == "identifier" and 1 < (column.distinct or 0) < 0.9 * column.count
        if repeats and column.name not in keys:
            yield (
                f"{name_code(column.name)} comes back ({column.distinct or 0:,} values in {column.count:,} "
                "rows): it may refer to another table."
            )
    for finding in profile.findings:
        if finding.kind in ("time_coverage", "time_gaps") and finding.column:
            yield quality_line(finding)


def quality_section(profile: FrameProfile) -> str:
    """Return the section that says what is wrong, missing or odd, the worst first."""
    said_elsewhere = {"grain", "no_key", "time_coverage", "time_gaps", "missing"}
    found = sorted((one for one in profile.all_findings if one.kind not in said_elsewhere), key=rank)
    urgent = [quality_line(finding) for finding in found if finding.severity == "warning"]
    minor = [quality_line(finding) for finding in found if finding.severity != "warning"]
    lines = [*urgent[:_QUALITY_LINES], *_missing_lines(profile), *minor]
    rest = len(lines) - _QUALITY_LINES + max(0, len(urgent) - _QUALITY_LINES)
    lines = lines[:_QUALITY_LINES]
    if rest > 0:
        lines.append(f"And {counted(rest, 'more finding')} of the same kinds.")
    told = "\n".join(f"- {line}" for line in lines) if lines else "No problems found."
    return f"## Quality\n\n{told}" + (_ESTIMATED if any(one.approximate for one in profile.columns) else "")


def _missing_lines(profile: FrameProfile) -> Iterator[str]:
    """Say what is missing, columns that lack the same number of values in one sentence."""
    together: dict[int, list[ColumnProfile]] = defaultdict(list)
    for column in profile.columns:
        if column.missing and column.count:
            together[column.missing].append(column)
    for missing, columns in sorted(together.items(), reverse=True):
        verb = "is" if len(columns) == 1 else "are each"
        rows = f"{counted(missing, 'row')} ({format_share(columns[0].missing_share)})"
        yield f"{names_code(columns, 6)} {verb} missing in {rows}."
