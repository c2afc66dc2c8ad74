"""From a file to the tables in it: the reader of its format, and one line where that can't."""

from __future__ import annotations

from pathlib import Path

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.archives import read_archive
from autodash_jupyter.frames.columnar import read_columnar, read_statistics_file
from autodash_jupyter.frames.databases import read_database_file
from autodash_jupyter.frames.delimited import read_delimited
from autodash_jupyter.frames.formats import choose_format, recognize
from autodash_jupyter.frames.json_files import read_json
from autodash_jupyter.frames.markup import read_html, read_xml
from autodash_jupyter.frames.memory import require_memory
from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.options import ReadOptions
from autodash_jupyter.frames.progress import Progress
from autodash_jupyter.frames.tables import ReadTable
from autodash_jupyter.frames.workbooks import read_workbook

__all__ = ["format_of", "read_file"]


def format_of(path: Path, options: ReadOptions) -> str:
    """Return a file's format: the one asked for, that of its suffix, or of its content."""
    with path.open("rb") as file:
        return choose_format(path.name, options.file_format, file.read(512))


def read_file(
    path: Path, options: ReadOptions, *, shown: str = "", progress: Progress | None = None
) -> list[ReadTable]:
    """Return the tables in a file, as ``options`` say.

    Raises ``SourceError``, in one line that calls the file ``shown``, for whatever can't be read; the
    driver's own exception is its ``__cause__``.
    """
    shown = shown or printable(path.name)
    try:
        chosen = format_of(path, options)
        _refuse_options(shown, chosen, options)
        require_memory(path, chosen)
        return _by_format(path, chosen, options, progress)
    except SourceError as error:
        if error.args and str(error).startswith(("Can't tell", "Unknown format", f"'{shown}'")):
            raise
        msg = f"Can't read '{shown}' as {chosen}: {str(error).removesuffix('.')}."
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
        meaning = recognize(file.read(64))
    known = f"By its content it is {meaning}. " if meaning else ""
    return f"{known}Is it damaged, or should --format name another kind?"


def _by_format(  # noqa: PLR0911 - one for each format
    path: Path, chosen: str, options: ReadOptions, progress: Progress | None
) -> list[ReadTable]:
    dates = options.dates or ""
    if chosen == "excel":
        return read_workbook(path, sheet=options.sheet)
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
    preferred = options.delimiter or ("\t" if chosen == "tsv" else "")
    encoding = options.encoding or ""
    return [read_delimited(path, preferred=preferred, encoding=encoding, dates=dates, progress=progress)]
