"""Charts of registered datasets, drawn from a sentence and what is known of the data."""

from __future__ import annotations

from typing import Any

from autodash_jupyter.errors import UnknownDatasetError
from autodash_jupyter.models import UserId
from autodash_jupyter.services.datasets import DatasetService

__all__ = ["draw_chart"]


def draw_chart(
    datasets: DatasetService, user_id: UserId, dataset_id: str, sentence: str, *, used_by: str = "chart"
) -> dict[str, Any]:
    """Return the chart that a sentence asks for, as plain values: the spec, and how the sentence was read.

    The table is the last saved one; the dataset's active context gives its words.

    Raises:
        UnknownDatasetError: The user has no such dataset, or its table wasn't kept.
        BlobError: The stored table can't be read.

    >>> import pandas as pd
    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> service = DatasetService(InMemoryContextStore())
    >>> frame = pd.DataFrame({"region": ["north", "south"], "price": [2.0, 4.0]})
    >>> _ = service.store_dataset("ada", "sales", frame, "sales.csv")
    >>> drawn = draw_chart(service, "ada", "sales", "average price by region")
    >>> drawn["intent"]["encoding"]["x"], drawn["context_used"]
    ({'field': 'region'}, False)
    """
    from autodash_jupyter.charts import from_natural_language

    frame = datasets.get_dataframe(user_id, dataset_id)
    if frame is None:
        msg = "There is no such dataset, or its table was not kept; load it again."
        raise UnknownDatasetError(msg)
    record = datasets.contexts.find_active_context_by_dataset(user_id, dataset_id, used_by=used_by)
    chart = from_natural_language(frame, sentence, None if record is None else record.readable_document)
    return {
        "spec": chart.spec,
        "intent": chart.intent.as_dict(),
        "explanation": chart.explanation,
        "context_used": bool(chart.context_used),
        "confidence": float(chart.confidence),
    }
