"""Distinct texts with their counts, the most frequent first.

Those of a long column stay in Arrow's memory: what asks about all of them is worked out there, and only
texts that are looked at one by one become Python's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np

from autodash_jupyter.profiling.reading import Array, Tally

__all__ = ["ArrowTallies", "count_padded", "starting_with", "text_lengths"]

_AT_A_TIME = 512


class ArrowTallies(Sequence[Tally]):
    """A sequence of (text, count) over an Arrow array and a NumPy one.

    >>> import pyarrow as pa
    >>> found = ArrowTallies(pa.array(["Oslo", "Rome"]), np.array([3, 1]))
    >>> found[0], found[1:], len(found)
    (('Oslo', 3), [('Rome', 1)], 2)
    """

    __slots__ = ("counts", "texts")

    def __init__(self, texts: Any, counts: Array) -> None:
        self.texts = texts
        self.counts = counts

    def __len__(self) -> int:
        return len(self.counts)

    @overload
    def __getitem__(self, place: int) -> Tally: ...

    @overload
    def __getitem__(self, place: slice) -> list[Tally]: ...

    def __getitem__(self, place: int | slice) -> Tally | list[Tally]:
        if isinstance(place, slice):
            rows = np.arange(*place.indices(len(self)))
            return list(zip(self.texts.take(rows).to_pylist(), self.counts[rows].tolist(), strict=True))
        return self.texts[place].as_py(), int(self.counts[place])

    def __iter__(self) -> Iterator[Tally]:
        for start in range(0, len(self), _AT_A_TIME):
            yield from self[start : start + _AT_A_TIME]


def text_lengths(tallies: Sequence[Tally]) -> tuple[int, float, int]:
    """Return the shortest, the mean and the greatest length in characters; the mean is that of the rows.

    >>> text_lengths([("ab", 3), ("abcd", 1)])
    (2, 2.5, 4)
    """
    if isinstance(tallies, ArrowTallies):
        import pyarrow.compute as pc

        sizes, counts = pc.utf8_length(tallies.texts).to_numpy(zero_copy_only=False), tallies.counts
    else:
        sizes, counts = (np.array(side) for side in ([len(text) for text, _ in tallies], _counts(tallies)))
    return int(sizes.min()), float(sizes @ counts / counts.sum()), int(sizes.max())


def count_padded(tallies: Sequence[Tally]) -> int:
    """Count the rows whose text begins or ends with a space of any kind.

    >>> count_padded([("Oslo ", 2), ("Oslo", 5)])
    2
    """
    if isinstance(tallies, ArrowTallies):
        import pyarrow.compute as pc

        padded = pc.not_equal(pc.utf8_trim_whitespace(tallies.texts), tallies.texts)
        return int(tallies.counts[padded.to_numpy(zero_copy_only=False)].sum())
    return sum(count for text, count in tallies if text != text.strip())


def starting_with(tallies: Sequence[Tally], characters: frozenset[str]) -> list[Tally]:
    """Return those whose first character is one of some; that of an empty text is "".

    >>> starting_with([("n/a", 2), ("Oslo", 5), ("", 1)], frozenset({"n", ""}))
    [('n/a', 2), ('', 1)]
    """
    if isinstance(tallies, ArrowTallies):
        import pyarrow as pa
        import pyarrow.compute as pc

        first = pc.utf8_slice_codeunits(tallies.texts, 0, 1)
        among = pc.is_in(first, value_set=pa.array(sorted(characters), type=first.type))
        rows = np.flatnonzero(among.to_numpy(zero_copy_only=False))
        return list(zip(tallies.texts.take(rows).to_pylist(), tallies.counts[rows].tolist(), strict=True))
    return [tally for tally in tallies if tally[0][:1] in characters]


def _counts(tallies: Sequence[Tally]) -> list[int]:
    return [count for _, count in tallies]
