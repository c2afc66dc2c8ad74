"""Tables that already live in the kernel: frames of pandas and other libraries, plain lists and dicts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import pandas as pd

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.naming import printable

__all__ = ["as_dataframe", "is_table", "table_names"]

# Objects with a to_pandas() of their own, by the module that must have been imported for one to exist.
CONVERTIBLE = {"polars": ("DataFrame", "Series"), "pyarrow": ("Table", "RecordBatch")}
ACCEPTED = "a pandas, polars or pyarrow table, a Series, a list of dicts, or a dict of lists"


def is_table(obj: Any) -> bool:
    """Return whether ``obj`` looks like something ``as_dataframe`` accepts; cheap for every object.

    Of a list or a dict only the first item is looked at.

    >>> is_table(pd.DataFrame()), is_table([{"a": 1}]), is_table({"a": [1]}), is_table([1, 2])
    (True, True, True, False)
    """
    kind = type(obj)  # not isinstance: an object may lie about its class, or raise when asked
    if issubclass(kind, (pd.DataFrame, pd.Series)) or _is_convertible(kind):
        return True
    if kind is list:
        return bool(obj) and issubclass(type(obj[0]), dict)
    return kind is dict and bool(obj) and _is_column(next(iter(obj.values())))


def table_names(namespace: Mapping[str, Any]) -> list[str]:
    """Return the names that stand for tables, in order; another thread may change the namespace meanwhile.

    >>> table_names({"sales": pd.DataFrame(), "total": 42})
    ['sales']
    """
    return [name for name, value in list(namespace.items()) if is_table(value)]


def as_dataframe(obj: Any) -> pd.DataFrame:
    """Return ``obj`` as a pandas DataFrame; one that is such a frame already comes back as the same object.

    Raises ``SourceError`` for anything that isn't a table, saying what it is and what is accepted.

    >>> as_dataframe([{"a": 1}, {"a": 2}]).shape
    (2, 1)
    >>> as_dataframe(42)
    Traceback (most recent call last):
        ...
    autodash_jupyter.errors.SourceError: An object of type 'int' is no table; give a pandas, polars or pyarrow
    table, a Series, a list of dicts, or a dict of lists.
    """
    kind = type(obj)
    if issubclass(kind, pd.DataFrame):
        return obj  # type: ignore[no-any-return]  # narrowed by issubclass
    try:
        frame = _converted(obj, kind)
    except Exception as error:
        msg = f"This object of type '{printable(kind.__name__)}' can't become a table: {_reason(error)}."
        raise SourceError(msg) from error
    if frame is None:
        msg = f"An object of type '{printable(kind.__name__)}' is no table; give {ACCEPTED}."
        raise SourceError(msg)
    return frame


def _converted(obj: Any, kind: type) -> pd.DataFrame | None:
    if issubclass(kind, pd.Series):
        return obj.to_frame("value" if obj.name is None else obj.name)  # type: ignore[no-any-return]  # as above
    if _is_convertible(kind):
        converted = obj.to_pandas()
        return _converted(converted, type(converted)) if isinstance(converted, pd.Series) else converted
    if kind is list and obj and all(issubclass(type(row), dict) for row in obj):
        return pd.DataFrame(obj)
    if kind is dict and obj and all(_is_column(values) for values in obj.values()):
        return pd.DataFrame(obj)
    return None


def _is_convertible(kind: type) -> bool:
    for module_name, class_names in CONVERTIBLE.items():
        module = sys.modules.get(module_name)
        if any(issubclass(kind, getattr(module, name, ())) for name in class_names):
            return True
    return False


def _is_column(values: Any) -> bool:
    kind = type(values)
    return issubclass(kind, (list, tuple, pd.Series, pd.Index)) or kind.__name__ == "ndarray"


def _reason(error: Exception) -> str:
    try:
        return printable(error).rstrip(".")
    except Exception:  # noqa: BLE001 - an error that can't be shown still has a type
        return type(error).__name__
