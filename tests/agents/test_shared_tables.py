"""A notebook's tables as an agent's server reaches them: a real kernel, Jupyter's own protocol."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from kernel_client import NotebookKernel, Ran, notebook_kernel

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.mcp.kernel_channels import NotebookGoneError
from autodash_jupyter.mcp.kernel_files import kernel_of_file, kernel_of_notebook
from autodash_jupyter.mcp.kernel_tables import KernelTables
from autodash_jupyter.mcp.tables import Caller, TableChanged
from autodash_jupyter.table_answers.records import OperationAnswer

pytestmark = pytest.mark.kernel

SESSION = "notebook"
SALES = "sales = pd.DataFrame({'price': [1.0, None, 3.0], 'city': ['Rome', 'Oslo', 'Bonn']})"
ADA = Caller(actor="agent: Ada")


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookKernel]:
    folder = tmp_path_factory.mktemp("notebook")
    env = {
        **os.environ,
        "AUTODASH_HOME": str(folder / "home"),
        "JPY_SESSION_NAME": str(folder / "analysis.ipynb"),
    }
    with notebook_kernel(folder, env) as running:
        assert running.run("%load_ext autodash_jupyter\nimport pandas as pd, time").error == ""
        yield running


@pytest.fixture
def tables(kernel: NotebookKernel) -> Iterator[KernelTables]:
    kernel.run("%reset_selective -f ^sales")
    assert kernel.run(SALES).error == ""
    connected = KernelTables(lambda: connection_file(kernel))
    yield connected
    connected.close()


def connection_file(kernel: NotebookKernel) -> Path:
    return Path(kernel._manager.connection_file)


def drop_missing(tables: KernelTables, caller: Caller = ADA) -> OperationAnswer:
    return tables.run(SESSION, "sales", "drop_missing", {"columns": ["price"]}, caller=caller)


def rows_in_the_notebook(kernel: NotebookKernel, name: str = "sales") -> int:
    return int(kernel.run(f"print(len({name}))").text.splitlines()[0])


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class TellingCaller:
    """A caller that keeps what it is told, and can say when it is told something."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.waits = threading.Event()
        self.caller = Caller(actor="agent: Bob", tell=self._told)

    def _told(self, message: str) -> None:
        self.said.append(message)
        self.waits.set()


def during_a_cell(kernel: NotebookKernel, ends_with: str, action: Callable[[], Any]) -> tuple[str, Any]:
    """Do something while a cell runs; the cell ends once a file is there, which the test makes."""
    gate = connection_file(kernel).with_suffix(".gate")
    gate.unlink(missing_ok=True)
    cell = (
        f"import os\nprint('runs', flush=True)\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.02)\n"
    )
    sent = kernel.send(cell + ends_with)
    kernel.wait_for(lambda one: one["msg_type"] == "stream" and one["parent_header"].get("msg_id") == sent)
    try:
        done = action()
    finally:
        gate.touch()
    return sent, done


def drop_missing_during_a_cell(
    kernel: NotebookKernel, tables: KernelTables, agent: TellingCaller, ends_with: str
) -> tuple[Ran, OperationAnswer]:
    """Let an agent begin while a cell runs; return what the cell gave, and what the agent was answered."""
    with ThreadPoolExecutor() as pool:

        def begin() -> Future[OperationAnswer]:
            answer = pool.submit(drop_missing, tables, agent.caller)
            assert agent.waits.wait(30)
            return answer

        sent, answer = during_a_cell(kernel, ends_with, begin)
        ran = kernel.finish(sent)
        assert ran.error == ""
        return ran, answer.result(30)


