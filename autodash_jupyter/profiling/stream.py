"""A profile that grows while one looks at it: roughly at once, then column by column."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.models import ColumnProfile, FrameProfile
from autodash_jupyter.profiling.engines import open_engine
from autodash_jupyter.profiling.frequencies import ValueCounter
from autodash_jupyter.profiling.profiler import label_texts, profile_columns, sibling_words, summarize
from autodash_jupyter.profiling.rough import rough_profile
from autodash_jupyter.profiling.stopping import Stop, stoppable

__all__ = ["ProfileUpdate", "profile_stream"]


@dataclass(frozen=True, slots=True)
class ProfileUpdate:
    """What has become known: one finished column, or the whole table (first roughly, at last finished).

    ``progress`` is the share of the work that is done, from 0.0 to 1.0: columns read, not time gone by.
    """

    progress: float
    column: ColumnProfile | None = None
    profile: FrameProfile | None = None


async def profile_stream(frame: Any, *, rough: bool = True) -> AsyncGenerator[ProfileUpdate, None]:
    """Profile a table while the loop stays free; the table is not changed.

    Yields a rough ``profile`` of a thousand rows at once (``rough=False``: not), then each ``column`` as
    it is finished, in order, then the whole ``profile``, which is what ``profile(frame)`` returns. Closing
    the generator, or cancelling its task, breaks off what is under way, within a tenth of a second.

    Raises ``SourceError`` for what is no table.

    >>> import pandas as pd
    >>> async def progress() -> list[float]:
    ...     frame = pd.DataFrame({"city": ["Oslo", "Bergen"], "price": [10.5, 8.0]})
    ...     return [round(update.progress, 2) async for update in profile_stream(frame)]
    >>> asyncio.run(progress())
    [0.0, 0.33, 0.67, 1.0]
    """
    engine = await asyncio.to_thread(open_engine, frame)
    labels = label_texts(engine)
    counter, stop = ValueCounter(), Stop()
    pending = profile_columns(engine, counter)
    started = time.perf_counter()
    try:
        if rough:
            first = await asyncio.to_thread(rough_profile, engine, labels, sibling_words(labels))
            yield ProfileUpdate(0.0, profile=first)
        columns: list[ColumnProfile] = []
        while (column := await _in_thread(stop, _next_column, pending, stop)) is not None:
            columns.append(column)
            yield ProfileUpdate(len(columns) / (len(labels) + 1), column=column)
        whole = await _in_thread(stop, summarize, engine, columns, time.perf_counter() - started)
        yield ProfileUpdate(1.0, profile=whole)
    finally:
        stop.set()
        counter.stop()
        with suppress(ValueError):  # a thread is still in it, and closes it when it comes out
            pending.close()


def _next_column(pending: Generator[ColumnProfile, None, None], stop: Stop) -> ColumnProfile | None:
    column = next(pending, None)
    if stop.is_set():
        pending.close()  # with the threads that work for it
    return column


async def _in_thread(stop: Stop, act: Any, *arguments: Any) -> Any:
    with stoppable(stop):  # the thread inherits this context
        return await asyncio.to_thread(act, *arguments)
