"""Contexts in the background: begun anew, interrupted, failing, and left by a kernel that died."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter import jobs
from autodash_jupyter.blobs import DiskBlobStore
from autodash_jupyter.events import ContextFailed, ContextProgressed
from autodash_jupyter.processes import process_name
from autodash_jupyter.services import DatasetService
from autodash_jupyter.session import Session
from autodash_jupyter.stores import InMemoryContextStore, TinyDBContextStore


class Slow:
    """A cell that takes its time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __str__(self) -> str:
        time.sleep(self.seconds)
        return "slow"


class Leaves:
    """A cell that ends the process of whoever looks at it."""

    def __hash__(self) -> int:
        raise SystemExit(1)

    def __str__(self) -> str:
        raise SystemExit(1)

    def __reduce_ex__(self, protocol: object) -> str:
        raise SystemExit(1)


@pytest.fixture
def session(working_folder: Path) -> Iterator[Session]:
    opened = Session({}, store=InMemoryContextStore())
    yield opened
    opened.close()


def load(session: Session, frame: pd.DataFrame, name: str = "table") -> str:
    session.namespace[name] = frame
    [loaded] = session.load(name)
    return loaded.dataset.dataset_id


def test_a_context_begun_anew_is_never_called_failed_on_the_way(session: Session) -> None:
    failures: list[ContextFailed] = []
    session.bus.subscribe(
        lambda heard: (
            failures.append(heard.event)
            if isinstance(heard, ContextProgressed) and isinstance(heard.event, ContextFailed)
            else None
        )
    )
    dataset_id = load(session, pd.DataFrame({"a": [Slow(0.05)] * 3}))
    for _ in range(4):
        session.jobs.start(dataset_id)
        time.sleep(0.02)
    assert session.wait_for_context(dataset_id, 30) == "completed"
    assert failures == []


def test_one_that_is_cancelled_is_failed_and_can_be_written_again(session: Session) -> None:
    dataset_id = load(session, pd.DataFrame({str(number): [Slow(0.02)] for number in range(30)}))
    time.sleep(0.1)
    assert session.jobs.cancel(dataset_id)
    deadline = time.monotonic() + 10
    while session.datasets.get_context_status(None, dataset_id) != "failed":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    session.jobs.start(dataset_id)
    assert session.wait_for_context(dataset_id, 30) == "completed"


def test_a_table_that_is_gone_is_a_failure_with_its_reason(session: Session) -> None:
    dataset_id = load(session, pd.DataFrame({"a": [1]}))
    session.wait_for_context(dataset_id, 30)
    session.datasets.keep_frames()
    session.datasets._frames.drop(session.datasets.get(None, dataset_id).frame_blob, [])  # type: ignore[union-attr, arg-type]
    session.jobs.start(dataset_id)
    assert session.wait_for_context(dataset_id, 30) == "failed"
    dataset = session.datasets.get(None, dataset_id)
    assert dataset is not None
    assert dataset.context_error
    assert dataset.context, "what was written before stays"


