"""Generating through the service: the flow callers know, a person's words kept, failures retried."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from loopback_model import LoopbackModel, document, refuse, say, stall

from autodash_jupyter.errors import UnknownDatasetError
from autodash_jupyter.events import ContextCompleted, ContextToken
from autodash_jupyter.language_model import LanguageModel
from autodash_jupyter.processes import process_name
from autodash_jupyter.services import DatasetService
from autodash_jupyter.stores import InMemoryContextStore

DESCRIPTION = "One row is one order, as it was booked by the shop on the day on which it was placed. " * 3
ANSWER = document(
    DESCRIPTION,
    columns=[{"name": "price", "description": "What one piece costs"}],
    metrics=[{"name": "Mean price", "expression": "AVG(price)"}],
)


@pytest.fixture
def df() -> pd.DataFrame:
    return pd.DataFrame({"price": [1.5, 2.25, 3.75] * 6, "status": ["open", "sent", "back"] * 6})


@pytest.fixture
def server() -> Iterator[LoopbackModel]:
    with LoopbackModel(say(ANSWER)) as loopback:
        yield loopback


@pytest.fixture
def service() -> DatasetService:
    return DatasetService(InMemoryContextStore())


def with_model(server: LoopbackModel, timeout: float = 60) -> DatasetService:
    model = LanguageModel("openai/loopback", server.api_base, timeout)
    return DatasetService(InMemoryContextStore(), language_model=model)


def active(service: DatasetService, dataset_id: str = "test_id") -> Any:
    return service.contexts.find_active_context_by_dataset(1, dataset_id)


def test_the_flow_that_callers_know(service: DatasetService, df: pd.DataFrame) -> None:
    info = service.store_dataset(1, "test_id", df, "test.csv")
    assert info["context"] is None
    assert info["context_status"] == "pending"
    context = asyncio.run(service.generate_context_async("test_id", df, 1))
    assert context is not None
    assert service.get_context(1, "test_id") == context
    assert service.get_context_status(1, "test_id") == "completed"
    assert service.get_context_status(1, "no_such_id") == "not_found"
    info = service.get_dataset_info(1, "test_id") or {}
    assert info["context_generated_at"] is not None
    assert info["context_id"] == active(service).context_id


def test_an_unknown_dataset_is_an_error(service: DatasetService, df: pd.DataFrame) -> None:
    with pytest.raises(UnknownDatasetError):
        asyncio.run(service.generate_context_async("no_such_id", df, 1))
    with pytest.raises(UnknownDatasetError):
        service.generate_context_sync("no_such_id")


def test_scripts_generate_without_a_loop_and_inside_one(service: DatasetService, df: pd.DataFrame) -> None:
    service.store_dataset(1, "test_id", df, "test.csv")
    outside = service.generate_context_sync("test_id", df, 1)

    async def inside() -> str:
        return service.generate_context_sync("test_id")

    assert asyncio.run(inside()) == outside == service.get_context(1, "test_id")


def test_generating_again_from_the_same_data_makes_no_revision(
    service: DatasetService, df: pd.DataFrame
) -> None:
    service.store_dataset(1, "test_id", df, "test.csv")
    for _ in range(3):
        service.generate_context_sync("test_id", df, 1)
    record = active(service)
    assert (record.revision, record.author, record.cause) == (1, "profile", "generated")
    assert service.contexts.validate(record).status == "passed"


@pytest.mark.model
def test_a_models_document_is_a_revision_after_the_profiles(server: LoopbackModel, df: pd.DataFrame) -> None:
    service = with_model(server)
    service.store_dataset(1, "test_id", df, "test.csv")
    text = service.generate_context_sync("test_id", df, 1)
    assert DESCRIPTION.strip() in text
    saved = [(one.author, one.cause) for one in service.contexts.versions(1, active(service))]
    assert saved == [("profile", "generated"), ("openai/loopback", "generated")]
    [used] = service.contexts.get_usage(1)
    assert (used.generations, used.prompt_tokens, used.completion_tokens) == (1, 100, 20)


@pytest.mark.model
def test_a_service_that_is_given_no_model_asks_the_one_that_the_environment_names(
    server: LoopbackModel, df: pd.DataFrame, service: DatasetService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.store_dataset(1, "test_id", df, "test.csv")
    monkeypatch.setenv("AUTODASH_LM", "openai/loopback")
    monkeypatch.setenv("AUTODASH_LM_API_BASE", server.api_base)
    assert DESCRIPTION.strip() in service.generate_context_sync("test_id", df, 1)
    assert len(server.received) == 1


@pytest.mark.model
def test_what_a_person_wrote_is_never_overwritten(server: LoopbackModel, df: pd.DataFrame) -> None:
    service = with_model(server)
    service.store_dataset(1, "test_id", df, "test.csv")
    service.generate_context_sync("test_id", df, 1)
    record = active(service)
    values = record.document.model_dump()
    values["description"] = "Our orders, by the people who take them."
    values["datasets"][0]["columns"][1]["description"] = "As the warehouse says."
    values["metrics"][0]["expression"] = "SUM(price)"
    service.contexts.update_context(1, record, values)
    other = document(
        "Something else entirely. " * 10,
        columns=[
            {"name": "price", "description": "The list price"},
            {"name": "status", "description": "By the model"},
        ],
        metrics=[
            {"name": "Mean price", "expression": "MIN(price)"},
            {"name": "Top", "expression": "MAX(price)"},
        ],
    )
    server.script(say(other))
    service.generate_context_sync("test_id", df, 1)
    written = active(service).document
    assert written.description == "Our orders, by the people who take them."
    price, status = written.datasets[0].columns
    assert price.description.startswith("The list price.")
    assert status.description == "As the warehouse says."
    assert {metric.name: metric.expression for metric in written.metrics}["Mean price"] == "SUM(price)"
    assert "MAX(price)" in [metric.expression for metric in written.metrics]
    assert service.contexts.validate(active(service)).status != "failed"


@pytest.mark.model
def test_a_failure_is_retried_and_keeps_what_there_was(server: LoopbackModel, df: pd.DataFrame) -> None:
    service = with_model(server)
    server.script(refuse(401, "who are you"))
    service.store_dataset(1, "test_id", df, "test.csv")
    kept = service.generate_context_sync("test_id", df, 1)
    info = service.get_dataset_info(1, "test_id") or {}
    assert (info["context_status"], info["context_written_by"]) == ("failed", "profile")
    assert "who are you" in info["context_error"]
    assert kept.startswith("# test")
    server.script(say(ANSWER))
    assert DESCRIPTION.strip() in service.generate_context_sync("test_id", df, 1)
    info = service.get_dataset_info(1, "test_id") or {}
    assert (info["context_status"], info["context_error"]) == ("completed", None)


@pytest.mark.model
def test_a_failure_after_a_model_wrote_keeps_what_the_model_wrote(
    server: LoopbackModel, df: pd.DataFrame
) -> None:
    service = with_model(server)
    service.store_dataset(1, "test_id", df, "test.csv")
    written = service.generate_context_sync("test_id", df, 1)
    server.script(refuse(400, "no more"))
    assert service.generate_context_sync("test_id", df, 1) == written
    assert service.get_context_status(1, "test_id") == "failed"
    assert active(service).revision == 2


@pytest.mark.model
def test_the_draft_is_readable_while_it_is_written(server: LoopbackModel, df: pd.DataFrame) -> None:
    service = with_model(server)
    service.store_dataset(1, "test_id", df, "test.csv")
    drafts: list[str] = []
    messages: list[str] = []

    async def watch() -> None:
        async for event in service.generate_context("test_id", df, 1):
            if isinstance(event, ContextToken):
                drafts.append(service.writer.draft("test_id") or "")
                progress = service.writer.progress("test_id")
                messages.append(progress.message if progress else "")
            if isinstance(event, ContextCompleted):
                assert event.document is not None

    asyncio.run(watch())
    assert all(len(later) >= len(former) for former, later in pairwise(drafts))
    assert drafts[-1].startswith(DESCRIPTION.strip())
    assert "## Columns\n\n- price: What one piece costs" in drafts[-1]
    assert not set('{}[]"') & set(drafts[-1])
    assert list(dict.fromkeys(messages)) == ["writing description", "writing columns", "writing metrics"]
    assert service.writer.draft("test_id") is None


@pytest.mark.model
def test_cancelled_in_the_middle_it_is_failed_and_keeps_the_profiles_text(
    server: LoopbackModel, df: pd.DataFrame
) -> None:
    service = with_model(server)
    server.script(stall(ANSWER[:200]))
    service.store_dataset(1, "test_id", df, "test.csv")

    async def cancel() -> None:
        started = asyncio.Event()

        async def generate() -> None:
            async for event in service.generate_context("test_id", df, 1):
                if isinstance(event, ContextToken):
                    started.set()

        task = asyncio.create_task(generate())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    info = service.get_dataset_info(1, "test_id") or {}
    assert info["context_status"] == "failed"
    assert "--regenerate" in info["context_error"]
    assert (service.get_context(1, "test_id") or "").startswith("# test")


@pytest.mark.model
def test_the_person_deletes_the_dataset_while_a_model_writes(server: LoopbackModel, df: pd.DataFrame) -> None:
    service = with_model(server)
    service.store_dataset(1, "test_id", df, "test.csv")

    async def delete_at_the_first_token() -> int:
        tokens = 0
        async for event in service.generate_context("test_id", df, 1):
            if isinstance(event, ContextToken):
                tokens += 1
                service.delete_dataset(1, "test_id")
        return tokens

    assert asyncio.run(delete_at_the_first_token()) == 1
    assert service.get_context_status(1, "test_id") == "not_found"


@pytest.mark.model
def test_what_was_left_out_is_noted_in_the_document_until_it_is_mended(
    server: LoopbackModel, df: pd.DataFrame
) -> None:
    service = with_model(server)
    server.script(say(document(DESCRIPTION, metrics=[{"name": "Prize", "expression": "AVG(prize)"}])))
    service.store_dataset(1, "test_id", df, "test.csv")
    service.generate_context_sync("test_id", df, 1)
    notes = active(service).document.settings["generation_notes"]
    assert any("'Prize' was left out" in note for note in notes)
    assert service.contexts.validate(active(service)).status != "failed"
    server.script(say(ANSWER))
    service.generate_context_sync("test_id", df, 1)
    assert active(service).document.settings == {}


def test_a_list_renders_no_document_that_a_generator_wrote(
    service: DatasetService, df: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.store_dataset(1, "test_id", df, "test.csv")
    text = service.generate_context_sync("test_id")
    later = DatasetService(service.store)
    with monkeypatch.context() as patched:
        patched.delattr("autodash_jupyter.context.rendering.render_markdown")
        [info] = later.list_datasets(1)
    assert info["context"] == text == later.get_context(1, "test_id")


@pytest.mark.parametrize("look", ["get", "find", "records", "list_datasets"])
def test_whoever_looks_sees_that_a_writer_is_gone(
    service: DatasetService, df: pd.DataFrame, look: str
) -> None:
    service.store_dataset(1, "test_id", df, "test.csv")
    gone = f"{process_name().rpartition(':')[0]}:never"
    service._update("test_id", context_status="generating", context_process=gone)
    looks: dict[str, Callable[[], Any]] = {
        "get": lambda: service.get(1, "test_id"),
        "find": lambda: service.find(1, "test"),
        "records": lambda: service.records(1)[0],
        "list_datasets": lambda: service.list_datasets(1)[0],
    }
    found = looks[look]()
    assert (found["context_status"] if isinstance(found, dict) else found.context_status) == "failed"


@pytest.mark.model
def test_a_failure_says_which_line_tries_again(server: LoopbackModel, df: pd.DataFrame) -> None:
    server.script(refuse(400))
    service = with_model(server)
    service.store_dataset(1, "test_id", df, "orders.csv")
    service.generate_context_sync("test_id", df, 1)
    failed = service.get(1, "test_id")
    assert failed is not None
    assert (failed.context_error or "").endswith("%context orders --regenerate tries again.")
