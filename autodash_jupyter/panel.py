"""The kernel's end of the sidebar: two kinds of comm, and what goes over them.

``autodash.requests``: one per page, opened by it; every message is answered from the thread that
receives it. ``autodash.events``: one per kernel, opened by it, and written by the session's worker
alone. Two kinds, because a comm written from two threads loses the page's messages. What a request
changes happens on the main thread between cells; its outcome comes as an event.

Messages are JSON objects; ``PROTOCOL`` grows when an old page could no longer read them.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from autodash_jupyter.cells import CellBoundary, Pending, is_unattended
from autodash_jupyter.errors import AutoDashError, one_line
from autodash_jupyter.events import (
    ColumnProfiled,
    ContextChanged,
    ContextProgressed,
    ContextToken,
    DatasetChanged,
    DatasetDeleted,
    SessionEvent,
    TimelineChanged,
)
from autodash_jupyter.panel_contexts import CHANGES, READS, Outcome, PanelContexts
from autodash_jupyter.panel_state import dataset_state, timeline_state
from autodash_jupyter.session import Session

__all__ = ["EVENTS_TARGET", "PROTOCOL", "REQUESTS_TARGET", "Panel"]

logger = logging.getLogger(__name__)

PROTOCOL = 1
REQUESTS_TARGET = "autodash.requests"
EVENTS_TARGET = "autodash.events"
SECONDS_BETWEEN_UPDATES = 0.05
SECONDS_TO_SAY_GOODBYE = 0.5

Message = dict[str, Any]


class News(NamedTuple):
    """What pages are to be told: of what kind, and of which dataset, if of one."""

    kind: str
    dataset_id: str = ""


class Panel:
    """Serves the pages that show one kernel's session, by push and without polling."""

    def __init__(self, session: Session, cells: CellBoundary, comm_manager: Any) -> None:
        self._session = session
        self._contexts = PanelContexts(session)
        self._cells = cells
        self._comm_manager = comm_manager
        self._sequence = 0
        self._dirty: set[News] = set()
        self._waiting: dict[str, Pending] = {}
        self._lock = threading.Lock()
        self._pages: set[Any] = set()
        self._events: Any = None
        self._unsubscribe: Callable[[], None] = _nothing

    def open(self) -> None:
        """Answer pages from now on, and greet those that are open already."""
        self._comm_manager.register_target(REQUESTS_TARGET, self._page_opened)
        self._comm_manager.register_target(EVENTS_TARGET, _nothing)
        if not is_unattended():
            self._open_events()
        self._unsubscribe = self._session.bus.subscribe(self._heard)

    def _open_events(self) -> None:
        from comm import create_comm

        self._events = create_comm(target_name=EVENTS_TARGET, data={"protocol": PROTOCOL})
        self._events.on_close(self._stay_open)

    def close(self) -> None:
        """Say goodbye and stop answering."""
        self._unsubscribe()
        events, self._events = self._events, None
        if events is not None:
            said = threading.Event()
            goodbye = {"sequence": self._next_sequence(), "type": "goodbye"}
            self._session.worker.call(lambda: events.send(goodbye))
            self._session.worker.call(said.set)
            said.wait(SECONDS_TO_SAY_GOODBYE)
            events.close()
        for page in tuple(self._pages):
            page.close()
        self._pages.clear()
        self._comm_manager.unregister_target(REQUESTS_TARGET, self._page_opened)
        self._comm_manager.unregister_target(EVENTS_TARGET, _nothing)

    def _stay_open(self, _close_message: Message) -> None:
        """Keep the events comm known after a page that doesn't know its target closed it for all."""
        if self._events is not None:
            self._comm_manager.register_comm(self._events)

    def timeline_changed(self) -> None:
        """Tell the pages that a cell began or ended."""
        if self._events is None and not is_unattended():
            self._open_events()
        self._heard(TimelineChanged())

    # Requests: answered at once, in the thread that receives them

    def _page_opened(self, page: Any, _open_message: Message) -> None:
        if self._events is None:
            self._open_events()
        page.on_msg(lambda message: self._answer(page, message))
        page.on_close(lambda _message: self._pages.discard(page))
        self._pages.add(page)
        self._reply(page, "", self._state_message)

    def _answer(self, page: Any, message: Message) -> None:
        data = message.get("content", {}).get("data")
        request = data if isinstance(data, dict) else {}
        request_id, params = str(request.get("request_id", "")), request.get("params") or {}

        def answer() -> Message:
            action = str(request.get("action"))
            if action == "state":
                return self._state_message()
            if not isinstance(params, dict):
                msg = "A request's params must be an object."
                raise AutoDashError(msg)
            if action in READS:
                result = self._contexts.read(action, params)
                return {"type": "answer", "request_id": request_id, "result": result}
            waiting = self._start(request_id, action, params)
            return {"type": "accepted", "request_id": request_id, "waiting": waiting}

        self._reply(page, request_id, answer)

    def _reply(self, page: Any, request_id: str, answer: Callable[[], Message]) -> None:
        """Send what ``answer()`` returns, or why there is no answer."""
        try:
            reply = answer()
        except AutoDashError as error:
            reply = {"type": "refused", "request_id": request_id, "message": str(error)}
        except Exception as error:
            logger.debug("a page's request failed", exc_info=True)
            text = f"The request could not be read: {one_line(error)}"
            reply = {"type": "refused", "request_id": request_id, "message": text}
        page.send(reply)

    def _start(self, request_id: str, action: str, params: Message) -> bool:
        """Begin what a page asked for; tell whether it waits for a running cell."""
        session = self._session
        match action:
            case "undo":
                steps = int(params.get("steps", 1))
                return self._between_cells(request_id, lambda: Outcome(session.undo(steps).summary))
            case "redo":
                steps = int(params.get("steps", 1))
                return self._between_cells(request_id, lambda: Outcome(session.redo(steps).summary))
            case "goto":
                step_id = int(params["step_id"])
                return self._between_cells(request_id, lambda: Outcome(session.goto(step_id).summary))
            case _ if action in CHANGES:
                return self._between_cells(request_id, self._contexts.change(action, params))
            case "regenerate":
                dataset = session.datasets.find(session.settings.user_id, str(params["dataset_id"]))
                session.jobs.start(dataset.dataset_id)
                self._finish(request_id, Outcome(f"writing the context of {dataset.name}"))
            case "cancel":
                self._cancel(str(params["request_id"]))
                self._finish(request_id, Outcome(""))
            case _:
                msg = f"This kernel doesn't know {action!r}; restart it to load the installed version."
                raise AutoDashError(msg)
        return False

    def _between_cells(self, request_id: str, action: Callable[[], Outcome]) -> bool:
        def run() -> None:
            self._waiting.pop(request_id, None)
            try:
                self._finish(request_id, action())
            except AutoDashError as error:
                self._finish(request_id, Outcome(str(error), "failed"))
            except Exception as error:
                self._finish(request_id, Outcome(one_line(error), "failed"))
                raise

        waits = self._cells.busy
        pending = self._waiting[request_id] = Pending(run)
        self._cells.run_between_cells(pending)
        return waits

    def _cancel(self, request_id: str) -> None:
        pending = self._waiting.pop(request_id, None)
        if pending is None or not self._cells.cancel(pending):
            msg = "It is done already; undo or redo takes it back."
            raise AutoDashError(msg)
        self._finish(request_id, Outcome("", "cancelled"))

    # Events: sent by the worker alone

    def _heard(self, event: SessionEvent) -> None:
        match event:
            case ContextProgressed(event=ColumnProfiled() | ContextToken() as progress):
                self._send_soon(News("dataset", progress.dataset_id), SECONDS_BETWEEN_UPDATES)
            case ContextProgressed(event=progress):
                self._send_soon(News("dataset", progress.dataset_id))
            case DatasetChanged(dataset_id=dataset_id) | DatasetDeleted(dataset_id=dataset_id):
                self._send_soon(News("dataset", dataset_id))
            case ContextChanged(dataset_ids=dataset_ids):
                for dataset_id in dataset_ids:
                    self._send_soon(News("context_changed", dataset_id))
            case TimelineChanged():
                self._send_soon(News("timeline"), SECONDS_BETWEEN_UPDATES)

    def _send_soon(self, news: News, seconds: float = 0.0) -> None:
        """Let the worker tell the newest state of what changed, once for many changes."""
        with self._lock:
            if news in self._dirty and seconds:
                return
            self._dirty.add(news)
        self._session.worker.call_later(seconds, self._send_dirty)

    def _send_dirty(self) -> None:
        with self._lock:
            dirty, self._dirty = self._dirty, set()
        for news in sorted(dirty):
            try:
                self._send_newest(news)
            except AutoDashError as error:  # the store can't be read now; the others' news still can
                logger.warning("the sidebar was not told of a change: %s", error)

    def _send_newest(self, news: News) -> None:
        if news.kind == "timeline":
            self._send("timeline", timeline=timeline_state(self._session.timeline, busy=self._cells.busy))
            return
        if news.kind == "context_changed":
            self._send("context_changed", dataset_id=news.dataset_id)
            return
        dataset = self._session.datasets.get(None, news.dataset_id)
        if dataset is None:
            self._send("dataset_removed", dataset_id=news.dataset_id)
        else:
            self._send("dataset", dataset=dataset_state(self._session, dataset))

    def _finish(self, request_id: str, outcome: Outcome) -> None:
        said = {"status": outcome.status, "message": outcome.message, "result": outcome.result}
        self._session.worker.call(lambda: self._send("request", request_id=request_id, **said))

    def _send(self, kind: str, **content: Any) -> None:
        if self._events is not None:
            self._events.send({"sequence": self._next_sequence(), "type": kind, **content})

    def _next_sequence(self) -> int:
        with self._lock:
            self._sequence += 1
            return self._sequence

    # What a page is shown

    def _state_message(self) -> Message:
        sequence = self._sequence  # read first: an event that overtakes is repeated, never lost
        datasets = [dataset_state(self._session, dataset) for dataset in self._session.list_datasets()]
        return {
            "type": "state",
            "protocol": PROTOCOL,
            "sequence": sequence,
            "events_comm_id": self._events.comm_id,
            "state": {
                "datasets": datasets,
                "timeline": timeline_state(self._session.timeline, busy=self._cells.busy),
            },
        }


def _nothing(*_: object) -> None:
    """Do nothing; stands where something must be callable."""
