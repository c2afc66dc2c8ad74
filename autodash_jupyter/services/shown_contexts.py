"""Datasets as callers see them: with the context that speaks for them."""

from __future__ import annotations

from dataclasses import replace

from autodash_jupyter.catalog import ContextCatalog, ContextRecord, same_user
from autodash_jupyter.models import Dataset

__all__ = ["ShownContexts"]

MOST = 512  # renderings that are kept


class ShownContexts:
    """Finds a dataset's active context, and renders each revision once."""

    def __init__(self, catalog: ContextCatalog) -> None:
        self._catalog = catalog
        self._rendered: dict[str, tuple[int, str]] = {}

    def of(self, dataset: Dataset, *, trust_generated: bool = False) -> Dataset:
        """Return the dataset with its active context's id, text and author.

        Without one, ``context_id`` is ``None``, and the text what was generated, if anything was. For long
        lists, ``trust_generated`` takes the text kept with the dataset where a generator wrote its context:
        rendering hundreds of documents takes a while, the first time.

        Raises ``ContextStoreError`` where the store does.
        """
        record = self._catalog.active(dataset.dataset_id)
        if record is None or not same_user(record.user_id, dataset.user_id):
            return replace(dataset, context_id=None) if dataset.context_id is not None else dataset
        is_kept = trust_generated and record.is_generated and dataset.context is not None
        return replace(
            dataset,
            context_id=record.context_id,
            context=dataset.context if is_kept else self._text(record) or dataset.context,
            context_written_by=record.author or dataset.context_written_by,
        )

    def _text(self, record: ContextRecord) -> str | None:
        known = self._rendered.get(record.context_id)
        if known is not None and known[0] == record.revision:
            return known[1]
        from autodash_jupyter.context.rendering import render_markdown

        document = record.readable_document
        if document is None:
            return None
        text = render_markdown(document)
        if len(self._rendered) >= MOST:
            self._rendered.clear()
        self._rendered[record.context_id] = record.revision, text
        return text
