"""Values of every kind a notebook holds, in a real kernel that is killed and restored in the next."""

# ruff: noqa: E501 - the cells are told whole

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from kernel_client import NotebookKernel, notebook_kernel

pytestmark = pytest.mark.kernel

IMPORTS = """
import abc, collections, contextvars, dataclasses, enum, functools, itertools, struct, types, typing, weakref
import json, string, shop
import numpy as np, pandas as pd
from shop import Config
"""
SHOP = "rate = 1\norders = []\nclass Config:\n    rate = 1\ndef price():\n    return rate * Config.rate\n"

KINDS = {
    "a dataclass": (
        "@dataclasses.dataclass\nclass Plain:\n    x: int\n    y: list = dataclasses.field(default_factory=list)\n"
        "plain = Plain(1, [2])",
        "plain, Plain(3), plain == Plain(1, [2]), dataclasses.asdict(plain), isinstance(plain, Plain)",
    ),
    "a frozen dataclass with slots": (
        "@dataclasses.dataclass(frozen=True, slots=True)\nclass Slotted:\n    x: int\n    y: tuple = ()\n"
        "slotted = Slotted(1, (2,))",
        "slotted, Slotted(3), dataclasses.replace(slotted, x=9), {slotted: 1}",
    ),
    "enums and flags": (
        "class Colour(enum.Enum):\n    RED = 1\n    BLUE = [2]\n    def shout(self): return self.name\n"
        "class Right(enum.IntFlag):\n    READ = 1\n    WRITE = 2\n"
        "colour = Colour.BLUE; both = Right.READ | Right.WRITE",
        "colour, colour is Colour([2]), Colour.RED.shout(), both, Right.READ in both, [*Right]",
    ),
    "named tuples": (
        "class Pair(collections.namedtuple('Pair', 'a b')):\n    __slots__ = ()\n"
        "    def total(self): return self.a + self.b\n"
        "class Typed(typing.NamedTuple):\n    a: int\n    b: str = 'x'\npair = Pair(1, 2); typed = Typed(3)",
        "pair, pair.total(), typed, typed._replace(a=4), Typed.__annotations__",
    ),
    "closures and decorated functions": (
        "def counter():\n    n = 0\n    def step():\n        nonlocal n\n        n += 1\n        return n\n"
        "    return step\nstep = counter(); step(); step()\n"
        "def counted(f):\n    @functools.wraps(f)\n    def inner(*a):\n        inner.calls += 1\n        return f(*a)\n"
        "    inner.calls = 0\n    return inner\n@counted\ndef add(a, b): return a + b\nadd(1, 2);",
        "step.__closure__[0].cell_contents, add.calls, add.__wrapped__.__name__",
    ),
    "cached functions": (
        "@functools.lru_cache(maxsize=10)\ndef fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\n"
        "@functools.cache\ndef square(x): return x * x\n"
        "class Holder:\n    @functools.lru_cache\n    def five(self): return 5\n"
        "    @functools.cached_property\n    def found(self): return [1]\n"
        "fib(10); holder = Holder(); holder.found; bound = holder.five;",
        "fib(30), fib.cache_parameters(), square(4), holder.five(), holder.found, bound(), fib.__name__",
    ),
    "async functions and generators' functions": (
        "async def later(): return 9\ndef numbers():\n    yield 1\n    yield 2\npart = functools.partial(numbers)",
        "await later(), [*numbers()], [*part()]",
    ),
    "abstract, generic and typed classes": (
        "class Shape(abc.ABC):\n    @abc.abstractmethod\n    def area(self): ...\n"
        "class Square(Shape):\n    def area(self): return 4\nT = typing.TypeVar('T')\n"
        "class Box(typing.Generic[T]):\n    def __init__(self, x): self.x = x\n"
        "class Movie(typing.TypedDict):\n    name: str\nclass Sized(typing.Protocol):\n    x: int\n"
        "shape = Square(); box = Box[int](1); movie = Movie(name='M')",
        "shape.area(), Shape.__abstractmethods__, box.x, isinstance(box, Box), movie, Movie.__annotations__, T",
    ),
    "values of the standard library": (
        "space = types.SimpleNamespace(a=[1]); packing = struct.Struct('i'); here = contextvars.ContextVar('here')\n"
        "class Leaf: pass\nleaf = Leaf(); weak = weakref.WeakValueDictionary(a=leaf); few = weakref.WeakSet([leaf])\n"
        "names = collections.ChainMap({1: 2}, {3: 4}); user = collections.UserDict(a=1)",
        "space, packing.size, here.name, weak['a'] is leaf, len(few), names, user, space.a",
    ),
    "structured records and memory maps": (
        "rows = np.zeros(3, dtype=[('a', 'i4'), ('b', 'U5')]); rows['a'] = [1, 2, 3]; row = rows[1]\n"
        "shown = rows.view(np.recarray)\n"
        "mapped = np.memmap('m.dat', dtype='f4', mode='w+', shape=(3,)); mapped[:] = 3",
        "rows, row, shown.a, np.asarray(mapped), rows.dtype",
    ),
    "lazy frames and expressions": (
        "import polars as pl\nfast = pl.DataFrame({'a': [1, 2]}); lazy = fast.lazy().filter(pl.col('a') > 1)\n"
        "plus = pl.col('a') + 1",
        "fast.select(plus).to_dict(as_series=False), lazy.collect().to_dict(as_series=False)",
    ),
    "models that check their fields": (
        "pydantic = __import__('pydantic')\nclass Model(pydantic.BaseModel):\n    a: int\n    b: list[int] = []\n"
        "model = Model(a=1, b=[2])",
        "model, Model(a='3'), model.model_copy(), isinstance(model, Model), model.model_dump_json()",
    ),
}
ABSENT = {"models that check their fields": "pydantic", "lazy frames and expressions": "polars"}


