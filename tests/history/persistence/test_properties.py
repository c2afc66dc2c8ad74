"""Random programs, stored and brought back into another namespace: every state is as it was, aliases too."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from kept import kept, shape

NAMES = ["a", "b", "c", "d"]
MAKES = [
    "{x} = [{n}]",
    "{x} = {{{n}: [{n}]}}",
    "{x} = Thing()",
    "{x} = np.arange({n} + 1)",
    "{x} = {n}",
    "{x} = (({y},), {n})",
    "{x} = {{'s', {n}}}",
    "{x} = pd.DataFrame({{'x': range({n} + 1), 'y': 't', 'o': [[i] for i in range({n} + 1)]}})",
    "{x} = pd.DataFrame(np.zeros(({n} + 1, 2)), columns=['x', 'y'], copy=False)",
]
CHANGES = [
    "{x} = {y}",
    "del {x}",
    "{x}.append({y})",
    "{x}[{n}] = {y}",
    "{x}.part = {y}",
    "{x}['new{n}'] = {n}",
    "{x}.loc[{x}.index[0], 'x'] = {n}",
    "{x}['o'].iloc[0].append({y})",
    "{x}['x'].array[0] = {n}",
    "{x}.pop()",
    "{x} = {y}['x']",
    "{x} = {y}.iloc[1:]",
    "{x} = {y}.index",
    "{x} = {y}.copy(deep=False)",
    "{x} = {y}[1:]",
    "{x} += 1",
    "{x} = lambda held={y}: ({y}, held)",
    "def outer(held):\n    return lambda: held\n{x} = outer({y})",
]
lines = st.builds(
    lambda form, x, y, n: form.format(x=x, y=y, n=n),
    st.one_of(st.sampled_from(MAKES), st.sampled_from(CHANGES)),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.integers(0, 5),
)
START = "import numpy as np, pandas as pd\nclass Thing:\n    pass\n"


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(lines, min_size=1, max_size=4), min_size=1, max_size=8),
    st.lists(st.integers(0, 9), max_size=6),
)
def test_every_state_comes_back_as_it_was(program: list[list[str]], travel: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shapes: dict[int, Any] = {}
        with kept(Path(folder)) as before:
            before.run(START)
            for cell in program:
                for line in cell:
                    _try(line, before.variables)
                expected = shape(before.variables)
                before.record("\n".join(cell))
                shapes[before.timeline.position] = expected
            last = before.timeline.position
        with kept(Path(folder)) as after:
            assert after.restore().not_restored == ()
            for step in [last, *(sorted(shapes)[n % len(shapes)] for n in travel)]:
                assert after.timeline.goto(step).not_restored == ()
                assert shape(after.variables) == shapes[step]
                assert after.record() is None


@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(lines, min_size=1, max_size=4), min_size=2, max_size=8),
    st.lists(st.integers(0, 9), max_size=6),
)
def test_states_released_from_memory_come_back_as_they_were(
    program: list[list[str]], travel: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder, kept(Path(folder)) as one:
        shapes: dict[int, Any] = {}
        one.run(START)
        for cell in program:
            for line in cell:
                _try(line, one.variables)
            one.record("\n".join(cell))
            shapes[one.timeline.position] = shape(one.variables)
            assert one.history.wait(60)
            assert one.history.enforce(0) == ()
        for n in travel:
            step = sorted(shapes)[n % len(shapes)]
            assert one.timeline.goto(step).not_restored == ()
            assert shape(one.variables) == shapes[step]
            assert one.record() is None
            assert one.history.wait(60)
            assert one.history.enforce(0) == ()


def _try(line: str, variables: dict[str, Any]) -> None:
    try:
        exec(compile(line, "<cell>", "exec"), variables)
    except Exception:  # noqa: BLE001 - where a line raises, what it did before that counts
        return
