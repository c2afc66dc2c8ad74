"""A profile that is streamed: roughly at once, column by column, and broken off when nobody wants it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.profiling import ProfileUpdate, profile, profile_stream

ROWS = 300_000


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    random = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "key": np.arange(ROWS),
            "city": random.choice(["Oslo", "Rome", "Lima"], ROWS),
            "amount": np.where(random.random(ROWS) < 0.25, np.nan, random.gamma(2, 10, ROWS)),
        }
    )


def updates_of(frame: object, *, rough: bool = True) -> list[ProfileUpdate]:
    async def collect() -> list[ProfileUpdate]:
        return [update async for update in profile_stream(frame, rough=rough)]

    return asyncio.run(collect())


def test_a_rough_profile_comes_first_and_the_finished_one_last(frame: pd.DataFrame) -> None:
    first, *columns, last = updates_of(frame)
    assert first.profile is not None
    assert last.profile is not None
    assert [update.column.name for update in columns if update.column] == ["key", "city", "amount"]
    assert [update.progress for update in (first, *columns, last)] == [0.0, 0.25, 0.5, 0.75, 1.0]
    whole = profile(frame)
    assert last.profile.columns == tuple(update.column for update in columns) == whole.columns
    assert last.profile.candidate_keys == whole.candidate_keys


def test_the_rough_profile_says_how_far_it_may_be_off(frame: pd.DataFrame) -> None:
    rough = updates_of(frame)[0].profile
    assert rough is not None
    assert rough.row_count == ROWS
    for guessed, known in zip(rough.columns, profile(frame).columns, strict=True):
        assert guessed.approximate
        assert guessed.semantic_type == known.semantic_type
        assert guessed.count + guessed.missing == ROWS
        if known.mean is not None and guessed.mean is not None:
            assert abs(guessed.mean - known.mean) <= guessed.errors["mean"]
    assert rough.columns[2].missing == pytest.approx(ROWS / 4, rel=0.2)


def test_without_the_rough_profile_columns_come_at_once(frame: pd.DataFrame) -> None:
    assert updates_of(frame, rough=False)[0].column is not None


@pytest.mark.parametrize("empty", [pd.DataFrame(), pd.DataFrame({"a": []}), pd.DataFrame(index=range(3))])
def test_a_table_with_nothing_in_it_is_streamed_too(empty: pd.DataFrame) -> None:
    last = updates_of(empty)[-1]
    assert last.profile is not None
    assert (last.profile.row_count, last.profile.column_count) == empty.shape


def test_closing_it_breaks_the_work_off_and_the_thread_ends(frame: pd.DataFrame) -> None:
    wide = pd.concat([frame] * 40, axis=1)

    async def take_three() -> int:
        stream: AsyncGenerator[ProfileUpdate, None] = profile_stream(wide)
        for _ in range(3):
            await anext(stream)
        await stream.aclose()
        return threading.active_count()

    before = set(threading.enumerate())  # a worker of another test may still be there
    asyncio.run(take_three())  # waits for the pool's threads: it would take long if they went on
    ours = set(threading.enumerate()) - before
    assert not [thread for thread in ours if thread.name.startswith("asyncio_")]


def test_cancelling_the_task_that_reads_it_ends_it(frame: pd.DataFrame) -> None:
    wide = pd.concat([frame] * 40, axis=1)
    seen: list[ProfileUpdate] = []

    async def read() -> None:
        async for update in profile_stream(wide):
            seen.append(update)

    async def cancel_soon() -> None:
        task = asyncio.create_task(read())
        while not seen:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_soon())
    assert len(seen) < wide.shape[1]


def test_the_loop_stays_free_while_it_works(frame: pd.DataFrame) -> None:
    async def count_turns() -> int:
        turns = 0

        async def tick() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        _ = [update async for update in profile_stream(frame)]
        ticking.cancel()
        return turns

    assert asyncio.run(count_turns()) > 100


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(SourceError):
        updates_of([1, 2])


@pytest.mark.parametrize("columns_seen", [0, 1, 3])
def test_the_threads_that_worked_for_a_cancelled_profile_end(columns_seen: int) -> None:
    long = pd.DataFrame(np.random.default_rng(0).random((600_000, 12)))  # columns are worked on two at a time
    seen: list[ProfileUpdate] = []

    async def read() -> None:
        async for update in profile_stream(long):
            seen.append(update)

    async def cancel_soon() -> asyncio.Task[None]:
        task = asyncio.create_task(read())
        while len(seen) <= columns_seen:
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.wait([task])
        return task

    task = asyncio.run(cancel_soon())
    assert task.cancelled()
    for thread in threading.enumerate():
        if thread.name.startswith("autodash-profile"):
            thread.join(timeout=30)
            assert not thread.is_alive()
