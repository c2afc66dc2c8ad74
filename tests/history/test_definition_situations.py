"""Situations with what code defines: classes, functions, closures, partials and caches."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from situations import Family, check, parametrize

DEFINITIONS: Family = {
    "a class attribute": (
        "class Config: rate = 1\nc = Config()",
        "Config.rate = 2; Config.new = [1]",
        "c.rate, hasattr(c, 'new')",
    ),
    "a class attribute deleted": ("class Config: rate = 1", "del Config.rate", "hasattr(Config, 'rate')"),
    "a class attribute's dict": (
        "class Config: options = {'a': 1}",
        "Config.options['a'] = 2",
        "Config.options",
    ),
    "a class attribute of a base": ("class B: n = 0\nclass C(B): pass\nc = C()", "B.n = 5", "c.n"),
    "a counter of instances": (
        "class C:\n    made = []\n    def __init__(self): C.made.append(self)\nc = C()",
        "d = C()",
        "len(C.made), C.made[0] is c",
    ),
    "a method replaced": ("class C:\n    def f(self): return 1\nc = C()", "C.f = lambda self: 2", "c.f()"),
    "a method replaced on one object": (
        "class C:\n    def f(self): return 1\nc = C()",
        "c.f = lambda: 2",
        "c.f()",
    ),
    "a static method's default": (
        "class C:\n    @staticmethod\n    def f(seen=[]): seen.append(1); return len(seen)\nc = C()",
        "c.f()",
        "C.f.__defaults__",
    ),
    "a class method's store": (
        "class C:\n    store = {}\n    @classmethod\n    def put(cls, k): cls.store[k] = 1",
        "C.put('a')",
        "C.store",
    ),
    "a class defined anew": (
        "class C:\n    v = 1\nc = C()",
        "class C:\n    v = 2\nd = C()",
        "C.v, c.v, type(c) is C",
    ),
    "a class defined anew that had changed": (
        "class C:\n    v = 1\nc = C(); old = C; C.v = 5",
        "old.v = 7\nclass C:\n    v = 2",
        "C.v, c.v, old.v",
    ),
    "bases assigned": (
        "class A: v = 1\nclass B: v = 2\nclass C(A): pass\nc = C()",
        "C.__bases__ = (B,)",
        "c.v, C.__bases__[0].__name__",
    ),
    "bases assigned to a class without instances": (
        "class A: v = 1\nclass B: v = 2\nclass C(A): pass",
        "C.__bases__ = (B,)",
        "C.v",
    ),
    "a metaclass' attribute": (
        "class M(type):\n    registry = []\nclass C(metaclass=M): pass",
        "M.registry.append(1); C.v = 1",
        "M.registry, hasattr(C, 'v')",
    ),
    "a class registered by its metaclass": (
        "class M(type):\n    def __init__(cls, *a): M.all = getattr(M, 'all', []) + [cls]\n"
        "class C(metaclass=M): pass",
        "class D(C): pass",
        "len(M.all)",
    ),
    "a class' name": ("class C: pass", "C.__name__ = 'D'; C.__doc__ = 'text'", "C.__name__, C.__doc__"),
    "a function defined anew": ("def f(): return 1\ng = f", "def f(): return 2", "f(), g(), f is g"),
    "a function's default": ("def f(seen=[]):\n    seen.append(1)", "f(); f()", "f.__defaults__"),
    "a function's keyword default": ("def f(*, d={}):\n    d['k'] = 1", "f()", "f.__kwdefaults__"),
    "a function's defaults assigned": ("def f(x=1): return x", "f.__defaults__ = (2,)", "f()"),
    "a function's attribute": ("def f(): f.calls += 1\nf.calls = 0", "f(); f.log = []", "vars(f)"),
    "a function's code": ("def f(): return 1\ndef g(): return 2", "f.__code__ = g.__code__", "f()"),
    "a function's annotations": (
        "def f(x: int): ...",
        "f.__annotations__['x'] = str; f.__doc__ = 'd'",
        "f.__annotations__, f.__doc__",
    ),
    "a function's name": ("def f(): ...", "f.__name__ = 'g'", "f.__name__"),
    "a counter in a closure": (
        "def make():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n"
        "        return n\n    return up, lambda: n\nup, value = make()",
        "up()",
        "value()",
    ),
    "a list in a closure": (
        "def make():\n    kept = []\n    return kept.append, lambda: kept\nput, got = make()",
        "put(1)",
        "got()",
    ),
    "a cell of a closure": (
        "def make():\n    n = 0\n    return lambda: n\nf = make()",
        "f.__closure__[0].cell_contents = 5",
        "f()",
    ),
    "a decorator's cache": (
        "def memo(f):\n    kept = {}\n    def g(x):\n"
        "        if x not in kept: kept[x] = f(x)\n        return kept[x]\n"
        "    g.kept = kept\n    return g\n@memo\ndef sq(x): return x * x",
        "sq(3)",
        "sq.kept",
    ),
    "a partial's arguments": (
        "from functools import partial\np = partial(lambda x, y: x.append(y), [])",
        "p(1)",
        "p.args",
    ),
    "a partial's keywords": (
        "from functools import partial\np = partial(print, sep=[])",
        "p.keywords['end'] = ''; p.keywords['sep'].append(1)",
        "p.keywords",
    ),
    "a partial's attribute": ("from functools import partial\np = partial(print)", "p.note = 1", "vars(p)"),
    "a lambda in a dict": ("d = {'f': lambda x, s=[]: s.append(x)}", "d['f'](1)", "d['f'].__defaults__"),
    "a cached function's attribute": (
        "from functools import lru_cache\n@lru_cache\ndef f(x): return [x]\ny = f(1)",
        "f.note = 1; y.append(2)",
        "vars(f).get('note'), y",
    ),
    "an object only a cache holds": (
        "from functools import lru_cache\n@lru_cache(maxsize=None)\ndef f(): return [1]\nn = len(f())",
        "f().append(2)",
        "f()",
    ),
    "a single dispatch": (
        "from functools import singledispatch\n@singledispatch\ndef f(x): return 'any'\nn = 0",
        "n = 1\n@f.register\ndef of_int(x: int): return 'int'",
        "n",
    ),
    "what a library's decorator keeps of a function": (
        "from functools import singledispatch\n@singledispatch\ndef f(x): return 'any'",
        "@f.register\ndef of_int(x: int): return 'int'",
        "[kind.__name__ for kind in f.registry]",
    ),
    "a bound method's object": (
        "class C:\n    def __init__(self): self.v = []\n"
        "    def put(self, x): self.v.append(x)\nput = C().put",
        "put(1)",
        "put.__self__.v",
    ),
    "a wrapped function": (
        "import functools\ndef f(s=[]): s.append(1)\n@functools.wraps(f)\ndef g(): return f()",
        "g()",
        "g.__wrapped__.__defaults__",
    ),
    "a generator's function": (
        "def gen(log=[]):\n    log.append(1)\n    yield",
        "next(gen())",
        "gen.__defaults__",
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(**parametrize(DEFINITIONS))
def test_a_definition_goes_back_and_forward(setup: str, change: str, watch: str) -> None:
    check(setup, change, watch)
