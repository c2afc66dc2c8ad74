"""Random programs over a namespace: wherever undo, redo and goto lead, the picture is the one of then."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodash_jupyter.errors import NothingToRestoreError
from autodash_jupyter.history import Budget, Timeline

sys.path.insert(0, str(Path(__file__).parent))
from picture import picture
from random_changes import ACTIONS, attempt

names = st.sampled_from(["a", "b", "c", "d"])
numbers = st.integers(0, 5)
actions = st.tuples(st.sampled_from(ACTIONS), names, names, numbers)
moves = st.tuples(st.sampled_from(["undo", "redo", "goto", "act"]), numbers, actions)


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
            attempt(action, ns)
        expected = picture(ns)
        if (step := timeline.record()) is not None:
            pictures[step.step_id] = expected
        assert picture(ns) == pictures[timeline.position] == expected
    for kind, n, action in travel:
        if kind == "act":
            attempt(action, ns)
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
            attempt(action, ns)
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
            attempt(action, ns)
        if (step := timeline.record()) is not None:
            pictures[step.step_id] = picture(ns)
    for kind, name, n, action in travel:
        try:
            if kind == "act":
                attempt(action, ns)
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
