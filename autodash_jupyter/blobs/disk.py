"""Blobs as files of a folder."""

from __future__ import annotations

import re
from pathlib import Path

from autodash_jupyter.blobs.protocol import content_hash
from autodash_jupyter.errors import BlobError
from autodash_jupyter.stores.durable_files import make_private_folder, replace_file

__all__ = ["DiskBlobStore"]

NAME = re.compile("[0-9a-f]{32}")


class DiskBlobStore:
    """Bytes in files (mode 0600) under ``folder``, each named by the hash of its content.

    The first two digits name a folder of their own, so that none grows too long to list. A file is
    written whole and synced before ``put`` returns, and its content is checked against its name by
    ``get``. Any number of threads and processes may share a folder.

    >>> blobs = DiskBlobStore(getfixture("tmp_path") / "blobs")
    >>> name = blobs.put(b"penguins")
    >>> name in blobs, blobs.get(name)
    (True, b'penguins')
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder).resolve()

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its name; doing it again changes nothing, but mends a damaged file.

        Raises ``BlobError`` where the folder can't be written.
        """
        blob = content_hash(data)
        path = self._path(blob)
        try:
            if path.is_file() and path.read_bytes() == data:
                return blob
            make_private_folder(path.parent)
            replace_file(path, data)
        except OSError as error:
            msg = f"can't keep a frame in {self.folder}: {error.strerror or error}"
            raise BlobError(msg) from error
        return blob

    def get(self, blob: str) -> bytes:
        """Return the bytes of that name; ``BlobError`` where they are missing, damaged or unreadable."""
        path = self._path(blob)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            msg = f"blob {blob} is missing from {self.folder}: load the dataset's source again"
            raise BlobError(msg) from error
        except OSError as error:
            msg = f"can't read {path}: {error.strerror or error}"
            raise BlobError(msg) from error
        if content_hash(data) != blob:
            msg = f"{path} is damaged, its content doesn't fit its name: load the dataset's source again"
            raise BlobError(msg)
        return data

    def delete(self, blob: str) -> None:
        """Remove the file of that name; it is no error if there is none."""
        path = self._path(blob)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            msg = f"can't remove {path}: {error.strerror or error}"
            raise BlobError(msg) from error

    def __contains__(self, blob: object) -> bool:
        return isinstance(blob, str) and bool(NAME.fullmatch(blob)) and self._path(blob).is_file()

    def _path(self, blob: str) -> Path:
        # A name may come from a stranger's record: nothing but digits may reach the file system.
        if not NAME.fullmatch(blob):
            msg = f"{blob!r} is no blob's name: it has 32 hexadecimal digits"
            raise BlobError(msg)
        return self.folder / blob[:2] / blob
