"""Random programs over a namespace: wherever undo, redo and goto lead, the picture is the one of then."""

from __future__ import annotations

import contextlib
import sys
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.history import Budget, Timeline

sys.path.insert(0, str(Path(__file__).parent))
from picture import picture

NAMES = ["a", "b", "c", "d"]
names = st.sampled_from(NAMES)
numbers = st.integers(0, 5)


class Thing:
    """An object with attributes."""


def _make_frame(ns: dict[str, Any], name: str, n: int) -> None:
    ns[name] = pd.DataFrame(
        {"x": range(n), "y": ["t"] * n, "o": pd.Series([[i] for i in range(n)], dtype=object)}
    )


def _make(kind: Any) -> Any:
    def act(ns: dict[str, Any], name: str, other: str, n: int) -> None:
        ns[name] = kind(n)

    return act


def _alias(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    ns[name] = ns[other]


def _delete(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    del ns[name]


def _share(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    target = ns[name]
    if isinstance(target, list):
        target.append(ns[other])
    elif isinstance(target, dict):
        target[n] = ns[other]
    elif isinstance(target, Thing):
        setattr(target, f"attribute{n}", ns[other])
    elif isinstance(target, pd.DataFrame):
        target.at[target.index[0], "o"].append(ns[other])


def _change(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    target = ns[name]
    if isinstance(target, list):
        target.insert(0, n)
    elif isinstance(target, dict):
        target.pop(n, None)
        target[str(n)] = [n]
    elif isinstance(target, set):
        target ^= {n, str(n)}
    elif isinstance(target, deque):
        target.rotate(1)
        target.append([n])
    elif isinstance(target, type):
        target.rate = [n]
    elif isinstance(target, pd.Index):
        target.name = str(n)
    elif isinstance(target, Thing):
        target.value = n
    elif isinstance(target, np.ndarray):
        target[n % len(target)] += 1
    elif isinstance(target, pd.DataFrame):
        _FRAME_CHANGES[n](target)


def _write_past_copy_on_write(frame: pd.DataFrame) -> None:
    frame["x"].array[0] = 77


_FRAME_CHANGES = [
    lambda frame: frame.insert(0, f"new{frame.shape[1]}", 1),
    lambda frame: frame.pop(frame.columns[-1]),
    lambda frame: frame.__setitem__("x", frame["x"] + 1),
    lambda frame: frame.__setitem__("o", frame["o"].iloc[::-1].tolist()),
    _write_past_copy_on_write,
    lambda frame: frame.loc.__setitem__((frame.index[0], "x"), 55),
]


def _frame_of(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    if isinstance(ns[other], pd.DataFrame):
        ns[name] = [lambda f: f.copy(), lambda f: f.iloc[1:], lambda f: f["x"], lambda f: f.index][n % 4](
            ns[other]
        )


def _close_over(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    held = ns[other]

    def function(default: Any = held) -> Any:
        return held, default

    function.__module__ = "__main__"
    ns[name] = function


def _reach(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    """Put an object somewhere it is reached by no name of its own: an attribute, a cell, a default, attrs."""
    target, held = ns[name], ns[other]
    if isinstance(target, pd.DataFrame):
        target.attrs[str(n)] = [n]  # pandas copies attributes deeply, so none that refer to the frame
    elif isinstance(target, type):
        target.held = held
    elif callable(target):
        target.__defaults__ = (held,)
    elif isinstance(target, deque):
        target.append(held)


def _replace_dict(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    if isinstance(ns[name], Thing):
        ns[name].__dict__ = ns[other].__dict__ if isinstance(ns[other], Thing) and n % 2 else {"new": n}


def _make_class(n: int) -> type:
    return type("Made", (), {"__module__": "__main__", "rate": n, "items": [n]})


ACTIONS = [
    _make(lambda n: [n]),
    _make(lambda n: {n: [n]}),
    _make(lambda n: Thing()),
    _make(lambda n: np.arange(n + 1)),
    _make(lambda n: n),
    _make(lambda n: {n}),
    _make(lambda n: deque([n, [n]])),
    _make(lambda n: np.arange(n + 2)[1:]),
    _make(_make_class),
    _replace_dict,
    *[_reach] * 2,
    lambda ns, name, other, n: _make_frame(ns, name, n + 1),
    lambda ns, name, other, n: _make_frame(ns, name, n + 1),
    *[_alias] * 2,
    _delete,
    *[_share] * 3,
    *[_change] * 6,
    *[_frame_of] * 2,
    _close_over,
]

actions = st.tuples(st.sampled_from(ACTIONS), names, names, numbers)
moves = st.tuples(st.sampled_from(["undo", "redo", "goto", "act"]), numbers, actions)


def _try(action: Any, ns: dict[str, Any]) -> None:
    act, name, other, n = action
    with contextlib.suppress(KeyError, IndexError, ValueError, TypeError, AttributeError):
        act(ns, name, other, n)  # where the cell raises, what it did before that counts


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(actions, min_size=1, max_size=4), min_size=1, max_size=10), st.lists(moves, max_size=12)
)
def test_going_anywhere_gives_the_picture_of_then(program: Any, travel: Any) -> None:
    ns: dict[str, Any] = {}
    timeline = Timeline(ns, budget=Budget(seconds=60))
    pictures = {0: picture(ns)}
    for cell in program:
        for action in cell:
            _try(action, ns)
        expected = picture(ns)
        if (step := timeline.record()) is not None:
            pictures[step.step_id] = expected
        assert picture(ns) == pictures[timeline.position] == expected
    for kind, n, action in travel:
        if kind == "act":
            _try(action, ns)
            expected = picture(ns)
            if (step := timeline.record()) is not None:
                pictures[step.step_id] = expected
        else:
            argument = n % (len(timeline.steps) + 1) if kind == "goto" else n % 3 + 1
            try:
                restored = getattr(timeline, kind)(argument)
            except NothingToRestoreError:
                continue
            assert restored.not_restored == ()
        assert picture(ns) == pictures[timeline.position]
        assert timeline.record() is None


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(actions, min_size=1, max_size=3), min_size=8, max_size=16), st.integers(1, 4))
def test_thinning_never_changes_what_the_remaining_states_hold(program: Any, kept: int) -> None:
    ns: dict[str, Any] = {}
    timeline = Timeline(ns, max_steps=kept, budget=Budget(seconds=60))
    pictures = {0: picture(ns)}
    for cell in program:
        for action in cell:
            _try(action, ns)
        if (step := timeline.record()) is not None:
            pictures[step.step_id] = picture(ns)
    while timeline.can_undo:
        timeline.undo()
        assert picture(ns) == pictures[timeline.position]
    while timeline.can_redo:
        timeline.redo()
        assert picture(ns) == pictures[timeline.position]


own_moves = st.tuples(st.sampled_from(["undo", "redo", "checkpoint", "act", "goto"]), names, numbers, actions)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(actions, min_size=1, max_size=3), min_size=2, max_size=8),
    st.lists(own_moves, max_size=12),
)
def test_variables_moved_on_their_own_never_change_what_a_step_holds(program: Any, travel: Any) -> None:
    ns: dict[str, Any] = {}
    timeline = Timeline(ns, budget=Budget(seconds=60))
    pictures = {0: picture(ns)}
    for cell in program:
        for action in cell:
            _try(action, ns)
        if (step := timeline.record()) is not None:
            pictures[step.step_id] = picture(ns)
    for kind, name, n, action in travel:
        try:
            if kind == "act":
                _try(action, ns)
                if (step := timeline.record()) is not None:
                    pictures[step.step_id] = picture(ns)
            elif kind == "checkpoint":
                pictures[timeline.checkpoint(name)] = picture(ns)
            elif kind == "goto":
                timeline.goto(n % (len(timeline.steps) + 1))
                assert picture(ns) == pictures[timeline.position]
            else:
                getattr(timeline, kind)(n % 3 + 1, name)
        except NothingToRestoreError:
            continue
        assert timeline.record() is None
    for step_id in [*pictures][::-1]:
        timeline.goto(step_id)
        assert picture(ns) == pictures[step_id]
