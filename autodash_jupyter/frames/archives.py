"""Zip and tar archives: each file in one that can be read is a table, whatever its path in there."""

from __future__ import annotations

import lzma
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any, NamedTuple

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.compression import open_bytes
from autodash_jupyter.frames.formats import SUFFIXES, stem_of, suffix_of
from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.tables import ReadTable

__all__ = ["read_archive"]

MOST_FILES = 2_000
SURELY_HARMLESS_BYTES = 1 << 30
MOST_TIMES_ITS_SIZE = 300
TOO_MUCH = f"it unpacks to more than {MOST_TIMES_ITS_SIZE} times its size; unpack it yourself if you trust it"
CHUNK_BYTES = 1 << 20


class _Member(NamedTuple):
    name: str
    size: int
    open: Callable[[], IO[bytes] | None]
    refusal: str = ""


def read_archive(path: Path, read_file: Callable[[Path], list[ReadTable]]) -> list[ReadTable]:
    """Return the tables of the files in a zip or tar archive, each by its own name.

    Each file is unpacked to a temporary one of another name, so that no path in the archive is ever written
    to. A file that can't be read becomes a remark on the first table. Raises ``SourceError`` where nothing
    can be read, or the archive unpacks to hundreds of times its size; the archive's own errors where it is
    damaged.
    """
    tables: list[ReadTable] = []
    unread: list[str] = []
    with TemporaryDirectory(prefix="autodash-") as folder, _members(path) as members:
        left = max(SURELY_HARMLESS_BYTES, MOST_TIMES_ITS_SIZE * path.stat().st_size)
        shown_ones = [member for member in members if not _is_hidden(member.name)]
        readable = [member for member in shown_ones if suffix_of(member.name) in SUFFIXES]
        sure = bool(readable)
        readable = readable or shown_ones
        if len(readable) > MOST_FILES:
            msg = f"it holds {len(readable):,} files; unpack it, and give a pattern such as 'folder/*.csv'"
            raise SourceError(msg)
        for number, member in enumerate(readable):
            shown = printable(PurePosixPath(member.name.replace("\\", "/")).name)
            target = Path(folder) / f"file_{number}" / _plain_name(member.name)
            target.parent.mkdir()
            try:
                left -= _unpack(member, target, left)
                found = read_file(target)
            except SourceError as error:
                if left <= 0 or "times its size" in str(error):
                    raise
                if sure or not str(error).startswith("Can't tell"):
                    unread.append(f"'{shown}' could not be read: {error}")
                continue
            stem = stem_of(shown)
            tables += [replace(one, sheet=f"{stem}_{one.sheet}" if len(found) > 1 else stem) for one in found]
            target.unlink(missing_ok=True)
    if not tables:
        msg = "; ".join(unread) or "it holds no file of a known kind"
        raise SourceError(msg.rstrip("."))
    first, *others = tables
    return [replace(first, notes=(*first.notes, *unread), left_out=(*first.left_out, *unread)), *others]


def _is_hidden(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.name.startswith((".", "~$")) or "__MACOSX" in path.parts


def _plain_name(name: str) -> str:
    """Return a name in which nothing of the path is left, with the suffixes that tell the format."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "table" + "".join(PurePosixPath(last).suffixes[-2:])[-40:]


def _unpack(member: _Member, target: Path, most: int) -> int:
    if member.refusal:
        raise SourceError(member.refusal)
    try:
        written = _copy(member, target, most)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError) as error:
        msg = f"it is cut off or damaged ({printable(error)})"
        raise SourceError(msg) from error
    if not written:
        msg = "it is empty (0 bytes)"
        raise SourceError(msg)
    return written


def _copy(member: _Member, target: Path, most: int) -> int:
    written = 0
    source = member.open()
    if source is None:
        msg = "it is no regular file"
        raise SourceError(msg)
    with source, target.open("xb") as file:
        while chunk := source.read(CHUNK_BYTES):
            written += len(chunk)
            if written > most:
                msg = TOO_MUCH
                raise SourceError(msg)
            file.write(chunk)
    return written


@contextmanager
def _members(path: Path) -> Iterator[list[_Member]]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield [_zipped(archive, info) for info in archive.infolist() if not info.is_dir()]
        return
    with open_bytes(path) as stream, tarfile.open(fileobj=_seekable(stream), mode="r:") as packed:
        yield [
            _Member(info.name, info.size, lambda info=info: packed.extractfile(info))  # type: ignore[misc]
            for info in packed.getmembers()
            if info.isreg()
        ]
        shutil.copyfileobj(stream, _Nowhere())  # so that an archive cut off after its last file says so


def _zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    refusal = "it is encrypted; unpack it with its password first" if info.flag_bits & 1 else ""
    return _Member(info.filename, info.file_size, lambda: archive.open(info), refusal)


def _seekable(stream: IO[bytes]) -> IO[bytes]:
    """Return a stream in which ``tarfile`` can go back: a temporary file, where it is a compressed one."""
    if stream.seekable():
        return stream
    from tempfile import TemporaryFile

    file: Any = TemporaryFile()  # noqa: SIM115 - ends with the archive
    shutil.copyfileobj(stream, file, CHUNK_BYTES)
    file.seek(0)
    return file  # type: ignore[no-any-return]


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)
