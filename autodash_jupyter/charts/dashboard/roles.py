"""What each column of a table is good for on a dashboard: to measure, to group by, to go along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from autodash_jupyter.charts.dashboard.numbers_text import SHARE
from autodash_jupyter.charts.dashboard.plan import Figure
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import Aggregate, Encoding
from autodash_jupyter.profiling.semantic_types import LEVELS

if TYPE_CHECKING:
    from autodash_jupyter.charts.vocabulary import Vocabulary
    from autodash_jupyter.models import ColumnProfile, FrameProfile

__all__ = ["SHARE_OF_YES", "ColumnRoles", "column_roles", "figures"]

SHARE_OF_YES = re.compile(r"\s*AVG\(CAST\([^()]+ AS INTEGER\)\)\s*", re.IGNORECASE)
MOST_LEVELS = 30
MOST_MISSING = 0.5
SAYS_NOTHING = frozenset(("identifier", "constant", "free text", "name", "email", "phone", "url", "ip"))
ROWS = Figure("Rows", Encoding(aggregate="count"))


@dataclass(frozen=True, slots=True)
class ColumnRoles:
    """The columns that a dashboard may show; personal ones and those mostly missing are none of them.

    ``groups`` have few levels, ``numbers`` are amounts and measures, ``time`` is what a series runs along.
    """

    groups: tuple[Field, ...] = ()
    numbers: tuple[Field, ...] = ()
    time: Field | None = None


def column_roles(fields: Sequence[Field], profile: FrameProfile) -> ColumnRoles:
    """Return what the columns of a profiled table are good for.

    >>> import pandas as pd
    >>> from autodash_jupyter.charts.fields import describe_fields
    >>> from autodash_jupyter.profiling import profile
    >>> frame = pd.DataFrame({"city": ["Rome", "Oslo"] * 20, "price": [k / 4 for k in range(40)]})
    >>> roles = column_roles(describe_fields(frame), profile(frame))
    >>> [field.name for field in roles.groups], [field.name for field in roles.numbers]
    (['city'], ['price'])
    """
    columns = {column.position: column for column in profile.columns}
    usable = [
        field for field in fields if field.position in columns and _is_usable(field, columns[field.position])
    ]
    times = [field for field in usable if field.kind == "temporal" and field.distinct > 2]
    groups = [field for field in usable if _is_group(field, columns[field.position])]
    numbers = [field for field in usable if field.kind == "quantitative" and field not in groups]
    groups.sort(key=lambda field: (field.distinct > 12, field.yes is not None, field.position))
    return ColumnRoles(tuple(groups), tuple(numbers), times[0] if times else None)


def _is_usable(field: Field, column: ColumnProfile) -> bool:
    return not (
        column.personal
        or column.missing_share > MOST_MISSING
        or column.semantic_type in SAYS_NOTHING
        or field.is_identifier
        or (field.is_key and field.kind != "temporal" and field.is_whole)
        or field.distinct < 2
    )


def _is_group(field: Field, column: ColumnProfile) -> bool:
    if not 2 <= field.distinct <= MOST_LEVELS or field.kind == "temporal":
        return False
    return field.kind == "nominal" or (column.semantic_type in LEVELS and field.is_discrete)


def figures(words: Vocabulary) -> tuple[Figure, ...]:
    """Return what can be measured: the metrics of the context in their order, and the number of rows."""
    found = [_figure(field, words) for field in words.fields if field.metric is not None]
    if not any(each.encoding.aggregate == "count" and each.encoding.field is None for each in found):
        found.append(ROWS)
    return tuple(found)


def _figure(field: Field, words: Vocabulary) -> Figure:
    column, aggregate = field.metric or ("", "")
    if column:
        plain = Encoding(column, cast("Aggregate", aggregate), metric=field.name)
        unit = field.unit or next((each.unit for each in words.fields if each.name == column), "")
        return Figure(field.name, plain, unit, frozenset((column,)))
    expression = words.metrics.get(field.name, "")
    if expression.replace(" ", "").upper() == "COUNT(*)":
        return Figure(field.name, Encoding(aggregate="count", metric=field.name))
    names = (each.name for each in words.fields if each.metric is None)
    used = frozenset(name for name in names if _is_named(name, expression))
    unit = SHARE if SHARE_OF_YES.fullmatch(expression) else field.unit
    return Figure(field.name, Encoding(metric=field.name), unit, used)


def _is_named(column: str, expression: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(column)}(?!\w)", expression, re.IGNORECASE) is not None
