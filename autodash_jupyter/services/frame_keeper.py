"""The frames of registered datasets: held in memory until they are stored, read back afterwards."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autodash_jupyter.blobs import (
    BlobError,
    BlobStore,
    DamagedColumnsError,
    SweepReport,
    load_frame,
    referenced_blobs,
    save_frame,
    signing_key,
    sweep,
)
from autodash_jupyter.history.pandas_internals import has_foreign_memory

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FrameKeeper", "capture"]

logger = logging.getLogger(__name__)


class FrameKeeper:
    """Holds a lazy copy of each frame until its columns are stored under their content's hash.

    What is stored is shared: equal columns of two datasets are the same bytes. The records alone say
    what is needed, so who keeps anything else in the same blobs must name it to ``drop`` and ``sweep``.
    """

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._held: dict[str, pd.DataFrame] = {}
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def hold(self, dataset_id: str, frame: pd.DataFrame) -> None:
        """Capture a frame as it is now; later changes of it can't leak in."""
        captured = capture(frame)
        with self._lock:
            self._held[dataset_id] = captured

    def held(self, dataset_id: str) -> pd.DataFrame | None:
        """Return the captured frame itself, or ``None`` where it was stored or there is none."""
        with self._lock:
            return self._held.get(dataset_id)

    def held_ids(self) -> list[str]:
        """Return the datasets whose frames aren't stored yet."""
        with self._lock:
            return list(self._held)

    def store(
        self, frame: pd.DataFrame, note: Callable[[str], object], *, previous: str | None = None
    ) -> None:
        """Store a frame's columns, and let ``note(blob)`` write down where; ``previous`` is an earlier blob.

        No other process drops the bytes in between.

        Raises:
            BlobError: The bytes can't be written, or the frame can't be turned into bytes.
        """
        blob = save_frame(self._blobs, frame, signing_key(), previous=previous)
        with self.locked():
            if not self._has_all_of(blob):  # another process dropped what no record named yet
                blob = save_frame(self._blobs, frame, signing_key())
            note(blob)

    def release(self, dataset_id: str, frame: pd.DataFrame) -> None:
        """Let go of a captured frame, unless a newer one has taken its place."""
        with self._lock:
            if self._held.get(dataset_id) is frame:
                del self._held[dataset_id]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from storing or dropping bytes meanwhile."""
        with self._turn, self._blobs.exclusive():  # threads of this process needn't poll for the file's lock
            yield

    def get(self, dataset_id: str, blob: str | None, *, skip_damaged: bool = False) -> pd.DataFrame | None:
        """Return a lazy copy of the frame, from memory or from its blob; ``None`` where there is neither.

        Raises:
            DamagedColumnsError: Some columns can't be read; ``skip_damaged=True`` returns the others.
            BlobError: Nothing can be read: missing, damaged, or signed by another installation.
        """
        with self._lock:
            held = self._held.get(dataset_id)
        if held is not None:
            return capture(held)
        if blob is None:
            return None
        try:
            return load_frame(self._blobs, blob, signing_key(), skip_damaged=skip_damaged)
        except DamagedColumnsError as error:
            msg = f"dataset {dataset_id}: {error}"
            raise DamagedColumnsError(msg, error.labels) from error
        except BlobError as error:
            msg = f"dataset {dataset_id}: {error}"
            raise BlobError(msg) from error

    def forget(self, dataset_id: str) -> None:
        """Let go of a frame in memory."""
        with self._lock:
            self._held.pop(dataset_id, None)

    def drop(self, blob: str, named: Iterable[str]) -> None:
        """Delete a frame's stored bytes, but for what the frames still ``named`` share with it.

        Call it while ``locked``. Where it can't be told what is shared, the bytes wait for a sweep.
        """
        named = set(named)
        if blob in named:
            return
        try:
            needed = {part for root in named if root in self._blobs for part in self._parts(root)}
            for part in self._parts(blob) - needed:
                self._blobs.delete(part)
        except BlobError as error:
            logger.warning("the bytes of a table that is gone are kept for now: %s", error)

    def sweep(self, named: Iterable[str], **options: float) -> SweepReport:
        """Delete what no frame of those ``named`` needs and has been there for a while; see ``blobs.sweep``.

        Raises:
            BlobError: A named frame can't be read; nothing was deleted.
        """
        return sweep(self._blobs, named, **options)

    def _parts(self, blob: str) -> set[str]:
        return referenced_blobs(self._blobs, blob)

    def _has_all_of(self, blob: str) -> bool:
        return blob in self._blobs and all(part in self._blobs for part in self._parts(blob))


def capture(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy that later writes to ``frame`` don't reach, at no cost where copy-on-write allows.

    Object columns are really copied, since their buffers hold references that others may exchange;
    so are columns over memory that somebody else can write to.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"a": [1, 2]})
    >>> held = capture(frame)
    >>> frame.loc[0, "a"] = 9
    >>> held["a"].tolist()
    [1, 2]
    """
    import pandas as pd
    from pandas.api.types import is_object_dtype

    held = frame.copy(deep=False)
    for position, dtype in enumerate(frame.dtypes):
        if is_object_dtype(dtype):
            cells = frame.iloc[:, position].to_numpy().copy()
            column = pd.Series(cells, index=frame.index, dtype=object, copy=False)
            held.isetitem(position, column)  # type: ignore[arg-type]  # the stubs leave Series out
        elif has_foreign_memory(frame, position):
            held.isetitem(position, frame.iloc[:, position].array.copy())
    return held
