"""SQL of metrics as MetricFlow takes it apart: aggregations of columns, and sums of what these came to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["AggregateCall", "aggregate_calls", "aggregated", "resolve_filter"]

_SQL = {
    "sum": "SUM({})",
    "min": "MIN({})",
    "max": "MAX({})",
    "average": "AVG({})",
    "avg": "AVG({})",
    "median": "MEDIAN({})",
    "count": "COUNT({})",
    "count_distinct": "COUNT(DISTINCT {})",
    "sum_boolean": "SUM(CASE WHEN {} THEN 1 ELSE 0 END)",
}
_NAMES = {"SUM": "sum", "MIN": "min", "MAX": "max", "AVG": "average", "MEDIAN": "median", "COUNT": "count"}
_CALL = re.compile(r"\b(SUM|MIN|MAX|AVG|MEDIAN|COUNT)\s*\(", re.IGNORECASE)
_FILTER = re.compile(r"\s*FILTER\s*\(\s*WHERE\b", re.IGNORECASE)
_JINJA = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_REFERENCE = re.compile(
    r"\s*(Dimension|TimeDimension|Entity)\(\s*(['\"])([\w]+)\2\s*(?:,\s*(?:\w+\s*=\s*)?(['\"])(\w+)\4\s*)?\)\s*"
)


@dataclass(frozen=True, slots=True)
class AggregateCall:
    """An aggregate call in an expression: where it stands, MetricFlow's name for it, and what it is of."""

    start: int
    end: int
    agg: str
    expr: str


def aggregated(agg: str, expr: str, params: Mapping[str, Any]) -> str | None:
    """Return a measure as SQL, ``None`` for an aggregation that isn't known.

    >>> aggregated("count_distinct", "customer", {}), aggregated("count", "*", {})
    ('COUNT(DISTINCT customer)', 'COUNT(*)')
    >>> aggregated("percentile", "price", {"percentile": 0.99})
    'quantile_cont(price, 0.99)'
    """
    if agg == "percentile":
        share = params.get("percentile")
        if not isinstance(share, int | float):
            return None
        is_discrete = params.get("use_discrete_percentile") or params.get("percentile_type") == "discrete"
        share = share / 100 if share > 1 else share
        return f"quantile_{'disc' if is_discrete else 'cont'}({expr}, {share:g})"
    if agg == "count" and expr in ("1", "*"):
        return "COUNT(*)"
    return _SQL[agg].format(expr) if agg in _SQL else None


def aggregate_calls(expression: str) -> list[AggregateCall]:
    """Return the aggregate calls that MetricFlow knows, in their order; a FILTER goes into a CASE.

    >>> [(call.agg, call.expr) for call in aggregate_calls("SUM(a * (b)) / COUNT(*)")]
    [('sum', 'a * (b)'), ('count', '1')]
    >>> aggregate_calls("COUNT(*) FILTER (WHERE open)")[0].expr
    'CASE WHEN open THEN 1 END'
    """
    return list(_calls(expression))


def _calls(expression: str) -> Iterator[AggregateCall]:
    bare = _blanked(expression)
    position = 0
    while found := _CALL.search(bare, position):
        end = _closing(bare, found.end())
        if end is None:
            return
        agg, inner = _NAMES[found[1].upper()], expression[found.end() : end].strip()
        if agg == "count" and re.match(r"DISTINCT\b", inner, re.IGNORECASE):
            agg, inner = "count_distinct", inner[len("DISTINCT") :].strip()
        inner = "1" if agg == "count" and inner == "*" else inner
        position = end + 1
        filtered = _FILTER.match(bare, position)
        if filtered:
            close = _closing(bare, filtered.end())
            if close is None:
                return
            condition = expression[filtered.end() : close].strip()
            inner, position = f"CASE WHEN {condition} THEN {inner} END", close + 1
        yield AggregateCall(found.start(), position, agg, inner)


def _blanked(expression: str) -> str:
    """Return an expression with what is in quotes or comments blanked, at the same length."""
    quoted = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/"
    return re.sub(quoted, lambda match: "_" * len(match[0]), expression, flags=re.DOTALL)


def _closing(bare: str, position: int) -> int | None:
    depth = 1
    for index in range(position, len(bare)):
        depth += (bare[index] == "(") - (bare[index] == ")")
        if depth == 0:
            return index
    return None


def resolve_filter(text: str, column: Callable[[str], str | None]) -> str | None:
    """Return a MetricFlow filter as SQL; ``column`` gives what a name is of. ``None``: it reaches beyond.

    >>> resolve_filter("{{ Dimension('order__is_food') }} = True", {"is_food": "food"}.get)
    'food = True'
    """
    failed = False

    def put_in(match: re.Match[str]) -> str:
        nonlocal failed
        reference = _REFERENCE.fullmatch(match[1])
        value = column(reference[3].rpartition("__")[2]) if reference else None
        if reference is None or value is None or reference[3].count("__") > 1:
            failed = True
            return ""
        if reference[5]:
            return f"date_trunc('{reference[5]}', {value})"
        return value

    resolved = _JINJA.sub(put_in, text).strip()
    return None if failed or "{{" in resolved or "{%" in resolved else resolved
