"""Files larger than memory: a frame of Dask, or a relation of DuckDB, that reads when it is asked."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.choosing import choose_format
from autodash_jupyter.frames.columns import type_texts
from autodash_jupyter.frames.columns.values import MISSING
from autodash_jupyter.frames.delimited.dialect import Dialect, sniff
from autodash_jupyter.frames.delimited.rows import read_rows
from autodash_jupyter.frames.naming import distinct_labels
from autodash_jupyter.frames.options import ReadOptions
from autodash_jupyter.frames.paths import locate
from autodash_jupyter.frames.text_files import guess_encoding, read_head

__all__ = ["lazy_table"]

UTF_8 = frozenset({"utf-8", "utf-8-sig"})
# What a column of the beginning is taken for, by its type in pandas, and as what all of it must be readable.
KINDS = {"int64": "BIGINT", "float64": "DOUBLE", "datetime64[us]": "TIMESTAMP"}
IN_DASK = {"BIGINT": "Int64", "DOUBLE": "float64", "VARCHAR": "string"}


def lazy_table(source: str, options: ReadOptions | None = None) -> tuple[Any, str]:
    """Return a table that stays in its file until it is computed, and a remark on what it is.

    It is a frame of Dask where that is installed, else a relation of DuckDB. Of delimited text, a first pass
    finds the types that hold for every row, within little memory. Raises ``SourceError`` for other kinds of
    files than Parquet and delimited text in UTF-8, one row a line.
    """
    options = options or ReadOptions()
    path = locate(source)
    chosen = choose_format(path, options.file_format).file_format
    by_dask = importlib.util.find_spec("dask") is not None
    if chosen == "parquet":
        table = _dask().read_parquet(path) if by_dask else _duckdb().read_parquet(str(path))
    elif chosen in {"csv", "tsv"}:
        table = _delimited(path, options, by_dask=by_dask)
    else:
        msg = f"--lazy reads Parquet and delimited text, not {chosen}; convert the file to Parquet first."
        raise SourceError(msg)
    kind = "a frame of Dask: .compute() reads it" if by_dask else "a relation of DuckDB: .df() reads it"
    return (
        table,
        f"{path.name} stays in its file; it is {kind}. Not registered: a context needs a table in memory.",
    )


def _delimited(path: Path, options: ReadOptions, *, by_dask: bool) -> Any:
    head, complete = read_head(path)
    encoding = options.encoding or guess_encoding(head, complete=complete)
    if encoding not in UTF_8:
        msg = f"--lazy reads text in UTF-8, and this seems to be {encoding}; convert it first."
        raise SourceError(msg)
    text = head.decode(encoding, "replace")
    dialect = sniff(text, complete=complete, preferred=options.delimiter or "")
    if dialect.lines.apply or len(dialect.delimiter) > 1:
        msg = "--lazy reads text with one delimiter, without comments; convert it to Parquet first."
        raise SourceError(msg)
    labels = distinct_labels(dialect.header)
    whole = text if complete else text[: text.rfind("\n") + 1]
    columns, _ = read_rows(whole.splitlines(keepends=True), dialect)
    beginning = [
        str(type_texts(column.to_pylist(), label, options.dates or "", digits=True)[0].dtype)
        for column, label in zip(columns, labels, strict=True)
    ]
    texts = _texts(path, dialect, labels)
    kinds = _kinds_throughout(texts, labels, [KINDS.get(dtype, "VARCHAR") for dtype in beginning])
    return _in_dask(path, dialect, kinds) if by_dask else _typed(texts, kinds)


def _texts(path: Path, dialect: Dialect, labels: list[str]) -> Any:
    """Return a relation of the cells as they are written."""
    return _duckdb().read_csv(
        str(path),
        sep=dialect.delimiter,
        names=labels,
        header=False,
        skiprows=dialect.lines_before + dialect.header_rows,
        quotechar=dialect.quoting.mark,
        escapechar=dialect.quoting.escape or dialect.quoting.mark,
        all_varchar=True,
        na_values=list(MISSING),
        null_padding=True,
        parallel=False,
    )


def _kinds_throughout(texts: Any, labels: list[str], kinds: list[str]) -> dict[str, str]:
    """Return the kind of each column, text where one cell isn't of the beginning's kind or would lose
    zeros."""
    asked = [_misfits(label, kind) for label, kind in zip(labels, kinds, strict=True)]
    [counts] = texts.aggregate(", ".join(asked)).fetchall()
    return {
        label: "VARCHAR" if count else kind for label, kind, count in zip(labels, kinds, counts, strict=True)
    }


def _misfits(label: str, kind: str) -> str:
    name = '"' + label.replace('"', '""') + '"'
    if kind == "VARCHAR":
        return "max(1)"
    zeros = f"regexp_matches({name}, '^[+-]?0[0-9]')" if kind != "TIMESTAMP" else "false"
    return f"count(*) FILTER ({name} IS NOT NULL AND (TRY_CAST({name} AS {kind}) IS NULL OR {zeros}))"


def _typed(texts: Any, kinds: dict[str, str]) -> Any:
    names = {label: '"' + label.replace('"', '""') + '"' for label in kinds}
    return texts.project(
        ", ".join(f"CAST({names[label]} AS {kind}) AS {names[label]}" for label, kind in kinds.items())
    )


def _in_dask(path: Path, dialect: Dialect, kinds: dict[str, str]) -> Any:
    return _dask().read_csv(
        path,
        sep=dialect.delimiter,
        names=list(kinds),
        header=None,
        skiprows=dialect.lines_before + dialect.header_rows,
        quotechar=dialect.quoting.mark,
        escapechar=dialect.quoting.escape or None,
        skipinitialspace=dialect.padded,
        dtype={label: IN_DASK[kind] for label, kind in kinds.items() if kind in IN_DASK},
        parse_dates=[label for label, kind in kinds.items() if kind == "TIMESTAMP"] or False,
    )


def _dask() -> Any:
    import dask.dataframe

    return dask.dataframe


def _duckdb() -> Any:
    import duckdb

    return duckdb
