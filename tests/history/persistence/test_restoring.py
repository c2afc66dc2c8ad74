"""What comes back after a restart: every variable as it was, and every earlier state to go to."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from kept import Kept, kept, shape

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.history.persistence.ledger import Ledger

IMPORTS = "import pandas as pd, numpy as np, collections, dataclasses, enum, functools, typing, abc\n"

PROGRAMS = {
    "frames, series and their index": """
df = pd.DataFrame({"a": range(5), "b": list("abcde"), "c": 1.5})
df["d"] = pd.date_range("2020", periods=5)
one = df["a"]; axis = df.index; part = df[["a", "c"]]; indexed = df.set_index("b"); df.attrs["unit"] = ["m"]
""",
    "typed columns": """
df = pd.DataFrame({"c": pd.Categorical(["a", "b", "a"]), "i": pd.array([1, None, 2], dtype="Int64"),
    "p": pd.period_range("2020", periods=3, freq="M"),
    "z": pd.date_range("2020", periods=3, tz="Europe/Rome"),
    "v": pd.interval_range(0, 3), "s": pd.arrays.SparseArray([0, 0, 1]), "t": pd.to_timedelta([1, 2, 3]),
    "b": pd.array([True, None, False], dtype="boolean"),
    "r": pd.array([1.5, None, 2], dtype="double[pyarrow]")})
""",
    "cells that hold objects": """
inner = [1]
df = pd.DataFrame({"o": pd.Series([inner, {2: 3}, None], dtype=object)})
""",
    "several levels, duplicate names": """
df = pd.DataFrame([[1, 2]], index=pd.MultiIndex.from_tuples([("x", 1)], names=["l", "n"]), columns=["a", "a"])
""",
    "what a closure and a variable share": """
def outer(held):
    return lambda: held
pair = ([1], 2); table = {"k": [3]}; first = outer(pair); second = outer(table)
""",
    "empty views of what is gone": """
df = pd.DataFrame({"x": range(1)}); df = df[1:]
values = np.arange(3); values = values[3:]
""",
    "arrays and their views": """
whole = np.arange(20.0).reshape(4, 5); part = whole[1:3, ::2]; turned = whole.T; backwards = whole[::-1]
cells = np.array([[1], whole, None], dtype=object); fixed = np.arange(3); fixed.setflags(write=False)
records = np.array([(1, 2.5)], dtype=[("x", int), ("y", float)]); empty = np.array([])
""",
    "circles and shared parts": """
first = [1]; first.append(first); second = (first, {"k": first}); third = {"a": second, "b": second}
""",
    "classes and their instances": """
class Base:
    count = [1]
    def __init__(self, x): self.x = x
    def get(self): return self.x
    @property
    def twice(self): return (self.x, self.x)
    @staticmethod
    def fixed(): return 2
class Derived(Base):
    __slots__ = ("z",)
    def get(self): return super().get()
one = Base([1]); other = Derived(one); other.z = 5; method = one.get
""",
    "dataclasses and enums": """
@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    tags: tuple = ()
class Colour(enum.Enum):
    RED = 1
    BLUE = 2
    def shout(self): return self.name + "!"
point = Point(1); points = {Point(1): "one"}; colour = Colour.RED
""",
    "functions, closures and partials": """
def counter():
    n = 0
    def step():
        nonlocal n
        n += 1
        return n
    return step
step = counter(); step(); offset = 5
def shifted(x, by=[1], *, twice=False): return x + offset + by[0]
part = functools.partial(shifted, 1)
""",
    "containers of the standard library": """
