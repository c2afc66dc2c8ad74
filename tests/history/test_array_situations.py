"""Situations with numpy: arrays and their views, records, masks, maps, and random generators."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from situations import Family, check, parametrize

START = "import numpy as np\na = np.arange(12).reshape(3, 4)\n"


def array(setup: str, change: str, watch: str = "a.tolist(), a.dtype.name") -> tuple[str, str, str]:
    return START + setup, change, watch


ARRAYS: Family = {
    "an item": array("", "a[1, 2] = 99"),
    "a slice": array("", "a[:, 0] = -1"),
    "a mask": array("", "a[a > 5] = 0"),
    "an operation in place": array("", "a *= 2"),
    "a sort in place": array("a = np.array([3, 1, 2])", "a.sort()"),
    "fill": array("", "a.fill(7)"),
    "put and place": array("", "a.put([0, 5], [44, 55]); np.place(a, a == 1, 11)"),
    "itemset through flat": array("", "a.flat[3] = 33"),
    "copyto": array("", "np.copyto(a, 5)"),
    "an out argument": array("", "np.add(a, 1, out=a)"),
    "a shuffle": array("rng = np.random.default_rng(0)", "rng.shuffle(a)"),
    "a view written": array("v = a[1:, ::2]", "v[:] = 0", "a.tolist(), v.tolist(), v.base is not None"),
    "a view whose base has no name": array(
        "v = np.arange(10)[2:5]", "v.base[3] = 77", "v.tolist(), v.base.tolist()"
    ),
    "a view written while the base is hidden": array(
        "v = np.arange(10)[2:5]", "v[0] = 77", "v.base.tolist()"
    ),
    "a transposed view": array("t = a.T", "t[0] = 5", "a.tolist(), t.tolist()"),
    "a reshaped view": array("f = a.ravel()", "f[0] = 5", "a.tolist(), f.tolist()"),
    "a view of another dtype": array("v = a.view('u1')", "v[0] = 255", "a.tolist()"),
    "a real part": array("c = np.ones(2, dtype=complex); r = c.real", "r[0] = 9", "c.tolist()"),
    "overlapping views": array(
        "u, v = a[:2], a[1:]", "u[1] = 0; v[1] = 1", "a.tolist(), u.tolist(), v.tolist()"
    ),
    "an array in a list": array("box = [a, a]", "box[1][0, 0] = 5", "a.tolist(), box[0] is box[1] is a"),
    "an array in a closure": array("def make(x):\n    def f(): x[0] = 5\n    return f\nf = make(a)", "f()"),
    "an array rebound": array("b = a", "a = a + 1", "a.tolist(), b.tolist(), a is b"),
    "a shape assigned": array(
        "import warnings; warnings.simplefilter('ignore')", "a.shape = (12,)", "a.shape, a.tolist()"
    ),
    "a dtype assigned": array(
        "import warnings; warnings.simplefilter('ignore')\nb = np.zeros(2, 'i8')",
        "b.dtype = 'f8'",
        "b.dtype.name",
    ),
    "strides by resize without checks": array(
        "b = np.arange(3)", "b.resize(5, refcheck=False)", "b.tolist()"
    ),
    "an array made smaller": array("b = np.arange(5)", "b.resize(2, refcheck=False)", "b.tolist()"),
    "a locked array": array("", "a.setflags(write=False)", "a.flags.writeable"),
    "an unlocked array": array(
        "a.setflags(write=False)", "a.setflags(write=True); a[0] = 1", "a.flags.writeable, a.tolist()"
    ),
    "no dimensions": array("z = np.array(5)", "z[()] = 6; z += 1", "z.item()"),
    "no elements": array("z = np.zeros((0, 3))", "z = np.zeros((1, 3))", "z.shape"),
    "objects": array(
        "o = np.array([[1], {'k': 1}, None], dtype=object)",
        "o[0].append(2); o[1]['k'] = 3; o[2] = 'x'",
        "o.tolist()",
    ),
    "objects in a view": array(
        "o = np.array([[1], [2], None], dtype=object); v = o[1:]", "v[0] = 'x'", "o.tolist(), v.tolist()"
    ),
    "an object without dimensions": array(
        "o = np.array([1], dtype=object).reshape(()); o[()] = [1]", "o[()].append(2)", "o.item()"
    ),
    "text": array("t = np.array(['ab', 'c'])", "t[0] = 'zz'", "t.tolist()"),
    "text of any length": array(
        "t = np.array(['ab', 'c'], dtype=np.dtypes.StringDType())",
        "t[0] = 'a long text, longer than any small one would be'",
        "t.tolist()",
    ),
    "bytes": array("t = np.array([b'ab'])", "t[0] = b'x'", "t.tolist()"),
    "dates": array("t = np.array(['2024-01-01'], 'M8[D]')", "t += 1", "t.tolist()"),
    "booleans": array("t = np.array([True, False])", "np.logical_not(t, out=t)", "t.tolist()"),
    "halves and complex numbers": array(
        "h = np.ones(2, 'f2'); c = np.ones(2, 'c16')", "h[0] = 2; c *= 1j", "h.tolist(), c.tolist()"
    ),
    "missing and infinite numbers": array(
        "n = np.array([np.nan, 1.0])", "n[1] = np.inf; n[0] = -0.0", "n.tolist()"
    ),
    "another byte order": array("n = np.array([1, 2], '>i4')", "n[0] = 5", "n.tolist()"),
    "columns first": array(
        "n = np.asfortranarray(np.ones((2, 3)))", "n[0, 1] = 5", "n.tolist(), n.flags.f_contiguous"
    ),
    "larger than a piece": array("n = np.zeros(1 << 19)", "n[-1] = 1; n[1 << 18] = 2", "n.sum(), n[-1]"),
    "structured": array(
        "r = np.zeros(2, [('x', 'i4'), ('n', 'U5')])", "r['x'] = 5; r[0]['n'] = 'ab'", "r.tolist()"
    ),
    "structured with objects": array(
        "r = np.zeros(2, [('x', 'i4'), ('o', 'O')]); r['o'][0] = [1]",
        "r['o'][0].append(2); r['x'][1] = 4; r['o'][1] = 'n'",
        "r.tolist()",
    ),
    "a row of a structured array": array(
        "r = np.zeros(2, [('x', 'i4')]); row = r[0]", "row['x'] = 9", "r.tolist(), row.item()"
    ),
    "a row whose array has no name": array(
        "row = np.zeros(1, [('x', 'i4'), ('y', 'f8')])[0]", "row['x'] = 9", "row.item()"
    ),
    "a record of its own": array(
        "row = np.rec.array([(1, 2.0)], names='x,y')[0].copy()", "row.y = 9", "row.item()"
    ),
    "field names": array(
        "r = np.zeros(2, [('x', 'i4'), ('y', 'i4')])", "r.dtype.names = ('p', 'q')", "r.dtype.names"
    ),
    "a record array": array(
        "r = np.rec.array([(1, 2.0), (3, 4.0)], names='x,y')", "r.x[0] = 9; r[1].y = 7", "r.tolist()"
    ),
    "a record array's item": array(
        "r = np.rec.array([(1, 2.0), (3, 4.0)], names='x,y')", "r[0] = (8, 8.0)", "r.tolist()"
    ),
    "a record array made by a view": array(
        "r = np.zeros(2, [('x', 'i4')]).view(np.recarray)", "r.x = 4", "r.tolist()"
    ),
    "a record": array(
        "r = np.rec.array([(1, 2.0), (3, 4.0)], names='x,y'); one = r[0]", "one.x = 5", "r.tolist()"
    ),
    "a masked array's mask": array(
        "m = np.ma.array([1, 2, 3], mask=[0, 0, 1])",
        "m[0] = np.ma.masked; m[2] = 5",
        "m.tolist(), m.mask.tolist()",
    ),
    "a masked array without a mask": array(
        "m = np.ma.array([1, 2, 3])",
        "m[0] = np.ma.masked; m.fill_value = 7",
        "m.tolist(), vars(m)['_fill_value']",
    ),
    "a masked array's fill value, which looking at it gives it": (
        "import numpy as np\nx = np.ma.masked_array([1, 2, 3], mask=[0, 1, 0])",
        "x[0] = np.ma.masked",
        "x.filled().tolist()",
    ),
    "axes in an order of their own": (
        "import numpy as np\nx = np.zeros((2, 3, 4)).transpose(1, 0, 2).copy('K'); y = x[0]",
        "y[1, 2] = 5",
        "x.tolist(), y.tolist()",
    ),
    "gaps between the cells": (
        "import numpy as np\nb = bytearray(16); x = np.asarray(memoryview(b)[::2])",
        "x[1] = 5",
        "bytes(b), x.tolist()",
    ),
    "a masked array's data": array(
        "m = np.ma.array([1, 2, 3], mask=[0, 0, 1])", "m.data[0] = 50; m.mask[1] = True", "m.tolist()"
    ),
    "a matrix": array("m = np.matrix([[1, 2], [3, 4]])", "m[0] = 9", "m.tolist()"),
    "an array of a class of its own": array(
        "class A(np.ndarray): pass\nm = np.zeros(2).view(A); m.unit = 'cm'",
        "m.unit = 'm'; m[0] = 1",
        "m.tolist(), m.unit",
    ),
    "a memory map": array(
        "import tempfile, os\npath = os.path.join(tempfile.mkdtemp(), 'm')\n"
        "m = np.memmap(path, 'i4', 'w+', shape=4)",
        "m[0] = 5; m.flush()",
        "m.tolist(), np.fromfile(path, 'i4').tolist()",
    ),
    "a buffer's array": array(
        "raw = bytearray(8); n = np.frombuffer(raw, 'i4')", "n[0] = 5", "n.tolist(), bytes(raw)"
    ),
    "an array over array.array": array(
        "import array\nraw = array.array('i', [1, 2]); n = np.asarray(raw)",
        "raw[0] = 5",
        "n.tolist(), raw.tolist()",
    ),
    "a broadcast view's base": array("v = np.broadcast_to(a[0], (5, 4))", "a[0, 0] = 5", "v.tolist()"),
    "a strided trick": array(
        "v = np.lib.stride_tricks.sliding_window_view(a.ravel(), 3)", "a[0, 0] = 5", "v.tolist()[:1]"
    ),
    "an iterator over an array": array("it = a.flat", "a[0, 0] = 5", "it[0]"),
    "a sparse matrix": array(
        "import scipy.sparse as sp\nm = sp.csr_matrix(np.eye(3))",
        "m.data[0] = 5; m[1, 1] = 7",
        "m.toarray().tolist()",
    ),
    "a sparse matrix by dictionary": array(
        "import scipy.sparse as sp\nm = sp.dok_matrix((2, 2))", "m[0, 1] = 5", "m.toarray().tolist()"
    ),
    "a polynomial": array("p = np.polynomial.Polynomial([1.0, 2.0])", "p.coef[0] = 5", "p.coef.tolist()"),
    "numpy's own generator": array(
        "rng = np.random.default_rng(1)", "x = rng.normal()", "rng.bit_generator.state"
    ),
    "a bit generator": array("b = np.random.PCG64(1)", "n = b.random_raw()", "b.state"),
    "numpy's old generator": array("r = np.random.RandomState(1)", "x = r.normal()", "str(r.get_state())"),
    "the global generator": array("np.random.seed(1)", "x = np.random.rand()", "str(np.random.get_state())"),
    "Python's generator": array(
        "import random; r = random.Random(2)", "x = r.random(); y = r.gauss(0, 1)", "hash(r.getstate())"
    ),
    "the global generator of Python": array(
        "import random; random.seed(3)", "x = random.random()", "hash(random.getstate())"
    ),
    "an estimator": array(
        "from sklearn.linear_model import LinearRegression\nm = LinearRegression()",
        "m.fit(np.arange(3.0)[:, None], [1, 2, 3])",
        "sorted(vars(m)), getattr(m, 'coef_', None)",
    ),
    "an estimator fitted again": array(
        "from sklearn.preprocessing import StandardScaler\nm = StandardScaler().fit(a)",
        "m.fit(a * 2); m.mean_[0] = 5",
        "m.mean_.tolist()",
    ),
    "a pipeline": array(
        "from sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "from sklearn.linear_model import SGDRegressor\n"
        "p = make_pipeline(StandardScaler(), SGDRegressor(random_state=0))\n"
        "p.fit(a, [1.0, 2.0, 3.0])",
        "p[-1].partial_fit(a, [5.0, 6.0, 7.0])",
        "p[-1].coef_.tolist(), p[-1].t_",
    ),
    "a tree": array(
        "from sklearn.tree import DecisionTreeClassifier\nm = DecisionTreeClassifier(random_state=0)",
        "m.fit(a, [0, 1, 0])",
        "sorted(vars(m))",
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(**parametrize(ARRAYS))
def test_an_array_goes_back_and_forward(setup: str, change: str, watch: str) -> None:
    check(setup, change, watch)
