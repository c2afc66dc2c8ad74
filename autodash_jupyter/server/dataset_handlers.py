"""Datasets: list, load, show, delete, and what is written about them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from tornado.web import authenticated

from autodash_jupyter.errors import UnknownDatasetError
from autodash_jupyter.models import Dataset
from autodash_jupyter.server.handler import LONGEST_ID, ApiHandler
from autodash_jupyter.server.rendering import dataset_context, dataset_info, loaded_info, page_of
from autodash_jupyter.server.schemas import DatasetRequest, SampleRequest
from autodash_jupyter.services.importing import Imported, import_file
from autodash_jupyter.services.incoming_files import clean_filename, refuse_bomb
from autodash_jupyter.services.permitted_sources import download, permitted_file

__all__ = [
    "DatasetContextHandler",
    "DatasetHandler",
    "DatasetsHandler",
    "LoadingHandler",
    "RegenerateHandler",
    "SampleHandler",
]


class OneDatasetHandler(ApiHandler):
    """Finds the dataset that an address names."""

    def find(self, dataset_id: str) -> Dataset:
        """Return the user's dataset; one of another user is as unknown as one that isn't."""
        is_id = len(dataset_id) <= LONGEST_ID and dataset_id.isprintable()
        found = self.memory.datasets.get(self.user_id, dataset_id) if is_id else None
        if found is None:
            msg = "There is no such dataset; the list of datasets has their ids."
            raise UnknownDatasetError(msg)
        return found


class LoadingHandler(ApiHandler):
    """Registers what is read in a thread, lets its context be written, and answers at once."""

    async def load(self, read: Callable[[], Imported], session_id: str = "") -> None:
        """Answer what ``read`` brought in, with a context that is pending."""

        def begin() -> Imported:
            imported = read()
            for dataset in imported.datasets:
                self.memory.jobs.start(dataset.dataset_id)
            pending = tuple(
                replace(one, context_status="pending", context_error=None) for one in imported.datasets
            )
            return replace(imported, datasets=pending)

        with self.memory.loading():
            imported = await self.read(begin)
        first = imported.datasets[0].dataset_id
        self.set_header("Location", f"{self.base_url}autodash/api/datasets/{first}")
        told = loaded_info(imported, session_id or secrets.token_urlsafe(12), self.memory.root)
        self.answer(told, status=201)


class DatasetsHandler(LoadingHandler):
    """All datasets of the user."""

    @authenticated
    async def get(self) -> None:
        """List them, newest first."""
        limit, offset = self.page()

        def find() -> dict[str, Any]:
            datasets = self.memory.datasets
            shown = datasets.records(self.user_id, slice(offset, offset + limit))
            infos = [dataset_info(one, self.memory.root) for one in shown]
            return page_of("datasets", infos, len(datasets.entries(self.user_id)), limit, offset)

        self.answer(await self.run(find))

    @authenticated
    async def post(self) -> None:
        """Load a file below the server's folder, or of an allowed address."""
        asked = self.body(DatasetRequest)
        await self.load(lambda: self._import(asked))

    def _import(self, asked: DatasetRequest) -> Imported:
        options = {"name": asked.name, "sheet": asked.sheet, "file_format": asked.format}
        datasets, settings = self.memory.datasets, self.memory.settings
        if asked.path is not None:
            path = permitted_file(self.memory.root, asked.path, private=settings.home)
            refuse_bomb(path, settings.upload_max_bytes)
            return import_file(datasets, self.user_id, str(path), **options)
        url = asked.url or ""
        incoming = self.memory.incoming
        folder = incoming.make()
        try:
            name = clean_filename(PurePosixPath(unquote(urlsplit(url).path)).name) or "download"
            path = Path(folder, name)
            download(url, settings.allowed_urls, path, settings.upload_max_bytes)
            refuse_bomb(path, settings.upload_max_bytes)
            return import_file(datasets, self.user_id, str(path), source=url, **options)
        finally:
            incoming.remove(folder)


class SampleHandler(LoadingHandler):
    """The samples that are installed with the package."""

    @authenticated
    async def post(self) -> None:
        """Load one."""
        name = self.body(SampleRequest).name
        await self.load(lambda: import_file(self.memory.datasets, self.user_id, f"sample:{name}"))


class DatasetHandler(OneDatasetHandler):
    """One dataset."""

    @authenticated
    async def get(self, dataset_id: str) -> None:
        """Show it."""
        dataset = await self.run(lambda: self.find(dataset_id))
        self.answer(dataset_info(dataset, self.memory.root))

    @authenticated
    async def delete(self, dataset_id: str) -> None:
        """Delete it with its context's text, its table and its file, and stop what is being written."""

        def delete() -> None:
            found = self.find(dataset_id).dataset_id
            self.memory.jobs.cancel(found)
            if not self.memory.datasets.delete_dataset(self.user_id, found):
                self.find(dataset_id)  # deleted by somebody else meanwhile: that is said

        await self.run(delete)
        self.set_status(204)
        self.finish()


class DatasetContextHandler(OneDatasetHandler):
    """What is written about a dataset."""

    @authenticated
    async def get(self, dataset_id: str) -> None:
        """Show it, and count the context that speaks for the dataset as used."""

        def find() -> Dataset:
            dataset = self.find(dataset_id)
            contexts = self.memory.contexts
            contexts.find_active_context_by_dataset(self.user_id, dataset.dataset_id, used_by="rest")
            return dataset

        self.answer(dataset_context(await self.run(find)))


class RegenerateHandler(OneDatasetHandler):
    """The writing of a dataset's context."""

    @authenticated
    async def post(self, dataset_id: str) -> None:
        """Begin it anew; what a person wrote is kept."""

        def begin() -> Dataset:
            dataset = self.find(dataset_id)
            self.memory.jobs.start(dataset.dataset_id)
            return dataset

        dataset = await self.run(begin)
        message = f"The context of {dataset.name} is being written."
        self.answer(
            {"dataset_id": dataset.dataset_id, "context_status": "pending", "message": message}, status=202
        )
