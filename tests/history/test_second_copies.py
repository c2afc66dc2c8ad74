"""Tables too large to be copied in the foreground, written past copy-on-write."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from autodash_jupyter.history import Budget, Timeline
from autodash_jupyter.history.ways_round import may_write_past_copy_on_write

LARGE = Budget(seconds=60, frame_bytes=1_000, copied_frame_bytes=500)
TABLE = "import numpy as np, pandas as pd\ndf = pd.DataFrame({'a': np.arange(1000.0), 'b': np.ones(1000)})"


class Notebook:
    """A namespace with a timeline; ``run`` is a cell a while after the one before."""

    def __init__(self, budget: Budget = LARGE) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.timeline = Timeline(self.names, budget=budget)

    def run(self, code: str) -> Any:
        assert self.timeline._second_copies.wait()
        exec(compile(code, "<cell>", "exec"), self.names)
        return self.timeline.record(code)

    def first(self) -> float:
        return float(self.names["df"]["a"].iloc[0])


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    made = Notebook()
    yield made
    made.timeline.close()


@pytest.mark.parametrize(
    "write",
    [
        "df['a'].array[0] = 9",
        "v = df['a'].to_numpy(); v.setflags(write=True); v[0] = 9; del v",
        "v = np.asarray(df['a']); v.flags.writeable = True; v[0] = 9; del v",
        "df._mgr.blocks[0].values[0] = 9",
        "df['b'] = 2.0; df['a'].array[0] = 9",
    ],
)
def test_a_write_past_copy_on_write_goes_back_and_forward(notebook: Notebook, write: str) -> None:
    notebook.run(TABLE)
    before = notebook.names["df"]
    assert notebook.run(write) is not None
    assert notebook.timeline.undo().not_restored == ()
    assert notebook.first() == 0.0
    assert notebook.timeline.redo().not_restored == ()
    assert notebook.first() == 9.0
    assert notebook.names["df"] is before


def test_a_function_typed_in_earlier_is_known_for_what_it_does(notebook: Notebook) -> None:
    notebook.run(TABLE)
    notebook.run("def inner(f): f['a'].array[0] = 9\ndef poke(f): inner(f)")
    assert notebook.run("poke(df)") is not None
    notebook.timeline.undo()
    assert notebook.first() == 0.0


def test_a_cell_of_unknown_code_is_looked_at_when_it_is_undone(notebook: Notebook) -> None:
    notebook.run(TABLE)
    notebook.timeline._second_copies.wait()
    notebook.names["df"]["a"].array[0] = 9
    notebook.names["x"] = 1
    notebook.timeline.record()
    notebook.timeline.undo()
    assert notebook.first() == 0.0
    notebook.timeline.redo()
    assert notebook.first() == 9.0


def test_a_cell_that_is_announced_finds_the_copies_finished(notebook: Notebook) -> None:
    notebook.run(TABLE)
    code = "df['a'].array[0] = 9"
    notebook.timeline.expect(code)
    exec(code, notebook.names)
    notebook.timeline.record(code)
    notebook.timeline.undo()
    assert notebook.first() == 0.0


def test_an_ordinary_cell_compares_no_large_memory(notebook: Notebook) -> None:
    notebook.run(TABLE)
    assert notebook.run("df.describe()") is None
    step = notebook.run("df['b'] = 5")
    assert step is not None
    notebook.timeline.undo()
    assert notebook.names["df"]["b"].sum() == 1000


def test_exact_mode_compares_everything(notebook: Notebook) -> None:
    exact = Notebook(Budget(seconds=60, frame_bytes=1_000, copied_frame_bytes=500, exact=True))
    exact.run(TABLE)
    exact.timeline._second_copies.wait()
    exact.names["df"]["a"].array[0] = 9
    assert exact.timeline.record("pass") is not None
    exact.timeline.undo()
    assert exact.first() == 0.0
    exact.timeline.close()


def test_without_memory_to_copy_to_it_is_said(notebook: Notebook) -> None:
    poor = Notebook(Budget(seconds=60, frame_bytes=1_000, copied_frame_bytes=500, background_bytes=0))
    poor.run(TABLE)
    poor.run("df['a'].array[0] = 9")
    poor.run("df['a'].array[0] = 10")
    restored = poor.timeline.undo()
    assert any("df: its memory was written past" in line for line in restored.not_restored)
    assert poor.timeline.record() is None
    poor.timeline.close()


def test_closing_ends_the_thread(notebook: Notebook) -> None:
    notebook.run(TABLE)
    notebook.timeline.close()
    assert not [each for each in threading.enumerate() if each.name == "autodash-copies" and each.is_alive()]
    assert notebook.run("df['c'] = 1") is not None, "recording goes on"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("df['a'].array[0] = 1", True),
        ("v = df.values", True),
        ("pd.DataFrame(a, copy=False)", True),
        ("pd.DataFrame(a, copy=True)", False),
        ("df['a'] = df['b'] + 1", False),
        ("print('an array of values')  # asarray", False),
        ("%run script.py", True),
        ("%%time\ndf['a'] = 1", False),
        ("%%time\ndf['a'].array[0] = 1", True),
        ("m.poke()", True),
        ("C().poke()", True),
        ("calm(df)", False),
    ],
)
def test_ways_round_are_read_from_the_code(code: str, expected: bool) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(
        "class C:\n    def poke(self): self.f._mgr\nm = C()\ndef calm(f): return f + 1\n",
        names,
    )
    assert may_write_past_copy_on_write(code, names) is expected


def test_states_let_go_of_before_they_were_copied_are_not_held() -> None:
    hasty = Notebook()
    copies = hasty.timeline._second_copies
    with copies._news:  # so that the thread has no turn
        exec(TABLE, hasty.names)
        hasty.timeline.record("cell")
        assert [each for each in copies._wanted if each() is not None]
        hasty.names["df"] = 1
        hasty.timeline.record("cell")
        hasty.timeline._snapshots.keep_only([hasty.timeline.position])
        gc.collect()
        assert not [each for each in copies._wanted if each() is not None]
    hasty.timeline.close()
