"""An expression's text as DuckDB's own syntax tree, let through where each node is known to be safe.

What runs later is this tree, not the text: there is nothing between the lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.expressions.failures import ExpressionError
from autodash_jupyter.expressions.functions import AGGREGATES, CLASSES, OPERATORS, REFUSALS, SCALARS, TYPES
from autodash_jupyter.expressions.growth import check_growth
from autodash_jupyter.expressions.sandbox import one_value

__all__ = ["ParsedExpression", "check_text", "nodes", "parse", "parse_select"]

Node = dict[str, Any]

_LONGEST = 4_000  # characters
_DEEPEST = 100  # brackets in brackets: unclosed ones cost DuckDB's parser the square of their number
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_SERIALIZE = "SELECT json_serialize_sql(CAST(? AS VARCHAR))"
_SCHEMAS = ("", "main", "system", "pg_catalog")


@dataclass(frozen=True, slots=True)
class ParsedExpression:
    """One safe expression: its text, its tree, the names it uses, and those outside any aggregate.

    ``aggregates`` are the summarising functions it calls, ``columns`` the paths of its columns' names.
    """

    text: str
    tree: Node
    columns: tuple[tuple[str, ...], ...]
    loose_columns: tuple[tuple[str, ...], ...]
    aggregates: tuple[str, ...]


def parse(text: str, connection: Any) -> ParsedExpression:
    """Return an expression as a tree; ``connection`` is a sandbox, which only parses here.

    Raises ExpressionError where it is no expression, more than one, or uses what isn't let through.
    """
    check_text(text)
    tree = _only_expression(parse_select(f"SELECT {text}\n", connection), connection)
    used: list[tuple[int, tuple[str, ...], str]] = []
    aggregates: dict[str, None] = {}
    for node, inside in nodes(tree):
        _check_node(node, inside)
        if node["class"] == "COLUMN_REF":
            used.append((int(node["query_location"]), tuple(node["column_names"]), inside))
        elif node["class"] == "FUNCTION" and node["function_name"].lower() in AGGREGATES:
            aggregates[_shown(node["function_name"].lower())] = None
    check_growth(tree)
    used.sort()
    columns = dict.fromkeys(path for _, path, _ in used)
    loose = dict.fromkeys(path for _, path, inside in used if not inside)
    return ParsedExpression(text, tree, tuple(columns), tuple(loose), tuple(aggregates))


def parse_select(sql: str, connection: Any) -> Mapping[str, Any]:
    """Return a SELECT as DuckDB's JSON tree; nothing runs. Raises ExpressionError where it is no SQL."""
    try:
        parsed: dict[str, Any] = json.loads(one_value(connection, _SERIALIZE, [sql]))
    except RecursionError:
        raise ExpressionError("It is nested too deeply; split it.") from None
    if parsed["error"]:
        raise ExpressionError(_syntax_error(str(parsed.get("error_message", ""))))
    return parsed


def nodes(tree: Node) -> Iterator[tuple[Node, str]]:
    """Yield each expression node, outer ones first, with the aggregate it stands in (``""``: none)."""
    waiting: list[tuple[Any, str]] = [(tree, "")]
    while waiting:
        value, inside = waiting.pop()
        if isinstance(value, list):
            waiting.extend((each, inside) for each in reversed(value))
            continue
        if not isinstance(value, dict):
            continue
        if "class" in value:
            yield value, inside
            if value["class"] in ("CONSTANT", "COLUMN_REF"):
                continue
            name = str(value.get("function_name", "")).lower()
            inside = _shown(name) if value["class"] == "FUNCTION" and name in AGGREGATES else inside
        waiting.extend((each, inside) for each in reversed(value.values()))


def check_text(text: object) -> None:
    """Raise ExpressionError for a text that is empty, too long, nested too deeply, or no text at all."""
    if not isinstance(text, str) or not text.strip():
        raise ExpressionError("It is empty; write an SQL expression, such as AVG(price) or status = 'open'.")
    if len(text) > _LONGEST:
        raise ExpressionError(f"It has {len(text):,} characters, and {_LONGEST:,} are allowed; split it.")
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise ExpressionError("It holds characters that are no text (NUL, lone surrogates); type it anew.")
    depth = 0
    for character in _QUOTED.sub("", text):
        depth += (character in "([{") - (character in ")]}")
        if depth > _DEEPEST:
            raise ExpressionError(f"It has more than {_DEEPEST} brackets inside each other; split it.")


def _only_expression(parsed: Mapping[str, Any], connection: Any) -> Node:
    if len(parsed["statements"]) != 1:
        raise ExpressionError("One expression is wanted, without ';'.")
    select = parsed["statements"][0]["node"]
    plain = parse_select("SELECT NULL", connection)["statements"][0]["node"]
    extra = [
        key
        for key in plain.keys() | select.keys()
        if key != "select_list" and plain.get(key) != select.get(key)
    ]
    if extra:
        raise ExpressionError(
            "One expression is wanted, without FROM, WHERE, ORDER BY, LIMIT or UNION around it."
        )
    if len(select["select_list"]) != 1:
        raise ExpressionError(
            f"One expression is wanted, not {len(select['select_list'])} divided by commas."
        )
    tree: Node = select["select_list"][0]
    if tree.get("alias"):
        raise ExpressionError(f"An expression has no name of its own; leave '{tree['alias']}' out.")
    return tree


def _check_node(node: Node, inside: str) -> None:
    kind = str(node["class"])
    if kind in REFUSALS:
        raise ExpressionError(REFUSALS[kind])
    if node.get("type") not in CLASSES.get(kind, ()):
        shown = str(node.get("type", kind)).replace("_", " ").lower()
        raise ExpressionError(
            f"'{shown}' can't be used in an expression; use columns, operators and functions."
        )
    if kind == "FUNCTION":
        _check_function(node, inside)
    elif kind == "TYPE":
        name = str(node["type_name"]).lower().replace(" ", "_")
        if name not in TYPES or node.get("schema") or node.get("catalog"):
            raise ExpressionError(f"Nothing can be converted to '{name}' here.{did_you_mean(name, TYPES)}")


def _check_function(node: Node, inside: str) -> None:
    name, schema = str(node["function_name"]).lower(), str(node.get("schema") or "")
    if schema not in _SCHEMAS:
        raise ExpressionError(f"Write {_shown(name)}({schema}) rather than {schema}.{name}().")
    if name in AGGREGATES:
        if inside:
            raise ExpressionError(
                f"{_shown(name)} can't be used inside {inside}: both summarise the whole table."
            )
    elif name not in SCALARS and name not in OPERATORS:
        hint = did_you_mean(name, AGGREGATES | SCALARS) or " Use columns, operators and functions of values."
        raise ExpressionError(f"There is no function '{name}' for expressions.{hint}")


def _shown(function: str) -> str:
    return "COUNT" if function == "count_star" else function.upper()


def _syntax_error(message: str) -> str:
    first = message.partition("\n")[0]
    near = re.search(r'at or near "(.*)"', first)
    if near:
        return f"It can't be read near '{near[1]}'; write one SQL expression, such as AVG(price)."
    if "end of input" in first:
        return "It ends too early; close its brackets and quotes."
    if "depth" in first:
        return "It is nested too deeply; split it."
    return f"It can't be read: {first[:200]}"
