"""Names inside SQL of any dialect: found and replaced in the text, never inside quotes or comments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from autodash_jupyter.documents import slug

__all__ = [
    "as_identifier",
    "column_of",
    "is_identifier",
    "replace_names",
    "table_names",
    "unused",
    "without_quotes",
]

_IDENTIFIER = re.compile(r"[^\W\d][\w$]*")
_TOKEN = re.compile(
    r"(?P<kept>'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/)"
    r"|(?P<name>(?:(?P<table>\"(?:[^\"]|\"\")+\"|[^\W\d][\w$]*)\s*\.\s*)?(?P<column>\"(?:[^\"]|\"\")+\"|[^\W\d][\w$]*))"
    r"(?P<call>\s*\()?",
    re.DOTALL,
)


def is_identifier(text: str) -> bool:
    """Whether a name needs no quotes in SQL.

    >>> is_identifier("unit_price"), is_identifier("unit price")
    (True, False)
    """
    return _IDENTIFIER.fullmatch(text) is not None and text.isascii()


def as_identifier(text: str) -> str:
    """Return a name as one that needs no quotes.

    >>> as_identifier("2024 price (EUR)")
    'n_2024_price_eur'
    """
    plain = slug(text).encode("ascii", "ignore").decode().strip("_") or "unnamed"
    return plain if is_identifier(plain) else f"n_{plain}"


def column_of(expression: str) -> str | None:
    """Return the column that an expression is, without its quotes; ``None`` where it computes something.

    >>> column_of('"Unit price"'), column_of("orders.qty"), column_of("qty * 2")
    ('Unit price', 'qty', None)
    """
    match = _TOKEN.fullmatch(expression.strip())
    return without_quotes(match["column"]) if match and match["name"] and not match["call"] else None


def without_quotes(name: str) -> str:
    """Return a name as it is without SQL's double quotes."""
    return name[1:-1].replace('""', '"') if name.startswith('"') and len(name) > 1 else name


def replace_names(expression: str, values: Mapping[str, str], *, table: str = "") -> str:
    """Return an expression with names replaced by what ``values`` (by name in small letters) says.

    A name that is called as a function stays, and one of another table than ``table``.

    >>> replace_names("SUM(net) / 'net'", {"net": "price - tax"})
    "SUM((price - tax)) / 'net'"
    """

    def put_in(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None or match["call"]:
            return match[0]
        owner = match["table"]
        if owner is not None and without_quotes(owner).casefold() != table.casefold():
            return match[0]
        value = values.get(without_quotes(match["column"]).casefold())
        if value is None:
            return match[0]
        return value if column_of(value) is not None or _is_call(value) else f"({value})"

    return _TOKEN.sub(put_in, expression)


def table_names(expression: str) -> set[str]:
    """Return the tables' names that stand before columns.

    >>> table_names("SUM(orders.qty) / 'a.b'")
    {'orders'}
    """
    return {without_quotes(match["table"]) for match in _TOKEN.finditer(expression) if match["table"]}


def unused(wanted: str, taken: Iterable[str]) -> str:
    """Return a name, with a number if it is taken (in any letters).

    >>> unused("price", ["Price", "price_2"])
    'price_3'
    """
    folded = {each.casefold() for each in taken}
    candidates: Callable[[int], str] = lambda n: wanted if n == 1 else f"{wanted}_{n}"  # noqa: E731
    return next(name for n in range(1, len(folded) + 2) if (name := candidates(n)).casefold() not in folded)


def _is_call(expression: str) -> bool:
    """Whether it is one function call, which needs no brackets around it."""
    if not re.match(r"[^\W\d]\w*\(", expression) or not expression.endswith(")"):
        return False
    depth = 0
    for position, character in enumerate(
        re.sub(r"'(?:[^']|'')*'", lambda match: "_" * len(match[0]), expression)
    ):
        depth += (character == "(") - (character == ")")
        if depth == 0 and character == ")" and position < len(expression) - 1:
            return False
    return depth == 0
