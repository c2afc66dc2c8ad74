"""Profiles a table: column by column, then what only the whole table shows."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any

import numpy as np

from autodash_jupyter.models import ColumnProfile, FrameProfile
from autodash_jupyter.profiling.cells import cell_text
from autodash_jupyter.profiling.column_profile import profile_column
from autodash_jupyter.profiling.engines import Engine, open_engine
from autodash_jupyter.profiling.frequencies import ValueCounter
from autodash_jupyter.profiling.names import name_words
from autodash_jupyter.profiling.table import examine_table

__all__ = ["label_texts", "profile", "profile_columns", "sibling_words", "summarize"]

_LABELS_READ = 1000
_LONG = 500_000  # rows from which on a second thread pays
_AHEAD = 8  # columns that wait or are worked on, so that a slow one does not hold up the others


def profile(frame: Any) -> FrameProfile:
    """Return everything worth knowing about a table; the table is not changed.

    Counts, extremes, means and standard deviations are of all rows. Up to 200,000 rows, and for columns of
    up to 50,000 distinct values, everything else is exact too. Beyond, quantiles, histograms and top values
    come from a sample of 100,000 rows spread evenly over the table, and distinct values from a sample of
    the hashes of all: ``errors`` of the column says how far each may be off. A column that can't be read
    is a finding of kind ``unreadable``, never an error.

    Raises ``SourceError`` for what is no table.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"city": ["Oslo", "Bergen", "Oslo"], "price": [10.5, 8.0, None]})
    >>> found = profile(frame)
    >>> [(column.name, column.semantic_type, column.missing) for column in found.columns]
    [('city', 'place', 0), ('price', 'money', 1)]
    """
    started = time.perf_counter()
    engine = open_engine(frame)
    columns = list(profile_columns(engine))
    return summarize(engine, columns, seconds=time.perf_counter() - started)


def profile_columns(frame: Any, counter: ValueCounter | None = None) -> Generator[ColumnProfile, None, None]:
    """Yield the profile of each column in order; each ``next()`` does the work of one column, or two.

    ``counter`` is what counts the values of long columns: its ``stop`` breaks the profile off. Raises
    ``SourceError``, at once, for what is no table.
    """
    return _profile_each(open_engine(frame), counter or ValueCounter())


def _profile_each(engine: Engine, counter: ValueCounter) -> Generator[ColumnProfile, None, None]:
    labels = label_texts(engine)
    siblings = sibling_words(labels)
    with counter:
        if engine.held_rows < _LONG or len(labels) < 2:
            for position, label in enumerate(labels):
                yield profile_column(engine, position, label, siblings, counter)
            return
        tasks = (
            partial(profile_column, engine, position, label, siblings, counter)
            for position, label in enumerate(labels)
        )
        yield from _in_turn(tasks)


def _in_turn(tasks: Iterable[Callable[[], ColumnProfile]]) -> Iterator[ColumnProfile]:
    """Yield the results of tasks in their order; while one waits for DuckDB, the next is worked on."""
    pool = ThreadPoolExecutor(2, thread_name_prefix="autodash-profile")
    pending: deque[Future[ColumnProfile]] = deque()
    try:
        for task in tasks:
            pending.append(pool.submit(copy_context().run, task))
            if len(pending) == _AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def label_texts(engine: Engine) -> list[str]:
    """Return the columns' labels as texts that can be shown."""
    return [cell_text(label, limit=500) for label in engine.labels]


def sibling_words(labels: Sequence[str]) -> frozenset[str]:
    """Return the words of the labels of a table; those of the first thousand, if there are more."""
    return frozenset(word for label in labels[:_LABELS_READ] for word in name_words(label))


def summarize(frame: Any, columns: Sequence[ColumnProfile], seconds: float = 0.0) -> FrameProfile:
    """Add to the columns' profiles what only the whole table shows: duplicate rows, keys, grain, time.

    ``seconds`` is the time the columns took; the table's own is added to it.
    """
    started = time.perf_counter()
    engine = open_engine(frame)
    with np.errstate(all="ignore"):
        table = examine_table(engine, columns)
    return FrameProfile(
        row_count=engine.row_count,
        column_count=len(columns),
        memory_bytes=engine.memory_bytes,
        columns=tuple(columns),
        duplicate_rows=table.duplicate_rows,
        candidate_keys=table.candidate_keys,
        findings=table.findings,
        seconds=seconds + time.perf_counter() - started,
        associations=table.associations,
        engine=engine.name,
    )
