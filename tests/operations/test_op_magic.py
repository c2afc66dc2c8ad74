"""``%op`` in a real IPython shell, and the same from Python: steps, undo, the log, what a mistake leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from pandas.testing import assert_frame_equal

from autodash_jupyter import Session, current_session, extension
from autodash_jupyter.errors import ContextStoreError, SettingsError, UnknownDatasetError
from autodash_jupyter.operations import OperationError, OperationLog
from autodash_jupyter.stores import InMemoryContextStore


class Shell:
    """A shell of its own, and what a cell prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.shell = InteractiveShell()
        self._capsys = capsys
        self.run("%load_ext autodash_jupyter")

    def run(self, code: str) -> str:
        self._capsys.readouterr()
        self.shell.run_cell(code, store_history=True)
        told = self._capsys.readouterr()
        return told.out + told.err

    @property
    def names(self) -> dict[str, Any]:
        return self.shell.user_ns

    @property
    def session(self) -> Session:
        loaded = extension.current()
        assert loaded is not None
        return loaded.session


@pytest.fixture
def shell(
    capsys: pytest.CaptureFixture[str], working_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shell]:
    monkeypatch.setenv("STORAGE_BACKEND", "memory")
    opened = Shell(capsys)
    opened.run("import pandas as pd")
    opened.run(
        "sales = pd.DataFrame({'price': [1.0, None, 3.0], 'city': ['a', 'b', 'b'], 'unit cost': [1, 2, 3]})"
    )
    yield opened
    opened.run("%unload_ext autodash_jupyter")


def test_an_operation_is_one_step_and_undone_as_one(shell: Shell) -> None:
    before = shell.names["sales"]
    steps = len(shell.session.timeline.steps)
    said = shell.run("%op sales drop_missing columns=price how=any")
    assert "sales: removed 1 row with a missing price; 3 → 2 rows" in said
    assert len(shell.names["sales"]) == 2
    assert len(shell.session.timeline.steps) == steps + 1
    shell.run("%undo")
    assert_frame_equal(shell.names["sales"], before)
    shell.run("%redo")
    assert len(shell.names["sales"]) == 2


def test_assigned_it_is_a_value_and_the_table_stays(shell: Shell) -> None:
    shell.run("first = %op sales head 1")
    assert (len(shell.names["first"]), len(shell.names["sales"])) == (1, 3)


def test_a_question_is_answered_and_the_table_stays(shell: Shell) -> None:
    assert "price" in shell.run("%op sales describe_stats")
    assert shell.names["sales"].shape == (3, 3)


def test_a_filter_is_written_as_it_is_spoken(shell: Shell) -> None:
    shell.run("%op sales filter_rows price > 1 and city = 'b'")
    assert shell.names["sales"]["price"].tolist() == [3.0]
    shell.run("%op sales rename columns='unit cost':cost,price:net")
    assert list(shell.names["sales"]) == ["net", "city", "cost"]
    shell.run("%op sales apply_custom column=total expression=net * cost")
    assert shell.names["sales"]["total"].tolist() == [9.0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%op salse drop_missing", "Did you mean 'sales'"),
        ("%op sales dorp_missing", "Did you mean 'drop_missing'"),
        ("%op sales drop_missing colums=price", "Did you mean 'columns'"),
        ("%op sales drop_missing columns=prise", "Did you mean 'price'"),
        ("%op sales head rows=many", "valid integer"),
        ("%op sales rename columns=price", "is no pair"),
        ("%op sales drop_missing columns='price", "isn't closed"),
        ("%op sales", "takes a table and an operation"),
        ("%op sales filter_rows read_csv('/etc/passwd')", "no function 'read_csv'"),
    ],
)
def test_a_mistake_is_one_line_and_changes_nothing(shell: Shell, line: str, said: str) -> None:
    before = shell.names["sales"]
    told = shell.run(line)
    assert said in told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) == 1
    assert shell.names["sales"] is before


def test_alone_it_lists_the_operations_and_helps_with_each(shell: Shell) -> None:
    assert "drop_missing     Remove the rows that lack a value." in shell.run("%op")
    helped = shell.run("%op sales fill_missing --help")
    assert "constant|mean|median|mode|ffill|bfill|interpolate" in helped
    assert "example: %op sales fill_missing columns=price method=median" in helped


