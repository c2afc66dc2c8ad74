"""Charts that a sentence asks for, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.table_answers.records import TableChart

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["table_chart"]

_MOST_ALTERNATIVES = 5


def table_chart(
    table: str, frame: Any, sentence: str, document: ContextDocument | Mapping[str, Any] | None = None
) -> TableChart:
    """Return the chart that a sentence asks for; ``document`` is the table's context, which gives it words.

    Raises:
        AutoDashError: The sentence is empty, the table is none, or a metric of the context can't be computed.

    >>> import pandas as pd
    >>> sales = pd.DataFrame({"region": ["north", "south"], "price": [2.0, 4.0]})
    >>> table_chart("sales", sales, "average price by region").title
    'Average price by Region'
    """
    from autodash_jupyter.charts import from_natural_language

    if not sentence.strip():
        msg = "The sentence is empty; say what to draw, such as 'average price by region'."
        raise AutoDashError(msg)
    chart = from_natural_language(frame, sentence, document)
    alternatives = [f"{each.title} ({each.intent.mark})" for each in chart.alternatives[:_MOST_ALTERNATIVES]]
    return TableChart(
        table=table,
        title=chart.title,
        explanation=chart.explanation,
        confidence=round(float(chart.confidence), 3),
        spec=chart.spec,
        alternatives=tuple(dict.fromkeys(alternatives)),
    )
