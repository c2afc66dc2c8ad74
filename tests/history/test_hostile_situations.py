"""Situations with hostile objects: what they define must never run, and their attributes go back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from situations import Family, check, parametrize

HOSTILE: Family = {
    "an eq that raises": (
        "class H:\n    def __eq__(self, o): raise RuntimeError\n    __hash__ = None\n"
        "x = [H(), H()]; first = x[0]",
        "x.reverse()",
        "x[0] is first",
    ),
    "an eq that always says yes": (
        "class H:\n    def __eq__(self, o): return True\n    __hash__ = None\nx = H(); y = H(); x.v = 1",
        "x = y; y.v = 2",
        "x is y, hasattr(x, 'v')",
    ),
    "an eq that returns an array": (
        "import numpy as np\nclass H:\n"
        "    def __eq__(self, o): return np.array([True, False])\n    __hash__ = None\n"
        "x = [H()]; y = x[0]",
        "x[0] = H()",
        "x[0] is y",
    ),
    "a repr that raises": (
        "class H:\n    def __repr__(self): raise RuntimeError\nx = H(); x.v = 1",
        "x.v = 2",
        "x.v",
    ),
    "a repr that changes the object": (
        "class H:\n    n = 0\n    def __repr__(self): self.n += 1; return 'H'\nx = H()",
        "x.v = 1",
        "vars(x)",
    ),
    "a copy that raises": (
        "class H:\n    def __copy__(self): raise RuntimeError\n"
        "    def __deepcopy__(self, m): raise RuntimeError\n"
        "    def __reduce_ex__(self, p): raise RuntimeError\n"
        "    def __getstate__(self): raise RuntimeError\nx = H(); x.v = [1]",
        "x.v.append(2)",
        "x.v",
    ),
    "a copy that returns itself": (
        "class H:\n    def __deepcopy__(self, m): return self\n"
        "    def __copy__(self): return self\nx = H(); x.v = [1]",
        "x.v.append(2); x.w = 1",
        "vars(x)",
    ),
    "a getattr that answers everything": (
        "class H:\n    def __getattr__(self, n): return 1\nx = H(); x.v = 1",
        "x.v = 2",
        "x.v",
    ),
    "a getattribute that raises": (
        "class H:\n    def __getattribute__(self, n): raise RuntimeError\n"
        "x = H(); object.__setattr__(x, 'v', 1)",
        "object.__setattr__(x, 'v', 2)",
        "object.__getattribute__(x, 'v')",
    ),
    "a setattr that raises": (
        "class H:\n    def __setattr__(self, n, v): raise RuntimeError\nx = H(); x.__dict__['v'] = 1",
        "x.__dict__['v'] = 2",
        "x.v",
    ),
    "a hash that raises": (
        "class H:\n    def __hash__(self): raise RuntimeError\nx = [H()]",
        "x.append(1)",
        "len(x)",
    ),
    "a hash that changes": (
        "class H:\n    n = 0\n    def __hash__(self): H.n += 1; return H.n\nx = H(); s = {x}",
        "x.v = 1; y = [1]",
        "vars(x), y",
    ),
    "a class property that lies": (
        "class H:\n    @property\n    def __class__(self): return list\nx = H(); x.v = 1",
        "x.v = 2",
        "x.v",
    ),
    "a __dict__ property that lies": (
        "class H:\n    @property\n    def __dict__(self): return {}\nx = H(); x.v = 1",
        "x.v = 2",
        "x.v",
    ),
    "a len and a bool that raise": (
        "class H:\n    def __len__(self): raise RuntimeError\n"
        "    def __bool__(self): raise RuntimeError\n"
        "    def __iter__(self): raise RuntimeError\nx = H(); x.v = 1",
        "x.v = 2",
        "x.v",
    ),
    "a del that counts": (
        "gone = []\nclass H:\n    def __del__(self): gone.append(1)\nx = [1]",
        "x.append(2)",
        "x, gone",
    ),
    "a metaclass that lies": (
        "class M(type):\n    def __instancecheck__(c, o): raise RuntimeError\n"
        "    def __subclasscheck__(c, o): raise RuntimeError\n"
        "    def __getattribute__(c, n): raise RuntimeError\nclass H(metaclass=M): pass\n"
        "x = H(); x.v = 1",
        "x.v = 2",
        "x.v",
    ),
    "a metaclass with an eq": (
        "class M(type):\n    def __eq__(c, o): raise RuntimeError\n"
        "    def __hash__(c): raise RuntimeError\nclass H(metaclass=M): pass\n"
        "x = H(); x.v = 1",
        "x.v = 2; H.w = 3",
        "x.v, hasattr(x, 'w')",
    ),
    "a metaclass with a setattr": (
        "class M(type):\n    def __setattr__(c, n, v): raise RuntimeError\nclass H(metaclass=M): v = 1",
        "type.__setattr__(H, 'v', 2)",
        "H.v",
    ),
    "a list that lies": (
        "class L(list):\n    def __iter__(self): raise RuntimeError\n"
        "    def __len__(self): return 0\n"
        "    def __getitem__(self, i): raise RuntimeError\nx = L(); list.append(x, 1)",
        "list.append(x, [2])",
        "list.__len__(x), list.__getitem__(x, 0)",
    ),
    "a dict that lies": (
        "class D(dict):\n    def items(self): raise RuntimeError\n"
        "    def keys(self): raise RuntimeError\n"
        "    def __iter__(self): raise RuntimeError\n"
        "    def copy(self): raise RuntimeError\nd = D(a=1)",
        "dict.__setitem__(d, 'b', [2])",
        "dict.__len__(d), dict.__getitem__(d, 'a')",
    ),
    "a frame of a class that lies": (
        "import pandas as pd\nclass F(pd.DataFrame):\n"
        "    def copy(self, *a, **k): raise RuntimeError\n"
        "    def __eq__(self, o): raise RuntimeError\n    @property\n"
        "    def shape(self): raise RuntimeError\ndf = F({'a': [1]})",
        "df['b'] = 2",
        "pd.DataFrame(df).to_dict()",
    ),
    "an array of a class that lies": (
        "import numpy as np\nclass A(np.ndarray):\n"
        "    def __array_finalize__(self, o): pass\n"
        "    def copy(self, *a): raise RuntimeError\n"
        "    def __eq__(self, o): raise RuntimeError\n"
        "    def __getitem__(self, i): raise RuntimeError\n"
        "    def view(self, *a): raise RuntimeError\nx = np.zeros(2).view(A)",
        "np.ndarray.__setitem__(x, 0, 5)",
        "np.ndarray.tolist(x)",
    ),
    "a module name that lies": (
        "class H: __module__ = 5\nx = H(); x.v = 1",
        "x.v = 2; H.w = 1",
        "x.v, hasattr(x, 'w')",
    ),
    "a class that pretends to be pandas'": (
        "class H: pass\nH.__module__ = 'pandas.core'; x = H(); x.v = 1",
        "x.v = 2",
        "x.v",
    ),
    "a proxy": (
        "class P:\n    def __init__(self, o): object.__setattr__(self, 'o', o)\n"
        "    def __getattr__(self, n): return getattr(self.o, n)\n"
        "    def __setattr__(self, n, v): setattr(self.o, n, v)\n    @property\n"
        "    def __class__(self): return type(self.o)\nclass C: pass\n"
        "c = C(); c.v = 1; p = P(c)",
        "p.v = 2",
        "c.v, p.v",
    ),
    "a mock": (
        "from unittest.mock import Mock\nm = Mock(); m.a.return_value = 1",
        "m.a(5); m.b = 2",
        "m.a.call_count, vars(m).get('b')",
    ),
    "a very wide object": (
        "class C: pass\nc = C()\nfor i in range(2000): setattr(c, f'a{i}', [i])",
        "c.a1999.append(1); del c.a0",
        "c.a1999, hasattr(c, 'a0')",
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(**parametrize(HOSTILE))
def test_a_hostile_object_goes_back_and_forward(setup: str, change: str, watch: str) -> None:
    check(setup, change, watch)
