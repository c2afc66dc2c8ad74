"""From a source, as a person typed it, to named tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.database_addresses import DATABASE_SCHEMES, read_database_url, without_password
from autodash_jupyter.frames.formats import stem_of
from autodash_jupyter.frames.many_files import (
    is_partitioned,
    is_pattern,
    matching_files,
    part_files,
    read_as_one,
)
from autodash_jupyter.frames.naming import clean_identifier, free_name, printable
from autodash_jupyter.frames.options import ReadOptions
from autodash_jupyter.frames.paths import locate, path_of, scheme_of
from autodash_jupyter.frames.progress import Progress
from autodash_jupyter.frames.readers import read_file
from autodash_jupyter.frames.remote import REMOTE_SCHEMES, downloaded
from autodash_jupyter.frames.samples import sample_path
from autodash_jupyter.frames.tables import ReadTable

__all__ = ["LoadedTable", "read_source"]

SAMPLE = "sample:"
CLIPBOARD = "clipboard:"
MOST_ROWS_APART = 1_000


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """A table with its name and origin.

    ``name`` is a Python identifier; ``source`` is what to show and remember: an absolute path, a pattern, an
    address without its secrets, or ``sample:NAME``; ``size_bytes`` is the file's size on disk; ``notes`` are
    one-line remarks on what was guessed or left out; ``sheet`` is the sheet's name, where it comes from a
    workbook, or that of the table in a database, an archive or a page; ``left_out`` says which of these
    are no tables, and why; ``apart`` are rows that have more cells than the table, each with its line: the
    frame's ``attrs["rows_apart"]`` has the first thousand of them too.
    """

    name: str
    frame: pd.DataFrame
    source: str
    filename: str
    size_bytes: int
    notes: tuple[str, ...] = ()
    sheet: str = ""
    left_out: tuple[str, ...] = ()
    apart: tuple[tuple[int, str], ...] = ()


def read_source(
    source: str | os.PathLike[str],
    *,
    sheet: str | None = None,
    file_format: str | None = None,
    options: ReadOptions | None = None,
    progress: Progress | None = None,
) -> list[LoadedTable]:
    """Return the tables a source holds: one, or one for each sheet, table of a database or file of an
    archive.

    ``source`` is a path (``~`` and ``file://`` understood) to a file of any of ``formats.FORMATS``, perhaps
    compressed; a pattern such as ``data/*.csv`` or a folder of parts, both one table; an address (``https``,
    ``s3``, ``gs``) or that of a database; ``clipboard:``, or ``sample:NAME``. ``options`` say how to read it,
    ``sheet`` and ``file_format`` are short for the options of these names.

    Raises ``SourceError``, in one line, for whatever can't be read; the driver's own exception is
    its ``__cause__``.

    >>> [table] = read_source("sample:penguins")
    >>> table.name, table.frame.shape
    ('penguins', (344, 8))
    """
    wanted = os.fspath(source)
    options = options or ReadOptions(sheet=sheet, file_format=file_format)
    scheme = scheme_of(wanted)
    if scheme.partition("+")[0] in DATABASE_SCHEMES:
        shown = without_password(wanted)
        tables = read_database_url(wanted, table=options.table, query=options.query)
        return _named(tables, options.table or "query", shown, shown, 0)
    if scheme in REMOTE_SCHEMES:
        with downloaded(wanted, progress) as path:
            tables = read_file(path, options)
            return _named(
                tables, stem_of(path.name), without_password(wanted), path.name, path.stat().st_size
            )
    if wanted.strip().lower() in {CLIPBOARD, "clipboard://"}:
        with _clipboard() as path:
            tables = read_file(path, options, shown="the clipboard")
            return _named(tables, "clipboard", CLIPBOARD, "clipboard", path.stat().st_size)
    if wanted.startswith(SAMPLE):
        path = sample_path(wanted.removeprefix(SAMPLE).strip())
        return _named(
            read_file(path, options), path.stem, f"{SAMPLE}{path.stem}", path.name, path.stat().st_size
        )
    many = _many(wanted, options)
    if many is not None:
        return many
    path = locate(wanted)
    tables = read_file(path, options, progress=progress)
    asked = tables[0].sheet if options.sheet or options.table else ""
    return _named(tables, asked or stem_of(path.name), str(path), path.name, path.stat().st_size)


def _many(wanted: str, options: ReadOptions) -> list[LoadedTable] | None:
    """Return the one table of several files, ``None`` where a path names one."""
    path = path_of(wanted)
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except (OSError, ValueError):
        return None
    if is_folder and is_partitioned(path):
        files, root, origin, stem = part_files(path), path, str(path), path.name
    elif not exists and is_pattern(wanted):
        files, root, origin = matching_files(str(path)), None, str(path)
        stem = clean_identifier(path.stem.replace("*", "").replace("?", ""))
        stem = path.parent.name if stem == "data" and not is_pattern(path.parent.name) else stem
    else:
        return None
    shown = printable(Path(origin).name)
    try:
        table = read_as_one(files, options, lambda one: read_file(one, options), root)
    except SourceError as error:
        msg = f"Can't read '{shown}': {str(error).removesuffix('.')}."
        raise SourceError(msg) from error
    return _named([table], stem, origin, shown, sum(one.stat().st_size for one in files))


@contextmanager
def _clipboard() -> Iterator[Path]:
    """Put the clipboard's text into a temporary file."""
    from pandas.io import clipboard

    try:
        text = clipboard.clipboard_get()  # type: ignore[attr-defined]  # its stubs lack it
    except (OSError, RuntimeError) as error:  # its own exception is a RuntimeError
        msg = "There is no clipboard here; save what you copied to a file and give its path."
        raise SourceError(msg) from error
    if not text or not text.strip():
        msg = "The clipboard holds no text; copy some cells first."
        raise SourceError(msg)
    with TemporaryDirectory(prefix="autodash-") as folder:
        path = Path(folder) / (
            "clipboard.html" if text.lstrip()[:6].lower() in {"<table", "<html>"} else "clipboard.csv"
        )
        path.write_text(text, encoding="utf-8", newline="")
        yield path


def _named(tables: list[ReadTable], stem: str, origin: str, filename: str, size: int) -> list[LoadedTable]:
    """Give each table its name: the file's where it is alone, else its own."""
    loaded: list[LoadedTable] = []
    for number, table in enumerate(tables):
        title = (table.sheet or f"table_{number}") if len(tables) > 1 or not stem else stem
        name = free_name(clean_identifier(title), {other.name for other in loaded})
        rest = (table.notes, table.sheet, table.left_out, table.apart)
        if table.apart:
            table.frame.attrs["rows_apart"] = [list(one) for one in table.apart[:MOST_ROWS_APART]]
        loaded.append(LoadedTable(name, table.frame, origin, filename, size, *rest))
    return loaded
