"""Displays that change while other cells run.

Each is one mime bundle: a widget for front ends with a widget manager, HTML and text for all others. The
worker sets the widget's value as events come. When nothing will change any more, the bundle is renewed under
its display id, now without the widget: a saved or converted notebook, which has no widget manager or no
kernel behind it, shows the end and not the middle.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import publish_display_data

from autodash_jupyter.events import ContextProgressed, DatasetDeleted, SessionEvent
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.view import View

__all__ = ["LiveDisplay", "WIDGET_MIME", "close_widget", "show"]

SECONDS_BETWEEN_UPDATES = 0.1
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"


def show(view: View, renews: str | None = None) -> None:
    """Display a view that doesn't change, in place of the display it renews, if any."""
    bundle = {"text/html": view.html, "text/plain": view.text}
    if renews is None:
        publish_display_data(bundle)
    else:
        publish_display_data(bundle, transient={"display_id": renews}, update=True)


class LiveDisplay:
    """Shows what ``draw()`` returns, and draws it again as events about one dataset come."""

    def __init__(self, session: Session, dataset_id: str, draw: Callable[[], View]) -> None:
        self._session = session
        self._dataset_id = dataset_id
        self._draw = draw
        self._display_id = uuid.uuid4().hex
        self._widget: Any = None
        self._final: View | None = None
        self._scheduled = False
        self._lock = threading.Lock()
        self._unsubscribe: Callable[[], None] = lambda: None

    def show(self) -> None:
        """Display the present view and follow the dataset until its view is final."""
        shell: Any = get_ipython()
        view = self._draw()
        if view.final or getattr(shell, "kernel", None) is None:  # a terminal shows text, once
            show(view)
            return
        widget = _html_widget(view.html)
        widget_view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
        bundle = {WIDGET_MIME: widget_view, "text/html": view.html, "text/plain": view.text}
        publish_display_data(bundle, transient={"display_id": self._display_id})
        self._widget = widget
        self._unsubscribe = self._session.bus.subscribe(self._heard)
        shell.events.register("post_run_cell", self._after_cell)
        self._schedule()  # what happened between drawing and displaying

    def _heard(self, event: SessionEvent) -> None:
        match event:
            case ContextProgressed(event=progress) if progress.dataset_id == self._dataset_id:
                self._schedule()
            case DatasetDeleted(dataset_id=self._dataset_id):
                self._schedule()

    def _schedule(self) -> None:
        with self._lock:
            if self._scheduled:
                return
            self._scheduled = True
        self._session.worker.call_later(SECONDS_BETWEEN_UPDATES, self._refresh)

    def _refresh(self) -> None:
        """Draw again, in the worker."""
        with self._lock:
            self._scheduled = False
        if self._widget is None:
            return
        view = self._draw()
        self._widget.value = view.html
        if view.final:
            self._final = view
            self._unsubscribe()
            show(view, self._display_id)
            close_widget(self._widget)
            self._widget = None

    def _after_cell(self, _result: object = None) -> None:
        """Renew a final view once more as part of a cell: headless runners hear nothing in between."""
        view = self._final or self._draw()
        if view.final:
            shell: Any = get_ipython()
            shell.events.unregister("post_run_cell", self._after_cell)
            show(view, self._display_id)


def close_widget(widget: Any) -> None:
    """Close a widget with its layout and style, which are widgets of their own."""
    parts = [getattr(widget, name, None) for name in ("layout", "style")]
    widget.close()
    for part in parts:
        if part is not None:
            part.close()


def _html_widget(value: str) -> Any:
    import ipywidgets

    return ipywidgets.HTML(value)
