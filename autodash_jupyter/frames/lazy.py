"""Files larger than memory: a frame of Dask, or a relation of DuckDB, that reads when it is asked."""

from __future__ import annotations

import importlib.util
from typing import Any

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.choosing import choose_format
from autodash_jupyter.frames.delimited.dialect import sniff
from autodash_jupyter.frames.options import ReadOptions
from autodash_jupyter.frames.paths import locate
from autodash_jupyter.frames.text_files import guess_encoding, read_head

__all__ = ["lazy_table"]


def lazy_table(source: str, options: ReadOptions | None = None) -> tuple[Any, str]:
    """Return a table that stays in its file until it is computed, and a remark on what it is.

    It is a frame of Dask where that is installed, else a relation of DuckDB. Raises ``SourceError`` for other
    kinds of files than Parquet and delimited text.
    """
    options = options or ReadOptions()
    path = locate(source)
    chosen = choose_format(path, options.file_format).file_format
    if chosen not in {"csv", "tsv", "parquet"}:
        msg = f"--lazy reads Parquet and delimited text, not {chosen}; convert the file to Parquet first."
        raise SourceError(msg)
    by_dask = importlib.util.find_spec("dask") is not None
    if chosen == "parquet":
        table = _dask().read_parquet(path) if by_dask else _duckdb().read_parquet(str(path))
    else:
        head, complete = read_head(path)
        dialect = sniff(head.decode(guess_encoding(head, complete=complete), "replace"), complete=complete)
        if by_dask:
            table = _dask().read_csv(
                path, sep=dialect.delimiter, decimal=dialect.decimal, skiprows=dialect.lines_before
            )
        else:
            table = _duckdb().read_csv(
                str(path), sep=dialect.delimiter, decimal=dialect.decimal, skiprows=dialect.lines_before
            )
    kind = "a frame of Dask: .compute() reads it" if by_dask else "a relation of DuckDB: .df() reads it"
    return (
        table,
        f"{path.name} stays in its file; it is {kind}. Not registered: a context needs a table in memory.",
    )


def _dask() -> Any:
    import dask.dataframe

    return dask.dataframe


def _duckdb() -> Any:
    import duckdb

    return duckdb
