"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.compression import open_bytes

__all__ = ["Content", "content_of", "recognize", "refuse_other_formats"]

HEAD_BYTES = 64 * 1024
A_ZIP = "a zip archive or an Excel workbook"

# What a file begins with, what that is called in a sentence, and the format that reads it, if one does.
SIGNATURES = (
    (b"PAR1", "a Parquet file", "parquet"),
    (b"ARROW1", "an Arrow or Feather file", "feather"),
    (b"FEA1", "a Feather file", "feather"),
    (b"ORC", "an ORC file", "orc"),
    (b"SQLite format 3\x00", "an SQLite database", "sqlite"),
    (b"$FL2", "an SPSS file", "spss"),
    (b"$FL3", "an SPSS file", "spss"),
    (b"<stata_dta>", "a Stata file", "stata"),
    (b"\x00" * 12 + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf", "a SAS file", "sas"),
    (b"HEADER RECORD*******LIB", "a SAS transport file", "sas"),
    (b"PK\x03\x04", A_ZIP, "archive"),
    (b"PK\x05\x06", "an empty zip archive", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Office file", "excel"),
    (b"%PDF", "a PDF document", ""),
    (b"\x89PNG", "a PNG image", ""),
    (b"\xff\xd8\xff", "a JPEG image", ""),
    (b"GIF8", "a GIF image", ""),
    (b"\x89HDF", "an HDF5 file", ""),
    (b"\x1f\x8b", "a gzip archive", ""),
    (b"BZh", "a bzip2 archive", ""),
    (b"\xfd7zXZ", "an xz archive", ""),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", ""),
    (b"7z\xbc\xaf", "a 7z archive", ""),
    (b"Rar!", "a rar archive", ""),
    (b"\x7fELF", "a program", ""),
    (b"\x80\x04\x95", "a Python pickle", ""),
    (b"\x80\x05\x95", "a Python pickle", ""),
    (b"version https://git-lfs", "what Git LFS left in the file's place (git lfs pull fetches it)", ""),
    (b"<!doctype html", "an HTML page, perhaps a log-in or error page", "html"),
    (b"<html", "an HTML page, perhaps a log-in or error page", "html"),
    (b"<table", "an HTML table", "html"),
    (b"<?xml", "an XML document", "xml"),
)  # fmt: skip
DUCKDB_MARK = slice(8, 12)
TAR_MARK = slice(257, 262)
JSON_RECORDS = re.compile(r'\s*(\[\s*)?\{\s*"')


class Content(NamedTuple):
    """What a file is by its content: a few words for a sentence, and the format that reads it; either may be
    empty.
    """

    meaning: str = ""
    file_format: str = ""


def recognize(head: bytes) -> Content:
    """Return what a file is by its first bytes.

    >>> recognize(b"%PDF-1.7")
    Content(meaning='a PDF document', file_format='')
    >>> recognize(b"a,b").meaning
    ''
    """
    folded = head[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, meaning, file_format in SIGNATURES:
        if head.startswith(signature) or (signature.startswith(b"<") and folded.startswith(signature)):
            return Content(meaning, file_format)
    if head[DUCKDB_MARK] == b"DUCK":
        return Content("a DuckDB database", "duckdb")
    if head[TAR_MARK] == b"ustar":
        return Content("a tar archive", "archive")
    return Content()


def content_of(path: Path) -> Content:
    """Return what a file is, looked at through its compression and, if it is a zip archive, into it.

    Nothing is said of delimited text, which begins with anything. Raises ``OSError`` and ``EOFError`` from
    reading.
    """
    with open_bytes(path) as stream:
        head = stream.read(HEAD_BYTES + 1)
    found = recognize(head)
    if found.meaning == A_ZIP:
        return _zipped(path)
    return found if found.meaning else _json(head)


def refuse_other_formats(head: bytes) -> None:
    """Raise ``SourceError`` if a file that should be text begins like a well-known other format."""
    meaning = recognize(head).meaning
    if meaning:
        msg = f"by its content it is {meaning}; open it as what it is"
        raise SourceError(msg)


def _zipped(path: Path) -> Content:
    """Tell workbooks, which are zip archives, from others."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            is_office = {"[Content_Types].xml", "content.xml"} & names
            is_workbook = any(name.startswith("xl/") for name in names) or "content.xml" in names
    except (zipfile.BadZipFile, OSError, ValueError):
        return Content(A_ZIP, "")
    if is_workbook:
        return Content("a workbook", "excel")
    return (
        Content("an Office document without sheets", "") if is_office else Content("a zip archive", "archive")
    )


def _json(head: bytes) -> Content:
    """See JSON in a text that is all there, or whose first line is a record."""
    try:
        text = head[:HEAD_BYTES].decode("utf-8-sig", "ignore" if len(head) > HEAD_BYTES else "strict")
    except UnicodeDecodeError:
        return Content()
    if not JSON_RECORDS.match(text):
        return Content()
    if _is_json(text.lstrip().partition("\n")[0]) and "\n" in text.strip():
        return Content("JSON, a value on each line", "ndjson")
    if len(head) > HEAD_BYTES or _is_json(text):
        return Content("JSON", "json")
    return Content()


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return False
    return True
