"""The main job in a real kernel: magics, displays, the sidebar's comms, and a restart."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernel_client import NotebookKernel, notebook_kernel
from loopback_model import LoopbackModel, document, refuse, say

pytestmark = pytest.mark.kernel

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[NotebookKernel]:
    with notebook_kernel(tmp_path, dict(os.environ)) as running:
        assert running.run("%load_ext autodash_jupyter").error == ""
        yield running


def open_panel(kernel: NotebookKernel) -> tuple[str, dict]:
    page = kernel.open_comm("autodash.requests", {"protocol": 1})
    return page, kernel.wait_for_comm(page, lambda data: data["type"] == "state")


def request(kernel: NotebookKernel, page: str, action: str, **params: object) -> None:
    data = {"type": "request", "request_id": action, "action": action, "params": params}
    kernel.send_comm(page, data)


def test_the_main_job(kernel: NotebookKernel) -> None:
    loaded = kernel.run("%load_dataset sample:penguins")
    assert loaded.error == ""
    bundle = loaded.displays[0]["data"]
    assert {WIDGET, "text/html", "text/plain"} <= set(bundle)
    shown = kernel.run("%context penguins --wait")
    assert "one row per" in shown.plain
    assert "magic" in kernel.run("%context --usage").plain
    assert kernel.run('del penguins["year"]').error == ""
    assert kernel.run("%undo").text.strip() == "penguins: 344 × 7 → 344 × 8, +year"
    assert "True" in kernel.run('print("year" in penguins)').text
    assert kernel.run("%redo").text.strip().startswith("penguins: 344 × 8 → 344 × 7")
    assert "penguins" in kernel.run("%datasets").plain
    assert "%load_dataset sample:penguins" in kernel.run("%timeline").plain


def test_the_fallback_of_a_card_is_renewed_when_the_context_is_done(kernel: NotebookKernel) -> None:
    loaded = kernel.run("%load_dataset sample:penguins")
    display_id = loaded.displays[0]["transient"]["display_id"]
    renewed = kernel.wait_for(
        lambda one: (
            one["msg_type"] == "update_display_data"
            and one["content"]["transient"]["display_id"] == display_id
        )
    )
    text = renewed["content"]["data"]["text/plain"]
    assert "its context is ready" in text
    assert "being written" not in text


def test_an_assigned_load_returns_the_frame_and_names_the_dataset_after_the_target(
    kernel: NotebookKernel, tmp_path: Path
) -> None:
    (tmp_path / "real.csv").write_text("a,b\n1,2\n3,4\n")
    ran = kernel.run("orders = %load_dataset real.csv\nprint(orders.shape, 'real' in globals())")
    assert "(2, 2) False" in ran.text
    assert "orders" in kernel.run("%datasets").plain


def test_loading_again_makes_no_copies(kernel: NotebookKernel) -> None:
    for _ in range(2):
        kernel.run("%load_dataset sample:penguins")
    assert kernel.run("%datasets").plain.count("sample_") == 1


def test_a_mistake_is_one_line_and_changes_nothing(kernel: NotebookKernel) -> None:
    kernel.run("before = set(globals())")
    ran = kernel.run("%load_dataset sample:pengins")
    message = ran.text + ran.error
    assert "Did you mean" in message
    assert "Traceback" not in message
    assert "No datasets yet" in kernel.run("%datasets").plain


def test_a_dataset_is_there_again_after_a_restart(tmp_path: Path) -> None:
    env = dict(os.environ)
    with notebook_kernel(tmp_path, env) as first:
        first.run("%load_ext autodash_jupyter")
        first.run("%load_dataset sample:penguins")
        first.run("%context penguins --wait")
        first.run(
            "from autodash_jupyter import extension as e; import time\n"
            "while e.current().session.list_datasets()[0].frame_blob is None: time.sleep(0.05)"
        )
    with notebook_kernel(tmp_path, env) as second:
        second.run("%load_ext autodash_jupyter")
        listed = second.run("%datasets").plain
        assert "completed" in listed
        dataset_id = next(word for word in listed.split() if word.startswith("sample_"))
        second.run(f"%load_dataset {dataset_id}")
        assert "(344, 8)" in second.run("print(penguins.shape)").text
        assert "one row per" in second.run("%context penguins").plain


def test_a_page_gets_the_whole_state_and_then_every_change(kernel: NotebookKernel) -> None:
    _, state = open_panel(kernel)
    assert state["state"] == {
        "datasets": [],
        "timeline": {"position": 0, "can_undo": False, "can_redo": False, "busy": False, "steps": []},
    }
    kernel.run("%load_dataset sample:penguins")
    events = state["events_comm_id"]
    done = kernel.wait_for_comm(
        events, lambda data: data["type"] == "dataset" and data["dataset"]["context_status"] == "completed"
    )
    assert done["dataset"]["name"] == "penguins"
    assert "## " in done["dataset"]["context"]
    timeline = kernel.wait_for_comm(
        events, lambda data: data["type"] == "timeline" and data["timeline"]["steps"]
    )
    assert timeline["timeline"]["steps"][0]["changes"] == ["+penguins: 344 × 8"]
    numbers = [
        one["content"]["data"]["sequence"]
        for one in kernel.heard
        if one["msg_type"] == "comm_msg" and one["content"]["comm_id"] == events
    ]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_undo_from_the_page_brings_the_variable_back(kernel: NotebookKernel) -> None:
    page, state = open_panel(kernel)
    kernel.run("x = 1")
    kernel.run("x = 2")
    request(kernel, page, "undo", steps=1)
    kernel.wait_for_comm(page, lambda data: data["type"] == "accepted" and not data["waiting"])
    outcome = kernel.wait_for_comm(state["events_comm_id"], lambda data: data["type"] == "request")
    assert outcome["status"] == "done"
    assert "1" in kernel.run("print(x)").text


def test_changes_reach_the_page_while_a_cell_runs(kernel: NotebookKernel) -> None:
    _, state = open_panel(kernel)
    cell = kernel.send("%load_dataset sample:penguins\nimport time\ntime.sleep(6)")
    kernel.wait_for_comm(
        state["events_comm_id"],
        lambda data: data["type"] == "dataset" and data["dataset"]["context_status"] == "completed",
    )
    ended = [
        one
        for one in kernel.heard
        if one["msg_type"] == "status"
        and one["content"]["execution_state"] == "idle"
        and one["parent_header"].get("msg_id") == cell
    ]
    assert not ended
    kernel.finish(cell)


def test_a_malformed_request_is_refused_in_one_line(kernel: NotebookKernel) -> None:
    page, _ = open_panel(kernel)
    request(kernel, page, "explode")
    refused = kernel.wait_for_comm(page, lambda data: data["type"] == "refused")
    assert "explode" in refused["message"]
    kernel.send_comm(page, {"type": "request", "request_id": "g", "action": "goto", "params": {}})
    kernel.wait_for_comm(page, lambda data: data["type"] == "refused" and data["request_id"] == "g")


def test_nothing_to_undo_is_told_to_the_page(kernel: NotebookKernel) -> None:
    page, state = open_panel(kernel)
    request(kernel, page, "undo", steps=1)
    outcome = kernel.wait_for_comm(state["events_comm_id"], lambda data: data["type"] == "request")
    assert outcome["status"] == "failed"
    assert "undo" in outcome["message"].lower()


def test_a_page_that_closes_the_events_closes_them_for_nobody_else(kernel: NotebookKernel) -> None:
    _, state = open_panel(kernel)
    kernel.close_comm(state["events_comm_id"])
    kernel.run("x = 1")
    timeline = kernel.wait_for_comm(
        state["events_comm_id"], lambda data: data["type"] == "timeline" and data["timeline"]["steps"]
    )
    assert timeline["timeline"]["can_undo"]
    listed = kernel.run("print([c.target_name for c in get_ipython().kernel.comm_manager.comms.values()])")
    assert "autodash.events" in listed.text


def test_reloading_leaves_one_of_each_hook_and_unloading_none(kernel: NotebookKernel) -> None:
    count = """
