"""The stored frames and the records that name them, kept in step."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from autodash_jupyter.catalog import DatasetCatalog
from autodash_jupyter.errors import ContextStoreError, one_line
from autodash_jupyter.services.context_writer import Update
from autodash_jupyter.services.frame_keeper import FrameKeeper

if TYPE_CHECKING:
    import pandas as pd

    from autodash_jupyter.blobs import SweepReport

__all__ = ["RecordedFrames"]

logger = logging.getLogger(__name__)


class RecordedFrames:
    """Stores the frames that ``keeper`` holds, notes where they lie, and frees what no record names.

    ``update`` writes into a record where its frame lies; ``lock`` keeps other threads off meanwhile.
    """

    def __init__(
        self,
        keeper: FrameKeeper,
        catalog: DatasetCatalog,
        update: Update,
        lock: threading.RLock,
    ) -> None:
        self._keeper = keeper
        self._catalog = catalog
        self._update = update
        self._lock = lock

    def keep(self, dataset_id: str) -> None:
        """Store a captured frame, in place of an earlier one, and let go of the copy in memory.

        Raises:
            BlobError: The frame can't be stored; it stays in memory.
            ContextStoreError: The record can't be written; the frame stays in memory.
        """
        frame = self._keeper.held(dataset_id)
        if frame is not None:
            earlier = self._catalog.get(dataset_id)
            self._keeper.store(
                frame,
                lambda blob: self._note_and_drop(dataset_id, frame, blob),
                previous=earlier.frame_blob if earlier else None,
            )
            self._keeper.release(dataset_id, frame)

    def keep_all(self) -> None:
        """Store every captured frame that isn't stored yet; what can't be stored is logged."""
        for dataset_id in self._keeper.held_ids():
            try:
                self.keep(dataset_id)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a cell's own code may raise anything
                logger.warning("the table of %s could not be stored: %s", dataset_id, one_line(error))

    def drop(self, blob: str | None) -> None:
        """Free the bytes of a frame that no record needs any more; call it while the keeper is locked."""
        try:
            if blob is not None:
                self._keeper.drop(blob, self._catalog.frame_blobs())
        except ContextStoreError as error:
            logger.warning("the bytes of a table that is gone are kept for now: %s", error)

    def sweep(self) -> SweepReport:
        """Free the bytes that no record needs: of processes that ended before they could do it themselves.

        Raises:
            BlobError: A stored frame can't be read; nothing was freed.
            ContextStoreError: A record can't be read; nothing was freed.
        """
        return self._keeper.sweep(self._catalog.frame_blobs())

    def _note_and_drop(self, dataset_id: str, frame: pd.DataFrame, blob: str) -> None:
        with self._lock:
            earlier = self._catalog.get(dataset_id)
            replaced = earlier.frame_blob if earlier else None
            if self._keeper.held(dataset_id) is frame:  # else deleted meanwhile, or a newer one came
                self._update(dataset_id, frame_blob=blob)
            for candidate in {blob, replaced}:
                self.drop(candidate)
