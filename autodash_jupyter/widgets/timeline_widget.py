"""The widget behind a live ``%timeline``: HTML from the kernel, clicks from the page."""

from __future__ import annotations

from pathlib import Path

import anywidget
from traitlets import Bool, Unicode

__all__ = ["TimelineWidget"]

_MODULE = Path(__file__).with_name("timeline_widget.js").read_text("utf-8")


class TimelineWidget(anywidget.AnyWidget):
    """What ``timeline_widget.js`` shows: all of it is set by the kernel, and escaped there.

    The page answers by messages ``{"action": ..., "request": ...}``, never by setting a trait: a trait that
    both ends set would be sent by two threads.
    """

    _esm = Unicode(_MODULE).tag(sync=True)
    identity = Unicode(help="the widget's own id, by which the page finds whether its kernel lives").tag(
        sync=True
    )
    html = Unicode().tag(sync=True)
    difference = Unicode(help="what the last comparison found, as HTML").tag(sync=True)
    note = Unicode(help="one line on what the last action did").tag(sync=True)
    failed = Bool(False, help="whether the note says why it failed").tag(sync=True)
    answered = Unicode(help="the last request that was carried out").tag(sync=True)
