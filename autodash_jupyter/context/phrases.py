"""Names and findings in words, as the parts of a written context share them."""

from __future__ import annotations

from collections.abc import Sequence

from autodash_jupyter.context.markdown import escape_markdown, quote_code
from autodash_jupyter.models import ColumnProfile, Finding, FrameProfile
from autodash_jupyter.profiling.patterns import mask_personal
from autodash_jupyter.profiling.wording import join_words

__all__ = ["grain_but_for_repeats", "name_code", "names_code", "quality_line", "rank"]

_IMPORTANCE = (
    "unreadable", "no_rows", "no_columns", "all_missing", "duplicate_rows", "mixed_types", "sentinel",
    "infinite", "missing", "numbers_as_text", "case_variants", "duplicate_name", "near_identical", "spaces",
    "dates_as_text", "outliers", "constant",
)  # fmt: skip


def name_code(text: str) -> str:
    """Return a column's name as code, without a person's data in it.

    >>> name_code("body_mass_g")
    '`body_mass_g`'
    """
    return quote_code(mask_personal(text), 50, in_table=False)


def names_code(columns: Sequence[ColumnProfile], limit: int = 4) -> str:
    """Return the first names of columns as code, and how many more there are."""
    return join_words([name_code(column.name) for column in columns], limit)


def grain_but_for_repeats(profile: FrameProfile) -> Finding | None:
    """Return the finding that tells what one row would be if some weren't there twice, if there is one."""
    found = (
        finding for finding in profile.findings if finding.kind == "grain" and finding.column is not None
    )
    return next(found, None)


def rank(finding: Finding) -> int:
    """Return how early a finding should be told: the lower, the earlier."""
    return _IMPORTANCE.index(finding.kind) if finding.kind in _IMPORTANCE else len(_IMPORTANCE)


def quality_line(finding: Finding) -> str:
    """Return a finding as a sentence that names its column."""
    sentence = _sentence(finding)
    if finding.column is None:
        return sentence
    goes_on = (
        sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence
    )
    return f"{name_code(finding.column)}: {goes_on}"


def _sentence(finding: Finding) -> str:
    note = " (seen on a sample)" if finding.approximate else ""
    return escape_markdown(mask_personal(finding.message).rstrip("."), 260) + note + "."