d = collections.defaultdict(list, {1: [2]}); o = collections.OrderedDict(x=1, y=[2])
q = collections.deque([1, [2]], maxlen=5); c = collections.Counter("abca"); b = bytearray(b"abc")
f = frozenset([1, 2]); s = {1, "a"}; position = iter([1, 2, 3]); next(position)
""",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_everything_comes_back_as_it_was(tmp_path: Path, program: str) -> None:
    with kept(tmp_path) as before:
        before.run(IMPORTS + program)
        expected = shape(before.variables)
    with kept(tmp_path) as after:
        restored = after.restore()
        assert restored.not_restored == ()
        assert shape(after.variables) == expected
        assert after.timeline.record() is None


def test_undo_goes_on_into_states_from_before_the_restart(tmp_path: Path) -> None:
    cells = [
        IMPORTS + "df = pd.DataFrame({'a': range(5), 'b': 1.5}); held = [df]",
        "df.loc[2, 'a'] = 100",
        "df['c'] = df['b'] * 2",
        "held.append(df['a'])",
        "del df",
    ]
    with kept(tmp_path) as before:
        shapes = [shape(before.variables)]
        for cell in cells:
            before.run(cell)
            shapes.append(shape(before.variables))
    with kept(tmp_path) as after:
        after.restore()
        for step in (5, 4, 3, 2, 1, 0, 3, 5, 1):
            after.timeline.goto(step)
            assert shape(after.variables) == shapes[step]
        after.timeline.goto(4)
        held = after.variables["held"]
        after.timeline.undo(3)
        assert after.variables["held"] is held
        assert held[0] is after.variables["df"]


def test_what_is_done_after_a_restart_is_kept_as_well(tmp_path: Path) -> None:
    with kept(tmp_path) as first:
        first.run(IMPORTS + "df = pd.DataFrame({'a': range(5)})")
        first.run("df['b'] = 1")
    with kept(tmp_path) as second:
        second.restore()
        second.run("df['c'] = 2")
    with kept(tmp_path) as third:
        third.restore()
        assert [step.step_id for step in third.timeline.steps] == [1, 2, 3]
        assert third.variables["df"].columns.tolist() == ["a", "b", "c"]
        third.timeline.undo(2)
        assert third.variables["df"].columns.tolist() == ["a"]


def test_variables_of_the_new_kernel_are_one_undo_away(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run("x = [1]; y = 1")
        before.run("y = 2")
    with kept(tmp_path) as after:
        after.run("x = 'mine'")
        after.run("z = {'of': 'mine'}")
        mine = after.variables["z"]
        after.restore()
        assert (after.variables["x"], after.variables["y"]) == ([1], 2)
        assert after.variables["z"] is mine
        after.timeline.undo()
        assert after.variables["x"] == "mine"
        assert "y" not in after.variables
        after.timeline.undo(3)
        assert (after.variables["x"], after.variables["y"]) == ([1], 2)
        after.timeline.undo()
        assert after.variables["y"] == 1


def test_a_kill_right_after_a_second_restore_loses_neither_history(tmp_path: Path) -> None:
    for program in ("a = 1", "b = 2"):
        with kept(tmp_path) as one:
            one.run(program)
    killed = Kept(tmp_path)
    killed.restore()
    assert killed.history.wait(30)
    killed.restore()
    killed.history._writer._queue.clear()  # what the writer had no time for
    killed.history._writer.close(30)
    ledgers = [Ledger(folder).read() for folder in (tmp_path / "history").glob("*/*")]
    assert {step.label for each in ledgers for step in each.steps.values()} >= {"a = 1", "b = 2"}


def test_a_history_that_another_took_over_goes_once_all_is_written(tmp_path: Path) -> None:
    with kept(tmp_path) as one:
        one.run("a = 1")
    with kept(tmp_path) as two:
        two.run("b = 2")
        two.restore()
        assert two.history.wait(30)
        two.run("c = 3")
        assert two.history.wait(30)
        assert len(list((tmp_path / "history").glob("*/*"))) == 1
    with kept(tmp_path) as three:
        three.restore()
        assert [three.variables[name] for name in "abc"] == [1, 2, 3]


def test_what_cannot_come_back_is_named_and_the_rest_is_there(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run(
            "drawn = (n for n in range(3)); opened = open('/dev/null'); box = {'f': opened, 'n': 1}; n = 2"
        )
        before.variables["opened"].close()
    with kept(tmp_path) as after:
        restored = after.restore()
        assert {line.partition(":")[0] for line in restored.not_restored} == {"drawn", "opened", "box"}
        assert "drawn" not in after.variables
        assert after.variables["box"]["n"] == 1
        assert "open file" in repr(after.variables["box"]["f"])
        assert after.variables["n"] == 2


def test_a_named_tuple_comes_back_with_its_class(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run(
            IMPORTS
            + "Pair = collections.namedtuple('Pair', 'a b', defaults=[3]); held = [2]; pair = Pair(1, held)"
        )
    with kept(tmp_path) as after:
        after.restore()
        pair = after.variables["pair"]
        assert type(pair) is after.variables["Pair"]
        assert pair.b is after.variables["held"]
        assert pair._replace(a=5) == (5, [2])
        assert after.variables["Pair"](4) == (4, 3)


def test_a_function_sees_what_is_bound_after_the_restart(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run("offset = 1\ndef shifted(x): return x + offset")
    with kept(tmp_path) as after:
        after.restore()
        after.run("offset = 5")
        assert after.variables["shifted"](1) == 6


def test_a_shallow_copy_does_not_leak_after_the_restart(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run(
            IMPORTS + "one = pd.DataFrame({'a': range(5)}); other = one.copy(deep=False); s = one['a']"
        )
    with kept(tmp_path) as after:
        after.restore()
        after.timeline.close()
        after.variables["one"].loc[0, "a"] = 99
        assert after.variables["other"].loc[0, "a"] == after.variables["s"].loc[0] == 0


def test_an_array_and_the_frame_over_it_share_memory_after_the_restart(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run(IMPORTS + "a = np.arange(6.0).reshape(3, 2); df = pd.DataFrame(a, copy=False)")
    with kept(tmp_path) as after:
        after.restore()
        after.variables["a"][1, 1] = 99
        assert after.variables["df"].iloc[1, 1] == 99


def test_a_view_outlives_the_array_it_was_cut_from(tmp_path: Path) -> None:
    with kept(tmp_path, max_steps=2) as before:
        before.run(IMPORTS + "a = np.arange(5)")
        before.run("a = a[1:]")
        before.run("a += 10; whole = a.base")
        before.run("del whole")
    with kept(tmp_path) as after:
        assert after.restore().not_restored == ()
        assert after.variables["a"].tolist() == [11, 12, 13, 14]
        after.timeline.undo()
        assert after.variables["whole"].tolist() == [0, 11, 12, 13, 14]
        assert after.variables["a"].base is after.variables["whole"]


def test_random_numbers_go_on_where_they_were(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run(
            IMPORTS + "import random; r = random.Random(1); g = np.random.default_rng(2); np.random.seed(3)"
        )
        before.run("x = 1")
        expected = before.variables["r"].random(), before.variables["g"].random(), np.random.rand()
    with kept(tmp_path) as after:
        after.restore()
        assert (after.variables["r"].random(), after.variables["g"].random(), np.random.rand()) == expected


def test_checkpoints_and_the_position_are_kept(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run("x = [1]")
        before.timeline.checkpoint("begun")
        before.run("x.append(2)")
        before.run("x.append(3)")
        before.timeline.undo()
        before.history.follow()
    with kept(tmp_path) as after:
        after.restore()
        assert after.variables["x"] == [1, 2]
        after.timeline.goto("begun")
        assert after.variables["x"] == [1]
        after.timeline.goto(3)
        assert after.variables["x"] == [1, 2, 3]


def test_with_no_earlier_history_there_is_nothing_to_restore(tmp_path: Path) -> None:
    with kept(tmp_path) as one:
        one.run("x = 1")
        with pytest.raises(NothingToRestoreError, match="no earlier history"):
            one.restore()
        assert one.variables["x"] == 1


def test_each_notebook_has_its_own_history(tmp_path: Path) -> None:
    for name in ("one", "other"):
        with kept(tmp_path, notebook=f"/{name}.ipynb") as before:
            before.run(f"x = {name!r}")
    with kept(tmp_path, notebook="/one.ipynb") as after:
        after.restore()
        assert after.variables["x"] == "one"


def test_an_unknown_history_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run("x = 1")
        name = before.history.folder.name
    with kept(tmp_path) as after, pytest.raises(NothingToRestoreError, match=name):
        after.restore("nonsense")


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    with kept(tmp_path) as one:
        one.run(IMPORTS + "df = pd.DataFrame({f'c{i}': np.random.rand(100_000) for i in range(10)})")
        one.history.wait(60)
        first = _size(tmp_path)
        one.run("df['c3'] = df['c3'] + 1")
        one.history.wait(60)
        assert _size(tmp_path) - first < 2 * 800_000
        one.run("df.loc[5, 'c4'] = 1")
        one.history.wait(60)
        assert _size(tmp_path) - first < 4 * 800_000
    assert first > 8_000_000
    assert isinstance(one.variables["df"], pd.DataFrame)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def test_functions_of_another_python_are_named_and_the_rest_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept(tmp_path) as before:
        before.run(
            "def double(x): return 2 * x\nclass Pair:\n    def get(self): return 1\npair = Pair()\nn = [1]"
        )
        assert before.history.wait(60)
    monkeypatch.setattr(sys, "version_info", (3, 99, 0, "final", 0))
    with kept(tmp_path) as after:
        restored = after.restore()
        assert after.variables["n"] == [1]
        assert "double" not in after.variables
        told = [line for line in restored.not_restored if line.startswith("double: ")]
        major, minor = sys.implementation.version[:2]
        assert told == [f"double: its code was compiled by Python {major}.{minor}; define it again"]
        assert any(line.startswith("Pair: ") for line in restored.not_restored)
