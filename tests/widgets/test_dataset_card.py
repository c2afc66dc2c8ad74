"""The card of %load_dataset fills while its table is profiled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from autodash_jupyter.session import Session
from autodash_jupyter.stores import InMemoryContextStore
from autodash_jupyter.widgets import dataset_card


@pytest.fixture
def session(working_folder: Path) -> Iterator[Session]:
    opened = Session({}, store=InMemoryContextStore())
    yield opened
    opened.close()


def test_columns_appear_one_by_one_and_the_finished_card_has_details(session: Session) -> None:
    [loaded] = session.load("sample:penguins", write_context=False)
    dataset_id = loaded.dataset.dataset_id
    badge, finished = '<span class="adp-badge"', "<details>"
    growing: list[tuple[int, int, bool]] = []

    async def write() -> None:
        async for event in session.datasets.writer.write(loaded.dataset, loaded.frame):
            drawn = dataset_card(session, dataset_id).html
            if event.type == "column":
                growing.append((drawn.count('scope="row"'), drawn.count(badge), finished in drawn))

    asyncio.run(write())
    assert growing == [(8, done, False) for done in range(1, 9)]
    view = dataset_card(session, dataset_id)
    assert view.final
    assert view.html.count(finished) == 8
