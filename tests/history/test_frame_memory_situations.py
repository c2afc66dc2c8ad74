"""Situations with pandas where memory is written past copy-on-write, and with indexes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from situations import Family, check, frame, parametrize

PAST_COPY_ON_WRITE: Family = {
    "numbers through .array": frame("", "df['a'].array[0] = 99"),
    "numbers through .array's inner array": frame("", "df['a'].array._ndarray[1] = 98"),
    "values made writeable": frame("", "v = df['a'].values; v.flags.writeable = True; v[0] = 5"),
    "to_numpy made writeable": frame("", "v = df['b'].to_numpy(); v.setflags(write=True); v[0] = 5"),
    "asarray made writeable": frame("", "v = np.asarray(df['a']); v.setflags(write=True); v[2] = 55"),
    "the block's values": frame("", "df._mgr.blocks[0].values[0, 0] = 44"),
    "an array given with copy=False": frame(
        "base = np.arange(6.0).reshape(3, 2); df = pd.DataFrame(base, copy=False)", "base[0] = -1"
    ),
    "an array given with copy=False, by an operation in place": frame(
        "base = np.arange(6.0).reshape(3, 2); df = pd.DataFrame(base, copy=False)", "base += 1"
    ),
    "an array whose only other holder is a frame": frame(
        "def build():\n    base = np.arange(6.0).reshape(3, 2)\n    return pd.DataFrame(base, copy=False), "
        "lambda: base.__setitem__(0, 9)\ndf, write = build()",
        "write()",
    ),
    "a series over an array": frame(
        "base = np.arange(3.0); ser = pd.Series(base, copy=False)", "base[1] = 50", "ser.tolist()"
    ),
    "two frames over one array": frame(
        "base = np.arange(4.0).reshape(2, 2); df = pd.DataFrame(base, copy=False); "
        "other = pd.DataFrame(base[:1], copy=False)",
        "base[0, 0] = 8",
        "df.values.tolist(), other.values.tolist()",
    ),
    "a memory map below a frame": frame(
        "import tempfile, os\n"
        "path = os.path.join(tempfile.mkdtemp(), 'm'); mm = np.memmap(path, "
        "dtype='f8', mode='w+', shape=(3, 2)); df = pd.DataFrame(mm, copy=False)",
        "mm[1, 1] = 6",
    ),
    "a bytearray below a frame": frame(
        "raw = bytearray(48); df = pd.DataFrame(np.frombuffer(raw, dtype='f8').reshape(3, 2), copy=False)",
        "raw[0:8] = np.float64(3.5).tobytes()",
    ),
    "a categorical's codes": frame("df['k'] = df['s'].astype('category')", "df['k'].array._ndarray[0] = 2"),
    "a nullable column's mask": frame(
        "df['n'] = df['a'].astype('Int64')", "df['n'].array._mask[0] = True", "df['n'].isna().tolist()"
    ),
    "a nullable column's item": frame("df['n'] = df['a'].astype('Int64')", "df['n'].array[1] = 77"),
    "a boolean column's item": frame("df['n'] = pd.array([True, None, False])", "df['n'].array[1] = True"),
    "a date column's item": frame(
        "df['t'] = pd.date_range('2024', periods=3, tz='UTC')",
        "df['t'].array[0] = pd.Timestamp('2000', tz='UTC')",
    ),
    "a period column's item": frame(
        "df['p'] = pd.period_range('2024', periods=3, freq='M')", "df['p'].array[0] = pd.Period('2000', 'M')"
    ),
    "a timedelta column's item": frame(
        "df['d'] = pd.to_timedelta([1, 2, 3], unit='h')", "df['d'].array[0] = pd.Timedelta(0)"
    ),
    "an Arrow column's item": frame(
        "df['r'] = pd.array([1, 2, 3], dtype='int64[pyarrow]')", "df['r'].array[0] = 9"
    ),
    "a text column's item": frame("", "df['s'].array[0] = 'w'"),
    "an interval column's item": frame(
        "df['i'] = pd.arrays.IntervalArray.from_breaks([0, 1, 2, 3])",
        "df['i'].array[0] = pd.Interval(5, 6)",
    ),
    "a sparse column's values": frame(
        "df['z'] = pd.arrays.SparseArray([0, 0, 5])", "df['z'].array.sp_values[0] = 6"
    ),
    "an object column's cell": frame(
        "df['o'] = pd.Series([[1], {'k': 1}, {1}], dtype=object)",
        "df.at[0, 'o'].append(2); df.at[1, 'o']['k'] = 2; df.at[2, 'o'].add(3)",
    ),
    "an object column's cell replaced by .array": frame(
        "df['o'] = pd.Series([[1], 'b', None], dtype=object)", "df['o'].array[2] = [3]"
    ),
    "a frame in a cell of a frame": frame(
        "df['o'] = pd.Series([df.copy(), None, None], dtype=object)",
        "df.at[0, 'o']['new'] = 1",
        "list(df.at[0, 'o'])",
    ),
    "an array in a cell of a frame": frame(
        "df['o'] = pd.Series([np.zeros(2), None, None], dtype=object)",
        "df.at[0, 'o'][1] = 4",
        "df.at[0, 'o'].tolist()",
    ),
    "column labels made writeable": frame(
        "df.columns = pd.Index(['a', 'b', 's'], dtype=object)", "df.columns._data[0] = 'w'", "list(df)"
    ),
    "index values made writeable": frame(
        "df.index = [10, 20, 30]",
        "v = df.index.values; v.setflags(write=True); v[0] = 11",
        "df.index.tolist()",
    ),
    "index values made writeable, then looked up": frame(
        "df.index = [10, 20, 30]; found = df.index.get_loc(10)",
        "v = df.index._data; v.setflags(write=True); v[0] = 11",
        "df.index.tolist()",
    ),
}

INDEXES: Family = {
    "a name set in place": frame("", "df.index.name = 'row'", "df.index.name"),
    "the columns' name set in place": frame("", "df.columns.name = 'col'", "df.columns.name"),
    "a name set through a shared index": frame(
        "other = pd.DataFrame({'q': [1, 2, 3]}, index=df.index)",
        "df.index.name = 'row'",
        "df.index.name, other.index.name",
    ),
    "a name set through rename in place": frame(
        "idx = pd.Index([1, 2], name='a')", "idx.rename('b', inplace=True)", "idx.name"
    ),
    "names of levels": frame(
        "df = df.set_index(['a', 's'])", "df.index.names = ['p', 'q']", "list(df.index.names)"
    ),
    "names of levels by set_names in place": frame(
        "mi = pd.MultiIndex.from_product([[1, 2], ['x']], names=['a', 'b'])",
        "mi.set_names('z', level=0, "
        "inplace=True) if 'inplace' in mi.set_names.__code__.co_varnames else "
        "setattr(mi, 'names', ['z', 'b'])",
        "list(mi.names)",
    ),
    "a level's values": frame(
        "mi = pd.MultiIndex.from_product([[1, 2], ['x', 'y']])",
        "v = mi.levels[0]._data; v.setflags(write=True); v[0] = 7",
        "mi.levels[0].tolist()",
    ),
    "an index assigned": frame("", "df.index = list('pqr')", "df.index.tolist()"),
    "an index through set_axis": frame("", "df = df.set_axis(['p', 'q', 'r'], axis=0)", "df.index.tolist()"),
    "a time zone": frame(
        "df.index = pd.date_range('2024', periods=3)",
        "df.index = df.index.tz_localize('UTC'); tz = df.index.tz",
        "str(df.index.dtype)",
    ),
    "a frequency": frame(
        "idx = pd.DatetimeIndex(['2024-01-01', '2024-01-02', '2024-01-03'])",
        "idx.freq = 'D'",
        "str(idx.freq)",
    ),
    "a categorical index": frame(
        "df.index = pd.CategoricalIndex(['u', 'v', 'u'])",
        "df.index = df.index.add_categories('n')",
        "list(df.index.categories)",
    ),
    "an object index's labels": frame(
        "idx = pd.Index([['a'], ['b']], dtype=object)", "idx[0].append('c')", "idx.tolist()"
    ),
}


ALL = {
    **{f"past copy-on-write: {name}": each for name, each in PAST_COPY_ON_WRITE.items()},
    **{f"index: {name}": each for name, each in INDEXES.items()},
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(**parametrize(ALL))
def test_a_frames_memory_goes_back_and_forward(setup: str, change: str, watch: str) -> None:
    check(setup, change, watch)
