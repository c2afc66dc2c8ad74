"""Takes up again what a process that was killed had promised: datasets whose contexts nobody writes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from autodash_jupyter.errors import SourceError
from autodash_jupyter.models import Dataset

if TYPE_CHECKING:
    from autodash_jupyter.services.datasets import DatasetService

__all__ = ["bring_back", "take_over"]

UPLOAD = "upload:"
SAMPLE = "sample:"


def take_over(datasets: DatasetService) -> list[Dataset]:
    """Return the datasets of processes of this machine that are gone, and promise their contexts anew.

    They are ``pending`` from then on. Those are left out whose tables went with the process: whoever reads
    them is told that they failed.

    >>> from autodash_jupyter.services import DatasetService
    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> take_over(DatasetService(InMemoryContextStore()))
    []
    """
    found = [dataset for dataset in datasets.interrupted() if _can_be_read(dataset)]
    for dataset in found:
        datasets.await_context(dataset.dataset_id)
    return found


def bring_back(datasets: DatasetService, dataset: Dataset) -> None:
    """Read a table again that the process hadn't stored yet; one that is stored stays as it is.

    Raises:
        SourceError: Its file can't be read, or doesn't hold the table any more.
        ContextStoreError: The uploaded file is gone.
    """
    from autodash_jupyter.frames import read_source

    if dataset.frame_blob is not None:
        return
    if dataset.original is None:
        datasets.hold_again(dataset.dataset_id, read_source(dataset.source)[0].frame)
        return
    filename = dataset.source.removeprefix(UPLOAD)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, filename)
        datasets.originals.fetch(dataset.original, path)
        tables = read_source(path)
    sheet = dataset.filename.removeprefix(f"{filename}, sheet ")
    table = next((one for one in tables if not one.sheet or one.sheet == sheet), None)
    if table is None:
        msg = f"The sheet {sheet!r} is not in the uploaded file any more; upload it again."
        raise SourceError(msg)
    datasets.hold_again(dataset.dataset_id, table.frame)


def _can_be_read(dataset: Dataset) -> bool:
    is_kept = dataset.frame_blob is not None or dataset.original is not None
    return is_kept or dataset.source.startswith(SAMPLE)
