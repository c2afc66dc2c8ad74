"""Which kind of file a text is, or is to be; and what is read and written accordingly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from autodash_jupyter.context.interchange.yaml_text import load_mapping
from autodash_jupyter.errors import InvalidContextError

if TYPE_CHECKING:
    from autodash_jupyter.context.interchange.records import Exported, Imported
    from autodash_jupyter.documents import ContextDocument

__all__ = ["detect_format", "read_foreign", "write_foreign"]

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


def read_foreign(text: str, *, name: str = "") -> Imported | None:
    """Read a dbt or Cortex Analyst file; ``None`` where the text is neither, so a document of our own.

    Raises ``InvalidContextError`` where it can't be read.
    """
    from autodash_jupyter.context.interchange.cortex import read_cortex
    from autodash_jupyter.context.interchange.dbt import read_dbt

    form = detect_format(text)
    if form == "document":
        return None
    return read_dbt(text, name=name) if form == "dbt" else read_cortex(text, name=name)


def write_foreign(document: ContextDocument, filename: str) -> Exported | None:
    """Write a document in the form a file's name asks for; ``None`` where that is our own.

    Raises:
        InvalidContextError: The name ends in ``.yml`` and doesn't say which form.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> write_foreign(ContextDocument(name="sales"), "sales.context.md") is None
    True
    """
    from autodash_jupyter.context.interchange.cortex import write_cortex
    from autodash_jupyter.context.interchange.dbt import write_dbt

    stem, dot, ending = filename.rpartition(".")
    if ending not in ("yml", "yaml"):
        return None
    if stem.endswith(".dbt"):
        return write_dbt(document)
    if stem.endswith(".cortex"):
        return write_cortex(document)
    msg = f"Name it {stem}.dbt{dot}{ending} or {stem}.cortex{dot}{ending}, to say in which form."
    raise InvalidContextError(msg)


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
