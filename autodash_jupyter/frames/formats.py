"""The formats that can be read, and what a person or a file's name says of one."""

from __future__ import annotations

from pathlib import Path

from autodash_jupyter.errors import SourceError, did_you_mean
from autodash_jupyter.frames.compression import COMPRESSED_SUFFIXES
from autodash_jupyter.frames.naming import printable

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "format_named",
    "stem_of",
    "suffix_of",
    "unknown_format",
]

FORMATS = (
    "csv", "tsv", "fixed", "parquet", "feather", "excel", "json", "ndjson", "html", "xml", "stata", "sas",
    "spss", "sqlite", "duckdb", "orc", "archive",
)  # fmt: skip

SUFFIXES = {
    ".csv": "csv", ".txt": "csv", ".dat": "csv", ".psv": "csv", ".ssv": "csv", ".asc": "csv",
    ".tsv": "tsv", ".tab": "tsv", ".fwf": "fixed",
    ".parquet": "parquet", ".pq": "parquet", ".parq": "parquet",
    ".feather": "feather", ".arrow": "feather", ".ipc": "feather", ".arrows": "feather", ".orc": "orc",
    ".xlsx": "excel", ".xls": "excel", ".xlsm": "excel", ".xlsb": "excel", ".ods": "excel",
    ".json": "json", ".geojson": "json",
    ".ndjson": "ndjson", ".jsonl": "ndjson",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".xml": "xml",
    ".dta": "stata", ".sas7bdat": "sas", ".xpt": "sas", ".sav": "spss", ".zsav": "spss", ".por": "spss",
    ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db3": "sqlite", ".duckdb": "duckdb",
    ".zip": "archive", ".tar": "archive", ".tgz": "archive", ".tbz2": "archive", ".txz": "archive",
}  # fmt: skip


def suffix_of(filename: str) -> str:
    """Return the suffix that tells the format, in lower case; one of a compression is looked through.

    >>> suffix_of("Sales.CSV.gz"), suffix_of("a.tar.gz")
    ('.csv', '.tar')
    """
    path = Path(filename.lower())
    return Path(path.stem).suffix if path.suffix in COMPRESSED_SUFFIXES else path.suffix


def stem_of(filename: str) -> str:
    """Return a file's name without the suffixes that tell its format and its compression.

    >>> stem_of("Sales.csv.gz")
    'Sales'
    """
    path = Path(filename)
    return Path(path.stem).stem if path.suffix.lower() in COMPRESSED_SUFFIXES else path.stem


def format_named(asked: str) -> str:
    """Return the one of ``FORMATS`` a person asked for. Raises ``SourceError`` with the nearest for another.

    >>> format_named("CSV"), format_named(".ods")
    ('csv', 'excel')
    """
    wanted = asked.strip().lower().removeprefix(".")
    chosen = wanted if wanted in FORMATS else SUFFIXES.get(f".{wanted}")
    if chosen is None:
        known = ", ".join(FORMATS)
        msg = f"Unknown format '{printable(asked)}'.{did_you_mean(wanted, FORMATS)} Known: {known}."
        raise SourceError(msg)
    return chosen


def unknown_format(filename: str) -> SourceError:
    """Return the error for a file that neither its suffix nor its content tells how to read."""
    suffix = suffix_of(filename)
    kind = f"files ending in '{printable(suffix)}'" if suffix else "a file without a suffix"
    msg = (
        f"Can't tell how to read {kind} ('{printable(filename)}'); known are {' '.join(SUFFIXES)}. "
        "If it is one of these kinds, say so with --format, for example --format csv."
    )
    return SourceError(msg)
