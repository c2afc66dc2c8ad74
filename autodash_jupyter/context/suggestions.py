"""Metrics worth computing and questions worth asking, from the roles of the columns."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autodash_jupyter.context.column_words import QUANTITIES
from autodash_jupyter.context.markdown import quote_code
from autodash_jupyter.models import ColumnProfile, FrameProfile
from autodash_jupyter.profiling.names import name_words
from autodash_jupyter.profiling.patterns import mask_personal
from autodash_jupyter.profiling.semantic_types import LEVELS
from autodash_jupyter.profiling.wording import join_words

__all__ = ["Metric", "NamedMetric", "Roles", "name_metrics", "suggest_metrics", "suggest_questions"]

_MOST_METRICS = 8
_MOST_QUESTIONS = 5
_IMPORTANCE = {"money": 0, "measure": 1, "count": 2, "ratio": 3, "duration": 4}


@dataclass(frozen=True, slots=True)
class Metric:
    """An expression, what to group it by (``""``: nothing), and what it tells."""

    expression: str
    by: str
    meaning: str


@dataclass(frozen=True, slots=True)
class NamedMetric:
    """A metric as a document has it: an expression with a name, and what to compare it by."""

    id: str
    name: str
    expression: str
    description: str


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns that suggestions are made of, the most useful of each role first.

    ``panel`` tells that ``time`` is part of the key: the same things are observed again and again.
    """

    quantities: tuple[ColumnProfile, ...]
    groups: tuple[ColumnProfile, ...]
    flags: tuple[ColumnProfile, ...]
    identifiers: tuple[ColumnProfile, ...]
    time: ColumnProfile | None
    panel: bool = False

    @classmethod
    def of(cls, profile: FrameProfile) -> Roles:
        """Choose among a table's columns; personal ones and those mostly missing are passed over."""
        usable = [column for column in profile.columns if not column.personal and column.missing_share < 0.5]
        quantities = [
            column for column in usable if column.semantic_type in QUANTITIES and _is_number(column)
        ]
        groups = [
            column
            for column in usable
            if column.semantic_type in LEVELS and 2 <= (column.distinct or 0) <= 30
        ]
        flags = [column for column in usable if column.semantic_type == "flag" and column.mean is not None]
        times = [column for column in usable if column.semantic_type in ("date", "datetime", "year")]
        time = next((column for column in times if (column.distinct or 0) > 1), None)
        panel = any(time is not None and time.name in key and len(key) > 1 for key in profile.candidate_keys)
        return cls(
            tuple(sorted(quantities, key=_quantity_rank)),
            tuple(sorted(groups, key=lambda column: (_group_rank(column), column.position))),
            tuple(flags),
            tuple(
                column for column in profile.columns
                if column.semantic_type == "identifier" and 1 < (column.distinct or 0) < 0.9 * column.count
            ),
            time,
            panel,
        )  # fmt: skip


def _is_number(column: ColumnProfile) -> bool:
    if any(finding.kind in ("numbers_as_text", "mixed_types", "unreadable") for finding in column.findings):
        return False
    return isinstance(column.minimum, int | float) and column.minimum < column.maximum


def _quantity_rank(column: ColumnProfile) -> tuple[int, int]:
    unsummed_money = column.semantic_type == "money" and not _adds_up(column)
    return 2 * _IMPORTANCE[column.semantic_type] + unsummed_money, column.position


def _group_rank(column: ColumnProfile) -> int:
    """Named groups before bare flags, a dozen levels before many, clean ones before untidy ones."""
    untidy = any(finding.severity == "warning" for finding in column.findings)
    return (column.semantic_type == "flag") * 2 + ((column.distinct or 0) > 12) + untidy


def quote_name(name: str) -> str:
    """Return a column's name as an SQL expression has it.

    >>> quote_name("price"), quote_name("Body Mass (g)")
    ('price', '"Body Mass (g)"')
    """
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name, re.IGNORECASE) and name.lower() not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


_RESERVED = frozenset(
    ("all", "and", "any", "as", "asc", "by", "case", "cast", "check", "column", "cross", "default", "desc",
     "distinct", "else", "end", "except", "false", "for", "from", "full", "group", "having", "in", "inner",
     "into", "is", "join", "left", "like", "limit", "not", "null", "offset", "on", "or", "order", "outer",
     "primary", "references", "right", "select", "some", "table", "then", "to", "true", "union", "unique",
     "user", "using", "when", "where", "window", "with")
)  # fmt: skip


def suggest_metrics(roles: Roles) -> list[Metric]:
    """Return at most eight metrics, the most telling first."""
    seen: dict[tuple[str, str], Metric] = {}
    for metric in _metrics(roles):
        seen.setdefault((metric.expression, metric.by), metric)
    return list(seen.values())[:_MOST_METRICS]


def _metrics(roles: Roles) -> Iterator[Metric]:
    by = quote_name(roles.groups[0].name) if roles.groups else ""
    over = _time_bucket(roles.time) if roles.time else ""
    for column in roles.quantities[:4]:
        name = quote_name(column.name)
        if not _adds_up(column):
            yield Metric(f"AVG({name})", by, _told("mean", column.name, by))
            continue
        if over:
            yield Metric(f"SUM({name})", over, f"total {column.name} over time")
        if not roles.panel:  # the same things come back each year: their sum over all years counts them twice
            yield Metric(f"SUM({name})", by, _told("total", column.name, by))
    for column in roles.flags[:2]:
        value = quote_name(column.name)
        value = f"CAST({value} AS INTEGER)" if "bool" in column.dtype else value
        by = next((quote_name(other.name) for other in roles.groups if other.name != column.name), "")
        yield Metric(f"AVG({value})", by, _told("share of", column.name, by))
    for column in roles.groups[:2]:
        yield Metric("COUNT(*)", quote_name(column.name), f"rows for each {column.name}")
    if over:
        yield Metric("COUNT(*)", over, "rows over time")
    for column in roles.identifiers[:2]:
        yield Metric(f"COUNT(DISTINCT {quote_name(column.name)})", over, f"how many different {column.name}")


