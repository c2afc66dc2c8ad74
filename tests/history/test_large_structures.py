"""What is too large for one record: nothing is restored wrongly, nothing is left out in silence."""

from __future__ import annotations

from typing import Any

import pytest

from autodash_jupyter.history import Budget, Timeline, recording
from autodash_jupyter.history.pandas_internals import has_foreign_memory

SPENT = Budget(seconds=0.0)


class Notebook:
    """A namespace with a timeline; ``run`` is a cell, within a budget."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.timeline = Timeline(self.names, budget=Budget(seconds=60))

    def run(self, code: str, budget: Budget | None = None) -> Any:
        exec(compile(code, "<cell>", "exec"), self.names)
        self.timeline._scanner._budget = budget or Budget(seconds=60)
        return self.timeline.record(code)


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


def test_undo_finishes_the_look_and_takes_back_what_the_cell_did(notebook: Notebook) -> None:
    notebook.run("boxes = [[i] for i in range(5000)]")
    assert notebook.run("boxes[4_900].append('late')", SPENT) is None
    restored = notebook.timeline.undo()
    assert notebook.names["boxes"][4_900] == [4_900]
    assert (restored.not_restored, notebook.timeline.position) == ((), 1)


def test_what_a_cells_record_missed_is_undone_with_that_cells_step(notebook: Notebook) -> None:
    notebook.run("boxes = [[i] for i in range(5000)]")
    notebook.run("x = 1; boxes[4_900].append('late')", SPENT)
    notebook.timeline.undo()
    assert "x" not in notebook.names
    assert notebook.names["boxes"][4_900] == [4_900]
    notebook.timeline.redo()
    assert (notebook.names["x"], notebook.names["boxes"][4_900]) == (1, [4_900, "late"])


def test_what_even_the_undo_had_no_time_for_is_named_once(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "SECONDS_OF_PATIENCE", 0.0)
    notebook.run("boxes = [[i] for i in range(5000)]")
    notebook.run("x = 1")
    notebook.run("boxes[4_900].append('late')", SPENT)
    assert notebook.timeline.undo().not_restored == ("boxes: not compared in full",)


def test_undoing_a_structure_never_captured_whole_names_it(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "SECONDS_OF_PATIENCE", 0.0)
    step = notebook.run("boxes = [[i] for i in range(20_000)]", SPENT)
    assert notebook.timeline.notes(step.step_id) == ("boxes: too large to be looked at whole",)
    notebook.run("boxes[19_000].append('late')", SPENT)
    assert notebook.timeline.undo().not_restored == ("boxes: too large to be looked at whole",)


def test_an_object_whose_earlier_state_is_unknown_is_left_alone_and_named(notebook: Notebook) -> None:
    notebook.run("boxes = [[i] for i in range(20_000)]", SPENT)
    notebook.run("boxes[0].append('late'); x = 1", SPENT)
    notebook.run("boxes[0].append('later'); y = 1")
    boxes = notebook.names["boxes"]
    restored = notebook.timeline.goto(1)
    assert boxes[0] == [0, "late", "later"], "nobody knows what it was like after the first step"
    assert restored.not_restored == ("boxes: too large to be looked at whole",)
    assert "y" not in notebook.names
    assert notebook.timeline.record() is None


def test_after_going_to_a_state_captured_in_part_the_rest_is_captured_again(notebook: Notebook) -> None:
    notebook.run("boxes = [[i] for i in range(20_000)]", SPENT)
    notebook.run("x = 1")
    notebook.timeline.undo()
    for _ in range(2):
        notebook.timeline.record()
    notebook.run("boxes[0].append(1); boxes[10_000].append(1); boxes[19_999].append(1)")
    notebook.timeline.undo()
    assert [notebook.names["boxes"][at] for at in (0, 10_000, 19_999)] == [[0], [10_000], [19_999]]


def test_a_record_captures_only_as_much_as_its_budget_allows_and_goes_on_next_time(
    notebook: Notebook,
) -> None:
    notebook.run("boxes = [[i] for i in range(20_000)]", SPENT)
    sizes = [len(notebook.timeline._heap.nodes)]
    for _ in range(30):
        notebook.run("pass", SPENT)
        sizes.append(len(notebook.timeline._heap.nodes))
    assert sizes[0] < 5_000
    assert sizes == sorted(sizes)
    assert sizes[-1] > 20_000
    assert not notebook.timeline._heap.waiting


def test_a_long_flat_list_grows_without_being_walked_again(notebook: Notebook) -> None:
    notebook.run("flat = list(range(20_000)); flat.append([1])")
    notebook.run("flat.append([2])", SPENT)
    assert not notebook.timeline._heap.waiting
    notebook.run("flat[-1].append(3); flat[-2].append(3)")
    notebook.timeline.undo()
    assert notebook.names["flat"][-2:] == [[1], [2]]


def test_an_array_resized_without_the_reference_check_is_put_back(notebook: Notebook) -> None:
    notebook.run("import numpy as np\narr = np.arange(4)")
    before = notebook.names["arr"]
    notebook.run("arr.resize(9, refcheck=False)")
    notebook.timeline.undo()
    assert notebook.names["arr"] is before
    assert before.tolist() == [0, 1, 2, 3]


def test_memory_somebody_holds_is_foreign_with_a_timeline_too() -> None:
    names: dict[str, Any] = {}
    exec("import numpy as np, pandas as pd\narr = np.ones((2, 2)); df = pd.DataFrame(arr, copy=False)", names)
    assert has_foreign_memory(names["df"], 0)
    Timeline(names).record()
    assert has_foreign_memory(names["df"], 0)


class TestForeignMemory:
    @pytest.mark.parametrize(
        ("build", "foreign"),
        [
            ("pd.read_csv(io.StringIO('a,b\\n1,x\\n2,y'))", False),
            ("pd.DataFrame({'a': [1, 2], 'b': ['x', 'y'], 'c': pd.to_datetime(['2020', '2021'])})", False),
            ("pd.DataFrame({'a': ['x', 'x', 'y'], 'n': [1, 2, 3]}).groupby('a').sum()", False),
            (
                "pd.DataFrame({'a': pd.Series([1, None], dtype='Int64'), 'c': pd.Categorical(['x', 'y'])})",
                False,
            ),
            ("pd.DataFrame(arr, copy=False)", True),
            ("pd.DataFrame(arr[:, :1], copy=False)", True),
            ("pd.DataFrame(arr, copy=False).copy()", False),
            ("pd.DataFrame(np.memmap(path, dtype='f8', mode='w+', shape=(4, 2)), copy=False)", True),
            ("pd.DataFrame(np.frombuffer(buffer, dtype='f8').reshape(2, 2), copy=False)", True),
            ("pd.DataFrame(np.frombuffer(bytes(buffer), dtype='f8').reshape(2, 2), copy=False)", False),
            ("pa.table({'a': [1, 2], 'b': [1.5, 2.5]}).to_pandas()", False),
            ("pa.table({'a': [1, 2], 'b': ['x', 'y']}).to_pandas(types_mapper=pd.ArrowDtype)", False),
        ],
    )
    def test_columns_that_others_can_write_to_are_found(
        self, build: str, foreign: bool, tmp_path: Any
    ) -> None:
        names: dict[str, Any] = {"path": tmp_path / "cells"}
        exec(
            "import io\nimport numpy as np, pandas as pd, pyarrow as pa\n"
            "arr = np.ones((3, 2)); buffer = bytearray(32)\n"
            f"frame = {build}",
            names,
        )
        frame = names["frame"]
        assert [has_foreign_memory(frame, at) for at in range(frame.shape[1])] == [foreign] * frame.shape[1]

    def test_a_frame_that_shares_with_another_by_copy_on_write_has_none(self) -> None:
        names: dict[str, Any] = {}
        exec(
            "import pandas as pd\na = pd.DataFrame({'x': [1, 2]}); b = a[['x']]; c = b.rename(columns=str)",
            names,
        )
        assert not any(has_foreign_memory(names[name], 0) for name in "abc")


def test_a_cell_that_makes_a_million_texts_is_looked_at_whole(notebook: Notebook) -> None:
    notebook.run("words = ('x' * 1_000_000).split('x')", Budget())
    assert not notebook.timeline._scanner._heap.waiting
    notebook.run("words[999_999] = 'changed'", Budget())
    assert notebook.timeline.undo().not_restored == ()
    assert notebook.names["words"][999_999] == ""
