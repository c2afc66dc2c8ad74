"""Which format a file has: by request, else by its suffix; and whether its first bytes deny that."""

from __future__ import annotations

from pathlib import Path

from autodash_jupyter.errors import SourceError, did_you_mean
from autodash_jupyter.frames.naming import printable

__all__ = ["FORMATS", "SUFFIXES", "choose_format", "recognize", "refuse_other_formats", "suffix_of"]

FORMATS = ("csv", "tsv", "parquet", "excel", "json", "ndjson")

SUFFIXES = {
    ".csv": "csv", ".txt": "csv", ".dat": "csv", ".psv": "csv",
    ".tsv": "tsv", ".tab": "tsv",
    ".parquet": "parquet", ".pq": "parquet",
    ".xlsx": "excel", ".xls": "excel", ".xlsm": "excel", ".xlsb": "excel", ".ods": "excel",
    ".json": "json",
    ".ndjson": "ndjson", ".jsonl": "ndjson",
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
    (b"\x7fELF", "a program"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x80\x05\x95", "a Python pickle"),
    (b"<!doctype html", "an HTML page, perhaps a log-in or error page"),
    (b"<html", "an HTML page, perhaps a log-in or error page"),
    (b"<?xml", "an XML document"),
)


def suffix_of(filename: str) -> str:
    """Return the suffix that tells the format, in lower case; a final ``.gz`` is looked through.

    >>> suffix_of("Sales.CSV.gz")
    '.csv'
    """
    path = Path(filename.lower())
    return Path(path.stem).suffix if path.suffix == ".gz" else path.suffix


def choose_format(filename: str, asked: str | None) -> str:
    """Return one of ``FORMATS``. Raises ``SourceError`` for a format or suffix that nothing here reads.

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
    if suffix not in SUFFIXES:
        kind = f"files ending in '{printable(suffix)}'" if suffix else "a file without a suffix"
        msg = (
            f"Can't tell how to read {kind} ('{printable(filename)}'); known are {' '.join(SUFFIXES)}. "
            "If it is one of these kinds, say so with --format, for example --format csv."
        )
        raise SourceError(msg)
    return SUFFIXES[suffix]


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
