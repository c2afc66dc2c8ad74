"""Comparing many objects of a family at once finds the same changes as asking each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.history import Timeline
from autodash_jupyter.history.comparing import Comparisons
from autodash_jupyter.history.heap import Heap

_MANY = 150  # more than one family holds


class Box:
    def __init__(self, n: int) -> None:
        self.n = n


def _replace_name(index: pd.Index) -> None:
    index.name = "other"


def _grow(values: np.ndarray[Any, Any]) -> None:
    values.shape = (1, 3)


KINDS: dict[str, tuple[Callable[[int], Any], Callable[[Any], object]]] = {
    "a list that grew": (lambda n: [n], lambda x: x.append(1)),
    "a list with another item": (lambda n: [n, n], lambda x: x.__setitem__(0, "other")),
    "a list that shrank": (lambda n: [n, n], lambda x: x.pop()),
    "a dict with another value": (lambda n: {"a": n}, lambda x: x.update(a="other")),
    "a dict with another key": (lambda n: {"a": n}, lambda x: x.update(b=x.pop("a"))),
    "an empty dict that got an item": (lambda _: {}, lambda x: x.update(a=1)),
    "a default dict with another factory": (
        lambda n: defaultdict(list, a=n),
        lambda x: setattr(x, "default_factory", dict),
    ),
    "a default dict with another item": (lambda n: defaultdict(list, a=n), lambda x: x["b"]),
    "a set that grew": (lambda n: {n}, lambda x: x.add("other")),
    "an instance with another attribute": (Box, lambda x: setattr(x, "other", 1)),
    "an instance with another value": (Box, lambda x: setattr(x, "n", "other")),
    "an array's cell": (lambda n: np.array([n, 1, 2]), lambda x: x.__setitem__(0, 99_999)),
    "an array's shape": (lambda n: np.array([n, 1, 2]), _grow),
    "an array made read-only": (lambda n: np.array([n, 1, 2]), lambda x: x.setflags(write=False)),
    "an array of objects": (lambda n: np.array([n, "x"], dtype=object), lambda x: x.__setitem__(0, "other")),
    "a frame's column": (lambda n: pd.DataFrame({"a": [n, 2]}), lambda x: x.__setitem__("b", 1)),
    "a frame's cell": (lambda n: pd.DataFrame({"a": [n, 2]}), lambda x: x.iloc.__setitem__((0, 0), 99_999)),
    "a frame's attrs": (lambda n: pd.DataFrame({"a": [n, 2]}), lambda x: x.attrs.update(a=1)),
    "a frame's flag": (
        lambda n: pd.DataFrame({"a": [n, 2]}),
        lambda x: setattr(x.flags, "allows_duplicate_labels", False),
    ),
    "a series' name": (lambda n: pd.Series([n], name="a"), lambda x: setattr(x, "name", "other")),
    "an index's name": (lambda n: pd.Index([n, n + 1]), _replace_name),
    "a range's name": (lambda n: pd.RangeIndex(n + 1), _replace_name),
    "a level's names": (
        lambda n: pd.MultiIndex.from_tuples([(n, 1)], names=["a", "b"]),
        lambda x: setattr(x, "names", ["a", "c"]),
    ),
    "a typed column's cell": (
        lambda n: pd.array([n, None], dtype="Int64"),
        lambda x: x.__setitem__(1, 5),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_one_change_among_many_objects_is_found_and_undone(kind: str) -> None:
    make, change = KINDS[kind]
    variables: dict[str, Any] = {f"v{n}": make(n) for n in range(_MANY)}
    before = repr(variables)
    timeline = Timeline(variables)
    assert timeline.record() is None
    for changed in ("v0", f"v{_MANY // 2}", f"v{_MANY - 1}"):
        change(variables[changed])
        step = timeline.record()
        assert step is not None
        assert [each.name for each in step.changes] == [changed]
        timeline.undo()
        assert repr(variables) == before
        assert timeline.record() is None


def test_what_there_was_no_time_to_compare_has_its_turn_next() -> None:
    heap, lists = Heap(), [[n] for n in range(10_000)]
    comparisons = Comparisons()
    for each in lists:
        comparisons.put(id(each), heap.capture(each, "lists"))
    lists[-1].append(1)
    for _ in range(100):
        apart, left = comparisons.differing(lambda: True)
        if apart:
            break
        assert left == {"lists": None}
    assert apart == [id(lists[-1])]


def test_an_object_discarded_is_compared_no_longer() -> None:
    heap, lists = Heap(), [[n] for n in range(100)]
    comparisons = Comparisons()
    for each in lists:
        comparisons.put(id(each), heap.capture(each))
    for each in lists:
        each.append(1)
        comparisons.discard(id(each))
    assert comparisons.differing(lambda: False) == ([], {})
    assert not list(comparisons.families())


def test_tables_whose_equal_bytes_are_kept_once_go_back_each_to_its_own() -> None:
    variables: dict[str, Any] = {}
    timeline = Timeline(variables)
    variables["a"] = np.arange(1_000)
    timeline.record()
    variables["b"] = np.arange(1_000)
    timeline.record()
    kept = [node.state.pieces[0] for key, node in timeline._heap.nodes.items() if key < 0]
    assert kept[0] is kept[1]
    variables["a"][0] = 7
    variables["b"][1] = 8
    timeline.record()
    timeline.undo()
    assert [variables[name][:2].tolist() for name in "ab"] == [[0, 1], [0, 1]]
    timeline.redo()
    assert [variables[name][:2].tolist() for name in "ab"] == [[7, 1], [0, 8]]
