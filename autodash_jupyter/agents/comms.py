"""Takes agents' requests from comms, and sends the answers; ``agent_protocol`` says what goes over them.

What only reads is answered in the thread that receives it, which with subshells is never the main one; what
changes something waits for its turn between cells. Everything is sent by the session's worker.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from autodash_jupyter.agent_protocol import ACTIONS, ANSWERS_TARGET, PROTOCOL, REQUESTS_TARGET
from autodash_jupyter.agents.notebook_tables import NotebookTables, notebook_path
from autodash_jupyter.agents.notices import Notices
from autodash_jupyter.agents.table_news import TableNews
from autodash_jupyter.agents.waiting_changes import WaitingChanges
from autodash_jupyter.cells import CellBoundary
from autodash_jupyter.errors import AutoDashError, one_line
from autodash_jupyter.events import ContextChanged, SessionEvent, TimelineChanged
from autodash_jupyter.session import Session
from autodash_jupyter.table_answers.records import answer_as_dict

if TYPE_CHECKING:
    from autodash_jupyter.agents.notebook_changes import NotebookChanges

__all__ = ["AgentComms"]

logger = logging.getLogger(__name__)

READS = frozenset({"list_tables", "summary", "rows", "context", "history", "query", "visualize"})
LONGEST_ACTOR = 60
SECONDS_TO_SAY_GOODBYE = 0.5


class AgentComms:
    """Serves the agents that are connected to one kernel."""

    def __init__(self, session: Session, cells: CellBoundary, comm_manager: Any) -> None:
        self._session = session
        self._comm_manager = comm_manager
        self._tables = NotebookTables(session)
        self._waiting = WaitingChanges(cells)
        self._notices = Notices(session.notes)
        self._news = TableNews(self._tables)
        self._answers: dict[str, Any] = {}  # comms opened for answers, until their agent's requests come
        self._agents: dict[str, _Agent] = {}
        self._unsubscribe: Callable[[], None] = lambda: None

    def open(self) -> None:
        """Answer agents from now on."""
        self._comm_manager.register_target(ANSWERS_TARGET, self._answers_opened)
        self._comm_manager.register_target(REQUESTS_TARGET, self._requests_opened)
        self._unsubscribe = self._session.bus.subscribe(self._heard)

    def close(self) -> None:
        """Give up what still waits, say goodbye to every agent, and stop answering."""
        self._unsubscribe()
        self._comm_manager.unregister_target(ANSWERS_TARGET, self._answers_opened)
        self._comm_manager.unregister_target(REQUESTS_TARGET, self._requests_opened)
        agents, self._agents = list(self._agents.values()), {}
        if agents:
            with suppress(RuntimeError, TooLate):
                self._session.worker.submit(_say_goodbye(agents)).result(SECONDS_TO_SAY_GOODBYE)
        for agent in agents:
            agent.close()

    def _answers_opened(self, comm: Any, _open_message: Mapping[str, Any]) -> None:
        self._answers[comm.comm_id] = comm
        comm.on_close(lambda _message: self._answers.pop(comm.comm_id, None))

    def _requests_opened(self, comm: Any, open_message: Mapping[str, Any]) -> None:
        data = open_message.get("content", {}).get("data") or {}
        answers = self._answers.pop(str(data.get("answers")), None)
        if answers is None or data.get("protocol") != PROTOCOL:
            comm.close()  # which tells the other end that this kernel has another version
            return
        agent = _Agent(self._session, self._tables, self._waiting, self._notices, (comm, answers))
        self._agents[comm.comm_id] = agent
        # Not on_msg: it triggers IPython's events, upon which a running cell's drawings show half done.
        comm.handle_msg = agent.received
        comm.on_close(lambda _message: self._agent_left(comm.comm_id))
        self._session.worker.call(self._news.look)
        agent.send({"type": "hello", "protocol": PROTOCOL, "notebook": notebook_path(self._session)})

    def _agent_left(self, comm_id: str) -> None:
        agent = self._agents.pop(comm_id, None)
        if agent is not None:
            agent.cancel_all()

    def _heard(self, event: SessionEvent) -> None:
        if not self._agents:
            return
        match event:
            case TimelineChanged():  # in the background: it shall not be on the next cell's time
                self._session.worker.call(lambda: self._tell(self._news.look()))
            case ContextChanged(dataset_ids=dataset_ids):
                variables = map(self._session.bindings.variable, dataset_ids)
                tables = [variable for variable in variables if variable is not None]
                self._tell([{"type": "changed", "what": "context", "tables": tables}])

    def _tell(self, news: list[dict[str, Any]]) -> None:
        for agent in list(self._agents.values()):
            for message in news:
                agent.send(message)


class _Agent:
    """One agent's server: its two comms, and those of its requests that wait."""

    def __init__(
        self,
        session: Session,
        tables: NotebookTables,
        waiting: WaitingChanges,
        notices: Notices,
        comms: tuple[Any, Any],
    ) -> None:
        self._session, self._tables, self._waiting, self._notices = session, tables, waiting, notices
        self._requests, self._answers = comms
        self._running: dict[str, Future[None]] = {}

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message by the worker, whichever thread this is."""
        self._session.worker.call(lambda: self._answers.send(message))

    def close(self) -> None:
        """Close both comms."""
        self._requests.close()
        self._answers.close()

    def cancel_all(self) -> None:
        """Give up everything that hasn't been put in place."""
        for future in list(self._running.values()):
            future.cancel()

    def received(self, message: Mapping[str, Any]) -> None:
        """Answer a request, or begin with it."""
        data = message.get("content", {}).get("data")
        request = data if isinstance(data, dict) else {}
        request_id, params = str(request.get("request_id", "")), request.get("params") or {}

        def begin() -> Any:
            action = str(request.get("action"))
            if action == "cancel":
                return self._cancel(str(params["request_id"]))
            if action not in ACTIONS:
                msg = f"This kernel doesn't know {action!r}; restart it to load the installed version."
                raise AutoDashError(msg)
            if action in READS:
                return getattr(self._tables, action)(**params)
            change = getattr(self._changes(request.get("actor")), action)(**params)
            if not callable(change):
                return change
            future = self._session.worker.submit(self._make(request_id, change))
            self._running[request_id] = future
            future.add_done_callback(lambda _: self._running.pop(request_id, None))
            return None

        try:
            answer = begin()
        except Exception as error:  # noqa: BLE001 - whatever a table's own code raises, the agent is told
            self.send(_refused(request_id, error))
            return
        if answer is not None:
            self.send(_answered(request_id, answer))

    def _changes(self, actor: object) -> NotebookChanges:
        from autodash_jupyter.agents.notebook_changes import NotebookChanges

        return NotebookChanges(self._session, self._tables, self._notices, _actor(actor))

    def _cancel(self, request_id: str) -> None:
        future = self._running.get(request_id)
        if future is not None:
            future.cancel()

    async def _make(self, request_id: str, change: Callable[[], Callable[[], Any]]) -> None:
        def tell(message: str) -> None:
            self.send({"type": "progress", "request_id": request_id, "message": message})

        try:
            said = _answered(request_id, await self._waiting.make(change, tell))
        except asyncio.CancelledError:
            self.send({"type": "cancelled", "request_id": request_id})
            raise
        except Exception as error:  # noqa: BLE001 - as above
            said = _refused(request_id, error)
        self.send(said)


async def _say_goodbye(agents: list[_Agent]) -> None:
    for agent in agents:
        agent.cancel_all()
    await asyncio.sleep(0)
    for agent in agents:
        agent.send({"type": "goodbye"})


def _answered(request_id: str, answer: Any) -> dict[str, Any]:
    several = isinstance(answer, tuple)
    result = [answer_as_dict(each) for each in answer] if several else answer_as_dict(answer)
    return {"type": "answer", "request_id": request_id, "result": result}


def _refused(request_id: str, error: Exception) -> dict[str, Any]:
    message = str(error).replace("%datasets lists what there is", "list_tables names those there are")
    if not isinstance(error, AutoDashError):
        logger.debug("an agent's request failed", exc_info=error)
        message = f"The request failed: {one_line(error)}"
    return {"type": "refused", "request_id": request_id, "message": message}


def _actor(name: object) -> str:
    """Return who acts as a person is shown it: one short line that can be printed, whatever it calls itself.

    >>> _actor(" Ada   Lovelace "), _actor(None)
    ('agent: Ada Lovelace', 'agent')
    """
    text = str(name or "").removeprefix("agent").removeprefix(": ")
    shown = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return f"agent: {shown[:LONGEST_ACTOR]}" if shown else "agent"
