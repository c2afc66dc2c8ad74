"""Finds the engine for a table, by what the table is; no library is imported to find out."""

from __future__ import annotations

import os
from importlib import import_module
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
    from autodash_jupyter.profiling.engines.sampled import SampledTable

    if isinstance(frame, pd.DataFrame):
        return PandasTable(frame)
    if isinstance(frame, InMemoryTable | SampledTable):
        return frame
    if isinstance(frame, str | os.PathLike):
        return _open("duckdb_table", "open_file", os.fspath(frame))
    for base in type(frame).__mro__:
        opener = _OPENERS.get((base.__module__.split(".")[0], base.__name__))
        if opener is not None:
            return _open(*opener, frame)
    raise SourceError(_refusal(frame))


_OPENERS = {
    ("pyarrow", "Table"): ("in_memory", "ArrowTable"),
    ("pyarrow", "RecordBatch"): ("in_memory", "ArrowTable"),
    ("polars", "DataFrame"): ("in_memory", "PolarsTable"),
    ("polars", "LazyFrame"): ("polars_lazy", "open_lazy_frame"),
    ("duckdb", "DuckDBPyRelation"): ("duckdb_table", "open_relation"),
    ("_duckdb", "DuckDBPyRelation"): ("duckdb_table", "open_relation"),
    ("dask", "DataFrame"): ("dask_table", "open_dask"),
    ("pyspark", "DataFrame"): ("spark_table", "open_spark"),
}
"""For each library's class: the module and the name of what opens it."""


def _open(module: str, name: str, frame: Any) -> Engine:
    opener = getattr(import_module(f"autodash_jupyter.profiling.engines.{module}"), name)
    engine: Engine = opener(frame)
    return engine


def _refusal(frame: object) -> str:
    kind = f"{type(frame).__module__.split('.')[0]}.{type(frame).__name__}".removeprefix("builtins.")
    way = "pass a pd.DataFrame made of it"
    if isinstance(frame, pd.Series):
        way = "pass its .to_frame()"
    elif callable(getattr(frame, "to_pandas", None)):
        way = "pass its .to_pandas()"
    return (
        "profile() reads tables of pandas, polars, pyarrow, DuckDB, Dask and PySpark, and Parquet and CSV "
        f"files; this is a {kind}: {way}."
    )
