"""The frames of registered datasets: held in memory until they are stored, read back afterwards."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from autodash_jupyter.blobs import BlobStore, decode_frame, encode_frame, signing_key

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FrameKeeper", "capture"]


class FrameKeeper:
    """Holds a lazy copy of each frame until its bytes are stored under their content's hash."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._held: dict[str, pd.DataFrame] = {}
        self._lock = threading.Lock()

    def hold(self, dataset_id: str, frame: pd.DataFrame) -> None:
        """Capture a frame as it is now; later changes of it can't leak in."""
        captured = capture(frame)
        with self._lock:
            self._held[dataset_id] = captured

    def keep(self, dataset_id: str) -> str | None:
        """Store the held frame and let it go; return its hash, or ``None`` where none is held."""
        with self._lock:
            frame = self._held.get(dataset_id)
        if frame is None:
            return None
        blob = self._blobs.put(encode_frame(frame, signing_key()))
        with self._lock:
            if self._held.get(dataset_id) is frame:  # a newer one may have come meanwhile
                del self._held[dataset_id]
                return blob
        return None

    def get(self, dataset_id: str, blob: str | None) -> pd.DataFrame | None:
        """Return a lazy copy of the frame, from memory or from its blob; ``None`` where there is neither.

        Raises:
            BlobError: The blob is missing, damaged, or was signed by another installation.
        """
        with self._lock:
            held = self._held.get(dataset_id)
        if held is not None:
            return capture(held)
        return None if blob is None else decode_frame(self._blobs.get(blob), signing_key())

    def forget(self, dataset_id: str) -> None:
        """Let go of a frame in memory."""
        with self._lock:
            self._held.pop(dataset_id, None)

    def drop(self, blob: str) -> None:
        """Delete stored bytes that no record names any more."""
        self._blobs.delete(blob)


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
    from pandas.api.types import is_object_dtype

    held = frame.copy(deep=False)
    for position, dtype in enumerate(frame.dtypes):
        if is_object_dtype(dtype):
            held.isetitem(position, frame.iloc[:, position].array.copy())
    return held
