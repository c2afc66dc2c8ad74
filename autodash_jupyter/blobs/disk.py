"""Blobs as files of a folder."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import xxhash

from autodash_jupyter.blobs.disk_batch import DiskBatch, FileState, file_state
from autodash_jupyter.blobs.protocol import Batch, Piece, content_hash
from autodash_jupyter.errors import BlobError
from autodash_jupyter.regular_files import open_regular, read_regular
from autodash_jupyter.stores.durable_files import make_private_folder, sync_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DiskBlobStore"]

NAME = re.compile("[0-9a-f]{32}")
LEFTOVER = re.compile(r"\.[0-9a-f]{32}\..*\.tmp")
CHUNK = 1 << 20  # bytes read at a time to check a file
SECONDS_TO_WAIT = 30.0
SECONDS_BETWEEN_TRIES = 0.005


class DiskBlobStore:
    """Bytes in files (mode 0600) under ``folder``, each named by the hash of its content.

    The first two digits name a folder of their own, so that none grows too long to list. A file is
    written whole and synced before ``put`` returns, and its content is checked against its name by
    ``get``. Any number of threads and processes may share a folder. A blob's age is its file's.

    >>> blobs = DiskBlobStore(getfixture("tmp_path") / "blobs")
    >>> name = blobs.put(b"penguins")
    >>> name in blobs, blobs.get(name)
    (True, b'penguins')
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(os.path.realpath(folder))  # which raises nothing where links lead in circles
        self._whole: dict[str, FileState] = {}  # as the files were when they were last found whole

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its name; doing it again renews its age, and mends a damaged file.

        Raises ``BlobError`` where the folder can't be written.
        """
        with self.batch() as batch:
            return batch.put([data])

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Put many blobs, written first and then synced together, which takes half as long.

        Raises ``BlobError`` where the folder can't be written; no half-written file stays.
        """
        batch = DiskBatch(self.folder, self._removal_locked, self._whole)
        try:
            yield _Renewing(self, batch)
            batch.settle()
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            batch.discard()

    def _unwritable(self, error: OSError) -> BlobError:
        msg = (
            f"can't keep a frame in {self.folder}: {error.strerror or error}; make room there, or a folder "
            "that can be written, or set AUTODASH_HOME to another"
        )
        return BlobError(msg)

    def renew(self, blob: str, size: int) -> bool:
        """Make a blob count as put just now; ``False`` where it isn't there, whole, ``size`` bytes long.

        Its content is read only where the file is not as this object last found it.
        """
        path = self._path(blob)
        try:
            known = self._whole.get(blob) == file_state(path)
            if path.stat().st_size != size or not (known or _hash_of_file(path) == blob):
                return False
            with self._removal_locked():
                now = time.time_ns()
                os.utime(path, ns=(now, now))  # to the nanosecond: a later write shows in it
                self._whole[blob] = file_state(path)
            if not known:
                sync_folder(path.parent)  # whoever wrote it may not have come that far
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._unwritable(error) from error
        return True

    def get(self, blob: str) -> bytes:
        """Return the bytes of that name; ``BlobError`` where they are missing, damaged or unreadable."""
        with self._reading(blob) as path:
            data = read_regular(path)
        self._check(blob, data)
        return data

    def get_array(self, blob: str) -> NDArray[np.uint8]:
        """Return the bytes of that name in memory of the caller's own; ``BlobError`` as ``get`` does."""
        import numpy as np

        with self._reading(blob) as path, open_regular(path) as file:
            data = np.empty(os.fstat(file.fileno()).st_size, np.uint8)
            filled = 0
            while filled < len(data) and (count := file.readinto(data[filled:].data)):
                filled += count
        self._check(blob, data[:filled])
        return data[:filled]

    def delete(self, blob: str) -> None:
        """Remove the file of that name; it is no error if there is none."""
        path = self._path(blob)
        self._whole.pop(blob, None)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            msg = f"can't remove {path}: {error.strerror or error}"
            raise BlobError(msg) from error

    def delete_older(self, blob: str, seconds: float) -> int | None:
        """Remove a file unless it was put within the last ``seconds``; return its size, else ``None``."""
        return self._remove_older(self._path(blob), seconds)

    def delete_leftovers(self, seconds: float) -> int:
        """Remove temporary files not written to for ``seconds``, of killed writers; return their bytes."""
        leftovers = (path for path in self._files() if LEFTOVER.fullmatch(path.name))
        return sum(self._remove_older(path, seconds) or 0 for path in leftovers)

    def names(self) -> Iterator[str]:
        """Iterate over the names of the files."""
        return (path.name for path in self._files() if NAME.fullmatch(path.name))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep out whoever else asks for this, in any process; ``put`` and ``get`` go on meanwhile."""
        with ExitStack() as stack:
            try:
                stack.enter_context(self._file_locked(".lock"))
            except OSError as error:
                msg = f"can't lock {self.folder}: {error.strerror or error}; see who may write there"
                raise BlobError(msg) from error
            yield

    def __contains__(self, blob: object) -> bool:
        return isinstance(blob, str) and bool(NAME.fullmatch(blob)) and self._path(blob).is_file()

    def _path(self, blob: str) -> Path:
        # A name may come from a stranger's record: nothing but digits may reach the file system.
        if not NAME.fullmatch(blob):
            msg = f"{blob!r} is no blob's name: it has 32 hexadecimal digits"
            raise BlobError(msg)
        return self.folder / blob[:2] / blob

    def _files(self) -> Iterator[Path]:
        return self.folder.glob("[0-9a-f][0-9a-f]/*")

    @contextmanager
    def _reading(self, blob: str) -> Iterator[Path]:
        path = self._path(blob)
        try:
            yield path
        except FileNotFoundError as error:
            msg = f"blob {blob} is missing from {self.folder}: load the dataset's source again"
            raise BlobError(msg) from error
        except OSError as error:
            msg = f"can't read {path}: {error.strerror or error}"
            raise BlobError(msg) from error

    def _check(self, blob: str, data: Piece) -> None:
        if content_hash(data) != blob:
            msg = (
                f"{self._path(blob)} is damaged, its content doesn't fit its name: load the dataset's source "
                "again"
            )
            raise BlobError(msg)

    @contextmanager
    def _removal_locked(self) -> Iterator[None]:
        """Keep a sweep from deleting what is put or renewed at the same moment."""
        with self._file_locked(".removal.lock"):
            yield

    @contextmanager
    def _file_locked(self, name: str) -> Iterator[None]:
        from filelock import FileLock

        make_private_folder(self.folder)
        lock = FileLock(self.folder / name, timeout=SECONDS_TO_WAIT, mode=0o600)
        with lock.acquire(poll_interval=SECONDS_BETWEEN_TRIES):
            yield

    def _remove_older(self, path: Path, seconds: float) -> int | None:
        try:
            with self._removal_locked():
                status = path.stat()
                if time.time() - status.st_mtime < seconds:
                    return None
                path.unlink()
                return status.st_size
        except FileNotFoundError:
            return None
        except OSError as error:
            msg = f"can't remove {path}: {error.strerror or error}"
            raise BlobError(msg) from error


class _Renewing:
    """A batch that writes only what isn't there, whole, already."""

    def __init__(self, blobs: DiskBlobStore, batch: DiskBatch) -> None:
        self._blobs = blobs
        self._batch = batch

    def put(self, pieces: Sequence[Piece]) -> str:
        blob = content_hash(*pieces)
        if not self._blobs.renew(blob, sum(memoryview(piece).nbytes for piece in pieces)):
            self._batch.write(blob, pieces)
        return blob


def _hash_of_file(path: Path) -> str:
    digest, chunk = xxhash.xxh3_128(), bytearray(CHUNK)
    with open_regular(path) as file:
        while count := file.readinto(chunk):
            digest.update(memoryview(chunk)[:count])
    return digest.hexdigest()
