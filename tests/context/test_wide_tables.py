"""Tables too wide for one request: asked about in parts, merged, counted, stopped on the way."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from loopback_model import Exchange, LoopbackModel, Reply, document, refuse, say

from autodash_jupyter.context.generate import generate
from autodash_jupyter.context.validation import validate
from autodash_jupyter.events import ContextCompleted, ContextEvent, ContextFailed, ContextToken
from autodash_jupyter.language_model import LanguageModel

pytestmark = pytest.mark.model

LETTERS = "abcdefghij"
NAMES = [f"{a}{b}{c}_level" for a in LETTERS for b in LETTERS for c in LETTERS][:500]
DESCRIPTION = (
    "One row is one moment at which all of the sensors of the plant were read, each with its own level. " * 2
)


@pytest.fixture(scope="module")
def plant() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).normal(size=(30, 500)), columns=NAMES)


@pytest.fixture
def server() -> Iterator[LoopbackModel]:
    with LoopbackModel(describe_what_is_listed) as loopback:
        yield loopback


def listed(exchange: Exchange) -> list[str]:
    """Return the columns that a request asks about."""
    asked = exchange.received.prompt.rsplit("[[ ## table_columns ## ]]\n", 1)[1]
    lines = asked.split("</data>")[0].splitlines()[1:]
    return [json.loads(line)["name"] for line in lines]


def describe_what_is_listed(exchange: Exchange) -> None:
    names = listed(exchange)
    columns = [{"name": name, "description": f"The level of sensor {name}"} for name in names]
    metrics = [{"name": f"Mean {names[0]}", "expression": f"AVG({names[0]})"}]
    say(document(DESCRIPTION, columns=columns, metrics=metrics), in_one_piece=False)(exchange)


def run(frame: pd.DataFrame, server: LoopbackModel) -> list[ContextEvent]:
    model = LanguageModel("openai/loopback", server.api_base, 60)

    async def collect() -> list[ContextEvent]:
        events = generate(frame, dataset_id="upload_1", name="plant", language_model=model)
        return [event async for event in events]

    return asyncio.run(collect())


def test_500_columns_are_described_in_parts_and_merged(plant: pd.DataFrame, server: LoopbackModel) -> None:
    events = run(plant, server)
    last = events[-1]
    assert isinstance(last, ContextCompleted)
    assert last.document is not None
    columns = last.document.datasets[0].columns
    assert [column.name for column in columns] == NAMES
    assert all(column.written_by == "model" for column in columns)
    assert all(column.description.startswith(f"The level of sensor {column.name}.") for column in columns)
    assert validate(last.document, {"upload_1": plant}).status != "failed"
    assert last.document.description.startswith(DESCRIPTION[:90])
    assert "Mean aaa_level" in [metric.name for metric in last.document.metrics]
    assert (len(server.received), last.spent.requests, last.tokens) == (9, 9, 9 * 120)
    assert max(len(request.prompt) for request in server.received) < 60_000


def test_each_token_tells_which_request_of_how_many_it_answers(
    plant: pd.DataFrame, server: LoopbackModel
) -> None:
    tokens = [event for event in run(plant, server) if isinstance(event, ContextToken)]
    assert list(dict.fromkeys(token.request for token in tokens)) == list(range(1, 10))
    assert {token.requests for token in tokens} == {9}
    assert [token.sent for token in tokens if token.sent] == [
        "names, types and aggregates of 500 columns to 127.0.0.1"
    ]


def test_a_part_that_fails_keeps_the_parts_before_it(plant: pd.DataFrame, server: LoopbackModel) -> None:
    replies: list[Reply] = [describe_what_is_listed] * 3
    server.script(*replies, refuse(400, "no more today"))
    last = run(plant, server)[-1]
    assert isinstance(last, ContextCompleted)
    assert last.document is not None
    authors = [column.written_by for column in last.document.datasets[0].columns]
    assert authors == ["model"] * 180 + ["profile"] * 320
    [note] = last.notes
    assert re.search("columns 181 to 500 keep the profile's words: .*no more today", note)


def test_a_first_part_that_fails_is_a_failure(plant: pd.DataFrame, server: LoopbackModel) -> None:
    server.script(refuse(400, "not today"), describe_what_is_listed)
    assert isinstance(run(plant, server)[-1], ContextFailed)
    assert len(server.received) == 1


def test_stopping_on_the_way_asks_no_further(plant: pd.DataFrame, server: LoopbackModel) -> None:
    model = LanguageModel("openai/loopback", server.api_base, 60)

    async def stop_at_the_third() -> None:
        events = generate(plant, dataset_id="upload_1", name="plant", language_model=model)
        async for event in events:
            if isinstance(event, ContextToken) and event.request == 3:
                break
        await events.aclose()

    asyncio.run(stop_at_the_third())
    assert len(server.received) == 3


def test_a_mistake_in_a_later_part_is_mended_with_that_part_in_sight(
    plant: pd.DataFrame, server: LoopbackModel
) -> None:
    def misspell_one(exchange: Exchange) -> None:
        names = listed(exchange)
        columns = [{"name": name, "description": f"Sensor {name}"} for name in names[:-1]]
        columns.append({"name": f"{names[-1]}s", "description": "Sensor"})
        say(document(DESCRIPTION, columns=columns))(exchange)

    replies: list[Reply] = [describe_what_is_listed] * 8
    server.script(*replies, misspell_one, describe_what_is_listed)
    last = run(plant, server)[-1]
    assert isinstance(last, ContextCompleted)
    assert (len(server.received), last.notes) == (10, ())
    assert NAMES[-1] in server.received[9].prompt
    assert last.document is not None
    assert last.document.datasets[0].columns[-1].written_by == "model"
