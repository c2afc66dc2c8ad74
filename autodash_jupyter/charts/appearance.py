"""How charts look: colours that colour-blind people can tell apart, quiet axes, sizes that fit a page."""

from __future__ import annotations

import copy
from typing import Any

__all__ = ["HEIGHT", "PALETTE", "WIDTH", "config"]

# Okabe and Ito's colours, which people with colour blindness can tell apart; grey comes last, for "Other".
PALETTE = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"),
    *("#8C6D1F", "#332288", "#44AA99", "#882255", "#999999"),
)
WIDTH, HEIGHT = 480, 300
PAPER, INK, QUIET, FAINT = "#ffffff", "#212529", "#5c6370", "#e6e8eb"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


SETTINGS: dict[str, Any] = {
    "background": PAPER,  # else a notebook in the dark puts the dark ink on dark ground
    "font": FONT,
    "view": {"stroke": None},
    "mark": {"color": PALETTE[0]},
    "title": {
        "anchor": "start",
        "frame": "group",
        "fontSize": 15,
        "fontWeight": 600,
        "color": INK,
        "offset": 12,
        "subtitleColor": QUIET,
        "subtitleFontSize": 12,
        "subtitlePadding": 5,
    },
    "axis": {
        "domainColor": "#b6bac0",
        "gridColor": FAINT,
        "labelColor": QUIET,
        "labelFontSize": 11,
        "labelLimit": 180,
        "labelPadding": 5,
        "ticks": False,
        "titleColor": QUIET,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 10,
    },
    "axisQuantitative": {"domain": False, "tickCount": 6},
    "axisXDiscrete": {"labelAngle": 0, "labelOverlap": True, "grid": False},
    "axisYDiscrete": {"grid": False},
    "axisXTemporal": {"grid": False, "tickCount": 8},
    "legend": {
        "labelColor": QUIET,
        "labelFontSize": 11,
        "labelLimit": 160,
        "titleColor": QUIET,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "header": {"labelColor": INK, "labelFontSize": 12, "titleColor": QUIET, "titleFontWeight": "normal"},
    "line": {"strokeWidth": 2.25},
    "range": {
        "category": list(PALETTE),
        "heatmap": {"scheme": "viridis"},
        "ramp": {"scheme": "viridis"},
    },
}


def config() -> dict[str, Any]:
    """Return the settings of every chart, in Vega-Lite's words; the caller may change what it is given.

    >>> config()["view"]
    {'stroke': None}
    """
    return copy.deepcopy(SETTINGS)