def test_tables_operations_parameters_and_columns_are_completed(shell: Shell) -> None:
    def completed(line: str) -> list[str]:
        return list(shell.shell.complete(line.rpartition(" ")[2], line, len(line))[1])

    assert "sales" in completed("%op sa")
    assert "drop_missing" in completed("%op sales drop_m")
    assert "how=" in completed("%op sales drop_missing h")
    assert "how=any" in completed("%op sales drop_missing how=a")
    assert "columns=price" in completed("%op sales drop_missing columns=p")


def test_the_log_stays_whole_and_knows_each_step(shell: Shell) -> None:
    shell.run("%op sales drop_missing columns=price")
    shell.run("%op sales head 1")
    shell.run("%undo")
    tables = shell.session.operated_tables
    logged = [each.operation for each in tables.history("sales")]
    assert [each.action for each in logged] == ["drop_missing", "head"]
    steps = [step.step_id for step in shell.session.timeline.steps]
    assert [each.snapshot_id for each in logged] == steps[-2:]
    assert [each.action for each in tables.in_force("sales")] == ["drop_missing"]


def test_the_export_makes_the_table_from_its_source(shell: Shell, working_folder: Path) -> None:
    (working_folder / "orders.csv").write_text("day;price;code\n2024-02-29;1,5;007\n2024-03-02;;008\n")
    shell.run("%load_dataset orders.csv --no-context")
    shell.run("%op orders drop_missing columns=price")
    shell.run("%op orders date_features column=day parts=year,weekday")
    shell.run("%op orders tail 1")
    shell.run("%undo")
    assert "differs" not in shell.run("%timeline --export made.py orders")
    check = "from made import orders; orders.to_pickle('made.pickle')"
    subprocess.run([sys.executable, "-c", check], check=True, cwd=working_folder, timeout=60)
    assert_frame_equal(pd.read_pickle("made.pickle"), shell.names["orders"])
    assert "autodash" not in Path("made.py").read_text().lower()


def test_the_export_of_a_variable_brings_its_table_along_and_a_notebook_runs(
    shell: Shell, working_folder: Path
) -> None:
    shell.run("shops = pd.DataFrame({'city': ['b'], 'country': ['IT']})")
    shell.run("%op sales merge other=shops how=left")
    told = shell.run("%timeline --export sales.ipynb")
    assert "Written beside it: sales_sales.parquet" in told
    cells = json.loads(Path("sales.ipynb").read_text())["cells"]
    names: dict[str, Any] = {}
    for cell in cells:
        exec(cell["source"], names)
    assert_frame_equal(names["sales"], shell.names["sales"])


def test_columns_that_are_numbers_are_exported_as_such(shell: Shell, working_folder: Path) -> None:
    shell.run("grid = pd.DataFrame([[1.0, 'a'], [None, 'b']])")
    shell.run("%op grid rename columns=0:price")
    shell.run("%op grid convert_types types=1:category")
    shell.run("%op grid group_by_agg by=1 aggregations=price:mean")
    assert "differs" not in shell.run("%timeline --export grid.py")
    check = "from grid import grid; grid.to_pickle('grid.pickle')"
    subprocess.run([sys.executable, "-c", check], check=True, cwd=working_folder, timeout=60)
    assert_frame_equal(pd.read_pickle("grid.pickle"), shell.names["grid"])


def test_what_was_undone_of_the_table_alone_is_not_exported(shell: Shell) -> None:
    shell.run("%op sales drop_missing columns=price")
    shell.run("%op sales head 1")
    shell.run("%undo sales")
    assert "differs" not in shell.run("%timeline --export sales.py")
    assert "head(sales" not in Path("sales.py").read_text()
    shell.run("%redo sales")
    shell.run("%timeline --export sales.py")
    assert "head(sales, rows=1)" in Path("sales.py").read_text()


