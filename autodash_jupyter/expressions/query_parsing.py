"""A query's text as DuckDB's own syntax tree, let through where each part is known to be safe.

What runs later is this tree, not the text. It reads the tables it is given and nothing else: no file, no
function that makes rows, no catalogue of the engine's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.expressions.failures import ExpressionError
from autodash_jupyter.expressions.functions import (
    AGGREGATES,
    CLASSES,
    OPERATORS,
    REFUSALS,
    SCALARS,
    TYPES,
    words,
)
from autodash_jupyter.expressions.growth import check_growth
from autodash_jupyter.expressions.parsing import check_text, parse_select

__all__ = ["ParsedQuery", "parse_query"]

Node = dict[str, Any]

_WINDOWS = words(
    "row_number rank dense_rank rank_dense percent_rank cume_dist ntile lag lead first first_value last",
    "last_value nth_value fill",
)
_QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "CTE_NODE"})
_SOURCES = frozenset({"BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST"})
_REFUSED = {
    "TABLE_FUNCTION": "Functions that read files or make rows can't be used in FROM; name a table.",
    "SHOW_REF": "SHOW, DESCRIBE and SUMMARIZE can't be used here; ask for the tables or a summary instead.",
    "RECURSIVE_CTE_NODE": "WITH RECURSIVE can't be used here; join the table to itself instead.",
    "PIVOT": "PIVOT can't be used here; the operation pivot_table does it.",
}
_ALLOWED_CLASSES = {
    **CLASSES,
    "STAR": frozenset({"STAR"}),
    "SUBQUERY": frozenset({"SUBQUERY"}),
    "POSITIONAL_REFERENCE": frozenset({"POSITIONAL_REFERENCE"}),
}
_FUNCTIONS = SCALARS | AGGREGATES | OPERATORS
_JOINING = frozenset({"||", "concat", "concat_ws", "list_value", "row", "struct_pack"})
_MOST_TIMES_LONGER = 100
_ONLY_SELECT = "Only one SELECT (or WITH … SELECT) can be run; the tables are read-only here."


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """One safe query: its text, DuckDB's tree of the whole statement, and the tables it reads."""

    text: str
    tree: Mapping[str, Any]
    tables: tuple[str, ...]


def parse_query(text: str, known: Collection[str], connection: Any) -> ParsedQuery:
    """Return a query as a tree; ``connection`` is a sandbox, which only parses here.

    ``known`` are the names of the tables that may be read, which SQL reads in upper or lower case alike.
    Raises ExpressionError where it is no query, more than one, or uses what isn't let through.
    """
    check_text(text)
    try:
        parsed = parse_select(text, connection)
    except ExpressionError as error:
        raise ExpressionError(_ONLY_SELECT if "Only SELECT" in str(error) else _said(error)) from None
    if len(parsed["statements"]) != 1:
        raise ExpressionError(f"{len(parsed['statements'])} statements were given. {_ONLY_SELECT}")
    check_growth(dict(parsed))
    _check_joined_texts(parsed)
    for node in _dicts(parsed):
        if "class" in node:
            _check_expression(node)
        elif isinstance(node.get("type"), str):
            _check_part(node)
    return ParsedQuery(text, parsed, _tables(parsed, {name.casefold(): name for name in known}))


def _tables(parsed: Mapping[str, Any], known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the tables a query reads, by their own names; ``known`` has them by these in lower case."""
    named = {str(entry["key"]).casefold() for node in _dicts(parsed) for entry in _named_queries(node)}
    used: dict[str, None] = {}
    for node in _dicts(parsed):
        if node.get("type") == "BASE_TABLE":
            name = str(node["table_name"]).casefold()
            if name in known or name not in named:
                used[_table(node, known)] = None
    return tuple(used)


def _dicts(tree: Any) -> Iterator[Node]:
    waiting: list[Any] = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            yield value
            if value.get("class") != "CONSTANT":
                waiting.extend(value.values())


def _named_queries(node: Node) -> list[Node]:
    """Return what WITH names in a query: its own tables."""
    entries = node.get("cte_map")
    return list(entries["map"]) if isinstance(entries, dict) else []


def _check_part(node: Node) -> None:
    """Refuse what is neither a way of selecting nor a table: which of them a node is tells its type."""
    kind = str(node["type"])
    if kind in _REFUSED:
        raise ExpressionError(_REFUSED[kind])
    is_source = "alias" in node and ("sample" in node or "query_location" in node)
    is_query = "cte_map" in node or "modifiers" in node
    if (is_source and kind not in _SOURCES) or (is_query and kind not in _QUERIES):
        raise ExpressionError(f"{kind.replace('_', ' ')} can't be used in a query here. {_ONLY_SELECT}")


def _check_expression(node: Node) -> None:
    kind = str(node["class"])
    if kind == "WINDOW":
        _check_name(str(node["function_name"]), _WINDOWS | AGGREGATES, node)
        return
    if node.get("type") not in _ALLOWED_CLASSES.get(kind, ()):
        shown = str(node.get("type", kind)).replace("_", " ").lower()
        raise ExpressionError(REFUSALS.get(kind, f"'{shown}' can't be used in a query here."))
    if kind == "FUNCTION":
        _check_name(str(node["function_name"]), _FUNCTIONS, node)
    elif kind == "TYPE":
        name = str(node["type_name"]).lower().replace(" ", "_")
        if name not in TYPES or node.get("schema") or node.get("catalog"):
            raise ExpressionError(f"Nothing can be converted to '{name}' here.{did_you_mean(name, TYPES)}")


def _check_name(name: str, allowed: Collection[str], node: Node) -> None:
    folded, schema = name.lower(), str(node.get("schema") or "")
    if folded in allowed and schema in ("", "main", "system", "pg_catalog"):
        return
    hint = did_you_mean(folded, allowed) or " Use columns, operators and functions of values."
    raise ExpressionError(f"There is no function '{name}' for queries.{hint}")


def _table(node: Node, known: Mapping[str, str]) -> str:
    name, schema = str(node["table_name"]), str(node.get("schema_name") or "")
    own = known.get(name.casefold())
    if own is not None and schema in ("", "main") and not node.get("catalog_name"):
        return own
    shown = f"{schema}.{name}" if schema else name
    hint = did_you_mean(name, known.values())
    if not hint:
        hint = f" The tables are {', '.join(list(known.values())[:6])}." if known else " There are no tables."
    raise ExpressionError(f"There is no table '{shown[:120]}' here.{hint}")


def _check_joined_texts(tree: Any) -> None:
    """Refuse queries in queries that put texts together again and again: each would double them."""
    growth = 1
    for node in _dicts(tree):
        if node.get("type") == "SELECT_NODE":
            own = {key: value for key, value in node.items() if key not in ("from_table", "cte_map")}
            growth *= 1 + sum(
                len(each.get("arguments") or each.get("children") or [])
                for each in _dicts(own)
                if each.get("class") == "FUNCTION" and str(each["function_name"]).lower() in _JOINING
            )
    if growth > _MOST_TIMES_LONGER:
        msg = f"It could make a text more than {_MOST_TIMES_LONGER} times longer; put fewer texts together."
        raise ExpressionError(msg)


def _said(error: ExpressionError) -> str:
    return str(error).replace("write one SQL expression, such as AVG(price)", "write one SELECT")
