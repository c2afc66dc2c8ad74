"""Columns of words: which of the spellings of missing are words there, and which signs stand for missing."""

from __future__ import annotations

import re

import pyarrow as pa

from autodash_jupyter.frames.columns.values import SIGNS, TypedColumn, without_markers
from autodash_jupyter.frames.tables import ArrowColumn

__all__ = ["meant_words", "read_words"]

NAMED_LIKE_PLACES = re.compile(r"country|nation|land|pa[iyí]s|continent|region|iso|geo|^cc$|code", re.I)
NAMED_LIKE_NAMES = re.compile(r"name|surname|apellido|nom\b|cognome|familie", re.I)
PLACE = re.compile(r"[A-Z]{2}")
CATEGORY = re.compile(r"[A-ZÀ-Þ][\w\- ]*")
KEPT = "{} kept as a word, which it seems to be here, not as missing"
MOST_CATEGORIES = 20
MOST_LOOKED_AT = 1_000
MOST_MARKERS_AMONG_WORDS = 0.7
SIGN = r"^\s*([-–?.]{1,3}|n\.a\.|N\.A\.|\(null\)|\[null\]|Null)\s*$"


def meant_words(text: ArrowColumn, label: str) -> tuple[str, ...]:
    """Return which spellings of missing are values of their own in a column: the code of Namibia among those
    of other countries, none among degrees, a surname.

    >>> meant_words(pa.chunked_array([["DE", "NA", "FR"]]), "country")
    ('NA',)
    >>> meant_words(pa.chunked_array([["Mild", "None", "Severe", "Mild"]]), "pain")
    ('None',)
    """
    import pyarrow.compute as pc

    odd = pc.is_in(text, value_set=pa.array(["NA", "None", "Null"], text.type))
    if not pc.any(odd).as_py():
        return ()
    present = set(pc.unique(text.filter(odd)).to_pylist())
    some = text.filter(pc.invert(pc.or_(odd, pc.equal(text, "")))).drop_null().slice(0, MOST_LOOKED_AT)
    others = some.unique().to_pylist()
    if len(others) < 2:
        return ()
    few = len(others) < min(len(some), MOST_CATEGORIES)
    meant = {
        "NA": bool(NAMED_LIKE_PLACES.search(label)) and all(map(PLACE.fullmatch, others)),
        "None": few and all(map(CATEGORY.fullmatch, others)),
        "Null": bool(NAMED_LIKE_NAMES.search(label)) and all(map(CATEGORY.fullmatch, others)),
    }
    return tuple(word for word, is_word in meant.items() if is_word and word in present)


def read_words(
    text: ArrowColumn, probe: ArrowColumn, meant: tuple[str, ...] = (), label: str = ""
) -> TypedColumn:
    """Return text, with nulls for blanks, and for signs such as ``?`` where all else is words.

    >>> column = pa.chunked_array([["red", "?", "blue"]])
    >>> read_words(column, column).values.to_pylist()
    ['red', None, 'blue']
    """
    import pyarrow.compute as pc

    blank = pc.utf8_is_space(text)
    if pc.any(blank).as_py():
        text = pc.if_else(blank, pa.scalar(None, text.type), text)
    if meant:
        named = ", ".join(map(repr, meant))
        return TypedColumn(text, KEPT.format(named))
    signs = pc.match_substring_regex(probe, SIGN)
    # Signs beyond the beginning are looked for as they are: to trim all texts takes long.
    if not pc.any(signs).as_py() and not pc.any(pc.is_in(text, pa.array(SIGNS, text.type))).as_py():
        return TypedColumn(text)
    if "Null" in meant_words(text, label):
        return TypedColumn(text, KEPT.format("'Null'"))
    cleared, note = without_markers(text, words=True)
    if not note:
        return TypedColumn(text)
    rest = pc.unique(cleared).drop_null()
    without_letters = pc.any(pc.invert(pc.match_substring_regex(rest, r"[\pL\pN]"))).as_py()
    if len(rest) < 2 or without_letters or cleared.null_count > MOST_MARKERS_AMONG_WORDS * len(text):
        return TypedColumn(text)
    kept = pc.if_else(pc.is_null(cleared), pa.scalar(None, text.type), text)
    return TypedColumn(kept, note)
