"""Names: of tables as variables, of columns as distinct labels, of anything inside a one-line message."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable

from autodash_jupyter.errors import InvalidNameError

__all__ = ["clean_identifier", "distinct_labels", "free_name", "printable", "validate_name"]

LONGEST_DERIVED_NAME = 60
LONGEST_QUOTED_TEXT = 160
NAME_OF_THE_NAMELESS = "data"

# Names IPython puts into every namespace, beside its underscore names.
IPYTHON_NAMES = frozenset({"In", "Out", "get_ipython", "exit", "quit", "display"})
IPYTHON_UNDERSCORE_NAME = re.compile(r"_{1,3}|_i{0,3}|_[0-9]+|_i[0-9]+|_[iod]h|_exit_code|__.*__")


def clean_identifier(text: str) -> str:
    """Return a lower-case Python identifier made from ``text``, whatever it holds.

    Letters of every script are kept where Python allows them in a name; the result is in the
    normal form (NFKC) in which Python itself stores names. A name that would hide a keyword, a
    builtin or one of IPython's own gets ``_data`` at its end.

    >>> clean_identifier("2024 Sales (final)")
    'data_2024_sales_final'
    >>> clean_identifier("Año – España"), clean_identifier("list"), clean_identifier("?!")
    ('año_españa', 'list_data', 'data')
    """
    folded = _normal_form(_normal_form(text).lower())
    kept = "".join(letter if f"a{letter}".isidentifier() else "_" for letter in folded)
    name = re.sub(r"_+", "_", kept).strip("_")[:LONGEST_DERIVED_NAME].rstrip("_")
    if not name:
        return NAME_OF_THE_NAMELESS
    if not name.isidentifier():
        name = f"{NAME_OF_THE_NAMELESS}_{name}"
    return f"{name}_data" if _why_reserved(name) else name


def validate_name(name: str) -> str:
    """Return a name that a person chose, in Python's normal form.

    Raises ``InvalidNameError`` if it is no identifier, is a keyword, or would hide a builtin or a
    name that IPython uses; the message proposes one that works.

    >>> validate_name("sales_2024")
    'sales_2024'
    >>> validate_name("2024 sales")
    Traceback (most recent call last):
        ...
    autodash_jupyter.errors.InvalidNameError: '2024 sales' can't name a variable: only letters, digits and
    underscores, no digit first. Try 'data_2024_sales'.
    """
    normal = _normal_form(name)
    reason = _why_reserved(normal)
    if not normal.isidentifier():
        reason = "only letters, digits and underscores, no digit first"
    if reason:
        msg = f"'{printable(name)}' can't name a variable: {reason}. Try '{clean_identifier(name)}'."
        raise InvalidNameError(msg)
    return normal


def free_name(name: str, taken: Collection[str]) -> str:
    """Return ``name``, or the first of ``name_2``, ``name_3``... that isn't taken.

    >>> free_name("sales", {"sales", "sales_2"})
    'sales_3'
    """
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def distinct_labels(labels: Iterable[object]) -> list[str]:
    """Return column labels as distinct strings, by the conventions pandas' readers have.

    >>> distinct_labels(["x", "x", None, "", 2019])
    ['x', 'x.1', 'Unnamed: 2', 'Unnamed: 3', '2019']
    """
    given = ["" if label is None else str(label) for label in labels]
    named = [label if label.strip() else f"Unnamed: {index}" for index, label in enumerate(given)]
    wanted = set(named)
    distinct: dict[str, None] = {}
    for label in named:
        candidate, number = label, 0
        while candidate in distinct or (number and candidate in wanted):
            number += 1
            candidate = f"{label}.{number}"
        distinct[candidate] = None
    return list(distinct)


def printable(text: object) -> str:
    """Return a text as one line fit for a message: what can't be printed escaped, long texts cut.

    >>> printable("a\\nb")
    'a\\\\nb'
    """
    shown = str(text)
    if len(shown) > LONGEST_QUOTED_TEXT:
        shown = f"{shown[: LONGEST_QUOTED_TEXT // 2]}…{shown[-LONGEST_QUOTED_TEXT // 2 :]}"
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in shown
    )


def _normal_form(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _why_reserved(name: str) -> str:
    """Return why Python or IPython needs this name for itself, or ``""``."""
    if keyword.iskeyword(name):
        return "it is a Python keyword"
    if name in IPYTHON_NAMES or IPYTHON_UNDERSCORE_NAME.fullmatch(name):
        return "IPython uses it"
    if hasattr(builtins, name):
        return "it would hide Python's builtin of that name"
    return ""
