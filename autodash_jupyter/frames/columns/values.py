"""What the readers of columns share: a typed column, what counts as missing, and the cast that may fail."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from autodash_jupyter.frames.tables import ArrowColumn

__all__ = [
    "MARKERS",
    "MISSING",
    "SIGNS",
    "TypedColumn",
    "cast",
    "matches",
    "without_formulas",
    "without_markers",
    "without_missing",
]

# What pandas' own readers take for missing, in every column.
MISSING = (
    "", "NA", "N/A", "n/a", "#N/A", "#NA", "#N/A N/A", "<NA>", "NULL", "null", "None",
    "NaN", "nan", "-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
    "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "\\N",
)  # fmt: skip
# What stands for missing among values of another kind, in lower case.
MARKERS = (
    "-", "--", "---", "?", "??", "???", ".", "..", "...", "*", "–", "—", "n.a.", "n.a", "na", "n/a",
    "nan",
    "nil", "null", "none", "missing", "unknown", "not available", "not applicable", "k.a.", "s/d", "n/d",
    "nd",
    "n.d.", "keine angabe", "(null)", "[null]", "#n/a", "tbd",
)  # fmt: skip
# Those of them that are no word, so that they mean missing in a column of words too.
SIGNS = ("-", "--", "---", "?", "??", "???", "–", "—", "n.a.", "N.A.", "(null)", "[null]", "Null")


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """Values in their type, a remark if something had to be decided, and what a comma or point in numbers
    was.

    ``commas`` and ``points`` are ``"decimal mark"``, ``"mark of thousands"`` or, where there were none,
    empty.
    """

    values: ArrowColumn
    note: str = ""
    commas: str = ""
    points: str = ""


def cast(values: ArrowColumn | None, kind: pa.DataType) -> ArrowColumn:
    """Return the values in a type, or ``None`` if one of them has none in it.

    >>> cast(pa.chunked_array([["1", "x"]]), pa.int64()) is None
    True
    """
    if values is None:
        return None
    try:
        return values.cast(kind)
    except pa.ArrowInvalid:
        return None


def matches(values: ArrowColumn, pattern: str) -> bool:
    """Return whether every value that isn't missing matches a pattern of RE2.

    >>> matches(pa.chunked_array([["1", None]]), "^[0-9]$")
    True
    """
    import pyarrow.compute as pc

    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py() is not False)


def without_missing(text: ArrowColumn, meant: tuple[str, ...] = ()) -> ArrowColumn:
    """Return the texts with nulls for what pandas takes for missing, unless it is ``meant`` as a word.

    >>> without_missing(pa.chunked_array([["1", "NA"]])).to_pylist()
    ['1', None]
    """
    import pyarrow.compute as pc

    spellings = [one for one in MISSING if one not in meant]
    missing = pc.is_in(text, value_set=pa.array(spellings, text.type))
    return pc.if_else(missing, pa.scalar(None, text.type), text) if pc.any(missing).as_py() else text


def without_formulas(text: ArrowColumn, probe: ArrowColumn) -> ArrowColumn | None:
    """Return texts written as formulas, which keep a spreadsheet from reading numbers in them; ``None`` for
    others.

    >>> column = pa.chunked_array([['="007"', '="042"']])
    >>> without_formulas(column, column).to_pylist()
    ['007', '042']
    """
    import pyarrow.compute as pc

    formula = '^="(?s:(.*))"$'
    if not probe[0].as_py().startswith('="') or not matches(text, formula):
        return None
    return pc.replace_substring_regex(text, formula, "\\1")


def without_markers(text: ArrowColumn, *, words: bool = False) -> tuple[ArrowColumn, str]:
    """Return the texts trimmed, with nulls for what stands for missing among other values, and a remark.

    With ``words`` only signs count, such as ``-`` and ``?``, as ``unknown`` may be a value among words.

    >>> without_markers(pa.chunked_array([["1 ", "unknown", "?"]]))[0].to_pylist()
    ['1', None, None]
    """
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(text)
    empty = pc.is_in(trimmed, value_set=pa.array(MISSING, text.type))
    known = pa.array(SIGNS if words else MARKERS, text.type)
    marked = pc.is_in(trimmed if words else pc.utf8_lower(trimmed), value_set=known)
    found = sorted(set(pc.unique(trimmed.filter(marked)).to_pylist()) - {None})
    note = f"{', '.join(repr(one) for one in found)} read as missing" if found else ""
    return pc.if_else(pc.or_(empty, marked), pa.scalar(None, text.type), trimmed), note
