"""What a line of a random program does: makes, shares, changes or deletes what a name means."""

from __future__ import annotations

import contextlib
import enum
import functools
import random
import sys
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent))
from random_values import MAKERS, Cached, Estimator, Frozen, Meta, Slots, Thing

__all__ = ["ACTIONS", "attempt"]

Action = Callable[[dict[str, Any], str, str, int], None]


def _make(kind: Callable[[int], Any]) -> Action:
    def act(ns: dict[str, Any], name: str, other: str, n: int) -> None:
        ns[name] = kind(n)

    return act


def _alias(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    ns[name] = ns[other]


def _delete(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    del ns[name]


def _share(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    target = ns[name]
    if isinstance(target, list):
        target.append(ns[other])
    elif isinstance(target, dict):
        target[n] = ns[other]
    elif isinstance(target, Thing):
        setattr(target, f"attribute{n}", ns[other])
    elif isinstance(target, pd.DataFrame):
        target.at[target.index[0], "o"].append(ns[other])


def _change(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    target = ns[name]
    if isinstance(target, list):
        target.insert(0, n)
    elif isinstance(target, dict):
        target.pop(n, None)
        target[str(n)] = [n]
    elif isinstance(target, set):
        target ^= {n, str(n)}
    elif isinstance(target, deque):
        target.rotate(1)
        target.append([n])
    elif isinstance(target, type):
        target.rate = [n]
    elif isinstance(target, pd.Index):
        target.name = str(n)
    elif isinstance(target, Thing):
        target.value = n
    elif isinstance(target, np.ndarray):
        target[n % len(target)] += 1
    elif isinstance(target, pd.DataFrame):
        _FRAME_CHANGES[n](target)


def _write_past_copy_on_write(frame: pd.DataFrame) -> None:
    frame["x"].array[0] = 77


_FRAME_CHANGES = [
    lambda frame: frame.insert(0, f"new{frame.shape[1]}", 1),
    lambda frame: frame.pop(frame.columns[-1]),
    lambda frame: frame.__setitem__("x", frame["x"] + 1),
    lambda frame: frame.__setitem__("o", frame["o"].iloc[::-1].tolist()),
    _write_past_copy_on_write,
    lambda frame: frame.loc.__setitem__((frame.index[0], "x"), 55),
]


def _change_container(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    target, held = ns[name], ns[other]
    if isinstance(target, OrderedDict):
        target["k"] = held
        target.move_to_end("k", last=bool(n % 2))
    elif isinstance(target, Counter):
        target.update("ab"[: n % 3])
    elif isinstance(target, defaultdict):
        target[n].append(held)
    elif isinstance(target, bytearray):
        target[0] = n  # history keeps views of it, which keep it from being resized
    elif isinstance(target, memoryview):
        target[0] = n
    elif isinstance(target, functools.partial):
        target.keywords["k"] = held
    elif isinstance(target, weakref.WeakValueDictionary):
        target[n] = held
    elif isinstance(target, list):
        target[:] = [target, (held, [n]), *target[:3]]
    elif type(target) is type(iter([])):
        next(target, None)


def _change_object(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    target, held = ns[name], ns[other]
    if isinstance(target, (Slots, Frozen, enum.Enum, Cached)):
        object.__setattr__(target, ["value", "other"][n % 2], held)
        if isinstance(target, Cached):
            target.items.append(n)
    elif isinstance(target, Estimator):
        target.fit(n)
    elif isinstance(target, Meta):
        target.register.append(held)
    elif isinstance(target, (random.Random, np.random.Generator)):
        target.random()
    elif isinstance(target, type) and n % 2:
        del target.items


def _change_typed(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    """Write into what numpy, pandas and polars make, mostly past what they'd notice."""
    target = ns[name]
    if isinstance(target, pl.DataFrame):
        [
            lambda: target.insert_column(0, pl.Series(f"n{n}", [n] * len(target))),
            lambda: target.drop_in_place(target.columns[0]),
            lambda: target.__setitem__((0, target.columns[0]), n),
        ][n % 3]()
    elif isinstance(target, pl.Series):
        target[0] = n
    elif isinstance(target, np.ma.MaskedArray):
        target[n % 3] = [np.ma.masked, n][n % 2]
    elif isinstance(target, np.ndarray) and target.dtype.names:
        target["x"][0] = n
    elif isinstance(target, pd.api.extensions.ExtensionArray):
        target[0] = [target[-1], None][n % 2]
    elif isinstance(target, (pd.Index, pd.Series)) and n % 2 and not isinstance(target, pd.MultiIndex):
        values = np.asarray(target)
        values.flags.writeable = True
        values[0] = n
    elif isinstance(target, pd.Series):
        target.array[0] = target.array[-1]
    elif isinstance(target, pd.DataFrame):
        _TYPED_CHANGES[n](target)


_TYPED_CHANGES: list[Callable[[pd.DataFrame], object]] = [
    lambda frame: frame.__setitem__("y", frame["y"].astype("category")),
    lambda frame: frame.__setitem__("x", frame["x"].astype("Int64")),
    lambda frame: setattr(frame.flags, "allows_duplicate_labels", False),
    lambda frame: setattr(frame.columns, "name", "labels"),
    lambda frame: frame.set_index(["x", "y"], inplace=True),
    lambda frame: setattr(frame, "index", pd.period_range("2020", periods=len(frame), freq="D")),
]


def _part_of(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    """Give a name to a part that shares memory, or objects, with the whole."""
    whole = ns[other]
    if isinstance(whole, (pl.DataFrame, pa.Table)):
        ns[name] = whole["x"]
    elif isinstance(whole, np.ndarray):
        ns[name] = [whole[1:], whole[::-1], whole.view(), pd.DataFrame({"x": whole}, copy=False)][n % 4]
    elif isinstance(whole, bytearray):
        ns[name] = [memoryview(whole), np.frombuffer(whole, np.uint8)][n % 2]
    elif isinstance(whole, pd.DataFrame):
        ns[name] = [whole.T, whole[["x"]], whole["y"].array, whole.columns][n % 4]
    elif isinstance(whole, dict):
        ns[name] = [whole.values(), whole.keys(), functools.partial(dict, **{str(n): whole})][n % 3]
    elif isinstance(whole, list):
        ns[name] = [iter(whole), tuple(whole), whole.append, weakref.WeakValueDictionary()][n % 4]
    else:
        ns[name] = ((whole,), [whole, whole], {"held": whole}, Slots(whole), Frozen(whole))[n % 5]


def _frame_of(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    if isinstance(ns[other], pd.DataFrame):
        ns[name] = [lambda f: f.copy(), lambda f: f.iloc[1:], lambda f: f["x"], lambda f: f.index][n % 4](
            ns[other]
        )


def _close_over(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    held = ns[other]

    def function(default: Any = held) -> Any:
        return held, default

    function.__module__ = "__main__"
    ns[name] = function


def _reach(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    """Put an object somewhere it is reached by no name of its own: an attribute, a cell, a default, attrs."""
    target, held = ns[name], ns[other]
    if isinstance(target, pd.DataFrame):
        target.attrs[str(n)] = [n]  # pandas copies attributes deeply, so none that refer to the frame
    elif isinstance(target, type):
        target.held = held
    elif callable(target):
        target.__defaults__ = (held,)
    elif isinstance(target, deque):
        target.append(held)


def _replace_dict(ns: dict[str, Any], name: str, other: str, n: int) -> None:
    if isinstance(ns[name], Thing):
        ns[name].__dict__ = ns[other].__dict__ if isinstance(ns[other], Thing) and n % 2 else {"new": n}


ACTIONS: list[Action] = [
    *map(_make, MAKERS),
    *[_change_container] * 3,
    *[_change_object] * 3,
    *[_change_typed] * 5,
    *[_part_of] * 4,
    _replace_dict,
    *[_reach] * 2,
    *[_alias] * 2,
    _delete,
    *[_share] * 3,
    *[_change] * 6,
    *[_frame_of] * 2,
    _close_over,
]


_FAILURES: tuple[type[Exception], ...] = (
    *(LookupError, ArithmeticError, ValueError, TypeError, AttributeError, BufferError),
    pl.exceptions.PolarsError,
)


def attempt(action: tuple[Action, str, str, int], ns: dict[str, Any]) -> None:
    """Run a line; where it raises, what it did before that counts."""
    act, name, other, n = action
    with contextlib.suppress(*_FAILURES):
        act(ns, name, other, n)
