"""Reads columns of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autodash_jupyter.profiling.frequencies import COUNTED_VALUES, Frequencies, most_distinct
from autodash_jupyter.profiling.reading import Array, Reading, Tally
from autodash_jupyter.profiling.tallies import ArrowTallies

if TYPE_CHECKING:
    from autodash_jupyter.profiling.sampling import Rows

__all__ = ["KEPT_TALLIES", "read_text", "tally_text", "with_extremes", "with_frequencies"]

KEPT_TALLIES = 200_000  # all of a sample, so that numbers kept as text are read without bias

_TURNED_AT_ONCE = 1_000  # so few texts become Python's at once
_COUNTED_BY_ARROW = 4_000_000  # beyond, DuckDB counts: on all cores, and it can be interrupted


def read_text(texts: Any, rows: Rows | None) -> Reading:
    """Read an Arrow array (or chunked array) of strings.

    All rows are counted where ``rows`` is ``None``, and where those rows show that there are few distinct
    values. Of a sampled column the extremes stay unknown until ``with_extremes`` or ``with_frequencies``.
    """
    missing = texts.null_count
    count = len(texts) - missing
    if count == 0:
        return Reading("empty", 0, missing)
    if rows is None:
        return _read_counted(texts, *_count(texts))
    for looked_at in (rows[::10], rows):
        values, counts = _count(texts.take(looked_at))
        most = most_distinct(len(counts), int(np.count_nonzero(counts == 1)), int(counts.sum()), count)
        if most <= COUNTED_VALUES and count <= _COUNTED_BY_ARROW:
            return _read_counted(texts, *_count(texts))
    reading = _read_counted(texts, values, counts)
    return replace(reading, texts=texts, minimum=None, maximum=None)


def _count(texts: Any) -> tuple[Any, Array]:
    """Return the distinct texts and how often each comes, without missing ones."""
    import pyarrow.compute as pc

    counted = pc.value_counts(texts)
    values, counts = counted.field("values"), counted.field("counts").to_numpy()
    if not values.null_count:
        return values, counts
    return values.drop_null(), counts[pc.is_valid(values).to_numpy(zero_copy_only=False)]


def _read_counted(texts: Any, values: Any, counts: Array) -> Reading:
    import pyarrow.compute as pc

    extremes: dict[str, str] = pc.min_max(values).as_py()
    return Reading(
        "text",
        len(texts) - texts.null_count,
        texts.null_count,
        tallies=_most_frequent(values, counts),
        distinct=len(counts),
        singletons=int(np.count_nonzero(counts == 1)),
        sampled=int(counts.sum()),
        minimum=extremes["min"],
        maximum=extremes["max"],
    )


def _most_frequent(values: Any, counts: Any) -> Sequence[Tally]:
    first = np.argsort(-counts, kind="stable")[:KEPT_TALLIES]
    found = ArrowTallies(values.take(first), counts[first])
    return found if len(first) > _TURNED_AT_ONCE else found[:]


def with_extremes(reading: Reading) -> Reading:
    """Add the first and the last text of the whole column, in the order of their characters."""
    import pyarrow.compute as pc

    extremes: dict[str, str] = pc.min_max(reading.texts).as_py()
    return replace(reading, minimum=extremes["min"], maximum=extremes["max"], texts=None)


def with_frequencies(reading: Reading, found: Frequencies) -> Reading:
    """Replace what the sample told by the frequencies of the whole column."""
    first = np.argsort(-found.counts, kind="stable")[:KEPT_TALLIES]
    texts = found.values.tolist()
    return replace(
        reading,
        tallies=list(zip(found.values[first].tolist(), found.counts[first].tolist(), strict=True)),
        distinct=len(found.counts),
        singletons=found.singletons,
        sampled=reading.count,
        minimum=min(texts),
        maximum=max(texts),
        texts=None,
    )


def tally_text(texts: Sequence[str], missing: int, rows: Rows | None) -> Reading:
    """Read Python strings that Arrow can't hold, such as those with lone surrogates."""
    if not texts:
        return Reading("empty", 0, missing)
    sample = texts if rows is None else [texts[position] for position in rows if position < len(texts)]
    tallies = Counter(sample)
    return Reading(
        "text",
        len(texts),
        missing,
        tallies=tallies.most_common(KEPT_TALLIES),
        distinct=len(tallies),
        singletons=sum(count == 1 for count in tallies.values()),
        sampled=len(sample),
        minimum=min(texts),
        maximum=max(texts),
    )