def test_cells_that_raise_system_exit_end_neither_the_worker_nor_the_next_load(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    first = load(session, pd.DataFrame({"a": [Leaves(), Leaves()]}))
    assert session.wait_for_context(first, 30) in ("completed", "failed")
    [loaded] = session.load("sample:penguins")
    assert session.wait_for_context(loaded.dataset.dataset_id, 30) == "completed"


def test_two_threads_open_one_and_the_same_service(working_folder: Path) -> None:
    for _ in range(20):
        session = Session({}, store=InMemoryContextStore())
        barrier = threading.Barrier(4)
        opened: list[DatasetService] = []
        threads = [threading.Thread(target=open_together, args=(session, barrier, opened)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({id(service) for service in opened}) == 1
        session.close()


def open_together(session: Session, barrier: threading.Barrier, opened: list[DatasetService]) -> None:
    barrier.wait()
    opened.append(session.datasets)


def test_a_writer_that_died_meanwhile_is_noticed_by_who_waits(session: Session) -> None:
    dataset_id = load(session, pd.DataFrame({"a": [1]}))
    session.wait_for_context(dataset_id, 30)
    gone = f"{process_name().rpartition(':')[0]}:never"
    session.datasets._update(dataset_id, context_status="generating", context_process=gone)
    assert session.wait_for_context(dataset_id, 30) == "failed"


def test_what_a_model_wrote_is_kept_when_the_same_source_is_loaded_again(session: Session) -> None:
    [loaded] = session.load("sample:penguins")
    dataset_id = loaded.dataset.dataset_id
    session.wait_for_context(dataset_id, 30)
    written_by_a_model(session, dataset_id)
    session.load("sample:penguins")
    assert session.wait_for_context(dataset_id, 30) == "completed"
    assert "By a model." in (session.datasets.get_context(None, dataset_id) or "")
    session.load("sample:penguins", write_context=False)
    assert session.datasets.get_context_status(None, dataset_id) == "completed"


def written_by_a_model(session: Session, dataset_id: str) -> None:
    dataset = session.datasets.get(None, dataset_id)
    assert dataset is not None
    contexts = session.datasets.contexts
    record = contexts.find_active_context_by_dataset(dataset.user_id, dataset_id)
    assert record is not None
    changes = {"description": "By a model.", "written_by": {"description": "model"}}
    document = record.document.model_copy(update=changes)
    contexts.save_generated(dataset.user_id, dataset_id, document, author="openai/x")
    session.datasets._update(dataset_id, context_written_by="openai/x")


def test_a_variable_loaded_in_the_next_session_is_the_same_dataset(working_folder: Path) -> None:
    store = InMemoryContextStore()
    ids = set()
    for _ in range(3):
        session = Session({}, store=store)
        ids.add(load(session, pd.DataFrame({"a": [1]})))
        session.close()
    assert len(ids) == 1


def test_what_no_record_names_is_removed_a_while_after_the_first_load(
    working_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SECONDS_UNTIL_SWEEP", 0.0)
    blobs = DiskBlobStore(working_folder / "blobs")
    young, old = blobs.put(b"about to be named"), blobs.put(b"left by a killed process")
    os.utime(working_folder / "blobs" / old[:2] / old, (0, 0))
    session = Session({}, store=TinyDBContextStore(working_folder / "context.json"))
    dataset_id = load(session, pd.DataFrame({"a": [1, 2]}))
    deadline = time.monotonic() + 30
    while old in blobs:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    session.close()
    assert young in blobs
    assert session.datasets.get_dataframe(None, dataset_id) is not None


def test_closing_stores_what_was_just_loaded(working_folder: Path) -> None:
    store = InMemoryContextStore()
    session = Session({}, store=store)
    dataset_id = load(session, pd.DataFrame({"a": [1, 2]}))
    session.close()
    dataset = session.datasets.get(None, dataset_id)
    assert dataset is not None
    assert dataset.frame_blob is not None


def test_python_leaves_though_a_cell_sleeps() -> None:
    program = """
import time, pandas as pd
from autodash_jupyter.services import DatasetService
from autodash_jupyter.session import Session
from autodash_jupyter.stores import InMemoryContextStore
class Sleeps:
    def __str__(self): time.sleep(3600)
    __repr__ = __str__
    def __reduce_ex__(self, protocol): time.sleep(3600)
session = Session({"x": pd.DataFrame({"a": [Sleeps(), Sleeps()]})}, store=InMemoryContextStore())
session.load("x")
time.sleep(0.5)
session.close()
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)


def test_a_context_gives_way_to_a_table_that_comes_in_but_not_for_ever(session: Session) -> None:
    dataset_id = load(session, pd.DataFrame({"a": [1, 2]}))
    assert session.wait_for_context(dataset_id, 60) == "completed"
    with session.jobs.giving_way(), session.jobs.giving_way():
        session.jobs.start(dataset_id)
        assert session.wait_for_context(dataset_id, jobs.SECONDS_TO_GIVE_WAY / 4) == "pending"
    assert session.wait_for_context(dataset_id, 60) == "completed"
    with session.jobs.giving_way():
        session.jobs.start(dataset_id)
        assert session.wait_for_context(dataset_id, 60) == "completed"
