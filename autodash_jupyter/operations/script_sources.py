"""How plain pandas reads a source into the very frame that AutoDash read: tried out, never assumed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.testing import assert_frame_equal

__all__ = ["find_reading", "same_frames"]

_SEPARATORS = (",", ";", "\t", "|")
_ENCODINGS = (None, "cp1252")


def find_reading(path: str, frame: pd.DataFrame) -> str | None:
    """Return the pandas expression that reads a file as this frame; ``None`` where no plain one does.

    >>> from autodash_jupyter.frames import read_source, sample_path
    >>> [penguins] = read_source("sample:penguins")
    >>> find_reading(str(sample_path("penguins")), penguins.frame)[:14]
    "pd.read_csv('/"
    """
    for reader, options in _candidates(path, frame):
        try:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                read = getattr(pd, reader)(path, **options)
            if any(each.category is UserWarning for each in warned):  # dates that pandas only guesses
                continue
            if list(read.columns) != list(frame.columns):
                continue
            other = {
                label: str(frame[label].dtype)
                for label in frame.columns
                if read[label].dtype != frame[label].dtype
            }
            if not same_frames(read.astype(other), frame):
                continue
        except Exception:  # noqa: BLE001 - a way that fails is none; the next may do
            continue
        shown = ", ".join([repr(path), *(f"{name}={value!r}" for name, value in options.items())])
        return f"pd.{reader}({shown})" + (f".astype({other!r})" if other else "")
    return None


def same_frames(one: Any, other: Any) -> bool:
    """Tell whether two pandas frames hold the same values of the same types under the same labels.

    >>> same_frames(pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.0]}))
    False
    """
    try:
        assert_frame_equal(one, other, check_exact=True, check_freq=False)
    except (AssertionError, TypeError, ValueError):
        return False
    return True


def _candidates(path: str, frame: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    if suffixes[-1:] == [".parquet"]:
        yield "read_parquet", {}
    elif suffixes[-1:] in ([".xlsx"], [".xls"], [".ods"]):
        for sheet in range(8):
            yield "read_excel", {"sheet_name": sheet, "engine": "calamine"}
    elif suffixes[:1] in ([".json"], [".ndjson"], [".jsonl"]):
        yield "read_json", {}
        yield "read_json", {"lines": True}
    else:
        yield from _delimited(frame)


def _delimited(frame: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    dates = [label for label in frame.columns if frame[label].dtype.kind == "M"]
    texts = {label: "str" for label in frame.columns if isinstance(frame[label].dtype, pd.StringDtype)}
    typed: dict[str, Any] = ({"parse_dates": dates} if dates else {}) | ({"dtype": texts} if texts else {})
    ways = [{}, typed] if typed else [{}]
    if dates:
        ways.append({**typed, "dayfirst": True})
    for encoding in _ENCODINGS:
        for separator in _SEPARATORS:
            for types in ways:
                options: dict[str, Any] = {**types} if separator == "," else {"sep": separator, **types}
                yield "read_csv", options if encoding is None else {**options, "encoding": encoding}
