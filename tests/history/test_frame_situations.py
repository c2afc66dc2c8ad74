"""Situations with pandas: frames, series, indexes, typed columns, and whoever shares their memory."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from situations import Family, check, frame, parametrize

IN_PLACE: Family = {
    "a column assigned": frame("", "df['c'] = df['a'] * 2"),
    "a column overwritten in part through loc": frame("", "df.loc[df.a > 1, 'b'] = -1.0"),
    "a row appended by loc": frame("", "df.loc[3] = [9, 9.0, 'w']"),
    "a value written by at": frame("", "df.at[0, 's'] = 'changed'"),
    "a value written by iat": frame("", "df.iat[0, 0] = 70"),
    "an enlarging column by loc": frame("", "df.loc[:, 'new'] = 5"),
    "rename in place": frame("", "df.rename(columns={'a': 'A'}, inplace=True)"),
    "drop in place": frame("", "df.drop(columns=['a', 'b'], inplace=True)"),
    "dropna in place": frame("", "df.dropna(inplace=True)"),
    "drop_duplicates in place": frame("df['a'] = 1", "df.drop_duplicates('a', inplace=True)"),
    "fillna of one column assigned": frame("", "df['b'] = df['b'].fillna(0)"),
    "replace in place": frame("", "df.replace({'x': 'q'}, inplace=True)"),
    "sort_index in place": frame("df.index = [3, 1, 2]", "df.sort_index(inplace=True)"),
    "reset_index in place": frame("df = df.set_index('s')", "df.reset_index(inplace=True)"),
    "set_index in place": frame("", "df.set_index('a', inplace=True)"),
    "query in place": frame("", "df.query('a > 1', inplace=True)"),
    "eval in place": frame("", "df.eval('z = a * 2', inplace=True)"),
    "clip in place": frame("", "df.drop(columns='s', inplace=True); df.clip(upper=2, inplace=True)"),
    "where in place": frame("ser = df['a'].copy()", "ser.where(ser > 1, -5, inplace=True)", "ser.tolist()"),
    "mask in place": frame("ser = df['a'].copy()", "ser.mask(ser > 1, -5, inplace=True)", "ser.tolist()"),
    "interpolate in place": frame("ser = df['b'].copy()", "ser.interpolate(inplace=True)", "ser.tolist()"),
    "a column set by attribute": frame("", "df.a = [7, 8, 9]"),
    "columns reordered": frame("", "df = df[['s', 'a', 'b']]", "list(df)"),
    "one label in columns": frame("", "df.columns = ['a', 'b', 'text']", "list(df)"),
    "a dtype changed": frame("", "df['a'] = df['a'].astype('int8')"),
    "a multi-level column": frame(
        "df = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([('u', 'v'), ('u', 'w')]))",
        "df[('u', 'w')] = 9; df[('n', 'm')] = 1",
    ),
    "a swap of two columns": frame("", "df[['a', 'b']] = df[['b', 'a']].to_numpy()"),
    "insert and pop": frame("", "df.insert(1, 'm', df.pop('s'))", "list(df), df.to_dict('list')"),
    "a frame emptied": frame("", "df.drop(df.index, inplace=True)", "df.shape, list(df)"),
    "all columns dropped": frame("", "df.drop(columns=list(df), inplace=True)", "df.shape"),
    "attrs": frame("df.attrs['k'] = [1]", "df.attrs['k'].append(2); df.attrs['n'] = 1", "df.attrs"),
    "attrs replaced": frame("", "df.attrs = {'new': 1}", "df.attrs"),
    "a flag": frame("", "df.flags.allows_duplicate_labels = False", "df.flags.allows_duplicate_labels"),
    "a column label that is a tuple": frame("", "df[('p', 'q')] = 1", "list(df)"),
    "a frame method that raised half-way": frame(
        "", "try:\n    df['c'] = 1\n    df['d'] = [1]\nexcept ValueError:\n    pass"
    ),
    "an attribute of the user's own on a frame": frame(
        "import warnings; warnings.simplefilter('ignore'); df.note = [1]",
        "df.note.append(2)",
        "df.note",
    ),
    "a column of a subclass kept": frame(
        "class Table(pd.DataFrame):\n    @property\n    def _constructor(self): return Table\ndf = Table(df)",
        "df['c'] = 1",
        "list(df), type(df).__name__",
    ),
    "a cell larger than life": frame("", "df.loc[0, 's'] = 'x' * 100_000", "len(df.loc[0, 's'])"),
    "update": frame("", "df.update({'a': [10, 20, 30]})"),
    "a chained method assigned": frame("", "df = df.assign(k=1).query('a > 1')"),
    "rows dropped by mask": frame("", "df = df[df.a != 2]"),
    "a wide frame's many columns": frame(
        "df = pd.DataFrame(np.arange(600).reshape(2, 300))",
        "df[7] = 0; df.loc[1, 8] = -1",
        "df[[7, 8]].values.tolist()",
    ),
}


SHARED: Family = {
    "an alias": frame("b = df", "b['c'] = 1", "list(df), b is df"),
    "an alias after rebinding one of the names": frame(
        "b = df", "df['c'] = 1; df = df.copy()", "list(b), b is df"
    ),
    "a frame in a list of frames": frame(
        "box = [df, df.copy()]", "box[1]['c'] = 1; box[0].pop('a')", "[list(f) for f in box], box[0] is df"
    ),
    "a frame in a dict of dicts": frame(
        "box = {'k': {'f': df}}", "box['k']['f']['c'] = 1", "list(df), box['k']['f'] is df"
    ),
    "a frame in a tuple in a set-like": frame(
        "box = {'k': (df,)}", "box['k'][0].columns = list('xyz')", "list(df)"
    ),
    "a frame in a closure": frame(
        "def make(f):\n    def add(): f['c'] = 1\n    return add\nadd = make(df)", "add()", "list(df)"
    ),
    "a frame in a default argument": frame(
        "def add(f=df): f['c'] = 1", "add()", "list(df), add.__defaults__[0] is df"
    ),
    "a frame in a class attribute": frame(
        "class Config: data = df", "Config.data['c'] = 1", "list(df), Config.data is df"
    ),
    "a frame that a class attribute is set to": frame(
        "class Config: data = df", "Config.data = df.head(1)", "len(Config.data)"
    ),
    "a frame in a dataclass": frame(
        "from dataclasses import dataclass\n@dataclass\nclass Job:\n    table: object\njob = Job(df)",
        "job.table.loc[0, 'a'] = 50",
        "df['a'].tolist(), job.table is df",
    ),
    "a frame in a SimpleNamespace": frame(
        "import types; box = types.SimpleNamespace(f=df)", "box.f['c'] = 1", "list(df)"
    ),
    "a frame in a partial": frame(
        "import functools; act = functools.partial(pd.DataFrame.insert, df, 0, 'z', 1)", "act()", "list(df)"
    ),
    "a frame in a bound method": frame("act = df.insert; del df", "act(0, 'z', 1)", "list(act.__self__)"),
    "a frame behind a property": frame(
        "class C:\n    def __init__(self): self._f = df\n    @property\n"
        "    def f(self): return self._f\nc = C()",
        "c.f['c'] = 1",
        "list(df)",
    ),
    "a frame in a cached property": frame(
        "from functools import cached_property\nclass C:\n    @cached_property\n"
        "    def f(self): return df.copy()\nc = C(); f = c.f",
        "c.f['c'] = 1",
        "list(f), c.f is f",
    ),
    "a frame in a defaultdict": frame(
        "from collections import defaultdict\nbox = defaultdict(lambda: df)",
        "box['k']['c'] = 1",
        "list(df), list(box)",
    ),
    "a frame in a deque": frame(
        "from collections import deque\nbox = deque([df])",
        "box[0]['c'] = 1; box.rotate(); box.append(1)",
        "list(df), len(box)",
    ),
    "a frame in an object array": frame(
        "box = np.empty(1, dtype=object); box[0] = df", "box[0]['c'] = 1", "list(df)"
    ),
    "a frame in attrs of another": frame(
        "t = pd.DataFrame({'q': [1]}); t.attrs['from'] = df", "t.attrs['from']['c'] = 1", "list(df)"
    ),
    "a frame in a generator's frame": frame(
        "def gen(f):\n    while True:\n        yield f\ng = gen(df); got = next(g)",
        "got['c'] = 1",
        "list(df)",
    ),
    "a frame in a mapping proxy": frame(
        "import types; p = types.MappingProxyType({'f': df})", "p['f']['c'] = 1", "list(df)"
    ),
    "a frame in an exception": frame("e = ValueError(df)", "e.args[0]['c'] = 1", "list(df)"),
    "a frame held by a groupby": frame(
        "g = df.groupby('s')", "df['c'] = 1; df.loc[0, 'a'] = 100", "list(df), list(g.obj), g.obj is df"
    ),
    "a groupby whose frame has no name": frame(
        "g = df.groupby('s'); del df",
        "g.obj['c'] = 1; g.obj.loc[0, 'a'] = 7",
        "list(g.obj), g.obj['a'].tolist()",
    ),
    "a frame held by its indexer": frame(
        "at = df.at; del df", "at[0, 'a'] = 5; at.obj['c'] = 1", "at.obj['a'].tolist(), list(at.obj)"
    ),
    "a rolling object's frame": frame("r = df[['a']].rolling(2)", "r.obj['c'] = 1", "list(r.obj)"),
    "a view of a frame": frame("v = df[:]", "df.loc[0, 'a'] = 5", "df['a'].tolist(), v['a'].tolist()"),
    "a column held by a name": frame("col = df['a']", "col.iloc[0] = 5", "col.tolist(), df['a'].tolist()"),
    "a transposed frame": frame(
        "t = df[['a', 'b']].T", "t.iloc[0, 0] = 8", "t.values.tolist(), df['a'].tolist()"
    ),
    "a shallow copy": frame(
        "c = df.copy(deep=False)", "c['n'] = 1; c.loc[0, 'a'] = 3", "list(c), list(df), df['a'].tolist()"
    ),
    "a frame swapped with another": frame(
        "e = pd.DataFrame({'q': [1]})", "df, e = e, df", "list(df), list(e)"
    ),
    "a series in a dict": frame(
        "box = {'s': df['a'].copy()}",
        "box['s'].loc[9] = 5; box['s'].name = 'n'",
        "box['s'].to_dict(), box['s'].name",
    ),
    "a series' name": frame("ser = df['a']", "ser.name = 'n'", "ser.name"),
    "a series deleted from": frame(
        "ser = df['a'].copy()", "del ser[0]; ser.drop(1, inplace=True)", "ser.to_dict()"
    ),
    "a series sorted in place": frame(
        "ser = pd.Series([3, 1])", "ser.sort_values(inplace=True)", "ser.to_dict()"
    ),
    "a series popped": frame("ser = pd.Series([3, 1])", "ser.pop(0)", "ser.to_dict()"),
    "categories of a series": frame(
        "ser = pd.Series(list('aba'), dtype='category')",
        "ser = ser.cat.rename_categories({'a': 'A'})",
        "ser.tolist(), list(ser.cat.categories)",
    ),
    "a categorical's order": frame(
        "cat = pd.Categorical(['a', 'b'], ordered=False)",
        "cat = cat.as_ordered(); cat[0] = 'b'",
        "cat.ordered, list(cat)",
    ),
    "a categorical written": frame("cat = pd.Categorical(['a', 'b'])", "cat[0] = 'b'", "list(cat)"),
    "an extension array held by a name": frame("arr = pd.array([1, 2, None])", "arr[0] = 9", "arr.tolist()"),
    "a string array held by a name": frame("arr = pd.array(['a', 'b'])", "arr[0] = 'z'", "arr.tolist()"),
    "an array held by its frame and a name": frame(
        "arr = pd.array([1, 2, 3], dtype='Int64'); ser = pd.Series(arr, copy=False)",
        "arr[0] = 9",
        "arr.tolist(), ser.tolist()",
    ),
}

FAMILIES = {
    "in place": IN_PLACE,
    "shared": SHARED,
}
ALL = {f"{family}: {name}": each for family, table in FAMILIES.items() for name, each in table.items()}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(**parametrize(ALL))
def test_a_frame_goes_back_and_forward(setup: str, change: str, watch: str) -> None:
    check(setup, change, watch)
