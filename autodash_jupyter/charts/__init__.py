"""From a sentence to a chart: matches words to columns and values, ranks readings, draws in Vega-Lite.

It may import ``errors``, ``documents``, ``expressions``, and in ``asking`` the language model and prompts. It
never needs a model, never evaluates what a sentence, name, value or model says, never changes a frame.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autodash_jupyter.charts.chart import Chart, from_natural_language
    from autodash_jupyter.charts.intent import ChartIntent, Encoding
    from autodash_jupyter.charts.saving import ChartError

__all__ = ["from_natural_language", "Chart", "ChartIntent", "Encoding", "ChartError"]

# Imported when they are first asked for: most sessions draw no chart.
_HOMES = {
    "from_natural_language": "chart",
    "Chart": "chart",
    "ChartIntent": "intent",
    "Encoding": "intent",
    "ChartError": "saving",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.charts.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter.charts' has no attribute {name!r}"
    raise AttributeError(msg)
