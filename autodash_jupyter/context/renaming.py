"""Datasets by other names in a document: by a person's in a file, by their ids in the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["rename_datasets"]


def rename_datasets(document: ContextDocument, names: Mapping[str, str]) -> ContextDocument:
    """Return a document that calls its datasets by other names, where ``names`` has one.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> document = ContextDocument(name="sales", datasets=["upload_1", "upload_2"])
    >>> rename_datasets(document, {"upload_1": "orders"}).dataset_ids
    ['orders', 'upload_2']
    """

    def renamed(part: Any, *fields: str) -> Any:
        changes = {field: names[getattr(part, field)] for field in fields if getattr(part, field) in names}
        return part.model_copy(update=changes) if changes else part

    return document.model_copy(
        update={
            "datasets": [renamed(part, "dataset_id") for part in document.datasets],
            "metrics": [renamed(part, "dataset_id") for part in document.metrics],
            "filters": [renamed(part, "dataset_id") for part in document.filters],
            "business_rules": [renamed(part, "dataset_id") for part in document.business_rules],
            "relationships": [
                renamed(part, "left_dataset", "right_dataset") for part in document.relationships
            ],
        }
    )
