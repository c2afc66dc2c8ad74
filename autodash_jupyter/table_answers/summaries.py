"""What a table is, from its profile and its context, for a reader who doesn't see its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.profiling import columns_info
from autodash_jupyter.profiling.cells import cell_text, clean_text
from autodash_jupyter.profiling.patterns import mask_personal
from autodash_jupyter.profiling.summary import MASKED
from autodash_jupyter.table_answers.limits import LONGEST_LABEL, MOST_COLUMNS_DESCRIBED
from autodash_jupyter.table_answers.records import Cell, ColumnDescribed, TableSummary

if TYPE_CHECKING:
    from autodash_jupyter.documents import ColumnContext, ContextDocument
    from autodash_jupyter.models import ColumnProfile, Finding, FrameProfile

__all__ = ["table_summary"]

_MOST_FINDINGS = 25
_MOST_KEYS = 5
_LONGEST_SAMPLE = 60
_LONGEST_TEXT = 1_000


def table_summary(
    table: str,
    profile: FrameProfile,
    document: ContextDocument | None = None,
    *,
    column_offset: int = 0,
    columns: int = MOST_COLUMNS_DESCRIBED,
    version: int | str = 0,
) -> TableSummary:
    """Describe a table by its profile; personal values are masked, here as everywhere.

    ``document`` is its context, which tells what columns mean; columns are told from ``column_offset`` on,
    ``columns`` of them and at most forty.

    >>> import pandas as pd
    >>> from autodash_jupyter.profiling import profile
    >>> summary = table_summary("people", profile(pd.DataFrame({"email": ["ann@example.org", None]})))
    >>> summary.rows, summary.columns[0].missing, summary.columns[0].samples
    (2, 1, ('(personal, not shown)',))
    """
    shown = profile.columns[column_offset : column_offset + min(columns, MOST_COLUMNS_DESCRIBED)]
    told = dict(
        zip((column.position for column in profile.columns), columns_info(profile).items(), strict=True)
    )
    meanings = _meanings(document)
    end = column_offset + len(shown)
    findings = sorted(profile.all_findings, key=lambda finding: finding.severity != "warning")
    messages = [_message(finding) for finding in findings]
    more = len(messages) - _MOST_FINDINGS
    return TableSummary(
        table=table,
        rows=profile.row_count,
        column_count=profile.column_count,
        columns=tuple(_described(column, *told[column.position], meanings) for column in shown),
        next_column_offset=end if end < profile.column_count and shown else None,
        duplicate_rows=profile.duplicate_rows,
        candidate_keys=profile.candidate_keys[:_MOST_KEYS],
        findings=tuple(messages[:_MOST_FINDINGS]),
        context=_cut(document.description or document.body) if document is not None else "",
        version=version,
        notes=(f"{more} more findings",) if more > 0 else (),
    )


def _described(
    column: ColumnProfile, label: str, info: Mapping[str, Any], meanings: Mapping[str, ColumnContext]
) -> ColumnDescribed:
    said = meanings.get(column.name)
    is_personal = column.personal or bool(said is not None and said.personal)
    samples = (
        (MASKED,) if is_personal else tuple(cell_text(each, _LONGEST_SAMPLE) for each in info["samples"])
    )
    statistics: dict[str, Cell] = dict(info["statistics"])
    if is_personal:
        statistics = {name: value for name, value in statistics.items() if name in ("unit", "granularity")}
    return ColumnDescribed(
        name=cell_text(label, LONGEST_LABEL),
        dtype=column.dtype,
        semantic_type=(said.semantic_type if said is not None else "") or column.semantic_type,
        missing=column.missing,
        distinct=column.distinct,
        personal=is_personal,
        samples=samples if column.count else (),
        statistics=statistics,
        meaning=_cut(" ".join(filter(None, (said.business_name, said.description))))
        if said is not None
        else "",
    )


def _message(finding: Finding) -> str:
    """Return a finding as a sentence that names its column; warnings are to be told first."""
    column = f"{cell_text(finding.column, LONGEST_LABEL)}: " if finding.column is not None else ""
    return clean_text(column + mask_personal(finding.message))


def _meanings(document: ContextDocument | None) -> dict[str, ColumnContext]:
    """Return what a document says of columns, by their names; what only repeats the profile is left out."""
    if document is None:
        return {}
    columns = [column for dataset in document.datasets for column in dataset.columns]
    return {column.name: column for column in columns if not column.is_generated}


def _cut(text: str) -> str:
    plain = text.strip()
    return plain if len(plain) <= _LONGEST_TEXT else f"{plain[: _LONGEST_TEXT - 1]}…"