def test_what_an_agent_does_is_a_step_under_its_name_that_the_person_undoes(
    kernel: NotebookKernel, tables: KernelTables
) -> None:
    done = drop_missing(tables)
    assert (done.table, done.changed, done.rows, done.can_undo) == ("sales", True, 2, True)
    told = kernel.run("print(len(sales))").text
    assert told.startswith("2\n")
    assert "sales was changed by agent: Ada: drop_missing: removed 1 row" in told
    assert 'agent: Ada: %op sales drop_missing columns=["price"]' in kernel.run("%timeline").plain
    assert kernel.run("%undo").text.strip() == "sales: 2 × 2 → 3 × 2"
    assert rows_in_the_notebook(kernel) == 3


def test_the_agent_undoes_and_redoes_what_the_person_did(
    kernel: NotebookKernel, tables: KernelTables
) -> None:
    assert kernel.run("sales['tax'] = 0.2").error == ""
    undone = tables.undo(SESSION, "sales", 1, caller=ADA)
    assert undone.change_summary == "sales: 3 × 3 → 3 × 2, −tax"
    assert undone.can_redo
    assert "False" in kernel.run("print('tax' in sales)").text
    assert tables.redo(SESSION, "sales", 1, caller=ADA).change_summary.endswith("+tax")
    assert "True" in kernel.run("print('tax' in sales)").text


def test_an_undo_may_take_the_table_itself_away_and_a_redo_brings_it_back(
    kernel: NotebookKernel, tables: KernelTables
) -> None:
    kernel.run("sales_of_june = sales.copy()")
    drop = {"columns": ["price"]}
    assert tables.run(SESSION, "sales_of_june", "drop_missing", drop, caller=ADA).changed
    gone = tables.undo(SESSION, "sales_of_june", 2, caller=ADA)
    assert (gone.rows, gone.can_redo) == (None, True)
    assert "sales_of_june" not in tables.names()[SESSION]
    assert tables.redo(SESSION, "sales_of_june", 1, caller=ADA).rows == 3
    with pytest.raises(AutoDashError, match="only 1 step"):
        tables.redo(SESSION, "sales_of_june", 2, caller=ADA)


def test_the_history_tells_what_both_did_and_what_of_it_holds(
    kernel: NotebookKernel, tables: KernelTables
) -> None:
    drop_missing(tables)
    assert kernel.run("%op sales head 1").error == ""
    assert kernel.run("sales['tax'] = 0.2").error == ""
    assert kernel.run("%undo").error == ""
    found = tables.history(SESSION, "sales", offset=0, limit=50).entries[-4:]
    assert [(each.action, each.actor, each.in_force) for each in found] == [
        ("cell", "user", True),
        ("drop_missing", "agent: Ada", True),
        ("head", "user", True),
        ("cell", "user", False),
    ]
    assert found[0].params["code"] == SALES


def test_what_is_read_is_answered_while_a_cell_runs(kernel: NotebookKernel, tables: KernelTables) -> None:
    sent, listed = during_a_cell(kernel, "", lambda: tables.list_tables(SESSION))
    assert "sales" in [each.name for each in listed]
    assert kernel.finish(sent).error == ""


def test_a_change_waits_for_the_running_cell_and_says_so(
    kernel: NotebookKernel, tables: KernelTables
) -> None:
    agent = TellingCaller()
    ran, done = drop_missing_during_a_cell(kernel, tables, agent, "print('rows in the cell:', len(sales))")
    assert "rows in the cell: 3" in ran.text
    assert agent.said == ["waiting for the running cell"]
    assert (done.table, done.rows) == ("sales", 2)
    assert rows_in_the_notebook(kernel) == 2


@pytest.mark.parametrize("change", ["sales['tax'] = 0.2", "sales = sales.assign(tax=0.2)"])
def test_where_the_person_changed_the_table_meanwhile_both_are_kept_and_both_are_told(
    kernel: NotebookKernel, tables: KernelTables, change: str
) -> None:
    _, done = drop_missing_during_a_cell(kernel, tables, TellingCaller(), change)
    name = done.table
    assert name.startswith("sales_")
    assert done.notes == (
        f"A person changed sales meanwhile, so both are kept: theirs is sales, this result is {name}.",
    )
    told = kernel.run(f"print(sales.shape, {name}.shape)").text
    assert told.startswith("(3, 3) (2, 2)\n")
    assert "agent: Bob worked on sales as it was before you changed it" in told
    assert kernel.run("%undo").text.strip() == f"−{name}"


