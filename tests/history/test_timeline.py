"""The semantics of steps, branches and cursors."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.history import Budget, Timeline


class Notebook:
    """A namespace with a timeline; ``run`` is a cell."""

    def __init__(self, **options: Any) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        options.setdefault("budget", Budget(seconds=60))  # a busy machine must not end a look
        self.timeline = Timeline(self.names, **options)

    def run(self, code: str) -> Any:
        exec(compile(code, "<cell>", "exec"), self.names)
        return self.timeline.record(code)

    def __getitem__(self, name: str) -> Any:
        return self.names[name]

    def __contains__(self, name: str) -> bool:
        return name in self.names


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


def test_a_cell_that_changes_nothing_is_no_step(notebook: Notebook) -> None:
    notebook.run("x = [1]; s = 'text'; n = 1000")
    assert notebook.run("len(x)") is None
    assert notebook.run("s = 'te' + 'xt'; n = 500 + 500") is None, "equal scalars bound anew are no change"
    assert len(notebook.timeline.steps) == 1


def test_reading_a_frame_in_many_ways_is_no_step(notebook: Notebook) -> None:
    notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': [1, 2], 'b': [1., 2.], 's': ['x', 'y']})")
    for cell in (
        "df.describe(); df.groupby('s').sum(); df.values; df.to_numpy(); df.sort_values('a')",
        "df.index.get_loc(0); df.columns.get_loc('a'); df.loc[0]; df.iloc[0]; df.T; df.copy(); "
        "df['s'].str.upper()",
        "df.merge(df, on='a'); repr(df); df._repr_html_(); df.isna(); df == df; df.memory_usage()",
    ):
        assert notebook.run(cell) is None, cell


def test_cells_moved_within_a_frame_by_pandas_are_no_step_and_still_protected(notebook: Notebook) -> None:
    notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]}); df['b'] = 3; df['c'] = 4")
    notebook["df"]._consolidate_inplace()
    assert notebook.timeline.record() is None
    notebook.run("df.loc[0, 'b'] = 99")
    notebook.timeline.undo()
    assert notebook["df"]["b"].tolist() == [3, 3]


def test_unrecorded_changes_are_taken_back_by_undo(notebook: Notebook) -> None:
    notebook.names["x"] = 1
    notebook.timeline.undo()
    assert "x" not in notebook
    notebook.timeline.redo()
    assert notebook["x"] == 1


def test_undo_and_redo_walk_several_steps(notebook: Notebook) -> None:
    for number in range(5):
        notebook.run(f"x = {number}")
    restored = notebook.timeline.undo(3)
    assert (notebook["x"], restored.step.step_id, notebook.timeline.position) == (1, 2, 2)
    assert notebook.timeline.redo(2).step.step_id == 4
    assert notebook["x"] == 3


def test_a_step_after_undo_starts_a_branch_and_the_old_one_stays_reachable(notebook: Notebook) -> None:
    notebook.run("x = [1]")
    notebook.run("x.append(2)")
    notebook.timeline.undo()
    step = notebook.run("x.append(3)")
    assert (step.step_id, step.parent) == (3, 1)
    assert not notebook.timeline.can_redo
    with pytest.raises(NothingToRestoreError, match="Nothing to redo"):
        notebook.timeline.redo()
    notebook.timeline.goto(2)
    assert notebook["x"] == [1, 2]
    notebook.timeline.goto(3)
    assert notebook["x"] == [1, 3]
    notebook.timeline.undo()
    assert notebook["x"] == [1]
    notebook.timeline.redo()
    assert notebook["x"] == [1, 3], "redo follows the branch one came from"


def test_redo_says_which_variable_went_back_on_its_own(notebook: Notebook) -> None:
    notebook.run("penguins = [1]")
    notebook.timeline.undo(name="penguins")
    message = r"Nothing to redo\. penguins went back on its own: %redo penguins brings it forward\."
    with pytest.raises(NothingToRestoreError, match=message):
        notebook.timeline.redo()
    with pytest.raises(NothingToRestoreError, match="Did you mean 'penguins'"):
        notebook.timeline.redo(name="pengins")
    notebook.timeline.redo(name="penguins")
    with pytest.raises(NothingToRestoreError, match=r"Nothing to redo\.$"):
        notebook.timeline.redo()


def test_redo_after_unrecorded_changes_has_nothing_to_redo(notebook: Notebook) -> None:
    notebook.run("x = 1")
    notebook.timeline.undo()
    notebook.names["y"] = 2
    with pytest.raises(NothingToRestoreError, match="Nothing to redo"):
        notebook.timeline.redo()
    assert notebook["y"] == 2


def test_goto_zero_is_the_start(notebook: Notebook) -> None:
    notebook.run("x = 1")
    notebook.run("y = 2")
    restored = notebook.timeline.goto(0)
    assert restored.step is None
    assert "x" not in notebook
    assert "y" not in notebook


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda timeline: timeline.undo(9), "Only 2 steps can be undone"),
        (lambda timeline: timeline.redo(), "Nothing to redo"),
        (lambda timeline: timeline.goto(99), "There is no step 99"),
        (lambda timeline: timeline.undo(0), "1 or more"),
        (lambda timeline: timeline.undo(name="pengins"), "Did you mean 'penguins'"),
        (lambda timeline: timeline.redo(name="penguins"), "penguins: nothing to redo"),
        (lambda timeline: timeline.undo(5, "penguins"), "penguins: only 2 steps of it can be undone"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    notebook: Notebook, act: Any, message: str
) -> None:
    notebook.run("penguins = [1]")
    notebook.run("penguins.append(2)")
    with pytest.raises(NothingToRestoreError, match=message) as raised:
        act(notebook.timeline)
    assert "\n" not in str(raised.value)
    assert notebook["penguins"] == [1, 2]
    assert notebook.timeline.position == 2


def test_the_last_steps_can_be_undone_and_older_states_are_said_to_be_gone() -> None:
    notebook = Notebook(max_steps=3)
    for number in range(6):
        notebook.run(f"x = [{number}]")
    with pytest.raises(NothingToRestoreError, match="no longer kept"):
        notebook.timeline.goto(2)
    with pytest.raises(NothingToRestoreError, match="no longer kept"):
        notebook.timeline.undo(4)
    assert notebook["x"] == [5]
    notebook.timeline.undo(3)
    assert notebook["x"] == [2]
    assert not notebook.timeline.can_undo
    assert [step.step_id for step in notebook.timeline.steps] == [1, 2, 3, 4, 5, 6]


def test_thinning_keeps_what_undo_of_the_remaining_steps_needs() -> None:
    notebook = Notebook(max_steps=4)
    notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': [1]}); box = [df]; n = [0]")
    for number in range(20):
        notebook.run(
            f"df['c{number}'] = {number}; n.append({number})" if number % 3 else f"n.append({number})"
        )
    notebook.timeline.undo(4)
    assert notebook["n"] == [0, *range(16)]
    assert notebook["box"][0] is notebook["df"]
    assert [c for c in notebook["df"].columns if c != "a"] == [f"c{n}" for n in range(16) if n % 3]


def test_nothing_is_kept_alive_beyond_the_states_kept() -> None:
    notebook = Notebook(max_steps=5)
    notebook.run("class C:\n    pass\nx = C()")
    dead, dead_class = weakref.ref(notebook["x"]), weakref.ref(notebook["C"])
    notebook.run("x = None; del C")
    for number in range(5):
        notebook.run(f"y = [{number}]")
    gc.collect()
    assert dead() is None
    assert dead_class() is None


def test_what_moving_one_variable_left_behind_is_not_kept_for_ever() -> None:
    notebook = Notebook(max_steps=3)
    notebook.run("class C:\n    pass\nx = [C()]")
    dead = weakref.ref(notebook["x"][0])
    notebook.run("y = 1")
    notebook.timeline.undo(name="x")
    for number in range(5):
        notebook.run(f"y = [{number}]")
    gc.collect()
    assert dead() is None


def test_weak_references_survive_undo(notebook: Notebook) -> None:
    notebook.run("class C:\n    pass\nx = C()")
    alive = weakref.ref(notebook["x"])
    notebook.run("del x")
    notebook.timeline.undo()
    assert alive() is notebook["x"]


class TestOneVariable:
    def test_only_it_moves_and_the_position_stays(self, notebook: Notebook) -> None:
        notebook.run("x = [1]; y = 1")
        notebook.run("x.append(2)")
        notebook.run("y = 2")
        notebook.run("x.append(3)")
        notebook.timeline.undo(name="x")
        assert (notebook["x"], notebook["y"], notebook.timeline.position) == ([1, 2], 2, 4)
        notebook.timeline.undo(name="x")
        assert notebook["x"] == [1]
        notebook.timeline.redo(2, name="x")
        assert notebook["x"] == [1, 2, 3]
        with pytest.raises(NothingToRestoreError, match="x: nothing to redo"):
            notebook.timeline.redo(name="x")

    def test_it_moves_in_place_and_aliases_follow(self, notebook: Notebook) -> None:
        notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': [1]}); alias = df; box = [df]")
        notebook.run("df['b'] = 2")
        before = notebook["df"]
        notebook.timeline.undo(name="df")
        assert notebook["df"] is notebook["alias"] is notebook["box"][0] is before
        assert notebook["alias"].columns.tolist() == ["a"]
        notebook.timeline.redo(name="alias")
        assert notebook["df"].columns.tolist() == ["a", "b"]

    def test_its_creation_can_be_undone_and_redone(self, notebook: Notebook) -> None:
        notebook.run("x = [1]")
        notebook.run("y = 1")
        notebook.timeline.undo(name="x")
        assert "x" not in notebook
        assert notebook["y"] == 1
        notebook.timeline.redo(name="x")
        assert notebook["x"] == [1]

    def test_a_global_undo_puts_every_variable_into_the_step_state(self, notebook: Notebook) -> None:
        notebook.run("x = 1; y = 1")
        notebook.run("x = 2")
        notebook.run("y = 2")
        notebook.timeline.undo(name="x")
        assert notebook["x"] == 1
        notebook.timeline.undo()
        assert (notebook["x"], notebook["y"]) == (2, 1)
        notebook.timeline.undo(name="x")
        assert notebook["x"] == 1, "cursors were reset"

    def test_goto_the_present_position_puts_it_back(self, notebook: Notebook) -> None:
        notebook.run("x = [1]")
        notebook.run("x.append(2)")
        notebook.timeline.undo(name="x")
        notebook.timeline.goto(2)
        assert notebook["x"] == [1, 2]

    def test_a_new_cell_records_the_mixed_state_as_an_ordinary_step(self, notebook: Notebook) -> None:
        notebook.run("x = [1]")
        notebook.run("x.append(2)")
        notebook.timeline.undo(name="x")
        assert notebook.timeline.record() is None, "moving a variable is no change to record"
        step = notebook.run("y = 1")
        assert step.parent == 2
        notebook.timeline.undo()
        assert notebook["x"] == [1, 2]
        notebook.timeline.redo()
        assert (notebook["x"], notebook["y"]) == ([1], 1)

    def test_its_cursor_stands_while_other_variables_change(self, notebook: Notebook) -> None:
        for value in (1, 2, 3):
            notebook.run(f"x = {value}")
        notebook.timeline.undo(name="x")
        notebook.run("y = 1")
        notebook.timeline.undo(name="x")
        assert notebook["x"] == 1
        notebook.timeline.redo(2, name="x")
        assert notebook["x"] == 3

    def test_changing_it_leaves_nothing_to_redo(self, notebook: Notebook) -> None:
        for value in (1, 2, 3):
            notebook.run(f"x = {value}")
        notebook.timeline.undo(name="x")
        notebook.run("x = 9")
        with pytest.raises(NothingToRestoreError):
            notebook.timeline.redo(name="x")
        notebook.timeline.undo(name="x")
        assert notebook["x"] == 2


class TestHonesty:
    @pytest.mark.parametrize(
        ("setup", "change", "reason"),
        [
            ("g = (i for i in range(5))", "next(g); x = 1", "g: a generator's position"),
            ("it = iter({1: 2, 3: 4})", "next(it); x = 1", "it: an iterator's position"),
            ("it = iter([1, 2])", "list(it); x = 1", "it: the position of an iterator that came to its end"),
            ("import threading\nlock = threading.Lock()", "lock.acquire(); x = 1", "lock: a lock"),
            ("import tempfile\nf = tempfile.TemporaryFile()", "f.write(b'a'); x = 1", "f: an open file"),
            (
                "import sqlite3\nc = sqlite3.connect(':memory:')",
                "c.execute('create table t (a)'); x = 1",
                "c: what a",
            ),
            (
                "import numpy as np\nrng = np.random.default_rng(1)",
                "c = rng.spawn(1)",
                "rng: how many generators were spawned",
            ),
            (
                "import zlib\nd = {'z': zlib.compressobj()}",
                "d['z'].compress(b'a'); x = 1",
                "d: what a Compress",
            ),
            ("import mmap\nm = mmap.mmap(-1, 8)", "m[0] = 5; x = 1", "m: threads, processes and their tools"),
            ("import itertools\nit = itertools.count()", "next(it); x = 1", "it: an iterator's position"),
            ("it = enumerate([1, 2])", "next(it); x = 1", "it: an iterator's position"),
            ("import queue\nq = queue.SimpleQueue()", "q.put(1); x = 1", "q: threads, processes"),
            ("import threading\nt = threading.Thread(target=print)", "t.start(); t.join()", "t: a thread"),
            ("import socket\ns = socket.socket()", "s.settimeout(1); x = 1", "s: a connection"),
            ("b = bytearray(b'a')", "b.extend(b'b'); m = memoryview(b); x = 1", "b: a view of its memory"),
            ("box = [(i for i in range(5))]", "next(box[0]); x = 1", "box: a generator's position"),
        ],
    )
    def test_what_cannot_be_put_back_is_named(
        self, notebook: Notebook, setup: str, change: str, reason: str
    ) -> None:
        notebook.run(setup)
        notebook.run(change)
        restored = notebook.timeline.undo()
        assert any(line.startswith(reason) for line in restored.not_restored), restored.not_restored
        assert "x" not in notebook
        assert notebook.timeline.record() is None

    def test_it_is_not_named_where_it_did_not_matter(self, notebook: Notebook) -> None:
        notebook.run("import socket\ns = socket.socket(); g = (i for i in range(5))")
        notebook.run("x = 1")
        assert notebook.timeline.undo().not_restored == ()

    def test_what_a_class_is_made_of_is_not_named(self, notebook: Notebook) -> None:
        notebook.run("import pydantic\nclass Row(pydantic.BaseModel):\n    x: int")
        notebook.run("row = Row(x=1)")
        notebook.run("row.x = 2")
        assert notebook.timeline.undo().not_restored == ()
        assert notebook["row"].x == 1

    def test_what_fails_to_be_recorded_is_noted_and_hurts_nobody(self, notebook: Notebook) -> None:
        step = notebook.run("v = memoryview(b'abc'); v.release(); x = 1")
        assert step is not None
        notebook.timeline.undo()
        assert "x" not in notebook

    def test_a_large_table_is_noted_as_not_compared(self) -> None:
        notebook = Notebook(budget=Budget(seconds=60, frame_bytes=1_000))
        step = notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': range(1000)})")
        assert notebook.timeline.notes(step.step_id) == ("df: the memory of a large table was not compared",)
        notebook.run("df['b'] = 1")
        notebook.timeline.undo()
        assert notebook["df"].columns.tolist() == ["a"]

    def test_a_write_past_copy_on_write_without_a_second_copy_is_said(self) -> None:
        notebook = Notebook(budget=Budget(seconds=60, copied_frame_bytes=0, background_bytes=0))
        notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]})")
        notebook.run("df['a'].array[0] = 9")
        restored = notebook.timeline.undo()
        assert "df: its memory was written past" in restored.not_restored[0]
        assert notebook.timeline.record() is None

    def test_a_spent_budget_is_noted_and_the_rest_compared_the_next_times(self) -> None:
        notebook = Notebook()
        notebook.run("boxes = [[i] for i in range(5000)]")
        notebook.timeline._scanner._budget = Budget(seconds=0.0)
        notebook.names["boxes"][4_999].append("late")
        step = notebook.run("x = 1")
        notes = notebook.timeline.notes(step.step_id)
        assert "boxes: not compared in full" in notes
        at_once = any(change.name == "boxes" for change in step.changes)
        later = (notebook.timeline.record() for _ in range(10_000))  # each looks a little further
        assert at_once or any(found is not None for found in later)


class TestDescriptions:
    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ("df['margin'] = 1", "df: 3 × 2 → 3 × 3, +margin"),
            ("del df['year']", "df: 3 × 2 → 3 × 1, −year"),
            ("df.columns = ['a', 'jahr']", "df: 3 × 2, renamed year → jahr"),
            ("df.loc[0, 'a'] = 9", "df: 3 × 2, 1 cell changed in a"),
            ("df['a'] = df['a'].astype(float)", "df: 3 × 2, a now float64"),
            ("df = df[df['a'] > 1]", "df: 3 × 2 → 2 × 2"),
            ("df.index = [7, 8, 9]", "df: 3 × 2, index changed"),
            ("x = 42", "+x: int 42"),
            ("x = 'a' * 100", "+x: str 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa…'"),
            ("password = 'hunter2'", "+password: str (hidden)"),
            ("x = 'sk-abcdefghijklmnop'", "+x: str (hidden)"),
            ("x = 'postgresql://me:secret@host/db'", "+x: str (hidden)"),
            ("x = [1, 2, 3]", "+x: list of 3"),
            ("x = np.zeros((3, 4))", "+x: array 3 × 4 float64"),
            ("x = {1, 2}", "+x: set of 2"),
            ("x = df['a']", "+x: Series of 3 int64"),
            ("x = df.index", "+x: RangeIndex of 3"),
            ("import json", "+json: module json"),
            ("def f(): pass", "+f: function f"),
            ("class C: pass", "+C: class C"),
            ("x = 10 ** 100_000", "+x: int of 332,193 bits"),
            ("del box", "−box"),
            ("box.append(2)", "box: list of 1 → list of 2"),
        ],
    )
    def test_a_step_says_what_changed(self, notebook: Notebook, change: str, told: str) -> None:
        notebook.run(
            "import pandas as pd, numpy as np\nbox = [1]\n"
            "df = pd.DataFrame({'a': [1, 2, 3], 'year': [7, 8, 9]})"
        )
        assert [str(each) for each in notebook.run(change).changes] == [told]

    def test_every_name_of_a_changed_object_is_told_but_not_functions_that_hold_it(
        self, notebook: Notebook
    ) -> None:
        notebook.run("x = [1]; y = x; box = {'k': x}\ndef f(held=x): pass")
        step = notebook.run("x.append(2)")
        assert [change.name for change in step.changes] == ["x", "y", "box"]

    def test_a_change_only_a_function_holds_is_told_by_the_function(self, notebook: Notebook) -> None:
        notebook.run("def f(held=[]): held.append(1)")
        assert [str(change) for change in notebook.run("f()").changes] == ["f: function f, contents changed"]

    def test_undo_tells_the_way_back(self, notebook: Notebook) -> None:
        notebook.run("import pandas as pd\ndf = pd.DataFrame({'a': [1], 'year': [2]})")
        notebook.run("del df['year']")
        assert [str(change) for change in notebook.timeline.undo().changes] == ["df: 1 × 1 → 1 × 2, +year"]

    def test_labels_and_cells_that_can_be_anything_do_no_harm(self, notebook: Notebook) -> None:
        notebook.run(
            "import pandas as pd\nclass L:\n    def __str__(self): raise RuntimeError\n"
            "    __repr__ = __str__\n"
            "df = pd.DataFrame([[1, 2]], columns=[L(), '\\ud800<b>'])"
        )
        step = notebook.run("df.iloc[0, 0] = 5")
        assert [change.name for change in step.changes] == ["df"]
        notebook.timeline.undo()
        assert notebook["df"].iloc[0, 0] == 1


def test_hidden_names_and_ipythons_own_are_left_alone() -> None:
    names: dict[str, Any] = {"kept": 1}
    timeline = Timeline(names, hidden=lambda: {"kept"}, budget=Budget(seconds=60))
    names.update(kept=2, _=1, _5=1, _i5="x", In=[1], Out={}, _private=1)
    step = timeline.record()
    assert [change.name for change in step.changes] == ["_private"]
    timeline.undo()
    assert names["kept"] == 2
    assert names["In"] == [1]
    assert "_private" not in names


def test_random_state_is_part_of_every_state_but_drawing_is_no_step(notebook: Notebook) -> None:
    notebook.run("import random, numpy as np\nrandom.seed(1); np.random.seed(1)")
    assert notebook.run("random.random(); np.random.rand()") is None
    notebook.run("x = (random.random(), np.random.rand(), np.random.randn())")
    first = notebook["x"]
    notebook.timeline.undo()
    notebook.run("x = (random.random(), np.random.rand(), np.random.randn())")
    assert notebook["x"] == first


@pytest.mark.slow
def test_a_chain_a_hundred_thousand_deep_is_recorded() -> None:
    names: dict[str, Any] = {"x": []}
    for _ in range(100_000):
        names["x"] = [names["x"]]
    timeline = Timeline(names, budget=Budget(seconds=60))
    bottom = names["x"]
    while bottom:
        bottom = bottom[0]
    bottom.append(1)
    assert timeline.record() is not None
    timeline.undo()
    assert bottom == []


def test_a_change_in_a_cell_that_raised_is_recorded(notebook: Notebook) -> None:
    notebook.run("x = [1]")
    with pytest.raises(ZeroDivisionError):
        notebook.run("x.append(2); 1 / 0")
    assert notebook.timeline.record("x.append(2); 1 / 0") is not None
    notebook.timeline.undo()
    assert notebook["x"] == [1]


def test_an_array_version_shares_the_pieces_that_did_not_change() -> None:
    names: dict[str, Any] = {"a": np.zeros(1_000_000)}
    timeline = Timeline(names, budget=Budget(seconds=60))
    names["a"][0] = 1
    timeline.record()
    kept = [timeline._snapshots[number].node(-id(names["a"])).state.pieces for number in (0, 1)]
    assert sum(one is not other for one, other in zip(*kept, strict=True)) == 1


def test_where_pandas_inside_is_unknown_the_slower_way_is_as_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autodash_jupyter.history.pandas_internals.works", lambda: False)
    frame = pd.DataFrame({"a": [1, 2], "s": ["x", None], "o": pd.Series([[1], 2], dtype=object)})
    names: dict[str, Any] = {"df": frame, "box": [frame], "ser": pd.Series([1, 2], name="n")}
    timeline = Timeline(names, budget=Budget(seconds=60))
    assert timeline.record() is None
    frame["b"] = 1
    frame.loc[0, "a"] = 9
    frame.at[0, "o"].append(2)
    names["ser"].iloc[0] = 5
    assert timeline.record() is not None
    timeline.undo()
    assert names["df"] is names["box"][0] is frame
    assert frame.columns.tolist() == ["a", "s", "o"]
    assert (frame["a"].tolist(), frame["o"].tolist()) == ([1, 2], [[1], 2])
    assert names["ser"].tolist() == [1, 2]
    timeline.redo()
    assert frame["a"].tolist() == [9, 2]
    assert frame["o"][0] == [1, 2]
