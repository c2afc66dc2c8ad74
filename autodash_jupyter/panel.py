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
from typing import Any

from autodash_jupyter.cells import CellBoundary, Pending, is_unattended
from autodash_jupyter.errors import AutoDashError, one_line
from autodash_jupyter.events import (
    ColumnProfiled,
    ContextProgressed,
    ContextToken,
    DatasetChanged,
    DatasetDeleted,
    SessionEvent,
    TimelineChanged,
)
from autodash_jupyter.models import Dataset, Step
from autodash_jupyter.session import Session

__all__ = ["EVENTS_TARGET", "PROTOCOL", "REQUESTS_TARGET", "Panel"]

logger = logging.getLogger(__name__)

PROTOCOL = 1
REQUESTS_TARGET = "autodash.requests"
EVENTS_TARGET = "autodash.events"
STEPS_SHOWN = 50
LABEL_CHARACTERS = 300
SECONDS_BETWEEN_UPDATES = 0.05
SECONDS_TO_SAY_GOODBYE = 0.5

Message = dict[str, Any]


class Panel:
    """Serves the pages that show one kernel's session, by push and without polling."""

    def __init__(self, session: Session, cells: CellBoundary, comm_manager: Any) -> None:
        self._session = session
        self._cells = cells
        self._comm_manager = comm_manager
        self._sequence = 0
        self._dirty: set[str] = set()
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
            if request.get("action") == "state":
                return self._state_message()
            if not isinstance(params, dict):
                msg = "A request's params must be an object."
                raise AutoDashError(msg)
            waiting = self._start(request_id, str(request.get("action")), params)
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
                return self._between_cells(request_id, lambda: session.undo(steps).summary)
            case "redo":
                steps = int(params.get("steps", 1))
                return self._between_cells(request_id, lambda: session.redo(steps).summary)
            case "goto":
                step_id = int(params["step_id"])
                return self._between_cells(request_id, lambda: session.goto(step_id).summary)
            case "regenerate":
                dataset = session.datasets.find(session.settings.user_id, str(params["dataset_id"]))
                session.jobs.start(dataset.dataset_id)
                self._finish(request_id, "done", f"writing the context of {dataset.name}")
            case "cancel":
                self._cancel(str(params["request_id"]))
                self._finish(request_id, "done", "")
            case _:
                msg = f"This kernel doesn't know {action!r}; restart it to load the installed version."
                raise AutoDashError(msg)
        return False

    def _between_cells(self, request_id: str, action: Callable[[], str]) -> bool:
        def run() -> None:
            self._waiting.pop(request_id, None)
            try:
                self._finish(request_id, "done", action())
            except AutoDashError as error:
                self._finish(request_id, "failed", str(error))
            except Exception as error:
                self._finish(request_id, "failed", one_line(error))
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
        self._finish(request_id, "cancelled", "")

    # Events: sent by the worker alone

    def _heard(self, event: SessionEvent) -> None:
        match event:
            case ContextProgressed(event=ColumnProfiled() | ContextToken() as progress):
                self._send_soon(progress.dataset_id, SECONDS_BETWEEN_UPDATES)
            case ContextProgressed(event=progress):
                self._send_soon(progress.dataset_id)
            case DatasetChanged(dataset_id=dataset_id) | DatasetDeleted(dataset_id=dataset_id):
                self._send_soon(dataset_id)
            case TimelineChanged():
                self._send_soon("", SECONDS_BETWEEN_UPDATES)

    def _send_soon(self, key: str, seconds: float = 0.0) -> None:
        """Let the worker send a dataset's newest state (``""``: the timeline's), once for many changes."""
        with self._lock:
            if key in self._dirty and seconds:
                return
            self._dirty.add(key)
        self._session.worker.call_later(seconds, self._send_dirty)

    def _send_dirty(self) -> None:
        with self._lock:
            keys, self._dirty = self._dirty, set()
        for key in sorted(keys):
            try:
                self._send_newest(key)
            except AutoDashError as error:  # the store can't be read now; the others' news still can
                logger.warning("the sidebar was not told of a change: %s", error)

    def _send_newest(self, key: str) -> None:
        if not key:
            self._send("timeline", timeline=self._timeline_state())
            return
        dataset = self._session.datasets.get(None, key)
        if dataset is None:
            self._send("dataset_removed", dataset_id=key)
        else:
            self._send("dataset", dataset=self._dataset_state(dataset))

    def _finish(self, request_id: str, status: str, message: str) -> None:
        self._session.worker.call(
            lambda: self._send("request", request_id=request_id, status=status, message=message)
        )

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
        datasets = [self._dataset_state(dataset) for dataset in self._session.list_datasets()]
        return {
            "type": "state",
            "protocol": PROTOCOL,
            "sequence": sequence,
            "events_comm_id": self._events.comm_id,
            "state": {"datasets": datasets, "timeline": self._timeline_state()},
        }

    def _dataset_state(self, dataset: Dataset) -> Message:
        progress = self._session.datasets.writer.progress(dataset.dataset_id)
        return {
            "dataset_id": dataset.dataset_id,
            "name": self._session.bindings.variable(dataset.dataset_id) or dataset.name,
            "filename": dataset.filename,
            "row_count": dataset.row_count,
            "column_count": dataset.column_count,
            "context_status": dataset.context_status,
            "progress": None
            if progress is None
            else {"done": progress.done, "total": progress.total, "message": progress.message},
            "context": self._session.datasets.writer.draft(dataset.dataset_id) or dataset.context,
            "error": dataset.context_error,
            "written_by": dataset.context_written_by,
            "sent": dataset.context_sent_to,
            "created_at": dataset.created_at.isoformat(),
        }

    def _timeline_state(self) -> Message:
        timeline = self._session.timeline
        return {
            "position": timeline.position,
            "can_undo": timeline.can_undo,
            "can_redo": timeline.can_redo,
            "busy": self._cells.busy,
            "steps": [_step_state(step) for step in timeline.steps[-STEPS_SHOWN:]],
        }


def _step_state(step: Step) -> Message:
    return {
        "step_id": step.step_id,
        "parent": step.parent,
        "label": step.label[:LABEL_CHARACTERS],
        "recorded_at": step.recorded_at.isoformat(),
        "seconds": round(step.seconds, 3),
        "changes": [str(change) for change in step.changes],
    }


def _nothing(*_: object) -> None:
    """Do nothing; stands where something must be callable."""
