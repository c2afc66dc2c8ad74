"""Files as tables for a session: read where they lie, or fetched from an allowed address first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from autodash_jupyter.errors import SourceError

if TYPE_CHECKING:
    from autodash_jupyter.frames import LoadedTable

__all__ = ["SessionFiles", "named_tables"]

ALONE = "current"  # what a source's only table is called
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class SessionFiles:
    """Reads sources; from addresses below ``allowed_urls`` at most ``most_bytes`` are fetched."""

    allowed_urls: tuple[str, ...] = ()
    most_bytes: int = 512 * 1024 * 1024

    def read(self, source: str, file_type: str | None = None) -> list[LoadedTable]:
        """Return the tables of a source that was checked before.

        Raises:
            SourceError: It can't be read, or ``file_type`` is none.

        >>> [table.name for table in SessionFiles().read("sample:penguins")]
        ['penguins']
        """
        from autodash_jupyter.services.permitted_sources import download

        if not source.startswith(("http://", "https://")):
            return _read(source, file_type)
        with TemporaryDirectory(prefix="autodash-") as folder:
            name = PurePosixPath(unquote(urlsplit(source).path)).name[-_LONGEST_NAME:] or "download"
            path = Path(folder) / name
            download(source, self.allowed_urls, path, self.most_bytes)
            tables = _read(path, file_type)
        return [replace(table, source=source) for table in tables]


def _read(source: str | Path, file_type: str | None) -> list[LoadedTable]:
    """Read a source; what went wrong is told by the name that its options have here."""
    from autodash_jupyter.frames import read_source

    try:
        return read_source(source, file_format=file_type)
    except SourceError as error:
        raise SourceError(str(error).replace("--format", "file_type")) from error


def named_tables(loaded: Iterable[LoadedTable], taken: Iterable[str]) -> Iterator[tuple[str, LoadedTable]]:
    """Yield each table with its name in the session: ``current`` for one that came alone, else its own.

    A name that is taken gets a number.

    >>> [name for name, _ in named_tables(SessionFiles().read("sample:penguins"), ["current"])]
    ['current_2']
    """
    from autodash_jupyter.frames import free_name

    tables, names = list(loaded), set(taken)
    for table in tables:
        name = free_name(ALONE if len(tables) == 1 else table.name, names)
        names.add(name)
        yield name, table
