"""The service's promises: status, events, deletion, failure."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.errors import UnknownDatasetError
from autodash_jupyter.events import ContextEvent
from autodash_jupyter.services import DatasetService
from autodash_jupyter.stores import InMemoryContextStore, TinyDBContextStore

FRAME = pd.DataFrame({"city": ["Oslo", "Bergen", "Oslo"], "price": [10.5, 20.0, 15.25]})


def stored_tables(folder: Path) -> list[Path]:
    return [file for file in (folder / "blobs").glob("*/*") if file.is_file()]


@pytest.fixture
def service() -> DatasetService:
    return DatasetService(InMemoryContextStore())


def test_the_reference_example_runs_as_written(service: DatasetService) -> None:
    async def example() -> None:
        info = service.store_dataset(1, "test_id", FRAME, "test.csv")
        assert info["context"] is None
        assert info["context_status"] == "pending"
        context = await service.generate_context_async("test_id", FRAME, 1)
        assert context
        assert service.get_context(1, "test_id") == context
        assert service.get_context_status(1, "test_id") == "completed"

    asyncio.run(example())


def test_an_info_has_every_promised_field(service: DatasetService) -> None:
    info = service.store_dataset(1, "test_id", FRAME, "test.csv")
    promised = (
        "dataset_id filename uploaded_at row_count column_count columns context context_status "
        "context_generated_at context_id columns_info file_size_bytes created_at updated_at"
    )
    assert set(promised.split()) <= set(info)


def test_events_come_in_order_and_end_once(service: DatasetService) -> None:
    service.store_dataset(1, "test_id", FRAME, "test.csv")

    async def collect() -> list[ContextEvent]:
        return [event async for event in service.generate_context("test_id", FRAME, 1)]

    events = asyncio.run(collect())
    assert [event.type for event in events] == ["started", "column", "column", "profile", "completed"]


def test_status_and_store_agree_at_every_event(service: DatasetService) -> None:
    service.store_dataset(1, "test_id", FRAME, "test.csv")

    async def follow() -> list[str]:
        return [
            service.get_context_status(1, "test_id")
            async for _ in service.generate_context("test_id", FRAME, 1)
        ]

    assert asyncio.run(follow()) == ["generating"] * 4 + ["completed"]


def test_deleting_during_generation_ends_it_and_leaves_nothing(service: DatasetService) -> None:
    service.store_dataset(1, "test_id", FRAME, "test.csv")

    async def delete_midway() -> int:
        count = 0
        async for _ in service.generate_context("test_id", FRAME, 1):
            count += 1
            service.delete_dataset(1, "test_id")
        return count

    assert asyncio.run(delete_midway()) == 1
    assert service.get_context_status(1, "test_id") == "not_found"
    assert service.store.list_keys() == []


def test_a_generation_that_is_abandoned_is_never_left_generating(service: DatasetService) -> None:
    service.store_dataset(1, "test_id", FRAME, "test.csv")

    async def abandon() -> None:
        events = service.generate_context("test_id", FRAME, 1)
        await anext(events)
        await events.aclose()

    asyncio.run(abandon())
    assert service.get_context_status(1, "test_id") == "failed"
    assert asyncio.run(service.generate_context_async("test_id", FRAME, 1))
    assert service.get_context_status(1, "test_id") == "completed"


def test_an_unknown_dataset_is_one_line(service: DatasetService) -> None:
    with pytest.raises(UnknownDatasetError, match="no dataset 'nope'"):
        asyncio.run(service.generate_context_async("nope", FRAME, 1))


def test_record_context_and_frame_are_there_in_a_new_process_of_the_same_folder(tmp_path: Path) -> None:
    first = DatasetService(TinyDBContextStore(tmp_path / "context.json"))
    first.store_dataset(1, "test_id", FRAME, "test.csv")
    context = asyncio.run(first.generate_context_async("test_id", FRAME, 1))
    second = DatasetService(TinyDBContextStore(tmp_path / "context.json"))
    assert second.get_context(1, "test_id") == context
    frame = second.get_dataframe(1, "test_id")
    assert frame is not None
    pd.testing.assert_frame_equal(frame, FRAME)


def test_datasets_with_equal_frames_keep_the_bytes_until_the_last_goes(tmp_path: Path) -> None:
    service = DatasetService(TinyDBContextStore(tmp_path / "context.json"))
    service.store_dataset(1, "a", FRAME, "a.csv")
    service.store_dataset(1, "b", FRAME, "b.csv")
    service.delete_dataset(1, "a")
    assert service.get_dataframe(1, "b") is not None
    service.delete_dataset(1, "b")
    assert stored_tables(tmp_path) == []


def test_a_table_registered_anew_takes_the_place_of_its_earlier_bytes(tmp_path: Path) -> None:
    service = DatasetService(TinyDBContextStore(tmp_path / "context.json"))
    service.store_dataset(1, "a", FRAME, "a.csv")
    service.store_dataset(1, "a", FRAME.head(1), "a.csv")
    frame = service.get_dataframe(1, "a")
    assert frame is not None
    assert len(frame) == 1
    assert len(stored_tables(tmp_path)) == 1


def test_deleting_never_takes_the_table_of_another_user(tmp_path: Path) -> None:
    service = DatasetService(TinyDBContextStore(tmp_path / "context.json"))
    service.store_dataset("ada", "a", FRAME, "a.csv")
    service.store_dataset("grace", "b", FRAME, "b.csv")
    service.delete_dataset("ada", "a")
    assert service.get_dataframe("grace", "b") is not None


def test_column_labels_of_any_kind_become_text(service: DatasetService) -> None:
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=[0, None, ("a", 1), "\ud800"])
    info = service.store_dataset(1, "odd", frame, "odd.csv")
    assert len(info["columns"]) == 4
    assert all(isinstance(label, str) for label in info["columns"])
