"""Files on their way in: each in a private folder of its own, which goes whatever happens."""

from __future__ import annotations

import secrets
import shutil
import unicodedata
import zipfile
import zlib
from pathlib import Path

from autodash_jupyter.errors import SourceError
from autodash_jupyter.processes import is_running, process_name

__all__ = ["IncomingFiles", "clean_filename", "refuse_bomb"]

FOLDER_NAME = "incoming"
LONGEST_NAME = 120
TIMES_EXPANDED = 4
PIECE = 1024 * 1024


class IncomingFiles:
    """Makes and removes the folders in which files arrive, below ``home``."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER_NAME

    def make(self) -> Path:
        """Return a new, empty, private folder."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        folder = self._folder / f"{_process_label()}~{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        return folder

    def remove(self, folder: Path) -> None:
        """Remove a folder with what is in it; one that is gone already is no error."""
        shutil.rmtree(folder, ignore_errors=True)

    def remove_leftovers(self) -> None:
        """Remove the folders of processes that ended in the middle of an upload."""
        for folder in self._folder.glob("*~*") if self._folder.is_dir() else ():
            if not is_running(folder.name.partition("~")[0].replace("+", ":")):
                self.remove(folder)


def clean_filename(given: str) -> str:
    """Return a name that is safe in a folder of ours: no folders, nothing invisible, no leading dot.

    >>> clean_filename("../../etc/cron.d/sales.csv"), clean_filename("C:\\\\data\\\\q3\\x00\\u202e.xlsx")
    ('sales.csv', 'q3.xlsx')
    >>> clean_filename("..")
    ''
    """
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    name = visible.strip().lstrip(".").strip()
    while len(name.encode()) > LONGEST_NAME:
        stem, dot, suffix = name.rpartition(".")
        name = f"{stem[:-1]}{dot}{suffix}" if stem and len(suffix.encode()) < LONGEST_NAME // 2 else name[:-1]
    return name


def refuse_bomb(path: Path, most_bytes: int) -> None:
    """Raise ``SourceError`` for a compressed file that would grow to more than four times ``most_bytes``."""
    limit = TIMES_EXPANDED * most_bytes
    with path.open("rb") as file:
        head = file.read(4)
    if head[:2] == b"\x1f\x8b":
        size = _expanded_gzip(path, limit)
    elif head == b"PK\x03\x04" and zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return  # its reader says what is wrong
    else:
        return
    if size > limit:
        msg = f"Unpacked, the file is larger than {limit:,} bytes; upload a part of it."
        raise SourceError(msg)


def _expanded_gzip(path: Path, limit: int) -> int:
    unpack, size = zlib.decompressobj(wbits=31), 0
    with path.open("rb") as file:
        while size <= limit and (piece := file.read(PIECE)):
            try:
                while piece and size <= limit:
                    size += len(unpack.decompress(piece, PIECE))
                    piece = unpack.unconsumed_tail
                    if unpack.eof:
                        piece, unpack = unpack.unused_data, zlib.decompressobj(wbits=31)
            except zlib.error:
                break  # its reader says what is wrong
    return size


def _process_label() -> str:
    return process_name().replace(":", "+")
