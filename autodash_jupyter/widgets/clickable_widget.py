"""What every widget with buttons has: HTML from the kernel, clicks from the page."""

from __future__ import annotations

from pathlib import Path

import anywidget
from traitlets import Bool, Unicode

__all__ = ["ClickableWidget", "module"]

_FOLDER = Path(__file__).parent


def module(name: str) -> str:
    """Return a widget's ES module: what all share, and its own file."""
    return "\n".join((_FOLDER / each).read_text("utf-8") for each in ("widget_parts.js", name))


class ClickableWidget(anywidget.AnyWidget):
    """What the page is told: all of it is set by the kernel, and escaped there.

    The page answers by messages ``{"action": ..., "request": ...}``, never by setting a trait: a trait that
    both ends set would be sent by two threads.
    """

    identity = Unicode(help="the widget's own id, by which the page finds whether its kernel lives").tag(
        sync=True
    )
    html = Unicode().tag(sync=True)
    note = Unicode(help="one line on what the last action did").tag(sync=True)
    failed = Bool(False, help="whether the note says why it failed").tag(sync=True)
    answered = Unicode(help="the last request that was carried out").tag(sync=True)
