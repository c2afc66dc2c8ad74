"""The rows of the card: for each column a row of its name, type, picture, facts and gaps, then findings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from autodash_jupyter.models import ColumnProfile, Finding
from autodash_jupyter.profiling.card_details import details
from autodash_jupyter.profiling.card_facts import distinct, facts, missing
from autodash_jupyter.profiling.card_pictures import picture
from autodash_jupyter.profiling.card_text import isolated, plain
from autodash_jupyter.profiling.semantic_types import PLACES
from autodash_jupyter.profiling.wording import counted, format_share

__all__ = ["awaited_row", "column_row", "family", "finding_lines", "head_row", "rest_row"]

_FINDINGS_SHOWN = 3
_TOLD_BY_CELLS = {"missing", "constant", "time_coverage"}
_FAMILIES = {
    "measure": "number", "count": "number", "ratio": "number", "money": "money", "category": "label",
    "ordinal": "label", "flag": "label", "date": "time", "datetime": "time", "time": "time", "year": "time",
    "duration": "time", "latitude": "place", "longitude": "place", "identifier": "key",
    "email": "person", "phone": "person", "ip": "person", "name": "person", **dict.fromkeys(PLACES, "place"),
}  # fmt: skip
_HEAD = ("Column", "Type", "Values", "Summary", "Distinct", "Missing")
_SPAN = len(_HEAD)


def family(semantic_type: str) -> str:
    """Return the family of a semantic type, which gives its colour."""
    return _FAMILIES.get(semantic_type, "plain")


def head_row() -> str:
    """Return the heading of the table's columns; the script makes those it can sort by into buttons."""
    cells = "".join(f'<th scope="col">{title}</th>' for title in _HEAD)
    return f"<thead><tr>{cells}</tr></thead>"


def column_row(
    column: ColumnProfile, of_table: Mapping[str, Sequence[Finding]], *, with_details: bool = True
) -> str:
    """Return one column's part of the table: its row, its findings, and where asked, its details.

    ``of_table`` has, by the column's name, what only the whole table showed of it.
    """
    found = sorted((*column.findings, *of_table.get(column.name, ())), key=_urgency)
    told = [finding for finding in found if finding.kind not in _TOLD_BY_CELLS]
    lines = finding_lines(told, with_methods=not with_details)
    lines += details(column, found) if with_details else ""
    more = f'<tr><td colspan="{_SPAN}">{lines}</td></tr>' if lines else ""
    name = isolated(column.name).replace("_", "_<wbr>") if column.name else "<i>(no name)</i>"
    order = -1 if column.distinct is None else column.distinct
    return (
        f'<tbody class="adp-{family(column.semantic_type)}"><tr>'
        f'<th scope="row">{name}</th><td>{_type(column)}</td>'
        f"<td>{picture(column)}</td><td>{facts(column)}</td>"
        f'<td data-sort="{order}">{distinct(column)}</td>'
        f'<td data-sort="{column.missing_share:.6g}">{missing(column)}</td></tr>{more}</tbody>'
    )


def awaited_row(name: str) -> str:
    """Return the row of a column that is not profiled yet."""
    return (
        '<tbody class="adp-plain adp-awaited"><tr>'
        f'<th scope="row">{isolated(name)}</th>'
        f'<td colspan="{_SPAN - 1}"></td></tr></tbody>'
    )


def rest_row(rest: int) -> str:
    """Return the last row, which counts the columns not drawn."""
    words = f"and {counted(rest, 'more column')}; profile(table).columns has all of them"
    return f'<tbody class="adp-rest"><tr><td colspan="{_SPAN}">{words}</td></tr></tbody>'


def finding_lines(
    findings: Sequence[Finding], limit: int = _FINDINGS_SHOWN, *, with_methods: bool = True
) -> str:
    """Return findings as lines, those beyond ``limit`` counted; pointing at one tells how it was found."""
    lines = [
        f"<div {_look(finding, with_methods)}>{plain(finding.message, 240)}"
        f"{' (seen on a sample)' if finding.approximate else ''}</div>"
        for finding in findings[:limit]
    ]
    rest = len(findings) - limit
    if rest > 0:
        lines.append(f'<div class="adp-found">and {counted(rest, "more finding")}</div>')
    return "".join(lines)


def _look(finding: Finding, with_method: bool) -> str:
    css = "adp-found adp-warning" if finding.severity == "warning" else "adp-found"
    method = f' title="{plain(finding.method, 120)}"' if with_method and finding.method else ""
    return f'class="{css}"{method}'


def _urgency(finding: Finding) -> bool:
    return finding.severity != "warning"


def _type(column: ColumnProfile) -> str:
    sure = f" ({format_share(column.confidence)} sure)" if column.confidence else ""
    evidence = plain(column.evidence) + sure
    return (
        f'<span class="adp-badge" title="{evidence}">{plain(column.semantic_type)}</span> '
        f"<small>{plain(_short_dtype(column.dtype), 16)}</small>"
    )


def _short_dtype(dtype: str) -> str:
    """Return a dtype without its unit or its parts, which the details name: ``timedelta64[ns]``.

    >>> _short_dtype("datetime64[us, UTC]"), _short_dtype("list<item: string>"), _short_dtype("int64")
    ('datetime64', 'list', 'int64')
    """
    return re.split(r"[\[(<{]", dtype, maxsplit=1)[0].strip() or dtype
