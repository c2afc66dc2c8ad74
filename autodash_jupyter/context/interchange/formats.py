"""Which kind of file a text is."""

from __future__ import annotations

from typing import Any, Literal

from autodash_jupyter.context.interchange.yaml_text import load_mapping
from autodash_jupyter.errors import InvalidContextError

__all__ = ["detect_format"]

_DBT = ("semantic_models", "saved_queries")
_DBT_METRIC = ("type", "type_params", "agg", "input_metrics", "numerator")


def detect_format(text: str) -> Literal["dbt", "cortex", "document"]:
    """Tell a dbt file and a Cortex Analyst file by their entries; anything else is a context document.

    >>> detect_format("tables:\\n  - name: orders\\n    base_table: {table: ORDERS}\\n")
    'cortex'
    >>> detect_format("semantic_models:\\n  - name: orders\\n")
    'dbt'
    >>> detect_format("---\\nname: sales\\n---\\n")
    'document'
    """
    if text.lstrip("\ufeff").startswith("---") and "\n---" in text.lstrip("\ufeff")[3:]:
        return "document"
    try:
        values = load_mapping(text)
    except InvalidContextError:
        return "document"
    if any(key in values for key in _DBT) or any(
        "semantic_model" in each for each in _mappings(values.get("models"))
    ):
        return "dbt"
    if any(key in metric for metric in _mappings(values.get("metrics")) for key in _DBT_METRIC):
        return "dbt"
    is_cortex = any("base_table" in table for table in _mappings(values.get("tables"))) or (
        "tables" in values and "datasets" not in values
    )
    return "cortex" if is_cortex else "document"


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
