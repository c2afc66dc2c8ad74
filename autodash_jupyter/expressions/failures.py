"""What is wrong with an expression, in one line and in a person's words.

DuckDB's own texts are cut to their first line, and values of the data are taken out of them: a message may go
on to a language model or into a shared document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from autodash_jupyter.errors import AutoDashError

__all__ = ["ExpressionError", "ExpressionTimeoutError", "explain"]


class ExpressionError(AutoDashError):
    """An expression isn't SQL, uses what it may not, names no such column, or fails on the data."""


class ExpressionTimeoutError(ExpressionError):
    """An expression was stopped since it took too long; it may be right all the same."""


_PREFIX = re.compile(r"^(?:[A-Z][A-Za-z-]*(?: [A-Z][A-Za-z-]*)? Error|INTERNAL Error): ")
_NO_OVERLOAD = re.compile(
    r"No function matches the given name and argument types '(?P<name>.+?)\((?P<types>.*)\)'"
)
_NO_CAST = re.compile(
    r"(?:Could not convert|Failed to cast|Could not parse) .*? (?:to|as) (?P<kind>[A-Z][A-Z0-9_ ]+)"
)
_QUOTED = re.compile(r"'((?:[^']|'')*)'|\"((?:[^\"]|\"\")*)\"")
_REGISTERED = re.compile(r"\bcolumn_\d+\b")
_KINDS = {
    "VARCHAR": "text",
    "STRING_LITERAL": "text",
    "BOOLEAN": "true/false",
    "BOOL": "true/false",
    "DATE": "dates",
    "TIMESTAMP": "times",
    "TIMESTAMP WITH TIME ZONE": "times",
    "INTERVAL": "durations",
}
_NUMBERS = re.compile(
    r"^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?(?:\d+)?|INTEGER_LITERAL|DOUBLE|FLOAT|DECIMAL.*)$"
)
_OPERATOR_WORDS = {"~~": "LIKE", "!~~": "NOT LIKE", "~~*": "ILIKE", "!~~*": "NOT ILIKE", "~~~": "GLOB"}
_LONGEST = 300


def explain(
    error: Exception, expression: str, *, names: Mapping[str, str], time_limit: float
) -> ExpressionError:
    """Return DuckDB's error about an expression as ours.

    ``names`` tells what the columns are really called, ``time_limit`` is in seconds.

    >>> import duckdb
    >>> try:
    ...     _ = duckdb.connect().execute("SELECT avg('x'::VARCHAR)")
    ... except duckdb.Error as error:
    ...     print(explain(error, "AVG(name)", names={}, time_limit=1))
    AVG can't be used on text; convert it first, as in TRY_CAST(column AS DOUBLE).
    """
    kind, said = type(error).__name__, str(error).strip()
    if kind == "InterruptException":
        return ExpressionTimeoutError(
            f"It was stopped after {time_limit:g} s; try it on fewer rows, or simplify it."
        )
    if kind == "OutOfMemoryException" or isinstance(error, MemoryError):
        return ExpressionError("It needs more memory than an expression may use; simplify it.")
    first = _PREFIX.sub("", said.partition("\n")[0]).strip()
    mismatch = _NO_OVERLOAD.search(first)
    if mismatch:
        return ExpressionError(_mismatch(mismatch["name"], mismatch["types"]))
    unreadable = _NO_CAST.search(first)
    if unreadable:
        return ExpressionError(
            f"A value can't be read as {_kind(unreadable['kind'].strip())}; compare it with a value "
            "of its own kind, or use TRY_CAST, which gives NULL there."
        )
    kept = _without_values(first, expression, names)
    return ExpressionError(
        _REGISTERED.sub(lambda match: names.get(match[0], match[0]), kept)[:_LONGEST] or kind
    )


def _mismatch(name: str, types: str) -> str:
    kinds = [_kind(each.strip()) for each in re.split(r",\s*(?![^(]*\))", types) if each.strip()]
    shown = name.strip('"')
    shown = _OPERATOR_WORDS.get(shown, shown.upper())
    if "text" in kinds and shown not in _OPERATOR_WORDS.values():
        advice = "convert it first, as in TRY_CAST(column AS DOUBLE)."
    elif shown in _OPERATOR_WORDS.values():
        advice = "convert it first, as in CAST(column AS VARCHAR)."
    else:
        advice = "look at the columns' types, and at how many values it takes."
    return f"{shown} can't be used on {' and '.join(kinds) or 'nothing'}; {advice}"


def _kind(type_name: str) -> str:
    return "numbers" if _NUMBERS.match(type_name) else _KINDS.get(type_name, type_name)


def _without_values(message: str, expression: str, names: Mapping[str, str]) -> str:
    # A quoted word is a column, a type or a value of the data: only what the expression says itself is kept.
    written = " ".join((expression, *names)).casefold()

    def keep(match: re.Match[str]) -> str:
        inner = match[1] if match[1] is not None else match[2]
        return match[0] if inner and inner.casefold() in written else "…"

    return _QUOTED.sub(keep, message)