def _told(kernel: NotebookKernel, expression: str) -> str:
    ran = kernel.run(f"print(repr(({expression})))")
    return ran.text + ran.error[-300:]


@pytest.fixture(scope="module")
def restored(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, str], NotebookKernel, str]]:
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "shop.py").write_text(SHOP)
    env = {**os.environ, "AUTODASH_HOME": str(folder / "home"), "JPY_SESSION_NAME": str(folder / "n.ipynb")}
    expected: dict[str, str] = {}
    with notebook_kernel(folder, env) as first:
        first.run("%load_ext autodash_jupyter")
        assert first.run(IMPORTS).error == ""
        for setup, _ in KINDS.values():
            first.run(setup)
        first.run("json.mine = [1]")
        first.run("shop.rate = 5; shop.Config.rate = 2")
        first.run("from autodash_jupyter.extension import current; current().session._history.wait(30);")
        for name, (_, expression) in KINDS.items():
            expected[name] = _told(first, expression)
        first.run("%unload_ext autodash_jupyter")
    with notebook_kernel(folder, env) as second:
        second.run("%load_ext autodash_jupyter")
        said = second.run("%timeline --restore").text
        yield expected, second, said


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_value_comes_back(restored: tuple[dict[str, str], NotebookKernel, str], kind: str) -> None:
    if kind in ABSENT:
        pytest.importorskip(ABSENT[kind])
    expected, kernel, _ = restored
    assert "Error" not in expected[kind]
    assert _told(kernel, KINDS[kind][1]) == expected[kind]


def test_what_did_not_come_back_is_named(restored: tuple[dict[str, str], NotebookKernel, str]) -> None:
    _, _, said = restored
    assert "mapped: its values are in memory now, and no longer tied to the file" in said


def test_what_cells_assigned_in_modules_comes_back(
    restored: tuple[dict[str, str], NotebookKernel, str],
) -> None:
    _, kernel, said = restored
    assert "json.mine" not in said
    told = kernel.run("print(json.mine, shop.rate, shop.Config.rate)").text
    assert told.startswith("[1] 5 2")
