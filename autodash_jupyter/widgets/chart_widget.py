"""The widget below a chart that ``%visualize`` shows."""

from __future__ import annotations

from traitlets import Unicode

from autodash_jupyter.widgets.clickable_widget import ClickableWidget, module

__all__ = ["ChartWidget"]

_MODULE = module("chart_widget.js")


class ChartWidget(ClickableWidget):
    """What ``chart_widget.js`` shows."""

    _esm = Unicode(_MODULE).tag(sync=True)
