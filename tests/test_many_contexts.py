"""Many contexts at once, with and without a slow model; and contexts whose kernel was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from loopback_model import Exchange, LoopbackModel, document, say, stall

from autodash_jupyter.processes import process_name
from autodash_jupyter.services import DatasetService
from autodash_jupyter.session import Session
from autodash_jupyter.settings import Settings
from autodash_jupyter.stores import InMemoryContextStore, TinyDBContextStore

DESCRIPTION = "One row is one order, as it was booked by the shop on the day on which it was placed. " * 3
ANSWER = document(DESCRIPTION, columns=[{"name": "price", "description": "What one piece costs"}])
TABLES = 12


@pytest.fixture
def server() -> Iterator[LoopbackModel]:
    with LoopbackModel(say(ANSWER)) as loopback:
        yield loopback


def open_session(server: LoopbackModel, timeout: float = 60.0) -> Session:
    settings = replace(
        Settings.from_environment(),
        language_model="openai/loopback",
        language_model_api_base=server.api_base,
        language_model_timeout=timeout,
    )
    return Session({}, settings=settings, store=InMemoryContextStore())


def load_many(session: Session) -> list[str]:
    for number in range(TABLES):
        session.namespace[f"orders_{number}"] = pd.DataFrame(
            {"price": [1.5, 2.25, 3.75], "n": [number, 1, 2]}
        )
    return [session.load(f"orders_{number}")[0].dataset.dataset_id for number in range(TABLES)]


def wait_until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.model
def test_few_models_are_asked_at_once_and_every_context_is_written(
    working_folder: Path, server: LoopbackModel
) -> None:
    lock = threading.Lock()
    at_once: list[int] = [0]
    most: list[int] = [0]

    def counted(exchange: Exchange) -> None:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        exchange.wait(0.05)
        with lock:
            at_once[0] -= 1
        say(ANSWER)(exchange)

    server.script(counted)
    session = open_session(server)
    try:
        ids = load_many(session)
        assert {session.wait_for_context(dataset_id, 100) for dataset_id in ids} == {"completed"}
    finally:
        session.close()
    assert 1 < most[0] <= 4


@pytest.mark.model
def test_a_model_that_stalls_keeps_no_table_from_its_profile(
    working_folder: Path, server: LoopbackModel
) -> None:
    server.script(stall())
    session = open_session(server)
    try:
        ids = load_many(session)
        service = session.datasets
        wait_until(lambda: all(service.get_context(None, dataset_id) for dataset_id in ids))
        statuses = {service.get_context_status(None, dataset_id) for dataset_id in ids}
        assert statuses == {"generating"}
        shown = [service.writer.progress(dataset_id) for dataset_id in ids]
        waiting = [
            one for one in shown if one is not None and one.message == "waiting for the language model"
        ]
        assert len(waiting) == TABLES - 4
    finally:
        session.close()


@pytest.mark.model
def test_one_that_waits_can_be_cancelled_and_the_others_go_on(
    working_folder: Path, server: LoopbackModel
) -> None:
    server.script(stall())
    session = open_session(server)
    try:
        ids = load_many(session)
        service = session.datasets
        wait_until(lambda: all(service.get_context(None, dataset_id) for dataset_id in ids))
        assert session.jobs.cancel(ids[-1])
        wait_until(lambda: service.get_context_status(None, ids[-1]) == "failed")
        server.script(say(ANSWER))
        for dataset_id in ids[:4]:
            session.jobs.start(dataset_id)
        assert {session.wait_for_context(dataset_id, 100) for dataset_id in ids[:-1]} == {"completed"}
    finally:
        session.close()


WRITER = """
import sys, pandas as pd
from pathlib import Path
from autodash_jupyter.language_model import LanguageModel
from autodash_jupyter.services import DatasetService
from autodash_jupyter.stores import TinyDBContextStore
model = LanguageModel("openai/loopback", sys.argv[2], 3600)
service = DatasetService(TinyDBContextStore(Path(sys.argv[1])), language_model=model)
service.store_dataset(1, "test_id", pd.DataFrame({"price": [1.5, 2.5]}), "test.csv")
service.generate_context_sync("test_id")
"""


@pytest.mark.model
@pytest.mark.faults
def test_a_context_whose_kernel_was_killed_is_failed_and_can_be_written_again(
    tmp_path: Path, server: LoopbackModel
) -> None:
    server.script(stall(ANSWER[:200]))
    path = tmp_path / "context.json"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path), server.api_base], env=environment)
    try:
        wait_until(lambda: len(server.received) == 1)
        reader = DatasetService(TinyDBContextStore(path))
        assert reader.get_context_status(1, "test_id") == "generating", "the living one's job is its own"
        assert (reader.get_context(1, "test_id") or "").startswith("# test")
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    assert reader.get_context_status(1, "test_id") == "failed"
    [info] = DatasetService(TinyDBContextStore(path)).list_datasets(1)
    assert "The kernel that wrote it stopped; %context test --regenerate" in info["context_error"]
    assert info["context"].startswith("# test")
    reader.generate_context_sync("test_id")
    assert reader.get_context_status(1, "test_id") == "completed"


def test_of_another_machine_a_context_is_given_time() -> None:
    service = DatasetService(InMemoryContextStore())
    service.store_dataset(1, "test_id", pd.DataFrame({"price": [1.5]}), "test.csv")
    elsewhere = f"not-{process_name()}"
    service._update("test_id", context_status="generating", context_process=elsewhere)
    assert service.get_context_status(1, "test_id") == "generating"