def name_metrics(metrics: Sequence[Metric]) -> list[NamedMetric]:
    """Return the metrics by their expressions, each once, with a name and all that it can be grouped by.

    >>> [named] = name_metrics([Metric("COUNT(*)", "island", "rows for each island")])
    >>> named.id, named.name, named.description
    ('rows', 'Rows', 'How many rows there are; compare it by `island`.')
    """
    from autodash_jupyter.documents import slug

    groups: dict[str, list[str]] = {}
    for metric in metrics:
        groups.setdefault(metric.expression, []).append(metric.by)
    named: dict[str, NamedMetric] = {}
    for expression, by in groups.items():
        name = _metric_name(expression)
        key, number = slug(name), 2
        while key in named:
            key, number = f"{slug(name)}_{number}", number + 1
        compared = join_words([_dimension(each) for each in dict.fromkeys(by) if each])
        told = [_metric_meaning(expression), f"compare it by {compared}" if compared else ""]
        description = "; ".join(filter(None, told))
        description = f"{description[:1].upper()}{description[1:]}." if description else ""
        label = name if number == 2 else f"{name} ({number - 1})"
        named[key] = NamedMetric(key, label, expression, description)
    return list(named.values())


_LEADS = (
    ("AVG(CAST(", " AS INTEGER))", "Share of"),
    ("COUNT(DISTINCT ", ")", "Different"),
    ("AVG(", ")", "Mean"),
    ("SUM(", ")", "Total"),
)


def _metric_parts(expression: str) -> tuple[str, str]:
    """Return what a suggested expression works out, and the column it is of."""
    for before, after, lead in _LEADS:
        if expression.startswith(before) and expression.endswith(after):
            return lead, _unquoted(expression[len(before) : -len(after)])
    return "Rows", ""


def _metric_name(expression: str) -> str:
    return " ".join(filter(None, _metric_parts(expression)))


def _metric_meaning(expression: str) -> str:
    """Return what the name of a metric leaves open."""
    lead, column = _metric_parts(expression)
    if lead == "Different":
        return f"how many different {quote_code(mask_personal(column), 50, in_table=False)} there are"
    return "" if column else "how many rows there are"


def _dimension(by: str) -> str:
    """Return what a metric is grouped by in words: month of ``sold_on``."""
    bucket = re.fullmatch(r"DATE_TRUNC\('(\w+)', (.*)\)", by, re.DOTALL)
    column = quote_code(mask_personal(_unquoted(bucket[2] if bucket else by)), 50, in_table=False)
    return f"{bucket[1]} of {column}" if bucket else column


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _adds_up(column: ColumnProfile) -> bool:
    """Tell whether a sum of the column means something: amounts do, prices and per-head figures don't."""
    return column.semantic_type in ("money", "count") and not _NOT_SUMMED & set(name_words(column.name))


_NOT_SUMMED = frozenset(
    ("per", "percap", "percapita", "capita", "price", "prices", "rate", "avg", "average", "mean", "median",
     "min", "max", "index", "unit", "fare", "salary", "wage", "rent", "income", "open", "close", "high",
     "low", "adj", "age")
)  # fmt: skip


def _told(what: str, name: str, by: str) -> str:
    return f"{what} {name}" + (f" for each {by.strip(chr(34))}" if by else "")


def _time_bucket(column: ColumnProfile) -> str:
    name = quote_name(column.name)
    if not isinstance(column.minimum, dt.datetime) or not isinstance(column.maximum, dt.datetime):
        return name
    if not column.dtype.startswith("datetime"):
        return name
    days = (column.maximum - column.minimum).days
    for unit, least in (("year", 3000), ("month", 90), ("day", 3), ("hour", 0)):
        if days >= least:
            return name if column.granularity == unit else f"DATE_TRUNC('{unit}', {name})"
    return name


def suggest_questions(roles: Roles, profile: FrameProfile) -> list[tuple[str, Sequence[str]]]:
    """Return at most five questions as templates with the names that fill their ``{}``."""
    return list(_questions(roles, profile))[:_MOST_QUESTIONS]


def _questions(roles: Roles, profile: FrameProfile) -> Iterator[tuple[str, Sequence[str]]]:
    quantities, groups = roles.quantities, roles.groups
    if quantities and groups:
        yield "How does {} differ between the values of {}?", (quantities[0].name, groups[0].name)
    if quantities and roles.time:
        yield "How did {} change over {}?", (quantities[0].name, roles.time.name)
    measures = [column for column in quantities if column.semantic_type == "measure"]
    if len(measures) >= 2 and groups:
        names = (measures[0].name, measures[1].name, groups[0].name)
        yield "Do {} and {} move together, and is that so within each value of {}?", names
    elif len(quantities) >= 2:
        yield "Do {} and {} move together?", (quantities[0].name, quantities[1].name)
    if len(groups) >= 2:
        yield "Which combinations of {} and {} occur, and which never do?", (groups[0].name, groups[1].name)
    gaps = [column for column in profile.columns if 0 < column.missing_share < 1]
    if gaps:
        most = max(gaps, key=lambda column: column.missing_share)
        other = next((column.name for column in groups if column.name != most.name), None)
        if other:
            yield "Is {} missing at random, or more often for some values of {}?", (most.name, other)
        else:
            yield "Why is {} missing in some rows?", (most.name,)
    if not profile.candidate_keys:
        yield "What does one row stand for, and when would there be a second one for the same thing?", ()
