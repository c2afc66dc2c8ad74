"""Names for states, what differs between two of them, and variables left out."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

from autodash_jupyter.errors import InvalidNameError, NothingToRestoreError
from autodash_jupyter.history import Budget, Timeline


class Notebook:
    """A namespace with a timeline; ``run`` is a cell."""

    def __init__(self, **options: Any) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.timeline = Timeline(self.names, budget=Budget(seconds=60), **options)

    def run(self, code: str) -> Any:
        exec(compile(code, "<cell>", "exec"), self.names)
        return self.timeline.record(code)

    def __getitem__(self, name: str) -> Any:
        return self.names[name]


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


class TestCheckpoints:
    def test_a_name_leads_back_to_its_state_from_any_branch(self, notebook: Notebook) -> None:
        notebook.run("x = [1]")
        assert notebook.timeline.checkpoint("before-join") == 1
        notebook.run("x.append(2)")
        notebook.timeline.undo()
        notebook.run("x.append(3)")
        notebook.timeline.goto("before-join")
        assert notebook["x"] == [1]
        assert notebook.timeline.checkpoints == {"before-join": 1}

    def test_what_no_cell_recorded_belongs_to_it(self, notebook: Notebook) -> None:
        notebook.names["x"] = 1
        notebook.timeline.checkpoint("now")
        notebook.run("x = 2")
        notebook.timeline.goto("now")
        assert notebook["x"] == 1

    def test_it_outlives_thinning(self) -> None:
        notebook = Notebook(max_steps=3)
        notebook.run("x = [0]")
        notebook.timeline.checkpoint("first")
        for number in range(1, 8):
            notebook.run(f"x.append({number})")
        notebook.timeline.goto("first")
        assert notebook["x"] == [0]

    def test_a_state_mixed_of_single_variables_is_recorded_to_be_named(self, notebook: Notebook) -> None:
        notebook.run("x = [1]; y = [1]")
        notebook.run("x.append(2); y.append(2)")
        notebook.timeline.undo(name="x")
        notebook.timeline.checkpoint("mixed")
        notebook.timeline.goto(2)
        assert (notebook["x"], notebook["y"]) == ([1, 2], [1, 2])
        notebook.timeline.goto("mixed")
        assert (notebook["x"], notebook["y"]) == ([1], [1, 2])

    def test_a_variable_undone_and_redone_leaves_nothing_to_record_for_a_name(
        self, notebook: Notebook
    ) -> None:
        notebook.run("x = [1]; y = [1]")
        notebook.run("x.append(2)")
        notebook.timeline.undo(name="x")
        notebook.timeline.redo(name="x")
        assert notebook.timeline.checkpoint("same") == 2
        assert len(notebook.timeline.steps) == 2

    def test_a_refused_name_records_nothing(self, notebook: Notebook) -> None:
        notebook.run("x = [1]; y = [1]")
        notebook.run("x.append(2)")
        notebook.timeline.undo(name="x")
        notebook["y"].append(3)
        with pytest.raises(InvalidNameError):
            notebook.timeline.checkpoint("12")
        assert len(notebook.timeline.steps) == 2
        assert notebook.timeline.redo(name="x").step is not None
        assert (notebook["x"], notebook["y"]) == ([1, 2], [1, 3])

    def test_a_number_is_a_step_also_as_text(self, notebook: Notebook) -> None:
        notebook.run("x = 1")
        notebook.run("x = 2")
        notebook.timeline.goto("1")
        assert notebook["x"] == 1

    @pytest.mark.parametrize("name", ["", " ", "12", "-3", "--goto"])
    def test_a_name_that_reads_as_a_number_or_an_option_is_refused(
        self, notebook: Notebook, name: str
    ) -> None:
        with pytest.raises(InvalidNameError, match="can't name a checkpoint"):
            notebook.timeline.checkpoint(name)

    def test_an_unknown_name_suggests_the_nearest(self, notebook: Notebook) -> None:
        notebook.timeline.checkpoint("before-join")
        with pytest.raises(NothingToRestoreError, match="Did you mean 'before-join'"):
            notebook.timeline.goto("before-jion")


class TestDifferences:
    def test_columns_rows_and_cells_of_a_table(self, notebook: Notebook) -> None:
        notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', 'z'], 'c': 1})")
        notebook.run(
            "df['d'] = 5; df = df.drop(columns='c'); df.loc[1, 'a'] = 50\n"
            "df['b'] = df['b'].astype('category'); df = df.drop(index=0); df.loc[9] = [7, 'x', 5]"
        )
        [found] = notebook.timeline.diff(1, 2).variables
        table = found.table
        assert (table.shape_before, table.shape_after) == ((3, 3), (3, 3))
        assert (table.columns_added, table.columns_removed) == (("d",), ("c",))
        assert (table.rows_added, table.rows_removed) == (1, 1)
        assert table.changed_cells == (("a", 1),)
        cell = table.sample[0]
        assert (cell.row, cell.column, cell.before, cell.after) == ("1", "a", "2", "50")

    def test_cells_written_past_copy_on_write_are_told_as_they_were(self, notebook: Notebook) -> None:
        notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': [1, 2, 3]})")
        notebook.run("df['a'].array[0] = 99")
        notebook.run("df['n'] = pd.array([1, None, 3], dtype='Int64')")
        notebook.run("df['n'].array[2] = 4")
        [first] = notebook.timeline.diff(1, 2).variables
        assert [(cell.before, cell.after) for cell in first.table.sample] == [("1", "99")]
        [second] = notebook.timeline.diff(3, 4).variables
        assert [(cell.before, cell.after) for cell in second.table.sample] == [("3", "4")]

    def test_missing_values_equal_each_other(self, notebook: Notebook) -> None:
        notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': [1.0, None], 'o': [None, [1]]})")
        notebook.run("df = df.copy(); df.loc[0, 'a'] = None")
        [found] = notebook.timeline.diff(1, 2).variables
        assert found.table.changed_cells == (("a", 1),)

    def test_other_variables_by_value(self, notebook: Notebook) -> None:
        notebook.run("x = [1, 2]; n = 1; gone = 'g'; password = 'hunter2'")
        notebook.run("x.append(3); n = 2; del gone; new = {'k': 1}; password = 'hunter3'")
        told = {each.change.name: (each.before, each.after) for each in notebook.timeline.diff(1).variables}
        assert told["x"] == ("[1, 2]", "[1, 2, 3]")
        assert told["n"] == ("1", "2")
        assert told["gone"] == ("'g'", "")
        assert told["new"] == ("", "{'k': 1}")
        assert told["password"] == ("str (hidden)", "str (hidden)")

    def test_both_ways_and_between_branches(self, notebook: Notebook) -> None:
        notebook.run("x = [1]")
        notebook.run("x.append(2)")
        notebook.timeline.undo()
        notebook.run("x.append(3)")
        [found] = notebook.timeline.diff(2, 3).variables
        assert (found.before, found.after) == ("[1, 2]", "[1, 3]")
        [found] = notebook.timeline.diff(3, 2).variables
        assert (found.before, found.after) == ("[1, 3]", "[1, 2]")
        assert notebook.timeline.diff(2, 2).variables == ()

    def test_a_polars_table(self, notebook: Notebook) -> None:
        pytest.importorskip("polars")
        notebook.run("import polars as pl\ndf = pl.DataFrame({'a': [1, 2]})")
        notebook.run("df[0, 'a'] = 5; r = df.insert_column(1, pl.Series('b', [3, 4])); del r")
        [found] = notebook.timeline.diff(1, 2).variables
        assert found.table.columns_added == ("b",)
        assert found.table.changed_cells == (("a", 1),)

    def test_labels_and_cells_that_can_be_anything_do_no_harm(self, notebook: Notebook) -> None:
        notebook.run(
            "import pandas as pd\nclass L:\n    def __str__(self): raise RuntimeError\n"
            "    __repr__ = __str__\n"
            "    def __eq__(self, o): raise RuntimeError\n    __hash__ = object.__hash__\n"
            "df = pd.DataFrame([[1, L()]], columns=[L(), L()], index=[L()])"
        )
        notebook.run("df.iloc[0, 0] = 2")
        assert [each.change.name for each in notebook.timeline.diff(1, 2).variables] == ["df"]

    def test_comparing_changes_nothing(self, notebook: Notebook) -> None:
        notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]}); x = [df]")
        notebook.run("df['b'] = 1; df['a'].array[0] = 5")
        before = notebook["df"]
        notebook.timeline.diff(1, 2)
        assert notebook.timeline.record() is None
        assert notebook["x"][0] is before

    def test_a_step_is_compared_with_a_variable_that_was_moved_alone(self, notebook: Notebook) -> None:
        notebook.run("x = [1]; y = 1")
        notebook.run("x.append(2); y = 2")
        notebook.timeline.undo(name="x")
        now = notebook.timeline.diff(1)
        assert [(each.change.name, each.after) for each in now.variables] == [("y", "2")]
        assert now.end is None
        back = notebook.timeline.diff(2)
        assert [(each.change.name, each.before, each.after) for each in back.variables] == [
            ("x", "[1, 2]", "[1]")
        ]
        assert {each.change.name for each in notebook.timeline.diff(1, 2).variables} == {"x", "y"}


class TestLeftOut:
    def test_no_move_touches_it(self, notebook: Notebook) -> None:
        notebook.run("big = [1]; x = [1]")
        notebook.timeline.ignore("big")
        assert notebook.run("big.append(2)") is None
        notebook.run("x.append(2)")
        notebook.timeline.goto(0)
        assert notebook["big"] == [1, 2]
        assert "x" not in notebook.names
        notebook.timeline.goto(2)
        assert (notebook["big"], notebook["x"]) == ([1, 2], [1, 2])

    def test_what_was_recorded_of_it_is_let_go_of(self, notebook: Notebook) -> None:
        notebook.run("class C: pass\nbig = [C()]")
        notebook.run("x = 1")
        dead = weakref.ref(notebook["big"][0])
        notebook.timeline.ignore("big")
        notebook.names["big"] = None
        gc.collect()
        assert dead() is None

    def test_what_another_name_reaches_is_still_recorded(self, notebook: Notebook) -> None:
        notebook.run("big = [1]; box = {'k': big}")
        notebook.timeline.ignore("big")
        notebook.run("big.append(2)")
        notebook.timeline.undo()
        assert notebook["big"] == [1]

    def test_taken_in_again_it_counts_as_having_been_as_it_is(self, notebook: Notebook) -> None:
        notebook.run("big = [1]; x = 1")
        notebook.timeline.ignore("big")
        notebook.run("big.append(2); x = 2")
        notebook.timeline.watch("big")
        notebook.run("big.append(3)")
        notebook.timeline.undo()
        assert notebook["big"] == [1, 2]
        notebook.timeline.goto(0)
        assert notebook["big"] == [1, 2], "it is not taken to have been created since"

    def test_unknown_names_suggest_the_nearest(self, notebook: Notebook) -> None:
        notebook.run("penguins = [1]")
        with pytest.raises(NothingToRestoreError, match="Did you mean 'penguins'"):
            notebook.timeline.ignore("pengins")
        notebook.timeline.ignore("penguins")
        with pytest.raises(NothingToRestoreError, match="It is left out"):
            notebook.timeline.undo(name="penguins")
        with pytest.raises(NothingToRestoreError, match="not left out"):
            notebook.timeline.watch("other")


def test_a_variable_undone_on_its_own_takes_the_longer_look_too(notebook: Notebook) -> None:
    notebook.run("boxes = [[i] for i in range(5000)]")
    notebook.run("boxes[10].append('seen')")
    notebook.timeline._scanner._budget = Budget(seconds=0.0)
    notebook.run("boxes[4_900].append('late')")
    assert notebook.timeline.undo(name="boxes").not_restored == ()
    assert (notebook["boxes"][4_900], notebook["boxes"][10]) == ([4_900], [10, "seen"])


def test_arrays_of_any_layout_are_compared_as_they_were() -> None:
    from autodash_jupyter.history.arrays import BYTES, memory_at
    from autodash_jupyter.history.states import Node

    for owner in (np.arange(12).reshape(3, 4), np.asfortranarray(np.arange(12).reshape(3, 4))):
        expected = owner.copy()
        node = Node(owner, np.ndarray, BYTES, BYTES.capture(owner), ())
        view = owner[1:, ::2]
        owner[:] = -1
        assert (memory_at(owner, lambda _, node=node: node) == expected).all()
        assert (memory_at(view, lambda _, node=node: node) == expected[1:, ::2]).all()
