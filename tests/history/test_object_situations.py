"""Situations with objects: attributes, slots, classes people write, and the library's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from situations import Family, check, parametrize

OBJECTS: Family = {
    "an attribute": ("class C: pass\nc = C(); c.v = 1", "c.v = 2; c.w = [1]", "vars(c)"),
    "an attribute deleted": ("class C: pass\nc = C(); c.v = 1; d = c", "del c.v", "vars(c), d is c"),
    "an attribute's list": ("class C: pass\nc = C(); c.v = [1]", "c.v.append(2)", "c.v"),
    "attributes' order": ("class C: pass\nc = C(); c.a = 1; c.b = 2", "del c.a; c.a = 1", "list(vars(c))"),
    "a __dict__ replaced": (
        "class C: pass\nc = C(); c.v = 1; d = c.__dict__",
        "c.__dict__ = {'v': 2, 'n': []}",
        "vars(c), vars(c) is d",
    ),
    "a __dict__ held by a name": (
        "class C: pass\nc = C(); c.v = 1; d = c.__dict__",
        "d['v'] = 2; c.w = 3",
        "c.v, d, vars(c) is d",
    ),
    "a __dict__ replaced by another's": (
        "class C: pass\na, b = C(), C(); a.v, b.v = 1, 2",
        "a.__dict__ = b.__dict__; a.v = 5",
        "a.v, b.v, vars(a) is vars(b)",
    ),
    "slots": (
        "class C: __slots__ = ('a', 'b')\nc = C(); c.a = [1]",
        "c.a.append(2); c.b = 3",
        "c.a, getattr(c, 'b', None)",
    ),
    "slots of a base and a __dict__": (
        "class B: __slots__ = ('a',)\nclass C(B): pass\nc = C(); c.a = 1",
        "c.a = 2; c.v = 3",
        "c.a, vars(c)",
    ),
    "mangled slots": (
        "class C:\n    __slots__ = ('__a',)\n    def set(self, v): self.__a = v\n"
        "    def get(self): return self.__a\nc = C(); c.set(1)",
        "c.set(2)",
        "c.get()",
    ),
    "a class assigned": (
        "class A: pass\nclass B: kind = 'B'\nx = A()",
        "x.__class__ = B",
        "type(x).__name__",
    ),
    "a dataclass": (
        "from dataclasses import dataclass, field\n@dataclass\nclass P:\n    x: int = 0\n"
        "    tags: list = field(default_factory=list)\np = P()",
        "p.x = 5; p.tags.append('t')",
        "p",
    ),
    "a frozen dataclass": (
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass P:\n    tags: list\np = P([])",
        "p.tags.append('t'); object.__setattr__(p, 'n', 1)",
        "p, vars(p)",
    ),
    "a dataclass with slots": (
        "from dataclasses import dataclass\n@dataclass(slots=True)\nclass P:\n    x: int = 0\np = P()",
        "p.x = 5",
        "p",
    ),
    "a dataclass in a dict of lists": (
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 0\nd = {'k': [P()]}",
        "d['k'][0].x = 5; d['k'].append(P(7))",
        "d",
    ),
    "an attrs class": (
        "import attr\n@attr.s(auto_attribs=True, slots=True)\nclass P:\n    x: list\np = P([1])",
        "p.x.append(2)",
        "p",
    ),
    "a pydantic model": (
        "from pydantic import BaseModel\nclass P(BaseModel):\n    x: int\n    y: list = []\np = P(x=1)",
        "p.x = 2; p.y.append(3)",
        "p, p.model_fields_set",
    ),
    "a property with a setter": (
        "class C:\n    @property\n    def v(self): return self._v\n    @v.setter\n"
        "    def v(self, x): self._v = x\nc = C(); c.v = 1",
        "c.v = 2",
        "c.v",
    ),
    "a cached property": (
        "from functools import cached_property\nclass C:\n    n = 1\n    @cached_property\n"
        "    def v(self): return [self.n]\nc = C()",
        "c.v.append(2)",
        "vars(c)",
    ),
    "a descriptor's store": (
        "class D:\n    def __init__(self): self.kept = {}\n"
        "    def __get__(self, o, t): return self.kept.get(id(o))\n"
        "    def __set__(self, o, v): self.kept[id(o)] = v\nclass C: v = D()\n"
        "c = C(); c.v = 1",
        "c.v = 2",
        "c.v",
    ),
    "two objects in a ring": (
        "class N: pass\na, b = N(), N(); a.o, b.o = b, a; a.v = 1",
        "b.o.v = 2; b.o = None",
        "a.v, b.o is a",
    ),
    "a tree": (
        "class N:\n    def __init__(self): self.kids = []\nt = N(); t.kids = [N(), N()]",
        "t.kids[0].kids.append(N()); t.kids.pop()",
        "len(t.kids), len(t.kids[0].kids)",
    ),
    "a method that changes its object": (
        "class C:\n    n = 0\n    def up(self): self.n += 1\nc = C(); up = c.up",
        "up(); up()",
        "c.n, vars(c)",
    ),
    "an object called": ("class C:\n    n = 0\n    def __call__(self): self.n += 1\nc = C()", "c()", "c.n"),
    "an object used as a context": (
        "class C:\n    def __init__(self): self.log = []\n"
        "    def __enter__(self): self.log.append('in')\n"
        "    def __exit__(self, *a): self.log.append('out')\nc = C()",
        "with c: pass",
        "c.log",
    ),
    "a list with attributes": (
        "class L(list): pass\nx = L([1]); x.note = 'a'",
        "x.append(2); x.note = 'b'; x.sort(reverse=True)",
        "list(x), x.note",
    ),
    "a dict with attributes": (
        "class D(dict):\n    def __missing__(self, k): self[k] = []; return self[k]\nd = D()",
        "d['k'].append(1); d.n = 5",
        "dict(d), vars(d)",
    ),
    "a dict whose __setitem__ lies": (
        "class D(dict):\n    def __setitem__(self, k, v): super().__setitem__(k, v * 2)\nd = D(); d['a'] = 1",
        "d['a'] = 5",
        "dict(d)",
    ),
    "a set of one's own": ("class S(set): pass\ns = S([1]); s.n = 1", "s.add(2); s.n = 2", "sorted(s), s.n"),
    "a text of one's own": ("class T(str): pass\nt = T('a'); t.n = [1]", "t.n.append(2)", "t, t.n"),
    "a number of one's own": ("class I(int): pass\ni = I(5); i.unit = 'm'", "i.unit = 'cm'", "i, i.unit"),
    "a tuple of one's own": (
        "class T(tuple): pass\nt = T([[1]]); t.n = 1",
        "t[0].append(2); t.n = 2",
        "t, t.n",
    ),
    "an enum member": (
        "import enum\nclass E(enum.Enum):\n    A = 1\n    B = 2\nx = E.A",
        "x.note = 'n'; x = E.B; E.A.tags = []",
        "x, vars(E.A)",
    ),
    "an abstract class": (
        "import abc\nclass A(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\n"
        "class B(A):\n    def f(self): return 1\nb = B()",
        "b.v = 1; A.limit = 5; B.f = lambda self: 2",
        "vars(b), getattr(b, 'limit', None), b.f()",
    ),
    "a virtual subclass": (
        "import abc\nclass A(abc.ABC): pass\nclass B: pass\nx = []",
        "x.append(1); isinstance(B(), A)",
        "x",
    ),
    "an exception's arguments": (
        "e = ValueError('a', [1])",
        "e.args = ('b',); e.add_note('n')",
        "e.args, getattr(e, '__notes__', None)",
    ),
    "a list among an exception's arguments": ("e = ValueError([1])", "e.args[0].append(2)", "e.args"),
    "an exception's cause": (
        "e = ValueError('a')",
        "e.__cause__ = KeyError('k')",
        "repr(e.__cause__), e.__suppress_context__",
    ),
    "an exception's own field": (
        "e = OSError(2, 'gone', 'file')",
        "e.errno = 5; e.filename = 'other'",
        "e.errno, e.filename, str(e)",
    ),
    "an exception of one's own": (
        "class E(Exception):\n"
        "    def __init__(self, code): super().__init__(code); self.code = code\ne = E(1)",
        "e.code = 2; e.args = (3,)",
        "e.code, e.args",
    ),
    "an exception caught in a cell": (
        "kept = []",
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    kept.append(error); error.seen = True",
        "kept",
    ),
    "a group of exceptions": (
        "g = ExceptionGroup('g', [ValueError(1)])",
        "g.exceptions[0].args = (2,)",
        "g.exceptions[0].args",
    ),
    "a simple namespace": ("import types\nx = types.SimpleNamespace(a=1)", "x.a = 2; x.b = [1]", "x"),
    "an argparse namespace": ("import argparse\nx = argparse.Namespace(a=1)", "x.a = 2", "x"),
    "a config parser": (
        "import configparser\nc = configparser.ConfigParser(); c['s'] = {'k': '1'}",
        "c['s']['k'] = '2'; c.add_section('t')",
        "{s: dict(c[s]) for s in c.sections()}",
    ),
    "a template": ("import string\nt = string.Template('$a')", "t.template = '$b'", "t.template"),
    "an XML tree": (
        "import xml.etree.ElementTree as ET\nr = ET.fromstring('<a><b/></a>')",
        "r.set('k', 'v'); r.append(ET.Element('c')); r[0].text = 't'",
        "ET.tostring(r)",
    ),
    "a csv dialect's class": (
        "import csv\nclass D(csv.excel): delimiter = ';'",
        "D.delimiter = ','",
        "D.delimiter",
    ),
    "a fraction in a graph of one's own": (
        "from fractions import Fraction\nclass G:\n    def __init__(self): self.e = {}\n"
        "g = G(); g.e[Fraction(1, 2)] = {g: [1]}",
        "g.e[Fraction(1, 2)][g].append(2)",
        "[*g.e[Fraction(1, 2)].values()]",
    ),
    "values of C": (
        "import ctypes\nclass P(ctypes.Structure): _fields_ = [('x', ctypes.c_int)]\n"
        "p = P(1); n = ctypes.c_int(5); a = (ctypes.c_int * 2)(1, 2)",
        "p.x = 5; n.value = 6; a[1] = 9",
        "p.x, n.value, list(a)",
    ),
    "a context variable": (
        "import contextvars\nv = contextvars.ContextVar('v', default=1); kept = {}",
        "kept['v'] = v",
        "list(kept)",
    ),
    "a lock in an object": (
        "import threading\nclass C:\n"
        "    def __init__(self): self.lock = threading.Lock(); self.n = 0\n"
        "    def up(self):\n        with self.lock: self.n += 1\nc = C()",
        "c.up()",
        "c.n, c.lock.locked()",
    ),
    "a thread that is done": (
        "import threading\nout = []",
        "t = threading.Thread(target=out.append, args=(1,)); t.start(); t.join()",
        "out",
    ),
    "a queue": (
        "import queue\nq = queue.Queue(); q.put(1)",
        "q.put([2])",
        "list(q.queue), q.unfinished_tasks",
    ),
    "an event": ("import threading\ne = threading.Event()", "e.set()", "e.is_set()"),
    "a logger in an object": (
        "import logging\nclass C: pass\nc = C(); c.log = logging.getLogger('situations'); c.n = 1",
        "c.n = 2; c.log.setLevel(10)",
        "c.n",
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(**parametrize(OBJECTS))
def test_an_object_goes_back_and_forward(setup: str, change: str, watch: str) -> None:
    check(setup, change, watch)
