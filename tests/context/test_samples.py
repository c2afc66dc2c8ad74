"""Every sample table gets a valid context: from its profile, and from a model that is mostly right."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pandas as pd
import pytest
from loopback_model import Exchange, LoopbackModel, document, say

from autodash_jupyter.context.document_text import read_document, write_document
from autodash_jupyter.context.generate import generate
from autodash_jupyter.context.validation import validate
from autodash_jupyter.events import ContextCompleted
from autodash_jupyter.frames.samples import sample_names, sample_path
from autodash_jupyter.language_model import LanguageModel


def tables() -> Iterator[tuple[str, pd.DataFrame]]:
    for name in sample_names():
        path = sample_path(name)
        if path.suffix == ".csv":
            yield name, pd.read_csv(path)
        else:
            for sheet, frame in pd.read_excel(path, sheet_name=None, engine="calamine").items():
                yield f"{name}, {sheet}", frame


SAMPLES = dict(tables())


def mostly_right(exchange: Exchange) -> None:
    """Describe each listed column and one that isn't there; offer a metric that runs and two that don't."""
    asked = exchange.received.prompt.rsplit("[[ ## table_columns ## ]]\n", 1)[1]
    listed = [json.loads(line) for line in asked.split("</data>")[0].splitlines()[1:]]
    names = [column["name"] for column in listed]
    quoted = '"' + names[-1].replace('"', '""') + '"'
    say(
        document(
            "One row is one thing that somebody wrote down with its properties, at a time and in a place. "
            * 3,
            columns=[
                {"name": name, "description": f"What is meant by {name}"} for name in [*names, "nowhere"]
            ],
            metrics=[
                {"name": "How many", "expression": f"COUNT(DISTINCT {quoted})"},
                {"name": "No column", "expression": "SUM(nowhere)"},
                {"name": "No metric", "expression": quoted},
            ],
            business_rules=[{"description": "It is known", "condition": f"{quoted} IS NOT NULL"}],
            glossary=[{"term": name, "definition": "A word", "related_columns": [name]} for name in names],
        )
    )(exchange)


def last_of(frame: pd.DataFrame, model: LanguageModel | None) -> ContextCompleted:
    async def collect() -> list[object]:
        events = generate(frame, dataset_id="sample_1", name="sample", language_model=model)
        return [event async for event in events]

    last = asyncio.run(collect())[-1]
    assert isinstance(last, ContextCompleted)
    return last


def check(completed: ContextCompleted, frame: pd.DataFrame) -> None:
    written = completed.document
    assert written is not None
    assert validate(written, {"sample_1": frame}).failed == ()
    assert 200 <= len(written.description) <= 500
    assert read_document(write_document(written)).document == written
    assert len(written.datasets[0].columns) == len(frame.columns)


@pytest.mark.parametrize("frame", SAMPLES.values(), ids=SAMPLES.keys())
def test_the_profile_writes_a_valid_context(frame: pd.DataFrame) -> None:
    check(last_of(frame, None), frame)


@pytest.mark.model
@pytest.mark.parametrize("frame", SAMPLES.values(), ids=SAMPLES.keys())
def test_a_models_draft_is_valid_without_what_was_wrong(frame: pd.DataFrame) -> None:
    with LoopbackModel(mostly_right) as server:
        completed = last_of(frame, LanguageModel("openai/loopback", server.api_base, 60))
    check(completed, frame)
    assert completed.document is not None
    assert "How many" in [metric.name for metric in completed.document.metrics]
    assert all(column.written_by == "model" for column in completed.document.datasets[0].columns)
    assert len(completed.notes) >= 2
