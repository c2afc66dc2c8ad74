"""What teams already have, in and out: dbt semantic models (MetricFlow) and Snowflake Cortex Analyst YAML.

It may import documents, expressions and the YAML of context documents, and reads and writes texts only. It
never drops in silence what has no counterpart on the other side (``unmapped``, ``left_out`` list it), and
never makes an object of a file's tags.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autodash_jupyter.context.interchange.cortex import read_cortex, write_cortex
    from autodash_jupyter.context.interchange.dbt import read_dbt, write_dbt
    from autodash_jupyter.context.interchange.formats import detect_format, read_foreign, write_foreign
    from autodash_jupyter.context.interchange.records import Exported, Imported

__all__ = [
    "detect_format",
    "read_foreign",
    "write_foreign",
    "read_dbt",
    "write_dbt",
    "read_cortex",
    "write_cortex",
    "Imported",
    "Exported",
]

_HOMES = {
    "detect_format": "formats",
    "read_foreign": "formats",
    "write_foreign": "formats",
    "read_dbt": "dbt",
    "write_dbt": "dbt",
    "read_cortex": "cortex",
    "write_cortex": "cortex",
    "Imported": "records",
    "Exported": "records",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.context.interchange.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter.context.interchange' has no attribute {name!r}"
    raise AttributeError(msg)
