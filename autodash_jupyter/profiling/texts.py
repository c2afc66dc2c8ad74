"""Reads columns of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autodash_jupyter.profiling.frequencies import Frequencies
from autodash_jupyter.profiling.reading import Reading, Tally

if TYPE_CHECKING:
    from autodash_jupyter.profiling.sampling import Rows

__all__ = ["KEPT_TALLIES", "count_texts", "read_text", "tally_text", "with_extremes", "with_frequencies"]

KEPT_TALLIES = 200_000  # all of a sample, so that numbers kept as text are read without bias


def read_text(texts: Any, rows: Rows | None) -> Reading:
    """Read an Arrow array (or chunked array) of strings.

    Of a sampled column the extremes stay unknown until ``with_extremes`` or ``with_frequencies``.
    """
    import pyarrow.compute as pc

    missing = texts.null_count
    count = len(texts) - missing
    if count == 0:
        return Reading("empty", 0, missing)
    sample = texts if rows is None else texts.take(rows)
    counted = pc.value_counts(sample.drop_null())
    counts = counted.field("counts").to_numpy()
    reading = Reading(
        "text",
        count,
        missing,
        tallies=_most_frequent(counted.field("values"), counts),
        distinct=len(counts),
        singletons=int(np.count_nonzero(counts == 1)),
        sampled=int(counts.sum()),
        texts=texts,
    )
    return with_extremes(reading) if rows is None else reading


def _most_frequent(values: Any, counts: Any) -> list[Tally]:
    first = np.argsort(-counts, kind="stable")[:KEPT_TALLIES]
    found: list[Any] = values.take(first).to_pylist()
    return list(zip(found, counts[first].tolist(), strict=True))


def with_extremes(reading: Reading) -> Reading:
    """Add the first and the last text of the whole column, in the order of their characters."""
    import pyarrow.compute as pc

    extremes: dict[str, str] = pc.min_max(reading.texts).as_py()
    return replace(reading, minimum=extremes["min"], maximum=extremes["max"], texts=None)


def count_texts(reading: Reading) -> Reading:
    """Replace what the sample told by a count of each distinct text of the whole column, by Arrow."""
    import pyarrow.compute as pc

    counted = pc.value_counts(reading.texts)
    present = pc.is_valid(counted.field("values"))
    values, counts = (counted.field(name).filter(present) for name in ("values", "counts"))
    extremes: dict[str, str] = pc.min_max(values).as_py()
    rows = counts.to_numpy()
    return replace(
        reading,
        tallies=_most_frequent(values, rows),
        distinct=len(rows),
        singletons=int(np.count_nonzero(rows == 1)),
        sampled=reading.count,
        minimum=extremes["min"],
        maximum=extremes["max"],
        texts=None,
    )


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
