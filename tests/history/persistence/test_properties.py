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
    "{x} = np.zeros((2, {n}, 3)).transpose(1, 0, 2).copy('K')",
    "{x} = np.array([[{n}], None], dtype=object)",
    "{x} = deque([{n}, [{n}]])",
    "{x} = OrderedDict(a={n}, b=[{n}])",
    "{x} = defaultdict(list, k=[{n}])",
    "{x} = Counter('aab')",
    "{x} = bytearray(b'abc')",
    "{x} = Slots({n})",
    "{x} = Frozen([{n}])",
    "{x} = pl.DataFrame({{'x': range({n} + 1)}})",
    "{x} = partial(print, {y}, k={n})",
    "{x} = iter([{n}, {y}, 1])",
    "{x} = np.ma.masked_array([1, 2, {n}], mask=[0, 1, 0])",
    "{x} = np.zeros({n} + 1, dtype=[('a', int), ('b', float)])",
    "{x} = pd.array([1, None, {n}], dtype='Int64')",
    "{x} = pd.interval_range(0, {n} + 1)",
    "{x} = pd.Series(pd.period_range('2020', periods={n} + 1, freq='D'))",
    "{x} = pd.Series([0, 0, {n}], dtype='Sparse[int]')",
    "{x} = pd.DataFrame({{'x': [1, 2], 't': pd.to_datetime(['2020', None]), 'o': [{y}, [1]]}})",
    "{x} = type('Made', (), {{'__module__': '__main__', 'rate': [{n}]}})",
    "{x} = random.Random({n})",
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
    "{x} = {y}[::-1]",
    "{x} = {y}.T",
    "{x} = {y}['o'].array",
    "{x}.attrs['k'] = [{n}]",
    "{x}.index.name = 'i{n}'",
    "{x}[0] = {n}",
    "{x}['y'] = {x}['y'].astype('category')",
    "{x}['x'] = {x}['x'].astype(['Int64', 'float32', 'string', 'boolean', 'complex', object][{n}])",
    "{x} = {x}.set_index(['x', 'y'])",
    "{x} += 1",
    "{x}.rotate(1)",
    "{x}.move_to_end('a')",
    "{x}['k'].append({y})",
    "{x}.update('bb')",
    "{x}.extend(b'de')",
    "{x}.held.append({y})",
    "{x} = iter([{n}, {y}, 1])\nnext({x})",
    "{x}.random()",
    "{x}.rate = {y}",
    "{x} = {y}()",
    "{x}['a'][0] = {n}",
    "{x}.insert_column(0, pl.Series('n{n}', {x}['x']))",
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
START = """
import random
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from functools import partial
import numpy as np, pandas as pd, polars as pl

class Thing:
    pass

class Slots:
    __slots__ = ('part', 'other')
    def __init__(self, part):
        self.part = part

@dataclass(frozen=True)
class Frozen:
    held: list
"""


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
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


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
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
