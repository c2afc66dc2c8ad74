"""The kernel's end of the sidebar: answers each page's requests, and lets every page know what changes.

``autodash.requests``: one comm per page, opened by it; every message is answered from the thread that
receives it. ``autodash.events``: one per kernel, opened by it, and written by the session's worker
alone (``panel_events``). Two kinds, because a comm written from two threads loses the page's messages.
What a request changes happens on the main thread between cells; its outcome comes as an event.
``panel_protocol`` says what goes over them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from autodash_jupyter.cells import CellBoundary, Pending, is_unattended
from autodash_jupyter.errors import AutoDashError, one_line
from autodash_jupyter.events import TimelineChanged
from autodash_jupyter.panel_contexts import CHANGES, READS, Outcome, PanelContexts
from autodash_jupyter.panel_datasets import PanelDatasets
from autodash_jupyter.panel_events import PanelEvents
from autodash_jupyter.panel_protocol import (
    EVENTS_TARGET,
    PROTOCOL,
    REQUESTS_TARGET,
    Answer,
    StateAnswer,
    read_request,
)
from autodash_jupyter.panel_state import session_state
from autodash_jupyter.session import Session

__all__ = ["Panel"]

logger = logging.getLogger(__name__)

Message = dict[str, Any]


class Panel:
    """Serves the pages that show one kernel's session, by push and without polling."""

    def __init__(self, session: Session, cells: CellBoundary, comm_manager: Any) -> None:
        self._session = session
        self._contexts = PanelContexts(session)
        self._datasets = PanelDatasets(session)
        self._events = PanelEvents(session, lambda: cells.busy)
        self._cells = cells
        self._comm_manager = comm_manager
        self._waiting: dict[str, Pending] = {}
        self._pages: set[Any] = set()
        self._unsubscribe: Callable[[], None] = _nothing

    def open(self) -> None:
        """Answer pages from now on, and greet those that are open already."""
        self._comm_manager.register_target(REQUESTS_TARGET, self._page_opened)
        self._comm_manager.register_target(EVENTS_TARGET, _nothing)
        if not is_unattended():
            self._events.open(self._comm_manager.register_comm)
        self._unsubscribe = self._session.bus.subscribe(self._events.heard)

    def close(self) -> None:
        """Say goodbye and stop answering."""
        self._unsubscribe()
        self._events.close()
        for page in tuple(self._pages):
            page.close()
        self._pages.clear()
        self._comm_manager.unregister_target(REQUESTS_TARGET, self._page_opened)
        self._comm_manager.unregister_target(EVENTS_TARGET, _nothing)

    def timeline_changed(self) -> None:
        """Tell the pages that a cell began or ended."""
        if not self._events.is_open and not is_unattended():
            self._events.open(self._comm_manager.register_comm)
        self._events.heard(TimelineChanged())

    def _page_opened(self, page: Any, _open_message: Message) -> None:
        if not self._events.is_open:
            self._events.open(self._comm_manager.register_comm)
        page.on_msg(lambda message: self._answer(page, message))
        page.on_close(lambda _message: self._pages.discard(page))
        self._pages.add(page)
        self._reply(page, "", self._state_answer)

    def _answer(self, page: Any, message: Message) -> None:
        data = message.get("content", {}).get("data")
        request_id = str(data.get("request_id", "")) if isinstance(data, dict) else ""

        def answer() -> Answer:
            request = read_request(data)
            action, params = request["action"], request["params"]
            if action == "state":
                return self._state_answer()
            if action in READS or action in PanelDatasets.READS:
                source = self._contexts if action in READS else self._datasets
                return {"type": "answer", "request_id": request_id, "result": source.read(action, params)}
            waiting = self._start(request_id, action, params)
            return {"type": "accepted", "request_id": request_id, "waiting": waiting}

        self._reply(page, request_id, answer)

    def _reply(self, page: Any, request_id: str, answer: Callable[[], Answer]) -> None:
        """Send what ``answer()`` returns, or why there is no answer."""
        try:
            reply = answer()
        except AutoDashError as error:
            reply = {"type": "refused", "request_id": request_id, "message": str(error)}
        except Exception as error:
            logger.debug("a page's request failed", exc_info=True)
            text = f"The request failed: {one_line(error)}"
            reply = {"type": "refused", "request_id": request_id, "message": text}
        page.send(reply)

    def _start(self, request_id: str, action: str, params: Message) -> bool:
        """Begin what a page asked for; tell whether it waits for a running cell."""
        session = self._session
        match action:
            case "undo":
                steps = params["steps"]
                return self._between_cells(request_id, lambda: Outcome(session.undo(steps).summary))
            case "redo":
                steps = params["steps"]
                return self._between_cells(request_id, lambda: Outcome(session.redo(steps).summary))
            case "goto":
                step_id = params["step_id"]
                return self._between_cells(request_id, lambda: Outcome(session.goto(step_id).summary))
            case _ if action in CHANGES:
                return self._between_cells(request_id, self._contexts.change(action, params))
            case "regenerate":
                dataset = session.datasets.find(session.settings.user_id, params["dataset_id"])
                session.jobs.start(dataset.dataset_id)
                self._events.finished(request_id, Outcome(f"writing the context of {dataset.name}"))
            case "cancel":
                self._cancel(params["request_id"])
                self._events.finished(request_id, Outcome(""))
            case _:
                msg = f"This kernel doesn't know {action!r}; restart it to load the installed version."
                raise AutoDashError(msg)
        return False

    def _between_cells(self, request_id: str, action: Callable[[], Outcome]) -> bool:
        def run() -> None:
            self._waiting.pop(request_id, None)
            try:
                self._events.finished(request_id, action())
            except AutoDashError as error:
                self._events.finished(request_id, Outcome(str(error), "failed"))
            except Exception as error:
                self._events.finished(request_id, Outcome(one_line(error), "failed"))
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
        self._events.finished(request_id, Outcome("", "cancelled"))

    def _state_answer(self) -> StateAnswer:
        sequence = self._events.sequence  # read first: an event that overtakes is repeated, never lost
        return {
            "type": "state",
            "protocol": PROTOCOL,
            "sequence": sequence,
            "events_comm_id": self._events.comm_id,
            "state": session_state(self._session, busy=self._cells.busy),
        }


def _nothing(*_: object) -> None:
    """Do nothing; stands where something must be callable."""
