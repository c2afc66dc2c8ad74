"""A dashboard of one table: the figures and few charts that say most, filtered together, edited by sentence.

It may import what ``charts`` may, and ``charts``. It never evaluates what a sentence, a name or a value says,
never changes a frame, and puts nothing on a page that needs a network.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autodash_jupyter.charts.dashboard.dashboard import Dashboard
    from autodash_jupyter.charts.dashboard.insights import Insight
    from autodash_jupyter.charts.dashboard.making import make_dashboard
    from autodash_jupyter.charts.dashboard.plan import Figure, Plan, Tile

__all__ = ["make_dashboard", "Dashboard", "Figure", "Insight", "Plan", "Tile"]

# Imported when they are first asked for: most sessions draw no dashboard.
_HOMES = {
    "make_dashboard": "making",
    "Dashboard": "dashboard",
    "Insight": "insights",
    "Figure": "plan",
    "Plan": "plan",
    "Tile": "plan",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.charts.dashboard.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter.charts.dashboard' has no attribute {name!r}"
    raise AttributeError(msg)
