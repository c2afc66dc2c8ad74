"""Situations from notebooks: a cell that sets up, a cell that changes something, then undo and redo.

Whatever the second cell did, undo must give the very picture of before, identities included, and redo
the one of after.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from autodash_jupyter.history import Budget, Timeline

sys.path.insert(0, str(Path(__file__).parent))
from picture import picture

FRAME = """
import pandas as pd, numpy as np
df = pd.DataFrame({'a': [1, 2, 3], 'b': [1.5, 2.5, None], 's': ['x', 'y', 'z']})
"""
NUMBERS = "import pandas as pd, numpy as np\na = np.arange(12).reshape(3, 4)\n"

FRAMES = {
    "a column added": "df['c'] = df['a'] * 2",
    "a column dropped with del": "del df['a']",
    "a column popped": "popped = df.pop('b')",
    "a column inserted": "df.insert(0, 'first', 7)",
    "a column renamed by assigning columns": "df.columns = ['A', 'b', 's']",
    "one label renamed through the columns' values": "df.columns = df.columns.str.upper()",
    "a column overwritten": "df['a'] = df['a'] + 1",
    "a column given another dtype": "df['a'] = df['a'].astype('float32')",
    "a cell written with loc": "df.loc[0, 'a'] = 100",
    "a cell written with iloc": "df.iloc[1, 1] = -1.0",
    "a cell written with at": "df.at[2, 's'] = 'w'",
    "a cell written with iat": "df.iat[0, 0] = 9",
    "a column set by mask": "df.loc[df['a'] > 1, 'b'] = 0",
    "a row appended with loc": "df.loc[3] = [4, 4.5, 'w']",
    "a fill in place": "df.fillna(0, inplace=True)",
    "a sort in place": "df.sort_values('a', ascending=False, inplace=True)",
    "rows dropped in place": "df.drop(index=[0], inplace=True)",
    "an index set in place": "df.set_index('s', inplace=True)",
    "an index reset in place": "df.index = [5, 6, 7]",
    "the index' name": "df.index.name = 'row'",
    "the columns' name": "df.columns.name = 'field'",
    "an attribute in attrs": "df.attrs['source'] = 'survey'",
    "the flag against duplicate labels": "df.flags.allows_duplicate_labels = False",
    "isetitem": "df.isetitem(0, [7, 8, 9])",
    "update from another frame": "df.update(pd.DataFrame({'a': [10, 20, 30]}))",
    "eval with an assignment in place": "df.eval('d = a + 1', inplace=True)",
    "a write past copy-on-write, to numbers": "df['a'].array[0] = 50",
    "a write past copy-on-write, to text": "df['s'].array[0] = 'changed'",
    "a change inside a function": "def f(frame):\n    frame['new'] = 1\nf(df)",
    "rebinding to a filtered frame": "df = df[df['a'] > 1]",
    "rebinding to a copy that is then changed": "df = df.copy(); df['a'] = 0",
    "deleting the variable": "del df",
    "a view of a column changed": "col = df['a']; col[0] = 99",
    "a changed alias": "other = df; other['c'] = 1",
    "a frame exec'd over by a series": "df = df['a']",
    "a series in a frame attribute": "df.attrs['kept'] = df['a'].tolist()",
}

ALIASED = {
    "an alias follows": ("other = df", "other['c'] = 1"),
    "a frame in a list": ("box = [df]", "box[0]['c'] = 1"),
    "a frame in a dict": ("box = {'k': df}", "box['k'].loc[0, 'a'] = 5"),
    "a frame in a tuple": ("box = (df, 1)", "box[0]['c'] = 1"),
    "a frame in nested containers": (
        "box = {'k': [(df,)]}",
        "box['k'][0][0].drop(columns='a', inplace=True)",
    ),
    "a frame in a closure": (
        "def make(frame):\n    def inner():\n        frame['c'] = 1\n    return inner\nf = make(df)",
        "f()",
    ),
    "a frame as a default argument": ("def f(frame=df):\n    frame['c'] = 1", "f()"),
    "a frame as a keyword-only default": ("def f(*, frame=df):\n    frame['c'] = 1", "f()"),
    "a frame as a class attribute": ("class Config:\n    data = df", "Config.data['c'] = 1"),
    "a frame as an instance attribute": (
        "class Model:\n    pass\nm = Model(); m.data = df",
        "m.data['c'] = 1",
    ),
    "a frame held by functools.partial": (
        "from functools import partial\np = partial(lambda frame: frame.insert(0, 'z', 1), df)",
        "p()",
    ),
    "a frame whose only holder is a list": ("box = [df]; del df", "box[0]['c'] = 1"),
    "a frame whose only holder is a closure": (
        "def make(frame):\n    return lambda: frame.insert(0, 'z', 1)\nf = make(df); del df",
        "f()",
    ),
    "two frames sharing an index": (
        "twin = pd.DataFrame({'q': [1, 2, 3]}, index=df.index)",
        "df.index.name = 'n'",
    ),
    "an index held by a name": ("idx = df.index", "idx.name = 'n'"),
    "a multi-index' names": (
        "df = df.set_index(['a', 's']); mi = df.index",
        "mi.names = ['u', 'v']",
    ),
    "a categorical column": (
        "df['k'] = df['s'].astype('category')",
        "df['k'] = df['k'].cat.add_categories(['n'])",
    ),
    "a write to a categorical's array": ("df['k'] = df['s'].astype('category')", "df['k'].array[0] = 'z'"),
    "a write to a nullable column's array": ("df['n'] = df['a'].astype('Int64')", "df['n'].array[0] = pd.NA"),
    "a write to a date column's array": (
        "df['t'] = pd.date_range('2024', periods=3)",
        "df['t'].array[0] = pd.Timestamp('2000')",
    ),
    "a list in an object cell": (
        "df['o'] = pd.Series([[1], [2], [3]], dtype=object)",
        "df.at[0, 'o'].append(9)",
    ),
    "a dict in an object cell": ("df['o'] = pd.Series([{}, {}, {}], dtype=object)", "df.at[1, 'o']['k'] = 1"),
    "an object column's cell replaced": (
        "df['o'] = pd.Series([[1], None, 'x'], dtype=object)",
        "df['o'].array[1] = 'new'",
    ),
    "a frame over an array, written through the array": (
        "base = np.zeros((3, 2)); shared = pd.DataFrame(base, copy=False)",
        "base[0, 0] = 7",
    ),
    "a series changed in place": ("ser = df['a'].copy()", "ser.iloc[0] = 5"),
    "a series' name": ("ser = df['a'].copy()", "ser.name = 'other'"),
    "a series' index": ("ser = df['a'].copy()", "ser.index = list('pqr')"),
    "index values made writeable": (
        "df.index = pd.Index([10, 20, 30]); v = df.index._data",
        "v.flags.writeable = True; v[0] = 99",
    ),
    "a frame of a subclass with an attribute": (
        "class Mine(pd.DataFrame):\n    _metadata = ['note']\n    @property\n    def _constructor(self):\n"
        "        return Mine\nmine = Mine(df); mine.note = 'a'",
        "mine.note = 'b'; mine['c'] = 1",
    ),
    "a duplicate column name": ("df.columns = ['a', 'a', 's']", "df.iloc[0, 1] = 7"),
    "a frame without columns": ("df = pd.DataFrame(index=[1, 2])", "df['x'] = 1"),
}

ARRAYS = {
    "an element": ("", "a[0, 0] = 99"),
    "a slice through a view": ("v = a[1]", "v[:] = -1"),
    "an operation in place": ("", "a += 1"),
    "a sort in place": ("b = np.array([3, 1, 2])", "b.sort()"),
    "a shape set in place": ("b = np.arange(6)", "b.shape = (2, 3)"),
    "a flag": ("", "a.flags.writeable = False"),
    "an object array's list": ("o = np.array([[1], None], dtype=object)", "o[0].append(2)"),
    "an object array's element": ("o = np.array([[1], None], dtype=object)", "o[1] = 'x'"),
    "a masked array": ("m = np.ma.array([1, 2, 3], mask=[0, 0, 1])", "m[0] = np.ma.masked"),
    "a structured array": ("r = np.zeros(2, dtype=[('x', 'i4'), ('y', 'f8')])", "r['x'][1] = 4"),
    "an array larger than a piece": ("b = np.zeros(400_000)", "b[399_999] = 1"),
    "dates": ("b = np.array(['2024-01-01'], dtype='M8[D]')", "b[0] = np.datetime64('1999-01-01')"),
    "a fortran-ordered array": ("b = np.asfortranarray(np.ones((3, 2)))", "b[2, 1] = 5"),
}

OBJECTS = {
    "a list appended to": ("x = [1]", "x.append(2)"),
    "a list sorted": ("x = [3, 1, 2]", "x.sort()"),
    "a list cleared": ("x = [[1], [2]]", "x.clear()"),
    "a nested list": ("x = [[1, [2]]]", "x[0][1].append(3)"),
    "a list that holds itself": ("x = [1]; x.append(x)", "x.append(2)"),
    "one list in two places": ("y = [0]; x = [y, y]", "x[0].append(1)"),
    "a dict's value": ("x = {'a': 1}", "x['a'] = 2"),
    "a dict's order": ("x = {'a': 1, 'b': 2}", "x['a'] = x.pop('a')"),
    "a dict's key removed": ("x = {'a': 1, 'b': [2]}", "del x['b']"),
    "a dict with keys of a class": (
        "class K:\n    def __hash__(self): return 7\n    def __eq__(self, o): return self is o\n"
        "k = K(); x = {k: 1, K(): 2}",
        "x[k] = 3; x[K()] = 4",
    ),
    "a set": ("x = {1, 2}", "x.add(3); x.discard(1)"),
    "a bytearray": ("x = bytearray(b'ab')", "x.extend(b'cd'); x[0] = 0"),
    "an array.array": ("import array\nx = array.array('i', [1, 2])", "x.append(3)"),
    "a deque": ("from collections import deque\nx = deque([1, 2], maxlen=3)", "x.appendleft(0); x.append(9)"),
    "a defaultdict": ("from collections import defaultdict\nx = defaultdict(list)", "x['k'].append(1)"),
    "an ordered dict": (
        "from collections import OrderedDict\nx = OrderedDict(a=1, b=2)",
        "x.move_to_end('a'); x['c'] = 3",
    ),
    "a counter": ("from collections import Counter\nx = Counter('aab')", "x.update('bb')"),
    "a chain map": ("from collections import ChainMap\nx = ChainMap({}, {'a': 1})", "x['b'] = 2"),
    "a stream of text": ("import io\nx = io.StringIO(); n = x.write('ab')", "x.write('cd')"),
    "a namespace object": ("import types\nx = types.SimpleNamespace(a=1)", "x.a = 2; x.b = [1]"),
    "an attribute": ("class C:\n    pass\nx = C(); x.a = 1", "x.a = 2; x.b = 3"),
    "an attribute deleted": ("class C:\n    pass\nx = C(); x.a = 1", "del x.a"),
    "a slot": ("class C:\n    __slots__ = ('a', 'b')\nx = C(); x.a = 1", "x.a = 2; x.b = 3"),
    "a slot deleted": ("class C:\n    __slots__ = ('a',)\nx = C(); x.a = 1", "del x.a"),
    "a dataclass": (
        "from dataclasses import dataclass, field\n@dataclass\nclass P:\n    x: int = 0\n"
        "    tags: list = field(default_factory=list)\np = P()",
        "p.x = 5; p.tags.append('t')",
    ),
    "an object's class": ("class A:\n    pass\nclass B:\n    pass\nx = A()", "x.__class__ = B"),
    "a list subclass with an attribute": (
        "class L(list):\n    pass\nx = L([1]); x.note = 1",
        "x.append(2); x.note = 2",
    ),
    "a dict subclass": ("class D(dict):\n    pass\nx = D(a=1)", "x['b'] = 2; x.note = []"),
    "a class attribute": ("class Config:\n    rate = 1", "Config.rate = 2"),
    "a class attribute added": ("class Config:\n    rate = 1", "Config.extra = [1]"),
    "a class attribute that is a list": ("class Config:\n    items = []", "Config.items.append(1)"),
    "a class reached by an instance only": (
        "class Config:\n    rate = 1\nc = Config(); del Config",
        "type(c).rate = 2",
    ),
    "a class defined anew": ("class C:\n    v = 1\nx = C()", "class C:\n    v = 2"),
    "a method replaced": ("class C:\n    def m(self): return 1\nx = C()", "C.m = lambda self: 2"),
    "a default argument": ("def f(x=[]):\n    x.append(1)\n    return x", "f()"),
    "a function's defaults replaced": ("def f(x=1): return x", "f.__defaults__ = (2,)"),
    "a function's attribute": ("def f(): pass", "f.calls = 1"),
    "a function's code": ("def f(): return 1\ndef g(): return 2", "f.__code__ = g.__code__"),
    "a nonlocal counter": (
        "def make():\n    n = 0\n    def inc():\n        nonlocal n\n        n += 1\n    return inc\n"
        "inc = make()",
        "inc()",
    ),
    "a bound method's object": ("x = [1]; add = x.append; del x", "add(2)"),
    "a property's object": (
        "class C:\n    def __init__(self): self._v = [1]\n    @property\n"
        "    def v(self): return self._v\nc = C()",
        "c.v.append(2)",
    ),
    "a dict seen through a proxy": ("import types\nd = {}; x = types.MappingProxyType(d); del d", "y = 1"),
    "an exception's attribute": ("e = ValueError('x')", "e.note = 'n'"),
    "an enum member's attribute": ("import enum\nclass E(enum.Enum):\n    A = 1\nx = E.A", "x.note = [1]"),
    "a numpy generator": ("import numpy as np\nrng = np.random.default_rng(1)", "n = rng.random()"),
    "a Random": ("import random\nr = random.Random(1)", "n = r.random()"),
    "a name created": ("x = 1", "y = [2]"),
    "a name rebound": ("x = [1]", "x = [2]"),
    "a name deleted": ("x = [1]; y = x", "del x"),
    "two names swapped": ("x = [1]; y = [2]", "x, y = y, x"),
    "a private name": ("_private = 1", "_private = 2"),
    "an import": ("x = 1", "import json"),
    "an object with a hostile eq": (
        "class H:\n    def __eq__(self, o): raise RuntimeError\n    __hash__ = None\nx = [H(), H()]",
        "x.reverse()",
    ),
    "an object with hostile dunders": (
        "class H:\n    def __getattr__(self, n): raise RuntimeError\n"
        "    def __repr__(self): raise RuntimeError\n"
        "    def __copy__(self): raise RuntimeError\n    def __deepcopy__(self, m): raise RuntimeError\n"
        "    def __reduce_ex__(self, p): raise RuntimeError\n    def __bool__(self): raise RuntimeError\n"
        "    def __len__(self): raise RuntimeError\n    def __iter__(self): raise RuntimeError\n"
        "    @property\n    def __class__(self): raise RuntimeError\n"
        "    def __getattribute__(self, n): raise RuntimeError\n"
        "x = H(); object.__setattr__(x, 'a', 1)",
        "object.__setattr__(x, 'a', 2)",
    ),
    "a class whose metaclass can't be hashed or compared": (
        "class M(type):\n    def __hash__(cls): raise RuntimeError\n"
        "    def __eq__(cls, o): raise RuntimeError\n"
        "class C(metaclass=M):\n    pass\nx = C(); x.a = 1",
        "x.a = 2; C.b = 3",
    ),
    "the namespace in a variable": ("g = globals(); x = [1]", "g['x'].append(2)"),
    "a deep chain": ("x = []\nfor _ in range(100): x = [x]", "x.append(1)"),
    "an object graph with a cycle": (
        "class N:\n    pass\na, b = N(), N(); a.other, b.other = b, a",
        "a.other.value = 1; b.other = None",
    ),
    "an estimator of its own": (
        "import numpy as np\nclass Fit:\n    def fit(self, x):\n        self.mean_ = x.mean(); "
        "self.coef_ = x * 2\n"
        "        return self\nm = Fit().fit(np.ones(3))",
        "m.coef_[0] = 9; m.fit(np.zeros(2))",
    ),
}

SITUATIONS = [
    *(pytest.param(FRAME, change, id=f"frame: {name}") for name, change in FRAMES.items()),
    *(pytest.param(FRAME + setup, change, id=f"frame: {name}") for name, (setup, change) in ALIASED.items()),
    *(pytest.param(NUMBERS + setup, change, id=f"array: {name}") for name, (setup, change) in ARRAYS.items()),
    *(pytest.param(setup, change, id=f"object: {name}") for name, (setup, change) in OBJECTS.items()),
]


def run(code: str, namespace: dict[str, Any]) -> None:
    exec(compile(code, "<cell>", "exec"), namespace)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("setup", "change"), SITUATIONS)
def test_undo_and_redo_restore_the_very_picture(setup: str, change: str) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    run(setup, namespace)
    timeline = Timeline(namespace, budget=Budget(seconds=60))
    before = picture(namespace)
    run(change, namespace)
    after = picture(namespace)
    assert timeline.record(change) is not None
    assert picture(namespace) == after, "recording must change nothing"
    assert timeline.record() is None, "a recorded state has no changes left"

    undone = timeline.undo()
    assert undone.not_restored == ()
    assert picture(namespace) == before
    assert timeline.record() is None, "going back leaves no changes to record"
    timeline.redo()
    assert picture(namespace) == after
    timeline.goto(0)
    assert picture(namespace) == before
