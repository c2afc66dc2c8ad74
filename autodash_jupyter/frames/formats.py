"""Which format a file has: by request, by its suffix, by its first bytes; and whether these deny the
suffix."""

from __future__ import annotations

from pathlib import Path

from autodash_jupyter.errors import SourceError, did_you_mean
from autodash_jupyter.frames.compression import COMPRESSED_SUFFIXES
from autodash_jupyter.frames.naming import printable

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "choose_format",
    "recognize",
    "refuse_other_formats",
    "stem_of",
    "suffix_of",
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

SIGNATURES = (
    (b"PAR1", "a Parquet file"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Office file"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"ARROW1", "an Arrow or Feather file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"\x7fELF", "a program"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x80\x05\x95", "a Python pickle"),
    (b"$FL2", "an SPSS file"),
    (b"<stata_dta>", "a Stata file"),
    (b"<!doctype html", "an HTML page, perhaps a log-in or error page"),
    (b"<html", "an HTML page, perhaps a log-in or error page"),
    (b"<?xml", "an XML document"),
)
FORMATS_BY_CONTENT = {
    "a Parquet file": "parquet", "an SQLite database": "sqlite", "an Arrow or Feather file": "feather",
    "an SPSS file": "spss", "a Stata file": "stata", "an XML document": "xml",
    "an HTML page, perhaps a log-in or error page": "html",
}  # fmt: skip
DUCKDB_MARK = slice(8, 12)


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


def choose_format(filename: str, asked: str | None, head: bytes = b"") -> str:
    """Return one of ``FORMATS``: the one asked for, the suffix's, or what the first bytes say.

    Raises ``SourceError`` for a format or file that nothing here reads.

    >>> choose_format("sales.csv.gz", None), choose_format("sales.log", "csv"), choose_format("a", ".ods")
    ('csv', 'csv', 'excel')
    """
    if asked is not None:
        wanted = asked.strip().lower().removeprefix(".")
        chosen = wanted if wanted in FORMATS else SUFFIXES.get(f".{wanted}")
        if chosen is None:
            known = ", ".join(FORMATS)
            msg = f"Unknown format '{printable(asked)}'.{did_you_mean(wanted, FORMATS)} Known: {known}."
            raise SourceError(msg)
        return chosen
    suffix = suffix_of(filename)
    by_content = _by_content(head)
    if suffix in SUFFIXES:
        chosen = SUFFIXES[suffix]
        return "duckdb" if chosen == "sqlite" and by_content == "duckdb" else chosen
    if by_content:
        return by_content
    kind = f"files ending in '{printable(suffix)}'" if suffix else "a file without a suffix"
    msg = (
        f"Can't tell how to read {kind} ('{printable(filename)}'); known are {' '.join(SUFFIXES)}. "
        "If it is one of these kinds, say so with --format, for example --format csv."
    )
    raise SourceError(msg)


def _by_content(head: bytes) -> str:
    if head[DUCKDB_MARK] == b"DUCK":
        return "duckdb"
    return FORMATS_BY_CONTENT.get(recognize(head), "")


def recognize(head: bytes) -> str:
    """Return what a file is by its first bytes, for a sentence, or ``""`` if they say nothing.

    >>> recognize(b"%PDF-1.7")
    'a PDF document'
    """
    folded = head[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, meaning in SIGNATURES:
        if head.startswith(signature) or (signature.startswith(b"<") and folded.startswith(signature)):
            return meaning
    return ""


def refuse_other_formats(head: bytes) -> None:
    """Raise ``SourceError`` if a file that should be text begins like a well-known other format."""
    meaning = recognize(head)
    if meaning:
        msg = f"by its content it is {meaning}; open it as what it is"
        raise SourceError(msg)
