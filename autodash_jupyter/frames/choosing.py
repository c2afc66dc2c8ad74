"""Which format a file is read as: the one asked for, what its content shows, what its name says."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.contents import Content, content_of
from autodash_jupyter.frames.delimited import is_delimited
from autodash_jupyter.frames.formats import SUFFIXES, format_named, suffix_of, unknown_format
from autodash_jupyter.frames.naming import printable

__all__ = ["Choice", "choose_format"]

TEXTS = frozenset({"csv", "tsv", "fixed"})
# Which formats a name may stand for without a word about it.
ALIKE = {
    "json": {"json", "ndjson"},
    "ndjson": {"json", "ndjson"},
    "html": {"html", "xml"},
    "xml": {"xml"},
    "sqlite": {"sqlite", "duckdb"},
}


class Choice(NamedTuple):
    """A format, and a remark where the file's name doesn't say it."""

    file_format: str
    note: str = ""


def choose_format(path: Path, asked: str | None = None) -> Choice:
    """Return one of ``FORMATS`` for a file: what is asked for counts, then its content, then its name.

    Raises ``SourceError`` for a format or a file that nothing here reads, ``OSError`` from reading.
    """
    if asked is not None:
        return Choice(format_named(asked))
    by_name = SUFFIXES.get(suffix_of(path.name), "")
    try:
        content = content_of(path)
    except (EOFError, OSError, SourceError):
        if not by_name:
            raise
        return Choice(by_name)  # its reader says what is wrong
    if content.file_format and _agree(by_name, content.file_format):
        return Choice(content.file_format if by_name == "sqlite" else by_name)
    if content.file_format:
        return Choice(content.file_format, f"by its content it is {content.meaning}, and read as such")
    if by_name in {*TEXTS, *ALIKE} or (by_name and not _is_text(path, content)):
        return Choice(by_name)
    if _is_text(path, content):
        return Choice("csv", "by its content it is delimited text, and read as such")
    if content.meaning:
        msg = f"Can't tell how to read '{printable(path.name)}': by its content it is {content.meaning}."
        raise SourceError(msg)
    raise unknown_format(path.name)


def _agree(by_name: str, by_content: str) -> bool:
    return by_content == by_name or by_content in ALIKE.get(by_name, ())


def _is_text(path: Path, content: Content) -> bool:
    return not content.meaning and is_delimited(path)
