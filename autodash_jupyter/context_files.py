"""Context documents that lie beside the data or the notebook, as a team keeps them under review."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autodash_jupyter.errors import AutoDashError, InvalidContextError, SourceError
from autodash_jupyter.models import Dataset
from autodash_jupyter.regular_files import open_regular

__all__ = [
    "SUFFIX",
    "ContextFile",
    "find_context_file",
    "read_text",
    "readable_document",
    "write_text",
]

SUFFIX = ".context.md"
_LARGEST = 10_000_000


@dataclass(frozen=True, slots=True)
class ContextFile:
    """A document's file as it was last read; ``stamp`` differs once somebody wrote it again."""

    path: Path
    stamp: tuple[int, int]

    @classmethod
    def of(cls, path: Path) -> ContextFile | None:
        """Return a file as it is now, or ``None`` where there is none."""
        try:
            found = path.stat()
        except OSError:
            return None
        return cls(path, (found.st_mtime_ns, found.st_size))


def find_context_file(dataset: Dataset, folder: Path) -> Path | None:
    """Return the document that belongs to a dataset: ``NAME.context.md`` beside its data, or in ``folder``.

    NAME is the dataset's name, or the data file's without its ending.
    """
    return next((path.absolute() for path in _candidates(dataset, folder) if path.is_file()), None)


def _candidates(dataset: Dataset, folder: Path) -> Iterator[Path]:
    source = Path(dataset.source) if dataset.source and "://" not in dataset.source else None
    stems = [dataset.name]
    if source is not None and ":" not in source.name:
        stems += [source.name, source.stem]
        for stem in stems:
            yield source.parent / f"{stem}{SUFFIX}"
    for stem in stems:
        yield folder / f"{stem}{SUFFIX}"


def read_text(path: Path) -> str:
    """Return a document's text, line ends as they are.

    Raises:
        SourceError: There is no such file, it is no regular one, too large, or can't be read.
        InvalidContextError: It isn't UTF-8; the message says at which line.
    """
    try:
        with open_regular(path) as file:
            held = file.read(_LARGEST + 1)
    except OSError as error:
        msg = f"{path} can't be read: {error.strerror or error}."
        raise SourceError(msg) from None
    if len(held) > _LARGEST:
        msg = f"{path} is larger than {_LARGEST // 1_000_000} MB, which no context is."
        raise SourceError(msg)
    try:
        return held.decode("utf-8")
    except UnicodeDecodeError as error:
        line = held.count(b"\n", 0, error.start) + 1
        msg = f"Line {line} of {path} isn't UTF-8; save it as UTF-8 and try again."
        raise InvalidContextError(msg, line) from None


def readable_document(path: Path) -> str | None:
    """Return the document that a file holds already, whose form is to be kept, or ``None``."""
    from autodash_jupyter.context.document_text import read_document

    try:
        text = read_text(path)
        read_document(text)
    except AutoDashError:
        return None
    return text


def write_text(path: Path, text: str) -> None:
    """Write a document, in place of what is there only once all of it is on the disk.

    Raises:
        SourceError: It can't be written; what was there stays.
    """
    from autodash_jupyter.stores.durable_files import replace_file

    is_new = not path.exists()
    try:
        path.touch(exist_ok=True)
        mode = path.stat().st_mode  # as the person's other files: this one is to be shared
        replace_file(path, text.encode("utf-8"))
        path.chmod(mode)
    except OSError as error:
        if is_new:  # an empty file would be taken in as a document
            with suppress(OSError):
                path.unlink()
        msg = f"{path} can't be written: {error.strerror or error}."
        raise SourceError(msg) from None
