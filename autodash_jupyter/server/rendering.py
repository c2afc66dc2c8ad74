"""Records as answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autodash_jupyter.models import Dataset
from autodash_jupyter.services.importing import Imported
from autodash_jupyter.settings import public_url

__all__ = ["dataset_context", "dataset_info", "loaded_info", "page_of"]


def dataset_info(dataset: Dataset, root: Path) -> dict[str, Any]:
    """Return a dataset's info; where its file lies is told from the server's folder only.

    >>> dataset = Dataset(dataset_id="x", user_id=1, name="s", filename="s.csv", source="/srv/lab/q3/s.csv")
    >>> dataset_info(dataset, Path("/srv/lab"))["source"], dataset_info(dataset, Path("/home"))["source"]
    ('q3/s.csv', 's.csv')
    """
    source = dataset.source
    if "://" in source:
        source = public_url(source)
    elif Path(source).is_absolute():
        path = Path(source)
        source = str(path.relative_to(root)) if path.is_relative_to(root) else path.name
    return dataset.as_info() | {"source": source}


def dataset_context(dataset: Dataset) -> dict[str, Any]:
    """Return what is written about a dataset."""
    names = (
        "context", "context_status", "context_generated_at", "columns_info", "filename",
        "row_count", "column_count", "created_at",
    )  # fmt: skip
    return {name: getattr(dataset, name) for name in names}


def loaded_info(imported: Imported, session_id: str, root: Path) -> dict[str, Any]:
    """Return what a load came to: the info of the first table, and all of them."""
    infos = [dataset_info(dataset, root) for dataset in imported.datasets]
    return infos[0] | {
        "session_id": session_id,
        "initialized_tables": [dataset.name for dataset in imported.datasets],
        "message": imported.message,
        "errors": list(imported.errors),
        "notes": list(imported.notes),
        "datasets": infos,
    }


def page_of(name: str, shown: Sequence[Any], total: int, limit: int, offset: int) -> dict[str, Any]:
    """Return one page of a list of so many, and where the next begins.

    >>> page_of("datasets", ["a", "b"], 3, 2, 0)
    {'datasets': ['a', 'b'], 'total': 3, 'limit': 2, 'offset': 0, 'next_offset': 2}
    """
    following = offset + limit
    return {
        name: list(shown),
        "total": total,
        "limit": limit,
        "offset": offset,
        "next_offset": following if following < total else None,
    }
