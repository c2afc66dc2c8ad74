"""The sidebar's protocol: one schema for both ends, what a kernel really sends fits it, and floods end."""

from __future__ import annotations

import importlib.util
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kernel_client import NotebookKernel, notebook_kernel

from autodash_jupyter import panel_protocol as protocol
from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.panel_events import MOST_AT_ONCE, SECONDS_BETWEEN_UPDATES

LABEXTENSION = Path(__file__).parents[1] / "labextension"
FLOOD = """
import time
from autodash_jupyter import extension
from autodash_jupyter.events import DatasetChanged, TimelineChanged
session = extension.current().session
dataset_id = session.list_datasets()[0].dataset_id
began = time.monotonic()
for _ in range(5_000):
    session.bus.publish(DatasetChanged(dataset_id))
    session.bus.publish(TimelineChanged())
    session.bus.publish(DatasetChanged("nobody"))
print(time.monotonic() - began)
"""
WITHOUT = """
import importlib, pkgutil, sys, threading
for name in ("fcntl", "dspy", "duckdb"):
    sys.modules[name] = None
def refuse(self):
    raise RuntimeError("can't start new thread")
threading.Thread.start = refuse
import autodash_jupyter
for module in pkgutil.iter_modules(autodash_jupyter.__path__):
    if module.name.startswith("panel") or module.name in {"extension", "session", "magics"}:
        importlib.import_module("autodash_jupyter." + module.name)
from autodash_jupyter.panel_protocol import read_request
read_request({"type": "request", "request_id": "1", "action": "state", "params": {}})
"""


class Page:
    """A page's end of the comms of one kernel; everything it gets is kept."""

    def __init__(self, kernel: NotebookKernel) -> None:
        self.kernel = kernel
        self.comm = kernel.open_comm(protocol.REQUESTS_TARGET, {"protocol": protocol.PROTOCOL})
        self.first = kernel.wait_for_comm(self.comm, lambda data: data["type"] == "state")
        self._numbers = itertools.count()

    @property
    def datasets(self) -> list[Any]:
        return list(self.first["state"]["datasets"])

    def ask(self, action: str, **params: object) -> Any:
        request_id = f"{action}-{next(self._numbers)}"
        data = {"type": "request", "request_id": request_id, "action": action, "params": params}
        self.kernel.send_comm(self.comm, data)
        return self.kernel.wait_for_comm(self.comm, lambda data: data.get("request_id") == request_id)

    def events(self) -> list[Any]:
        return [
            one["content"]["data"]
            for one in self.kernel.heard
            if one["msg_type"] == "comm_msg" and one["content"]["comm_id"] == self.first["events_comm_id"]
        ]

    def wait_for(self, kind: str, wanted: Any = lambda _data: True) -> Any:
        events = self.first["events_comm_id"]
        return self.kernel.wait_for_comm(events, lambda data: data["type"] == kind and wanted(data))


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[NotebookKernel]:
    with notebook_kernel(tmp_path, dict(os.environ)) as running:
        assert running.run("%load_ext autodash_jupyter").error == ""
        yield running


@pytest.fixture
def penguins(kernel: NotebookKernel) -> Page:
    kernel.run("%load_dataset sample:penguins")
    kernel.run("%context penguins --wait")
    return Page(kernel)


def test_the_pages_types_are_those_of_the_schema() -> None:
    spec = importlib.util.spec_from_file_location("generate", LABEXTENSION / "generate_protocol.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    committed = (LABEXTENSION / "src" / "messages.ts").read_text()
    assert committed == generate.typescript(), "run python labextension/generate_protocol.py"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (None, "valid dictionary"),
        ({"type": "request", "request_id": "1", "action": "goto", "params": {}}, "step_id"),
        ({"type": "request", "request_id": "1", "action": "undo", "params": {"steps": "x"}}, "steps"),
        ({"type": "request", "request_id": "1", "action": "explode", "params": {}}, "explode"),
    ],
)
def test_a_request_of_another_form_is_refused_with_what_is_wrong(data: object, told: str) -> None:
    with pytest.raises(AutoDashError, match=told):
        protocol.read_request(data)


def test_the_panel_imports_without_threads_locks_duckdb_and_dspy() -> None:
    ran = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False)
    assert ran.stderr == ""


@pytest.mark.kernel
def test_whatever_a_kernel_says_fits_the_schema(penguins: Page) -> None:
    kernel, dataset_id = penguins.kernel, penguins.datasets[0]["dataset_id"]
    kernel.run("del penguins['year']")
    answers = [
        penguins.first,
        Page(kernel).first,
        penguins.ask("context_text", dataset_id=dataset_id),
        penguins.ask("context_revisions", dataset_id=dataset_id),
        penguins.ask("count_findings", dataset_ids=[dataset_id, "nobody"]),
        penguins.ask("columns", dataset_id=dataset_id),
        penguins.ask("visualize", dataset_id=dataset_id, sentence="body mass by species", reading=0),
        penguins.ask("undo", steps=1),
        penguins.ask("columns", dataset_id="nobody"),
    ]
    penguins.wait_for("request")
    kernel.run("%datasets --delete penguins")
    penguins.wait_for("dataset_removed")
    for answer in answers:
        protocol.adapter(protocol.Answer).validate_python(answer, strict=True)
    for event in penguins.events():
        protocol.adapter(protocol.Event).validate_python(event, strict=True)


