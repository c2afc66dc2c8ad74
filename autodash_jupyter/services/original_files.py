"""Uploaded files as they came, each kept once, under its content's hash."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Any

from autodash_jupyter.catalog import DatasetCatalog
from autodash_jupyter.errors import ContextStoreError, one_line
from autodash_jupyter.services.opening import prepared_home
from autodash_jupyter.settings import Settings

__all__ = ["OriginalFiles", "RecordedOriginals", "file_hash"]

logger = logging.getLogger(__name__)
FOLDER_NAME = "originals"
PIECE = 1024 * 1024


class OriginalFiles:
    """Keeps uploaded files below ``settings.originals`` (a folder, or a URL that fsspec knows).

    By default that is ``originals/`` in the folder of AutoDash. Nothing is opened before the first use.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings

    def keep(self, path: Path, content_hash: str) -> None:
        """Keep a copy of a file; of equal content, one. ``ContextStoreError`` where that can't be done."""

        def put(files: Any, place: str) -> None:
            if files.exists(place) and files.size(place) == path.stat().st_size:
                return
            files.makedirs(place.rpartition("/")[0], exist_ok=True)
            files.put_file(str(path), f"{place}.part")
            files.mv(f"{place}.part", place)

        self._at(content_hash, put)

    def fetch(self, content_hash: str, path: Path) -> None:
        """Copy a kept file to ``path``; ``ContextStoreError`` where it can't be read, or is gone."""
        self._at(content_hash, lambda files, place: files.get_file(place, str(path)))

    def remove(self, content_hash: str) -> None:
        """Remove a file; one that can't be removed is logged."""
        try:
            self._at(content_hash, lambda files, place: files.exists(place) and files.rm_file(place))
        except ContextStoreError as error:
            logger.warning("an uploaded file that nothing needs is left: %s", error)

    def __contains__(self, content_hash: str) -> bool:
        return bool(self._at(content_hash, lambda files, place: files.exists(place)))

    def _at(self, content_hash: str, act: Callable[[Any, str], Any]) -> Any:
        url_to_fs = import_module("fsspec.core").url_to_fs
        settings = self._settings or Settings.from_environment()
        try:
            base = settings.originals or str(self._own_folder(settings))
            files, root = url_to_fs(base)
            return act(files, f"{root.rstrip('/')}/{content_hash[:2]}/{content_hash}")
        except (OSError, ValueError, ImportError) as error:
            msg = f"The uploaded file can't be kept or removed: {one_line(error)}; see AUTODASH_ORIGINALS."
            raise ContextStoreError(msg) from error

    @staticmethod
    def _own_folder(settings: Settings) -> Path:
        folder = prepared_home(settings) / FOLDER_NAME
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


class RecordedOriginals:
    """The uploaded files, and the records of datasets that name them, kept in step.

    ``exclusive()`` keeps out whoever else stores or deletes tables and files, in any process; keeping a file
    and naming it are done inside of one such block.
    """

    def __init__(
        self,
        files: OriginalFiles,
        catalog: DatasetCatalog,
        exclusive: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._files, self._catalog = files, catalog
        self.exclusive = exclusive

    def keep(self, path: Path, content_hash: str) -> None:
        """Keep a copy of a file; ``ContextStoreError`` where that can't be done."""
        self._files.keep(path, content_hash)

    def fetch(self, content_hash: str, path: Path) -> None:
        """Copy a kept file to ``path``; ``ContextStoreError`` where it can't be read, or is gone."""
        self._files.fetch(content_hash, path)

    def drop(self, content_hash: str | None) -> None:
        """Remove a file that no dataset names any more; one that can't be removed is logged."""
        try:
            if content_hash is not None and content_hash not in self._catalog.originals():
                self._files.remove(content_hash)
        except ContextStoreError as error:
            logger.warning("an uploaded file that is not needed any more is kept for now: %s", error)


def file_hash(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, hashlib.sha256).hexdigest()
