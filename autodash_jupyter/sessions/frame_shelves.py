"""Where the cells of sessions are that aren't on Redis: in memory, or as blobs in a folder."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from autodash_jupyter.blobs import BlobError, BlobStore, load_frame, save_frame, signing_key, sweep
from autodash_jupyter.sessions.serialized import deserialize_dataframe, serialize_dataframe

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BlobShelf", "FrameShelf", "MemoryShelf"]

logger = logging.getLogger(__name__)
DROPPED_BEFORE_SWEEP = 50


class FrameShelf(Protocol):
    """Frames under names of the shelf's own; each state of a table is one."""

    def keep(self, frame: pd.DataFrame, previous: str | None) -> str:
        """Keep a frame and return its name; ``previous`` is one that it probably has columns in common with.

        Raises ``BlobError`` where the medium fails.
        """
        ...

    def load(self, name: str) -> pd.DataFrame | None:
        """Return a frame, the caller's own; ``None`` where it is there no more."""
        ...

    def discard(self, names: set[str]) -> None:
        """Let frames go that no session has come to need; raises nothing."""
        ...

    def drop(self, names: set[str], needed: Callable[[], set[str]], *, at_once: bool = False) -> None:
        """Let frames go that a session no longer needs; ``needed`` tells what all sessions do.

        ``at_once`` where there may be no next time soon. Raises nothing.
        """
        ...


class MemoryShelf:
    """Frames in memory, as bytes that nobody can write to."""

    def __init__(self) -> None:
        self._frames: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def keep(self, frame: pd.DataFrame, previous: str | None) -> str:  # noqa: ARG002 - each is kept whole
        """Keep a frame and return its name."""
        name, data = secrets.token_hex(16), serialize_dataframe(frame)
        with self._lock:
            self._frames[name] = data
        return name

    def load(self, name: str) -> pd.DataFrame | None:
        """Return a frame; ``None`` where it is there no more."""
        data = self._frames.get(name)
        return None if data is None else deserialize_dataframe(data)

    def drop(self, names: set[str], needed: Callable[[], set[str]], *, at_once: bool = False) -> None:  # noqa: ARG002
        """Let frames go at once: no two sessions share one."""
        self.discard(names)

    def discard(self, names: set[str]) -> None:
        """Let frames go at once."""
        with self._lock:
            for name in names:
                self._frames.pop(name, None)


class BlobShelf:
    """Frames as blobs, column by column: what an operation doesn't change is not written again.

    What is dropped goes when enough has been, for to find what no other session needs means to look at all.
    """

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._dropped = 0

    def keep(self, frame: pd.DataFrame, previous: str | None) -> str:
        """Keep a frame and return its name."""
        known = previous if previous is not None and previous in self._blobs else None
        return save_frame(self._blobs, frame, signing_key(), previous=known)

    def load(self, name: str) -> pd.DataFrame | None:
        """Return a frame; ``None`` where it is there no more."""
        try:
            return load_frame(self._blobs, name, signing_key())
        except BlobError:
            if name in self._blobs:
                raise
            return None

    def discard(self, names: set[str]) -> None:
        """Leave it to the next sweep: another session may have come to need an equal frame."""

    def drop(self, names: set[str], needed: Callable[[], set[str]], *, at_once: bool = False) -> None:
        """Let frames go, fifty at a time, and those that were put in the last hour the next time."""
        self._dropped += len(names)
        if self._dropped >= DROPPED_BEFORE_SWEEP or at_once:
            self._dropped = 0
            try:
                sweep(self._blobs, needed())
            except BlobError as error:
                logger.warning("What sessions no longer need stays: %s", error)