def test_a_call_that_is_given_up_while_it_waits_changes_nothing(
    kernel: NotebookKernel, tables: KernelTables
) -> None:
    agent = TellingCaller()
    with ThreadPoolExecutor() as pool:

        def begin_and_give_up() -> None:
            future = pool.submit(drop_missing, tables, agent.caller)
            assert agent.waits.wait(30)
            agent.caller.gone.set()
            with pytest.raises(AutoDashError, match="nothing changed"):
                future.result(30)

        sent, _ = during_a_cell(kernel, "", begin_and_give_up)
        assert kernel.finish(sent).error == ""
    assert rows_in_the_notebook(kernel) == 3


def test_a_kernel_without_subshells_is_asked_once_its_cell_has_ended(
    kernel: NotebookKernel, tables: KernelTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autodash_jupyter.mcp.kernel_channels.SUBSHELLS", "of no kernel")
    assert tables.list_tables(SESSION)
    patient, hasty = TellingCaller(), TellingCaller()
    with ThreadPoolExecutor() as pool:

        def begin() -> Any:
            until(lambda: tables._line is not None and tables._line.is_held_up)  # it has heard of the cell
            waiting = pool.submit(drop_missing, tables, patient.caller)
            given_up = pool.submit(tables.undo, SESSION, "sales", 1, caller=hasty.caller)
            assert patient.waits.wait(30)
            assert hasty.waits.wait(30)
            hasty.caller.gone.set()
            with pytest.raises(AutoDashError, match="nothing changed"):
                given_up.result(30)
            return waiting

        sent, waiting = during_a_cell(kernel, "", begin)
        assert kernel.finish(sent).error == ""
        assert waiting.result(30).rows == 2
    assert rows_in_the_notebook(kernel) == 2


def test_agents_at_once_take_turns_and_lose_nothing(kernel: NotebookKernel, tables: KernelTables) -> None:
    others = KernelTables(lambda: connection_file(kernel))
    kernel.run("sales = pd.DataFrame({'n': range(100)})")

    def drop_first(number: int) -> bool:
        side = tables if number % 2 else others
        caller = Caller(actor=f"agent: {number}")
        return side.run(SESSION, "sales", "drop_rows", {"rows": [0]}, caller=caller).changed

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(drop_first, range(16)))
    others.close()
    assert kernel.run("print(sales['n'].tolist() == list(range(16, 100)))").text.startswith("True")


def test_a_mistake_is_one_line_for_the_agent_and_changes_nothing(
    kernel: NotebookKernel, tables: KernelTables
) -> None:
    for table, action, given, said in (
        ("sal", "head", {}, "There is no table 'sal'. Did you mean 'sales'?"),
        ("pd", "head", {}, "There is no table 'pd'. list_tables names those there are."),
        ("sales", "haed", {}, "There is no operation 'haed'. Did you mean 'head'?"),
        (
            "sales",
            "drop_missing",
            {"columns": ["prise"]},
            "There is no column 'prise'. Did you mean 'price'?",
        ),
        ("sales", "head", {"rows": "__import__('os').abort()"}, "head: rows="),
    ):
        with pytest.raises(AutoDashError) as refused:
            tables.run(SESSION, table, action, given, caller=ADA)
        assert str(refused.value).startswith(said)
    assert rows_in_the_notebook(kernel) == 3


