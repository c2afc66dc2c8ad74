"""Backups: one file with all records of a store, whatever kind of store it was.

A file of JSON lines: a header with the version, a line for each record and each blob, and at the end their
numbers and a checksum of all that stands before. It is whole or it isn't there.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.durable_files import replacement_of
from autodash_jupyter.stores.keys import decode_key, encode_key
from autodash_jupyter.stores.protocol import DamagedRecordError
from autodash_jupyter.stores.snapshot import Record
from autodash_jupyter.stores.values import decode_value, encode_value

__all__ = ["Backup", "read_backup", "write_backup"]

FORMAT = "AutoDash store backup"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was read and found whole: its records, and how many blobs it holds."""

    path: Path
    created_at: str
    records: tuple[Record, ...]
    blob_count: int

    def blobs(self) -> Iterator[tuple[str, bytes]]:
        """Iterate over the names and bytes of the blobs, read from the file one at a time."""
        with self.path.open("rb") as file:
            for line in file:
                parsed = json.loads(line) if line.startswith(b'{"blob"') else {}
                if parsed:
                    yield parsed["blob"], base64.b64decode(parsed["data"])


def write_backup(path: Path, records: Iterable[Record], blobs: Iterable[tuple[str, bytes]] = ()) -> Path:
    """Write a file (mode 0600) that ``read_backup`` reads; one that is there is never overwritten.

    Raises ``ContextStoreError`` where that can't be done; then there is no file.

    >>> path = write_backup(getfixture("tmp_path") / "backup.jsonl", [(("row", 1), {"note": "checked"})])
    >>> read_backup(path).records
    ((('row', 1), {'note': 'checked'}),)
    """
    try:
        if path.exists():
            raise FileExistsError(17, "it is there already; choose another name")
        with replacement_of(path) as file:
            _write_lines(file, records, blobs)
    except OSError as error:
        msg = f"can't write the backup {path}: {error.strerror or error}"
        raise ContextStoreError(msg) from error
    return path


def read_backup(path: Path) -> Backup:
    """Read a backup, and check all of it.

    Raises ``ContextStoreError`` where the file is missing, damaged, cut short, or of a newer version.
    """
    try:
        with path.open("rb") as file:
            return _read_lines(path, file)
    except OSError as error:
        msg = f"can't read the backup {path}: {error.strerror or error}"
        raise ContextStoreError(msg) from error
    except (DamagedRecordError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path) from error


def _write_lines(file: IO[bytes], records: Iterable[Record], blobs: Iterable[tuple[str, bytes]]) -> None:
    digest = hashlib.sha256()

    def write(line: dict[str, Any]) -> None:
        data = json.dumps(line).encode("ascii") + b"\n"
        digest.update(data)
        file.write(data)

    written = {"records": 0, "blobs": 0}
    write(
        {"format": FORMAT, "version": VERSION, "created_at": datetime.now(UTC).isoformat(timespec="seconds")}
    )
    for key, value in records:
        write({"key": encode_key(key), "value": encode_value(value)})
        written["records"] += 1
    for name, content in blobs:
        write({"blob": name, "data": base64.b64encode(content).decode("ascii")})
        written["blobs"] += 1
    write(written | {"sha256": digest.hexdigest()})


def _read_lines(path: Path, file: IO[bytes]) -> Backup:
    digest = hashlib.sha256()
    header, end, records, blob_count = _header(path, file.readline(), digest), None, [], 0
    for line in file:
        if end is not None:
            raise _damaged(path)
        parsed = json.loads(line)
        if "sha256" in parsed:
            end = parsed
            continue
        digest.update(line)
        if "blob" in parsed:
            _check_base64(parsed["data"])
            blob_count += 1
        else:
            records.append((decode_key(parsed["key"]), decode_value(parsed["value"])))
    found = {"records": len(records), "blobs": blob_count, "sha256": digest.hexdigest()}
    if end != found:
        raise _damaged(path)
    return Backup(path, str(header["created_at"]), tuple(records), blob_count)


def _header(path: Path, line: bytes, digest: Any) -> dict[str, Any]:
    digest.update(line)
    try:
        header = json.loads(line)
        version = header["version"] if header["format"] == FORMAT else None
    except (ValueError, KeyError, TypeError):
        version = None
    if not isinstance(version, int):
        msg = f"{path} is no backup of a store: give a file that `autodash store backup` wrote"
        raise ContextStoreError(msg)
    if version > VERSION:
        msg = f"{path} was written by a newer version of AutoDash: update autodash-jupyter to restore it"
        raise ContextStoreError(msg)
    return dict(header)


def _check_base64(text: str) -> None:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("the bytes of a blob") from error


def _damaged(path: Path) -> ContextStoreError:
    return ContextStoreError(f"{path} is damaged or cut short, so nothing was restored: use another backup")
