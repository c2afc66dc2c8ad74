"""From a file to the tables in it: the reader of its format, and one line where that can't."""

from __future__ import annotations

import lzma
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.archives import read_archive
from autodash_jupyter.frames.choosing import Choice, choose_format
from autodash_jupyter.frames.columnar import read_columnar, read_statistics_file
from autodash_jupyter.frames.compression import compression_of, open_bytes
from autodash_jupyter.frames.contents import recognize
from autodash_jupyter.frames.databases import read_database_file
from autodash_jupyter.frames.delimited import FIXED, read_delimited
from autodash_jupyter.frames.json_files import read_json
from autodash_jupyter.frames.markup import read_html, read_xml
from autodash_jupyter.frames.memory import TooLargeError, require_memory
from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.options import ReadOptions
from autodash_jupyter.frames.progress import Progress
from autodash_jupyter.frames.tables import ReadTable
from autodash_jupyter.frames.workbooks import read_workbook

__all__ = ["read_file"]

PREFERRED = {"tsv": "\t", "fixed": FIXED}
DAMAGED = (EOFError, zipfile.BadZipFile, lzma.LZMAError, zlib.error)
# What is read through its compression; anything else is unpacked first.
STREAMED = frozenset({"csv", "tsv", "fixed", "json", "ndjson", "html", "xml", "archive"})


def read_file(
    path: Path, options: ReadOptions, *, shown: str = "", progress: Progress | None = None
) -> list[ReadTable]:
    """Return the tables in a file, as ``options`` say.

    Raises ``SourceError``, in one line that calls the file ``shown``, for whatever can't be read; the
    driver's own exception is its ``__cause__``.
    """
    shown = shown or printable(path.name)
    choice = Choice("")
    try:
        choice = choose_format(path, options.file_format)
        _refuse_options(shown, choice.file_format, options)
        require_memory(path, choice.file_format)
        with _unpacked(path, choice.file_format) as whole:
            first, *others = _by_format(whole, choice.file_format, options, progress)
        notes = (choice.note, *first.notes) if choice.note else first.notes
        return [replace(first, notes=notes), *others]
    except SourceError as error:
        if not choice.file_format or str(error).startswith(f"'{shown}'"):
            raise
        msg = f"Can't read '{shown}' as {_told(choice)}: {str(error).removesuffix('.')}."
        kind = TooLargeError if isinstance(error, TooLargeError) else SourceError
        raise kind(msg) from error.__cause__ or error
    except PermissionError as error:
        msg = f"No permission to read '{shown}'; ask its owner for the right to read it."
        raise SourceError(msg) from error
    except MemoryError as error:
        msg = f"'{shown}' doesn't fit into memory; load a part of it, or free some variables first."
        raise SourceError(msg) from error
    except DAMAGED as error:
        msg = f"Can't read '{shown}': it is cut off or damaged ({_reason(error)}); fetch it again."
        raise SourceError(msg) from error
    except Exception as error:
        msg = f"Can't read '{shown}' as {_told(choice)}: {_reason(error)}. {_suspicion(path)}"
        raise SourceError(msg) from error


def _told(choice: Choice) -> str:
    said = choice.note.removesuffix(", and read as such")
    return f"{choice.file_format} ({said})" if said else choice.file_format


def _reason(error: Exception) -> str:
    return printable(str(error).split("\n")[0].rstrip(". ")) or type(error).__name__


@contextmanager
def _unpacked(path: Path, chosen: str) -> Iterator[Path]:
    """Give the file, or what it unpacks to where its reader needs that on disk."""
    with path.open("rb") as file:
        packed = chosen not in STREAMED and compression_of(file.read(8))
    if not packed:
        yield path
        return
    with TemporaryDirectory(prefix="autodash-") as folder:
        whole = Path(folder) / (path.stem or "table")
        with open_bytes(path) as source, whole.open("xb") as target:
            shutil.copyfileobj(source, target)
        yield whole


def _refuse_options(shown: str, chosen: str, options: ReadOptions) -> None:
    if options.sheet is not None and chosen != "excel":
        msg = f"'{shown}' is no workbook, so it has no sheets; leave --sheet out."
        raise SourceError(msg)
    for option in ("table", "query"):
        if getattr(options, option) is not None and chosen not in {"sqlite", "duckdb"}:
            msg = f"'{shown}' is no database, so it takes no --{option}; leave it out."
            raise SourceError(msg)


def _suspicion(path: Path) -> str:
    with path.open("rb") as file:
        meaning = recognize(file.read(512)).meaning
    known = f"By its content it is {meaning}. " if meaning else ""
    return f"{known}Is it damaged, or should --format name another kind?"


def _by_format(  # noqa: PLR0911 - one for each format
    path: Path, chosen: str, options: ReadOptions, progress: Progress | None
) -> list[ReadTable]:
    dates = options.dates or ""
    if chosen == "excel":
        return read_workbook(path, sheet=options.sheet, dates=dates)
    if chosen in {"parquet", "feather", "orc"}:
        return [read_columnar(path, chosen)]
    if chosen in {"json", "ndjson"}:
        return [read_json(path, lines=chosen == "ndjson")]
    if chosen in {"sqlite", "duckdb"}:
        return read_database_file(path, chosen, table=options.table, query=options.query)
    if chosen in {"stata", "sas", "spss"}:
        return [read_statistics_file(path, chosen)]
    if chosen == "html":
        return read_html(path, dates)
    if chosen == "xml":
        return [read_xml(path, dates)]
    if chosen == "archive":
        return read_archive(path, lambda member: read_file(member, ReadOptions(dates=options.dates)))
    preferred = options.delimiter or PREFERRED.get(chosen, "")
    encoding = options.encoding or ""
    return [read_delimited(path, preferred=preferred, encoding=encoding, dates=dates, progress=progress)]