def test_questions_answer_from_the_live_variable(kernel: NotebookKernel, tables: KernelTables) -> None:
    kernel.run("sales.loc[0, 'price'] = 9.5")
    assert tables.rows(SESSION, "sales", offset=0, limit=1, columns=("price",)).rows == ((9.5,),)
    assert tables.summary(SESSION, "sales", column_offset=0, columns=9).column_count == 2
    described = tables.run(SESSION, "sales", "describe_stats", {"columns": ["price"]}, caller=ADA)
    assert not described.changed
    assert described.result is not None
    chart = tables.visualize(SESSION, "sales", "average price by city")
    assert chart.spec
    found = tables.query(SESSION, "SELECT max(price) AS most FROM sales", offset=0, limit=5)
    assert found.rows == ((9.5,),)


def test_what_ipython_keeps_of_cells_is_no_table(kernel: NotebookKernel, tables: KernelTables) -> None:
    assert kernel.run("sales['price'].to_numpy()").error == ""  # IPython's Out is a dict of columns then
    assert kernel.run("%reset -f out\nsales['price'].to_numpy()").error == ""
    assert tables.names()[SESSION] == tuple(each.name for each in tables.list_tables(SESSION))
    assert not {"In", "Out"} & set(tables.names()[SESSION])


def test_a_context_that_an_agent_writes_is_the_notebooks(
    kernel: NotebookKernel, tables: KernelTables
) -> None:
    wrong = "---\nname: sales\nmetrics:\n  - name: n\n    expression: SUM(prise)\n---\n"
    refused = tables.set_context(SESSION, "sales", wrong, expected_revision=None, caller=ADA)
    assert (refused.status, refused.revision) == ("failed", 0)
    saved = tables.set_context(SESSION, "sales", "One row is one sale.", expected_revision=None, caller=ADA)
    assert saved.revision == 1
    assert "One row is one sale." in tables.context(SESSION, "sales").document
    assert "One row is one sale." in kernel.run("%context sales").plain


