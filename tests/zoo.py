"""What the zoo of awkward files shares: a file's content beside the table that must come out of it.

A ``Case`` is compared strictly: a text is never a number, a flag never a one; missing values are ``None`` and
moments what ``at`` gives. ``said`` is a regular expression that one of the remarks must match.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import LoadedTable, ReadOptions, read_source

__all__ = ["Case", "Refusal", "at", "every", "plain_values", "read", "wanted_text"]


@dataclass(frozen=True)
class Case:
    """A file and its table."""

    about: str
    content: str | bytes
    columns: dict[str, list[Any]]
    file: str = "table.csv"
    said: str = ""
    options: dict[str, str] = field(default_factory=dict)

    def check(self, folder: Path) -> None:
        """Read the file and compare."""
        table = read(folder, self.content, self.file, **self.options)
        assert plain_values(table.frame) == wanted_text(self.columns), table.notes
        if self.said:
            assert any(re.search(self.said, note, re.I) for note in table.notes), table.notes


@dataclass(frozen=True)
class Refusal:
    """A file that holds no table, and what is said of it."""

    about: str
    content: str | bytes
    said: str
    file: str = "table.csv"
    options: dict[str, str] = field(default_factory=dict)

    def check(self, folder: Path) -> None:
        """Read the file and compare what is said."""
        with pytest.raises(SourceError) as caught:
            read(folder, self.content, self.file, **self.options)
        assert re.search(self.said, str(caught.value), re.I), str(caught.value)
        assert "\n" not in str(caught.value)


def every(cases: list[Any]) -> pytest.MarkDecorator:
    """Return the mark that runs a test for each of the cases, under its own words."""
    return pytest.mark.parametrize("case", cases, ids=[case.about for case in cases])


def read(folder: Path, content: str | bytes, file: str = "table.csv", **options: str) -> LoadedTable:
    """Write a file and return the one table in it."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    [table] = read_source(path, options=ReadOptions(**options))
    return table


def at(moment: str) -> str:
    """Return how a moment without a time zone, or with one, is compared."""
    return f"<{pd.Timestamp(moment).isoformat()}>"


def plain_values(frame: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Return the labels and values of a frame as texts that tell the types apart."""
    return [(str(label), [_told(value) for value in frame.iloc[:, at]]) for at, label in enumerate(frame)]


def wanted_text(columns: dict[str, list[Any]]) -> list[tuple[str, list[str]]]:
    """Return what a case wants in the form of ``plain_values``."""
    return [(label, [_told(value) for value in values]) for label, values in columns.items()]


def _told(value: Any) -> str:  # noqa: PLR0911 - one for each type
    if isinstance(value, (np.ndarray, list, dict, tuple)):
        return repr(value.tolist() if isinstance(value, np.ndarray) else value)
    if isinstance(value, timedelta):
        return repr(str(pd.Timedelta(value)))
    if value is None or value is pd.NA or value is pd.NaT:
        return "missing"
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (float, np.floating)) and math.isnan(value):
        return "missing"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(float(value))
    if isinstance(value, (datetime, pd.Timestamp)):
        return at(str(value))
    if isinstance(value, str):
        return value if value.startswith("<") and value.endswith(">") else repr(value)
    return str(value)