import threading
hooks = [hook for hooks in get_ipython().events.callbacks.values() for hook in hooks]
ours = [hook for hook in hooks if type(getattr(hook, "__self__", None)).__name__ == "CellBoundary"]
workers = [thread for thread in threading.enumerate() if thread.name == "autodash-worker"]
print(len(ours), len(workers))
"""
    kernel.run("%load_dataset sample:penguins")
    kernel.run("%reload_ext autodash_jupyter")
    kernel.run("%load_dataset sample:penguins")
    assert kernel.run(count).text.strip() == "2 1"
    kernel.run("%unload_ext autodash_jupyter")
    assert kernel.run(count).text.strip() == "0 0"
    assert "not found" in kernel.run("%undo").text + kernel.run("%undo").error


def test_a_language_model_writes_the_context_and_the_card_says_what_was_sent(tmp_path: Path) -> None:
    with LoopbackModel(
        say(document("Three species of penguin, measured near Palmer Station, one row for each bird."))
    ) as model:
        env = {**os.environ, "AUTODASH_LM": "openai/local", "AUTODASH_LM_API_BASE": model.api_base}
        with notebook_kernel(tmp_path, env) as kernel:
            kernel.run("%load_ext autodash_jupyter")
            kernel.run("%load_dataset sample:penguins")
            shown = kernel.run("%context penguins --wait").plain
    assert "measured near Palmer Station" in shown
    assert "written by the profile and a model" in shown
    assert "127.0.0.1" in shown
    assert "Torgersen" not in "".join(request.prompt for request in model.received)


def test_a_model_that_fails_leaves_the_profiles_text_and_can_be_asked_again(tmp_path: Path) -> None:
    with LoopbackModel(refuse(401), say(document("Written at the second try, by a model."))) as model:
        env = {**os.environ, "AUTODASH_LM": "openai/local", "AUTODASH_LM_API_BASE": model.api_base}
        with notebook_kernel(tmp_path, env) as kernel:
            kernel.run("%load_ext autodash_jupyter")
            kernel.run("%load_dataset sample:penguins")
            failed = kernel.run("%context penguins --wait").plain
            listed = kernel.run("%datasets").plain
            again = kernel.run("%context penguins --regenerate --wait").plain
    assert "one row per" in failed
    assert "failed" in listed
    assert "Written at the second try" in again


def test_a_setting_that_cannot_be_used_is_one_line_at_load(tmp_path: Path) -> None:
    with notebook_kernel(tmp_path, {**os.environ, "STORAGE_BACKEND": "tinybd"}) as kernel:
        ran = kernel.run("%load_ext autodash_jupyter")
        assert "STORAGE_BACKEND" in ran.text + ran.error
        assert "Traceback" not in ran.text + ran.error
        assert "not found" in kernel.run("%datasets").text + kernel.run("%datasets").error


def test_an_assignment_counts_under_timing_too(kernel: NotebookKernel, tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("a,b\n1,2\n")
    ran = kernel.run("%%time\norders = %load_dataset real.csv\nprint(orders.shape, 'real' in globals())")
    assert "(1, 2) False" in ran.text


def test_messages_of_any_form_are_answered(kernel: NotebookKernel) -> None:
    page, _ = open_panel(kernel)
    for data in (None, [], "text", {"action": "undo", "params": [1], "request_id": "list"}):
        kernel.send_comm(page, data)  # type: ignore[arg-type]
    refused = kernel.wait_for_comm(
        page, lambda data: data["type"] == "refused" and data["request_id"] == "list"
    )
    assert "params" in refused["message"]


def test_unloading_lets_go_of_the_session_and_what_it_held(kernel: NotebookKernel) -> None:
    kernel.run("import gc, weakref\nfrom autodash_jupyter import extension")
    kernel.run("%load_dataset sample:penguins")
    kernel.run("%context penguins --wait")
    kernel.run("gone = weakref.ref(extension.current().session)")
    kernel.run("%unload_ext autodash_jupyter")
    kernel.run("gc.collect()")
    assert kernel.run("print(gone() is None)").text.strip() == "True"


def test_a_table_too_hostile_to_read_is_one_line(kernel: NotebookKernel) -> None:
    kernel.run(
        "import pandas as pd\n"
        "class Odd(pd.DataFrame):\n"
        "    def __len__(self): raise RuntimeError('no length')\n"
        "odd = Odd({'a': [1]})"
    )
    ran = kernel.run("%load_dataset odd")
    assert "Traceback" not in ran.text + ran.error
    assert "no length" in ran.text + ran.error
