"""The widget behind a live ``%timeline``."""

from __future__ import annotations

from traitlets import Unicode

from autodash_jupyter.widgets.clickable_widget import ClickableWidget, module

__all__ = ["TimelineWidget"]

_MODULE = module("timeline_widget.js")


class TimelineWidget(ClickableWidget):
    """What ``timeline_widget.js`` shows."""

    _esm = Unicode(_MODULE).tag(sync=True)
    difference = Unicode(help="what the last comparison found, as HTML").tag(sync=True)
