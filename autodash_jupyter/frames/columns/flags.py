"""Columns of two words that say yes and no, in the languages people keep tables in."""

from __future__ import annotations

import pyarrow as pa

from autodash_jupyter.frames.columns.values import MARKERS, TypedColumn, without_markers
from autodash_jupyter.frames.tables import ArrowColumn

__all__ = ["read_flags"]

PAIRS = (
    ("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("on", "off"), ("ja", "nein"), ("j", "n"),
    ("ja", "nej"), ("ja", "nee"), ("oui", "non"), ("si", "no"), ("sí", "no"),
    ("sim", "não"), ("sim", "nao"), ("sì", "no"), ("tak", "nie"), ("да", "нет"), ("wahr", "falsch"),
    ("vrai", "faux"), ("verdadero", "falso"), ("vero", "falso"), ("verdadeiro", "falso"), (".t.", ".f."),
)  # fmt: skip
MOST_SPELLINGS = 12


def read_flags(text: ArrowColumn, probe: ArrowColumn) -> TypedColumn | None:
    """Return a column of yes and no as flags, or ``None``; of other words than true and false, both must
    occur.

    >>> read_flags(pa.chunked_array([["Ja", "nein", ""]]), pa.chunked_array([["Ja"]])).values.to_pylist()
    [True, False, None]
    """
    import pyarrow.compute as pc

    words = {word for pair in PAIRS for word in pair}
    first = probe[0].as_py()
    if first is None or (first.strip().lower() not in words and len(first.strip()) > 2):
        return None
    if pc.count_distinct(probe).as_py() > MOST_SPELLINGS:
        return None
    distinct = pc.unique(text)
    if len(distinct) > MOST_SPELLINGS + len(MARKERS):
        return None
    trimmed, note = without_markers(pa.chunked_array([distinct]))
    folded = pc.utf8_lower(trimmed).combine_chunks()
    found = set(folded.to_pylist()) - {None}
    for yes, no in PAIRS:
        if found == {yes, no} or (yes == "true" and found and found <= {yes, no}):
            flags = pc.equal(folded, pa.scalar(yes, folded.type))
            return TypedColumn(pc.take(flags, pc.index_in(text, distinct)), note)
    return None
