"""From what a person typed to a regular file that can be opened."""

from __future__ import annotations

import re
import stat
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from autodash_jupyter.errors import SourceError, did_you_mean
from autodash_jupyter.frames.formats import SUFFIXES, suffix_of
from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.samples import sample_names

__all__ = ["locate", "path_of", "scheme_of"]

URL = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]+)://")
FOLDER_ENTRIES_LOOKED_AT = 2_000


def locate(source: str) -> Path:
    """Return the absolute path of the regular, non-empty file that ``source`` names.

    ``~`` is expanded and ``file://`` understood. Raises ``SourceError`` for whatever can't be read
    as a file: nothing there (with the nearest name), a folder, a pipe or device, an empty file, a
    URL, a path the system refuses.
    """
    path = path_of(source)
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise SourceError(_missing(source, path)) from error
    except PermissionError as error:
        msg = f"No permission to look at '{printable(source)}'; ask its owner for the right to read it."
        raise SourceError(msg) from error
    except (OSError, ValueError) as error:
        msg = f"'{printable(source)}' can't be the path of a file: {printable(error)}."
        raise SourceError(msg) from error
    if stat.S_ISDIR(status.st_mode):
        raise SourceError(_folder(source, path))
    if not stat.S_ISREG(status.st_mode):
        msg = f"'{printable(source)}' is a pipe, socket or device, not a file; save its data to a file first."
        raise SourceError(msg)
    if status.st_size == 0:
        msg = f"'{printable(source)}' is empty (0 bytes); check that it was written or downloaded whole."
        raise SourceError(msg)
    return path


def scheme_of(source: str) -> str:
    """Return the scheme of an address in lower case, ``""`` for a path.

    >>> scheme_of("S3://bucket/a.csv"), scheme_of("postgresql+psycopg://host/db"), scheme_of("a.csv")
    ('s3', 'postgresql+psycopg', '')
    """
    matched = URL.match(source)
    return matched[1].lower() if matched else ""


def path_of(source: str) -> Path:
    """Return the absolute path a person typed; ``~`` and ``file://`` are understood.

    Raises ``SourceError`` for nothing, another machine's file, and schemes that nothing here reads.
    """
    if not source.strip():
        msg = "No source given; name a file, or one of the samples, for example 'sample:penguins'."
        raise SourceError(msg)
    matched = URL.match(source)
    if matched and matched[1].lower() == "file":
        parts = urlsplit(source)
        if parts.netloc not in {"", "localhost"}:
            msg = f"'{printable(source)}' names a file on another machine; copy it here and give its path."
            raise SourceError(msg)
        from urllib.request import url2pathname  # it brings http and ssl along

        return Path(url2pathname(parts.path)).absolute()
    if matched:
        raise SourceError(_remote(source, matched[1].lower()))
    try:
        return Path(source).expanduser().absolute()
    except RuntimeError as error:  # "~somebody" where there is no such user
        msg = f"'{printable(source)}' names an unknown user's home folder; give the whole path."
        raise SourceError(msg) from error


def _remote(source: str, scheme: str) -> str:
    # The address isn't repeated in full: it may hold a password.
    name = printable(Path(urlsplit(source).path).name or "file")
    return f"Addresses of this kind ({scheme}://) can't be read; download '{name}' first and give its path."


def _missing(source: str, path: Path) -> str:
    if source in sample_names():
        return f"There is no file '{source}' here. Did you mean 'sample:{source}'?"
    folder = path.parent
    if not folder.is_dir():
        return f"There is no folder '{printable(folder)}', so no file '{printable(path.name)}' in it."
    hint = did_you_mean(path.name, _names_in(folder)) or " Check the name and the folder."
    return f"There is no file '{printable(path.name)}' in '{printable(folder)}'.{printable(hint)}"


def _folder(source: str, path: Path) -> str:
    readable = [name for name in _names_in(path) if suffix_of(name) in SUFFIXES]
    shown = ", ".join(f"'{printable(name)}'" for name in readable[:3])
    suffix = Path(readable[0]).suffix if readable else ""
    pattern = printable(Path(source) / f"*{suffix}")
    hint = (
        f"name one of its files, for example {shown}, or '{pattern}' for all as one table"
        if shown
        else "it holds no file of a known kind"
    )
    return f"'{printable(source)}' is a folder; {hint}."


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in islice(folder.iterdir(), FOLDER_ENTRIES_LOOKED_AT))
    except OSError:
        return []
