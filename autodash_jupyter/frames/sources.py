"""From a source, as a person typed it, to named tables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.delimited import read_delimited
from autodash_jupyter.frames.formats import choose_format, recognize
from autodash_jupyter.frames.json_files import read_json
from autodash_jupyter.frames.naming import clean_identifier, free_name, printable
from autodash_jupyter.frames.paths import locate
from autodash_jupyter.frames.samples import sample_path
from autodash_jupyter.frames.tables import ReadTable
from autodash_jupyter.frames.workbooks import read_workbook

__all__ = ["LoadedTable", "read_source"]

SAMPLE = "sample:"


@dataclass(frozen=True, slots=True)
class LoadedTable:
    """A table with its name and origin.

    ``name`` is a Python identifier; ``source`` is what to show and remember: an absolute path, or
    ``sample:NAME``; ``size_bytes`` is the file's size on disk; ``notes`` are one-line remarks on
    what was guessed or left out; ``sheet`` is the sheet's name, where it comes from a workbook;
    ``left_out`` says which sheets are no tables, and why.
    """

    name: str
    frame: pd.DataFrame
    source: str
    filename: str
    size_bytes: int
    notes: tuple[str, ...] = ()
    sheet: str = ""
    left_out: tuple[str, ...] = ()


def read_source(
    source: str | os.PathLike[str], *, sheet: str | None = None, file_format: str | None = None
) -> list[LoadedTable]:
    """Return the tables a source holds: one, or one for each filled sheet of a workbook.

    ``source`` is a path (``~`` and ``file://`` understood) to CSV, TSV, Parquet, Excel, ODS, JSON
    or NDJSON, text possibly compressed with gzip, or ``sample:NAME``. ``sheet`` chooses one sheet
    of a workbook; ``file_format`` (see ``formats.FORMATS``) overrules the suffix.

    Raises ``SourceError``, in one line, for whatever can't be read; the driver's own exception is
    its ``__cause__``.

    >>> [table] = read_source("sample:penguins")
    >>> table.name, table.frame.shape
    ('penguins', (344, 8))
    """
    wanted = os.fspath(source)
    if wanted.startswith(SAMPLE):
        path = sample_path(wanted.removeprefix(SAMPLE).strip())
        origin = f"{SAMPLE}{path.stem}"
    else:
        path = locate(wanted)
        origin = str(path)
    chosen = choose_format(path.name, file_format)
    if sheet is not None and chosen != "excel":
        msg = f"'{printable(path.name)}' is no workbook, so it has no sheets; leave --sheet out."
        raise SourceError(msg)
    tables = _read(path, chosen, sheet)
    return _named(tables, path, origin, sheet is not None)


def _read(path: Path, chosen: str, sheet: str | None) -> list[ReadTable]:
    shown = printable(path.name)
    try:
        return _by_format(path, chosen, sheet)
    except SourceError as error:
        msg = f"Can't read '{shown}' as {chosen}: {error}."
        raise SourceError(msg) from error.__cause__ or error
    except PermissionError as error:
        msg = f"No permission to read '{shown}'; ask its owner for the right to read it."
        raise SourceError(msg) from error
    except MemoryError as error:
        msg = f"'{shown}' doesn't fit into memory; load a part of it, or free some variables first."
        raise SourceError(msg) from error
    except Exception as error:
        reason = printable(str(error).split("\n")[0].rstrip(". ")) or type(error).__name__
        msg = f"Can't read '{shown}' as {chosen}: {reason}. {_suspicion(path)}"
        raise SourceError(msg) from error


def _suspicion(path: Path) -> str:
    with path.open("rb") as file:
        meaning = recognize(file.read(64))
    known = f"By its content it is {meaning}. " if meaning else ""
    return f"{known}Is it damaged, or should --format name another kind?"


def _by_format(path: Path, chosen: str, sheet: str | None) -> list[ReadTable]:
    if chosen == "excel":
        return read_workbook(path, sheet=sheet)
    if chosen == "parquet":
        return [_read_parquet(path)]
    if chosen in {"json", "ndjson"}:
        return [read_json(path, lines=chosen == "ndjson")]
    return [read_delimited(path, preferred="\t" if chosen == "tsv" else "")]


def _read_parquet(path: Path) -> ReadTable:
    from pyarrow import parquet

    # Without partitioning: a folder called "year=2020" above the file must not add a column.
    return ReadTable(parquet.read_table(path, partitioning=None).to_pandas())


def _named(tables: list[ReadTable], path: Path, origin: str, asked_for_sheet: bool) -> list[LoadedTable]:
    stem = Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem
    size = path.stat().st_size
    loaded: list[LoadedTable] = []
    for table in tables:
        title = table.sheet if len(tables) > 1 or asked_for_sheet else stem
        name = free_name(clean_identifier(title), {other.name for other in loaded})
        rest = (table.notes, table.sheet, table.left_out)
        loaded.append(LoadedTable(name, table.frame, origin, path.name, size, *rest))
    return loaded
