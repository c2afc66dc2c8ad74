"""What the metrics of a document amount to on a table, as people read figures."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from autodash_jupyter.expressions import ExpressionError, ExpressionTable
from autodash_jupyter.profiling.wording import format_value

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["metric_values"]

logger = logging.getLogger(__name__)
_MOST_ROWS = 20_000_000


def metric_values(document: ContextDocument, dataset_id: str, table: Any) -> dict[str, str]:
    """Return the values of a dataset's metrics as text, by their ids.

    Those that don't run are left out; all of them, where there is no table or it is very long.

    >>> import pandas as pd
    >>> from autodash_jupyter.documents import ContextDocument
    >>> document = ContextDocument(name="sales", metrics=[{"name": "Revenue", "expression": "SUM(price)"}])
    >>> metric_values(document, "sample_1", pd.DataFrame({"price": [1200, 4]}))
    {'revenue': '1,204'}
    """
    metrics = document.metrics_of(dataset_id)
    if table is None or not metrics or len(table) > _MOST_ROWS:
        return {}
    try:
        opened = ExpressionTable(table)
    except ExpressionError as error:
        logger.debug("no metric of %s has a value: %s", ascii(dataset_id), error)
        return {}
    values = {}
    with opened:
        for metric in metrics:
            try:
                values[metric.id] = format_value(opened.metric(metric.expression).value)
            except ExpressionError as error:
                logger.debug("metric %s has no value: %s", ascii(metric.id), error)
    return values