def test_tables_are_loaded_and_copied_into_the_notebook(
    kernel: NotebookKernel, tables: KernelTables, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("id,total\n1,2.5\n2,3.5\n")
    loaded = tables.load(str(file), session_id=None, file_type=None, caller=ADA)
    assert [(each.name, each.rows) for each in loaded.tables] == [("orders", 2)]
    assert tables.copy(SESSION, SESSION, {"orders": "sales"}, ADA).tables[0].name == "sales_2"
    assert rows_in_the_notebook(kernel, "sales_2") == 2
    assert kernel.run("%undo").text.strip() == "−sales_2"
    kernel.run("%undo")
    assert "orders" not in [each.name for each in tables.list_tables(SESSION)]


def test_listeners_hear_of_changes_in_the_notebook(kernel: NotebookKernel, tables: KernelTables) -> None:
    heard: Queue[TableChanged] = Queue()
    stop = tables.subscribe(heard.put)
    kernel.run("sales['tax'] = 1")
    assert heard.get(timeout=30) == TableChanged(SESSION, "sales", "rows")
    kernel.run("sales_of_may = sales.head(1)")
    assert heard.get(timeout=30) == TableChanged(SESSION, "sales_of_may", "list")
    stop()


def test_a_kernel_is_found_by_its_notebook(
    kernel: NotebookKernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))  # where a server keeps its kernels' files
    for name, text in (("kernel-live.json", connection_file(kernel).read_text()), ("kernel-old.json", "{}")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    notebook = kernel.run("import os; print(os.environ['JPY_SESSION_NAME'])").text.strip()
    for meant in ("analysis.ipynb", "analysis", notebook):
        assert kernel_of_notebook(meant) == tmp_path / "kernel-live.json"
    with pytest.raises(NotebookGoneError, match=r"Did you mean 'analysis.ipynb'\?"):
        kernel_of_notebook("analyses.ipynb")


@pytest.mark.skipif(os.name == "nt", reason="rights are kept otherwise there")
def test_a_connection_file_that_others_can_read_is_not_trusted(
    kernel: NotebookKernel, tmp_path: Path
) -> None:
    planted = tmp_path / "kernel-planted.json"
    planted.write_text(connection_file(kernel).read_text())
    planted.chmod(0o644)
    with pytest.raises(NotebookGoneError, match="isn't trusted"):
        kernel_of_file(str(planted))


def test_the_magic_prints_the_command_and_the_entry_to_paste(kernel: NotebookKernel) -> None:
    said = kernel.run("%autodash mcp").text
    assert "autodash mcp --notebook" in said
    assert '"mcpServers"' in said


def test_what_an_agent_reads_shows_no_drawing_of_the_running_cell_before_its_end(
    kernel: NotebookKernel, tables: KernelTables
) -> None:
    kernel.run("ends = []\nget_ipython().events.register('post_execute', lambda: ends.append(1))")
    for _ in range(3):
        assert tables.rows(SESSION, "sales", offset=0, limit=1, columns=()).total_rows == 3
    assert kernel.run("print(len(ends))").text == "1\n"


def test_an_answer_is_not_drowned_by_a_cell_that_says_very_much(
    kernel: NotebookKernel, tables: KernelTables
) -> None:
    assert tables.names()
    sent = kernel.send("from IPython.display import display\nfor n in range(5000): display(n)")
    counts = [tables.rows(SESSION, "sales", offset=0, limit=1, columns=()).total_rows for _ in range(5)]
    assert kernel.finish(sent).error == ""
    assert counts == [3] * 5


def test_servers_that_come_and_go_leave_no_word_in_the_notebook_and_no_thread(kernel: NotebookKernel) -> None:
    count = "import gc, threading; gc.collect(); print(threading.active_count())"
    before = int(kernel.run(count).text)
    heard_before = len(kernel.heard)  # by then the kernel has said what it has to say of other visitors
    for _ in range(3):
        visitor = KernelTables(lambda: connection_file(kernel))
        assert visitor.names()
        visitor.close()
    assert int(kernel.run(count).text) <= before
    told = [
        one["content"]["text"]
        for one in kernel.heard[heard_before:]
        if one["msg_type"] == "stream" and one["content"]["name"] == "stderr"
    ]
    assert told == []


def test_unloading_leaves_the_agent_with_a_clear_error_and_loading_again_mends_it(
    kernel: NotebookKernel, tables: KernelTables
) -> None:
    assert tables.list_tables(SESSION)
    assert kernel.run("%unload_ext autodash_jupyter").error == ""
    with pytest.raises(NotebookGoneError, match="run %load_ext autodash_jupyter there"):
        tables.list_tables(SESSION)
    assert kernel.run("%load_ext autodash_jupyter").error == ""
    assert "sales" in [each.name for each in tables.list_tables(SESSION)]


def test_a_kernel_that_dies_amid_a_call_is_an_error_and_the_next_one_is_found(tmp_path: Path) -> None:
    env = {**os.environ, "AUTODASH_HOME": str(tmp_path / "home")}
    agent = TellingCaller()
    with notebook_kernel(tmp_path, env) as kernel, ThreadPoolExecutor() as pool:
        kernel.run(f"%load_ext autodash_jupyter\nimport pandas as pd, time\n{SALES}")
        tables = KernelTables(lambda: connection_file(kernel))
        kernel.send("time.sleep(600)")
        kernel.wait_for(lambda one: "sleep(600)" in str(one["content"].get("code")))
        future = pool.submit(drop_missing, tables, agent.caller)
        assert agent.waits.wait(30)
        kernel._manager.restart_kernel(now=True)
        with pytest.raises(NotebookGoneError, match="ended or was restarted"):
            future.result(60)
        kernel.client.wait_for_ready(timeout=60)
        with pytest.raises(NotebookGoneError, match="isn't loaded"):
            tables.list_tables(SESSION)
        assert kernel.run("%load_ext autodash_jupyter").error == ""
        assert tables.list_tables(SESSION) == ()
        tables.close()
