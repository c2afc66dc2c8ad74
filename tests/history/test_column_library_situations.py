"""Situations with polars and pyarrow: nearly all of theirs can't change, but for a few methods of polars."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from situations import Family, check, parametrize

START = "import polars as pl\ndf = pl.DataFrame({'a': [1, 2], 's': ['x', 'y']})\n"
CELLS = "df.to_dict(as_series=False), df.dtypes"


def polars(setup: str, change: str, watch: str = CELLS) -> tuple[str, str, str]:
    return START + setup, change, watch


POLARS: Family = {
    "a column dropped in place": polars("", "kept = df.drop_in_place('a')"),
    "a column inserted": polars("", "df.insert_column(0, pl.Series('n', [5, 6]))"),
    "a column replaced": polars("", "df.replace_column(0, pl.Series('n', [5, 6]))"),
    "an item assigned": polars("", "df[0, 'a'] = 50"),
    "a column assigned by name": polars("", "df[['a']] = [[7], [8]]"),
    "extended": polars("", "df.extend(df)"),
    "stacked in place": polars("", "df.vstack(df, in_place=True)"),
    "stacked aside in place": polars("", "df.hstack([pl.Series('h', [1, 2])], in_place=True)"),
    "columns renamed": polars("", "df.columns = ['p', 'q']"),
    "shrunk and rechunked": polars("", "df = df.rechunk().with_columns(b=1)"),
    "an alias": polars("b = df", "b.insert_column(0, pl.Series('n', [5, 6]))", "df.columns, b is df"),
    "in a list": polars("box = [df]", "box[0][1, 's'] = 'zz'", "df['s'].to_list(), box[0] is df"),
    "in a closure": polars(
        "def make(f):\n    return lambda: f.insert_column(0, pl.Series('n', [5, 6]))\nadd = make(df)",
        "r = add(); del r",
        "df.columns",
    ),
    "in a class attribute": polars("class C: data = df", "C.data[0, 'a'] = 9", "df['a'].to_list()"),
    "a series' item": polars("s = pl.Series('s', [1, 2])", "s[0] = 5", "s.to_list()"),
    "a series' item set": polars(
        "s = pl.Series('s', [1, 2]); t = s", "s.scatter(1, 9)", "s.to_list(), t is s"
    ),
    "a series renamed": polars(
        "s = pl.Series('s', [1, 2])", "s.name if False else None; s.rename('n'); s = s.alias('m')", "s.name"
    ),
    "a series appended to": polars(
        "s = pl.Series('s', [1, 2])", "s.append(pl.Series('s', [3]))", "s.to_list()"
    ),
    "a series extended": polars("s = pl.Series('s', [1, 2])", "s.extend(pl.Series('s', [3]))", "s.to_list()"),
    "a series sorted in place": polars("s = pl.Series('s', [2, 1])", "s.sort(in_place=True)", "s.to_list()"),
    "objects in a frame": polars(
        "df = pl.DataFrame({'o': [[1], [2]]}, schema={'o': pl.Object}); box = df['o'][0]",
        "box.append(5)",
        "box",
    ),
    "rebound": polars("", "df = df.filter(pl.col('a') > 1)"),
    "a lazy frame": polars(
        "lf = df.lazy()", "lf = lf.filter(pl.col('a') > 1)", "lf.collect().to_dict(as_series=False)"
    ),
    "deleted": polars("", "del df", "df"),
    "an array below": polars(
        "import numpy as np\nn = np.arange(3.0); s = pl.Series('n', n)", "n[0] = 50", "n.tolist()"
    ),
}

ARROW: Family = {
    "a table rebound": (
        "import pyarrow as pa\nt = pa.table({'a': [1, 2]})",
        "t = t.append_column('b', [[3, 4]])",
        "t.to_pydict()",
    ),
    "a table in a list": (
        "import pyarrow as pa\nt = pa.table({'a': [1, 2]}); box = [t]",
        "box[0] = t.slice(1)",
        "box[0].to_pydict()",
    ),
    "an array deleted": ("import pyarrow as pa\na = pa.array([1, 2]); b = a", "del a", "a, b"),
    "a buffer below": (
        "import pyarrow as pa, numpy as np\nraw = bytearray(16); b = pa.py_buffer(raw); "
        "a = pa.Array.from_buffers(pa.int64(), 2, [None, b])",
        "raw[0] = 5",
        "a.to_pylist(), raw[0]",
    ),
    "a numpy array below": (
        "import pyarrow as pa, numpy as np\nn = np.arange(3); a = pa.array(n)",
        "n[0] = 7",
        "n.tolist(), a.to_pylist()",
    ),
    "a frame from a table": (
        "import pyarrow as pa, pandas as pd\ndf = pa.table({'a': [1, 2]}).to_pandas()",
        "df.loc[0, 'a'] = 5",
        "df.to_dict()",
    ),
    "a frame of Arrow types": (
        "import pyarrow as pa, pandas as pd\ndf = pd.DataFrame({'a': [1, 2]}, dtype='int64[pyarrow]')",
        "df.loc[0, 'a'] = 5; df['b'] = df['a'] + 1",
        "df.to_dict(), [str(t) for t in df.dtypes]",
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(**parametrize(POLARS))
def test_polars_goes_back_and_forward(setup: str, change: str, watch: str) -> None:
    pytest.importorskip("polars")
    check(setup, change, watch)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(**parametrize(ARROW))
def test_arrow_goes_back_and_forward(setup: str, change: str, watch: str) -> None:
    check(setup, change, watch)
