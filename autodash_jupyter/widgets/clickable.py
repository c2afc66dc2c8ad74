"""A displayed view that follows its session, with buttons that do something in the kernel.

There are two outputs below the cell. The first is the view as HTML and text; the second a widget, which
hides the first while it is alive. A notebook that is read without its kernel has no widget: JupyterLab would
put an error in its place, and in its bundle's HTML too, so the kept view is an output of its own. It is
renewed with the widget, so what is saved is the newest.

Everything is sent from the thread that runs cells: a comm written from two loses the page's clicks.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import publish_display_data

from autodash_jupyter.cells import CellBoundary, Pending, is_unattended
from autodash_jupyter.errors import AutoDashError, one_line
from autodash_jupyter.events import SessionEvent
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.live import WIDGET_MIME, close_widget
from autodash_jupyter.widgets.view import View

__all__ = ["Action", "ClickableOutput", "can_be_clicked", "hides_kept"]

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_UPDATES = 0.05
SECONDS_TO_CANCEL = 0.03
"""A kernel hears of clicks only when a cell has ended: for so long it looks whether one was taken back."""
_KEPT_STYLE = """
.jp-OutputArea-child:has(>* .ad-kept)+.jp-OutputArea-child:not(:has(.ad-live)){display:none}
"""
"""Where the kernel of a widget is gone, JupyterLab writes "model not found" below the view: not here."""

Action = Callable[[], dict[str, Any]]


def hides_kept(display_id: str) -> str:
    """Return the style that hides the kept view of a widget wherever this is shown."""
    return f".ad-kept-{display_id},.jp-OutputArea-child:has(.ad-kept-{display_id}){{display:none}}"


class ClickableOutput(ABC):
    """Shows a view where it can be clicked, else as it is; ``close`` leaves the view.

    The widget of a subclass has the traits ``html``, ``note``, ``failed`` and ``answered``, and sends
    messages ``{"action": ..., "request": ...}``: ``shown`` and ``hidden`` (the request is the page's view),
    ``cancel``, and what ``_action`` knows.
    """

    def __init__(self, session: Session, cells: CellBoundary | None) -> None:
        self._session = session
        self._cells = cells
        self._display_id = uuid.uuid4().hex
        self._views: set[str] = set()
        self._waiting: dict[str, Pending] = {}
        self._scheduled = False
        self._lock = threading.Lock()
        self._unsubscribe: Callable[[], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._widget: Any = None

    @abstractmethod
    def _view(self) -> View:
        """Draw what is shown where nothing can be clicked."""

    @abstractmethod
    def _live(self) -> tuple[str, Callable[[], View]]:
        """Draw what the widget shows, as HTML; return with it what draws the view that is kept beside it."""

    @abstractmethod
    def _new_widget(self, display_id: str, html: str) -> Any:
        """Make the widget, whose model has this id."""

    @abstractmethod
    def _concerns(self, event: SessionEvent) -> bool:
        """Tell whether an event may change what is shown."""

    @abstractmethod
    def _action(self, content: dict[str, Any]) -> Action | None:
        """Return what a message asks for, run between cells; its result are traits. ``None``: nothing."""

    def show(self) -> None:
        """Display the view as it is now, and follow it where it is live."""
        if self._cells is None or not can_be_clicked():
            publish_display_data(_bundle(self._view()))
            return
        self._loop = asyncio.get_running_loop()
        html, kept = self._live()
        self._widget = self._new_widget(self._display_id, html)
        self._widget.on_msg(self._received)
        self._publish_kept(kept())
        view = {"version_major": 2, "version_minor": 0, "model_id": self._widget.model_id}
        publish_display_data({WIDGET_MIME: view, "text/html": "", "text/plain": ""})
        self._follow()

    def close(self) -> None:
        """Stop following, and leave the view as it is now; call it in the thread that runs cells."""
        self._stop_following()
        self._waiting.clear()
        widget, self._widget = self._widget, None
        if widget is not None:
            _, kept = self._live()
            self._publish_kept(kept(), update=True)
            close_widget(widget)

    # Drawing

    def _publish_kept(self, view: View, *, update: bool = False) -> None:
        style = f"<style>{_KEPT_STYLE}</style>"
        html = f'<div class="ad-kept ad-kept-{self._display_id}">{style}{view.html}</div>'
        transient = {"display_id": self._display_id}
        publish_display_data(_bundle(View(html, view.text)), transient=transient, update=update)

    def _follow(self) -> None:
        with self._lock:
            if self._unsubscribe is None:
                self._unsubscribe = self._session.bus.subscribe(self._heard)

    def _stop_following(self) -> None:
        with self._lock:
            unsubscribe, self._unsubscribe = self._unsubscribe, None
        if unsubscribe is not None:
            unsubscribe()

    def _heard(self, event: SessionEvent) -> None:
        if self._concerns(event):
            self._refresh_soon()

    def _refresh_soon(self) -> None:
        """Draw again, once for many changes."""
        with self._lock:
            if self._scheduled:
                return
            self._scheduled = True
        self._call_later(SECONDS_BETWEEN_UPDATES, self._refresh)

    def _refresh(self) -> None:
        with self._lock:
            self._scheduled = False
        if self._widget is not None:
            self._draw()

    def _draw(self, **news: Any) -> None:
        """Send what differs; a note on an action goes with the next change that isn't its own."""
        html, kept = self._live()
        if html != self._widget.html:
            news = {"note": "", "failed": False, "html": html, **news}
            self._publish_kept(kept(), update=True)
        with self._widget.hold_sync():
            for name, value in news.items():
                setattr(self._widget, name, value)

    def _call_later(self, seconds: float, function: Callable[[], object]) -> None:
        """Call a function in the thread that runs cells; once its loop is closed, don't."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.call_later, seconds, function)

    # Clicks

    def _received(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Take a message of a page; it may come in any thread."""
        match content:
            case {"action": "shown", "request": str(view)}:
                self._views.add(view)
                self._follow()
                self._refresh_soon()
            case {"action": "hidden", "request": str(view)}:
                self._views.discard(view)
                if not self._views:
                    self._stop_following()
            case {"action": "cancel", "request": str(request)}:
                pending = self._waiting.pop(request, None)
                if pending is not None and self._cells is not None:
                    self._cells.cancel(pending)
            case {"action": str(), "request": str(request)}:
                action = self._action(content)
                if action is not None:
                    self._start(request, action)
            case _:
                logger.debug("a page sent something else: %r", content)

    def _start(self, request: str, action: Action) -> None:
        """Carry out what a page asked for between cells, unless it takes that back before."""

        def run() -> None:
            if self._waiting.pop(request, None) is not None and self._widget is not None:
                self._draw(answered=request, **_outcome(action))

        def hand_over() -> None:
            if request in self._waiting and self._cells is not None:
                self._cells.run_between_cells(pending)

        pending = self._waiting[request] = Pending(run)
        self._call_later(SECONDS_TO_CANCEL, hand_over)


def _outcome(action: Action) -> dict[str, Any]:
    """Return what came of an action: a note, or why it failed, in one line."""
    try:
        return {"failed": False, **action()}
    except AutoDashError as error:
        return {"failed": True, "note": str(error)}
    except Exception as error:  # a variable's own code may raise anything
        logger.debug("what a page asked for failed", exc_info=True)
        return {"failed": True, "note": one_line(error)}


def _bundle(view: View) -> dict[str, str]:
    return {"text/html": view.html, "text/plain": view.text}


def can_be_clicked() -> bool:
    """Tell whether a page may be there to click: not in a terminal, nor where a program runs a notebook.

    Such a program would keep the widget's state in the notebook, which
    then shows a widget that needs the network to be drawn, and a kernel to do anything.
    """
    has_kernel = getattr(get_ipython(), "kernel", None) is not None
    return has_kernel and threading.current_thread() is threading.main_thread() and not is_unattended()
