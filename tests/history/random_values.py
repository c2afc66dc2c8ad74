"""Values of many kinds for random programs, each made from a small number."""

from __future__ import annotations

import enum
import functools
import random
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

__all__ = ["MAKERS", "Cached", "Estimator", "Frozen", "Meta", "Slots", "Thing"]


class Thing:
    """An object with attributes."""


class Slots:
    """An object with slots, of which one is set."""

    __slots__ = ("__weakref__", "other", "value")

    def __init__(self, value: Any) -> None:
        self.value = value


@dataclass(frozen=True)
class Frozen:
    """A record that only ``object.__setattr__`` changes."""

    value: Any


class Estimator:
    """An estimator as scikit-learn's are: parameters, and what was fitted."""

    def __init__(self, n: int) -> None:
        self.parameters = {"n": n}

    def fit(self, n: int) -> None:
        self.coefficients_ = np.full(3, float(n))
        self.steps_ = [("fit", self)]


class Meta(type):
    """A metaclass that keeps a register."""

    register: ClassVar[list[Any]] = []


class Cached:
    """An object with a cached property, and one with a setter."""

    _value: Any = 0

    @functools.cached_property
    def items(self) -> list[Any]:
        return []

    @property
    def value(self) -> Any:
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._value = value


def _frame(n: int) -> pd.DataFrame:
    cells = pd.Series([[i] for i in range(n + 1)], dtype=object)
    return pd.DataFrame({"x": range(n + 1), "y": ["t"] * (n + 1), "o": cells})


def _typed(n: int) -> Any:
    return [
        pd.array([1, None, n], dtype="Int64"),
        pd.array(["a", None, "b"], dtype="str"),
        pd.Series(pd.Categorical(["u", "v", "u"])),
        pd.DataFrame({"x": pd.arrays.SparseArray([0, n]), "y": pd.interval_range(0, 2)}),
        pd.Series(pd.date_range("2020", periods=3, tz="UTC")),
        pd.MultiIndex.from_product([[1, n], ["p", "q"]], names=["one", None]),
    ][n]


def _make_class(n: int) -> type:
    return type("Made", (), {"__module__": "__main__", "rate": n, "items": [n]})


MAKERS: list[Callable[[int], Any]] = [
    lambda n: [n],
    lambda n: {n: [n]},
    lambda n: Thing(),
    lambda n: np.arange(n + 1),
    lambda n: n,
    lambda n: {n},
    lambda n: deque([n, [n]]),
    lambda n: np.arange(n + 2)[1:],
    _make_class,
    lambda n: OrderedDict(a=n, b=[n]),
    lambda n: defaultdict(list, {n: [n]}),
    lambda n: Counter("aab"),
    lambda n: bytearray(b"abc"),
    lambda n: Slots([n]),
    lambda n: Frozen([n]),
    Estimator,
    lambda n: Cached(),
    lambda n: Meta("Registered", (), {"__module__": "__main__", "register": [n]}),
    lambda n: enum.Enum("Colour", {"RED": n, "BLUE": [n]}, module="__main__").RED,
    lambda n: functools.partial(print, [n], k=n),
    random.Random,
    np.random.default_rng,
    lambda n: np.ma.masked_array([1, 2, n], mask=[0, 1, 0]),
    lambda n: np.zeros(n + 1, dtype=[("x", int), ("y", "U3")]),
    lambda n: pl.DataFrame({"x": range(n + 1), "y": "t"}),
    lambda n: pa.table({"x": range(n + 1)}),
    *[_typed] * 2,
    *[_frame] * 2,
]