@pytest.mark.kernel
def test_a_timelines_news_are_only_what_changed(kernel: NotebookKernel) -> None:
    page = Page(kernel)
    for number in range(3):
        kernel.run(f"x = {number}")
    page.wait_for("timeline", lambda data: data["timeline"]["position"] == 3 and not data["timeline"]["busy"])
    told = [step["step_id"] for data in page.events() for step in data.get("timeline", {}).get("steps", [])]
    assert told == [1, 2, 3]


@pytest.mark.kernel
def test_ten_thousand_events_a_second_are_told_in_few(penguins: Page) -> None:
    kernel = penguins.kernel
    before = len(penguins.events())
    seconds = float(kernel.run(FLOOD).text)
    kernel.run("after = 1")
    penguins.wait_for(
        "timeline", lambda data: any(step["label"] == "after = 1" for step in data["timeline"]["steps"])
    )
    told = len(penguins.events()) - before
    kinds = 3  # the dataset, the one that is gone, and the timeline
    assert told <= kinds * (seconds / SECONDS_BETWEEN_UPDATES + 8)
    assert kinds <= MOST_AT_ONCE


@pytest.mark.kernel
def test_a_chart_is_drawn_of_the_live_variable_with_its_context_and_counts_as_its_use(penguins: Page) -> None:
    kernel, dataset_id = penguins.kernel, penguins.datasets[0]["dataset_id"]
    kernel.run("penguins = penguins[penguins.species == 'Adelie']")
    sentence = "average body mass by species"
    chart = penguins.ask("visualize", dataset_id=dataset_id, sentence=sentence, reading=0)["result"]
    assert len(chart["spec"]["data"]["values"]) == 1
    assert chart["code"] == f"%visualize {sentence} --data penguins"
    assert chart["readings"][0] == chart["title"]
    other = penguins.ask("visualize", dataset_id=dataset_id, sentence=sentence, reading=1)["result"]
    assert other["title"] == chart["readings"][1]
    assert other["code"].endswith("--reading 1")
    assert "panel" in kernel.run("%context --usage").plain


@pytest.mark.kernel
def test_columns_have_the_shape_of_their_values(penguins: Page) -> None:
    answer = penguins.ask("columns", dataset_id=penguins.datasets[0]["dataset_id"])["result"]
    columns = {column["name"]: column for column in answer["columns"]}
    assert sum(columns["body_mass_g"]["histogram"]) > 300
    assert 0 < columns["body_mass_g"]["missing"] < 0.01
    assert columns["species"]["histogram"] == []


@pytest.mark.kernel
def test_what_is_to_be_mended_is_counted(penguins: Page) -> None:
    dataset_id = penguins.datasets[0]["dataset_id"]
    assert penguins.ask("count_findings", dataset_ids=[dataset_id])["result"]["counts"][0]["count"] == 0
    penguins.kernel.run(
        "%%context penguins\n---\nname: penguins\nmetrics:\n  - {name: M, expression: AVG(mas)}\n---\n"
    )
    assert penguins.ask("count_findings", dataset_ids=[dataset_id])["result"]["counts"][0]["count"] == 1


@pytest.mark.kernel
def test_several_pages_are_told_the_same_and_each_gets_its_own_answers(penguins: Page) -> None:
    second = Page(penguins.kernel)
    assert second.first["events_comm_id"] == penguins.first["events_comm_id"]
    answer = second.ask("columns", dataset_id=second.datasets[0]["dataset_id"])
    assert not [
        one
        for one in penguins.kernel.heard
        if one["msg_type"] == "comm_msg"
        and one["content"]["comm_id"] == penguins.comm
        and one["content"]["data"].get("request_id") == answer["request_id"]
    ]


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("version", ["6.29.5", "6.31.0"])
def test_a_kernel_on_an_older_ipykernel_tells_the_same(tmp_path: Path, version: str) -> None:
    older = tmp_path / "older"
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(older)]
    ran = subprocess.run([*command, f"ipykernel=={version}", "nest-asyncio"], check=False)
    if ran.returncode != 0:
        pytest.skip(f"ipykernel {version} can't be installed here")
    home = tmp_path / "home"
    home.mkdir()
    with notebook_kernel(home, {**os.environ, "PYTHONPATH": str(older)}) as kernel:
        assert version in kernel.run("import ipykernel; print(ipykernel.__version__)").text
        assert kernel.run("%load_ext autodash_jupyter").error == ""
        page = Page(kernel)
        cell = kernel.send("%load_dataset sample:penguins\nimport time; time.sleep(4)")
        page.wait_for("dataset", lambda data: data["dataset"]["context_status"] == "completed")
        kernel.finish(cell)
        page.ask("undo", steps=1)
        assert page.wait_for("request")["status"] == "done"
        assert "False" in kernel.run("print('penguins' in globals())").text


@pytest.mark.kernel
def test_a_page_hears_why_there_is_no_state_and_may_ask_again(tmp_path: Path) -> None:
    env = {**os.environ, "STORAGE_BACKEND": "redis", "REDIS_URL": "redis://127.0.0.1:1"}
    with notebook_kernel(tmp_path, env) as kernel:
        kernel.run("%load_ext autodash_jupyter")
        comm = kernel.open_comm(protocol.REQUESTS_TARGET, {"protocol": protocol.PROTOCOL})
        refused = kernel.wait_for_comm(comm, lambda data: data["type"] == "refused")
        assert refused["request_id"] == ""
        assert "Redis" in refused["message"]
        data = {"type": "request", "request_id": "again", "action": "state", "params": {}}
        kernel.send_comm(comm, data)
        kernel.wait_for_comm(comm, lambda data: data["type"] == "refused" and data["request_id"] == "again")