def test_an_export_leaves_out_what_other_kernels_did_to_a_table_of_that_name(shell: Shell) -> None:
    store = shell.session.datasets.store
    elsewhere = Session({"sales": shell.names["sales"].copy()}, store=store)
    elsewhere.table("sales").sort(columns=["price"]).commit()
    shell.run("%op sales head 2")
    elsewhere.table("sales").tail(rows=1).commit()
    elsewhere.close()
    assert len(shell.session.operated_tables.history("sales")) == 3
    assert "differs" not in shell.run("%timeline --export sales.py")
    steps = [line for line in Path("sales.py").read_text().splitlines() if line.startswith("sales = ")]
    assert steps[1:] == ["sales = head(sales, rows=2)"]


def test_the_notebooks_own_session_is_at_hand_in_python(shell: Shell) -> None:
    said = shell.run(
        "from autodash_jupyter import current_session\nsession = current_session()\n"
        "session.table('sales').drop_missing(columns=['price']).head(rows=1).commit()"
    )
    assert "Error" not in said
    assert len(shell.names["sales"]) == 1
    assert shell.run("%undo").startswith("sales: 1 × 3 → 3 × 3")
    shell.run("%unload_ext autodash_jupyter")
    with pytest.raises(SettingsError, match="run %load_ext autodash_jupyter first"):
        current_session()


def test_an_export_says_where_other_cells_changed_the_table(shell: Shell) -> None:
    shell.run("%op sales head 2")
    shell.run("sales['price'] = 0")
    assert "differs from it" in shell.run("%timeline --export sales.py")
    shell.run("first = sales.head(1)")
    assert "nothing to export" in shell.run("%timeline --export made.py first")
    assert ".py or an .ipynb" in shell.run("%timeline --export made.txt")


def test_tables_can_be_chained_on_and_are_immutable_until_committed() -> None:
    frame = pd.DataFrame({"price": [1.0, None, 3.0]})
    session = Session({"sales": frame}, store=InMemoryContextStore())
    table = session.table("sales")
    shorter = table.drop_missing(columns=["price"]).head(rows=1)
    assert (len(table.frame), len(shorter.frame), session.namespace["sales"] is frame) == (3, 1, True)
    assert table.value_counts(columns=["price"])["count"].tolist() == [1, 1, 1]
    shorter.commit()
    assert len(session.namespace["sales"]) == 1
    with pytest.raises(OperationError, match="changed meanwhile"):
        shorter.commit()
    with pytest.raises(OperationError, match="Did you mean 'drop_missing'"):
        table.drop_mising()
    session.undo()
    assert len(session.namespace["sales"]) == 3
    with pytest.raises(UnknownDatasetError, match="Did you mean 'sales'"):
        session.table("salse")
    session.close()


def test_a_deleted_datasets_log_goes_with_it() -> None:
    store = InMemoryContextStore()
    session = Session({"sales": pd.DataFrame({"a": [1, 2]})}, store=store)
    session.table("sales").head(rows=1).commit()
    dataset_id = session.bindings.dataset_id("sales")
    assert dataset_id is not None
    log = OperationLog(store)
    assert len(log.list(session.settings.user_id, dataset_id)) == 1
    session.delete("sales")
    assert log.list(session.settings.user_id, dataset_id) == []
    session.close()


class FullStore(InMemoryContextStore):
    """A store that keeps no operation any more, as on a full disk."""

    def set(self, key: Any, value: dict[str, Any]) -> None:
        if key[0] == "operation":
            raise ContextStoreError("no space left")
        super().set(key, value)


def test_where_the_log_cant_be_kept_the_old_table_stays() -> None:
    session = Session({"sales": pd.DataFrame({"a": [1, 2]})}, store=FullStore())
    before = session.namespace["sales"]
    with pytest.raises(ContextStoreError, match="no space left"):
        session.table("sales").head(rows=1).commit()
    assert session.namespace["sales"] is before
    session.close()


def test_a_polars_table_is_operated_on_and_undone(shell: Shell) -> None:
    pytest.importorskip("polars")
    shell.run("import polars; birds = polars.DataFrame({'mass': [1.0, None]})")
    assert "2 → 1 row" in shell.run("%op birds drop_missing")
    assert shell.names["birds"].height == 1
    assert "can't be done so on a polars table" in shell.run("%op birds transpose")
    assert "made for pandas tables" in shell.run("%timeline --export birds.py")
    shell.run("%undo")
    assert shell.names["birds"].height == 2
