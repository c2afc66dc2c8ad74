"""Finds the engine for a table, by what the table is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from autodash_jupyter.errors import SourceError

if TYPE_CHECKING:
    from autodash_jupyter.profiling.engines.protocol import Engine

__all__ = ["open_engine"]


def open_engine(frame: Any) -> Engine:
    """Return the engine that reads ``frame``; an engine is returned as it is.

    Raises ``SourceError`` for what is no table, with what to do.
    """
    from autodash_jupyter.profiling.engines.in_memory import InMemoryTable, PandasTable

    if isinstance(frame, pd.DataFrame):
        return PandasTable(frame)
    if isinstance(frame, InMemoryTable):
        return frame
    raise SourceError(_refusal(frame))


def _refusal(frame: object) -> str:
    kind = f"{type(frame).__module__.split('.')[0]}.{type(frame).__name__}".removeprefix("builtins.")
    way = "pass a pd.DataFrame made of it"
    if isinstance(frame, pd.Series):
        way = "pass its .to_frame()"
    elif hasattr(frame, "to_pandas"):
        way = "pass its .to_pandas()"
    return f"profile() reads tables of pandas, and this is a {kind}; {way}."
