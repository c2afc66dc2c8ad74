"""The values of a document's metrics on a table."""

from __future__ import annotations

import duckdb
import pandas as pd

from autodash_jupyter.context.metric_values import metric_values
from autodash_jupyter.documents import ContextDocument

METRICS = [
    {"name": "Revenue", "expression": "SUM(price)"},
    {"name": "Wrong", "expression": "SUM(prise)"},
    {"name": "Other", "expression": "COUNT(*)", "dataset_id": "d2"},
]
DOCUMENT = ContextDocument.model_validate({"name": "sales", "metrics": METRICS})


def test_a_metric_that_does_not_run_leaves_the_others_their_values() -> None:
    assert metric_values(DOCUMENT, "d1", pd.DataFrame({"price": [1.0, 2.5]})) == {"revenue": "3.5"}


def test_a_table_that_expressions_do_not_run_on_has_no_values() -> None:
    assert metric_values(DOCUMENT, "d1", duckdb.sql("SELECT 1 AS price")) == {}
    assert metric_values(DOCUMENT, "d1", None) == {}
