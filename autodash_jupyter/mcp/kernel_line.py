"""The line to a running notebook: requests go to its kernel by Jupyter's own protocol, answers come back.

It is signed with the key of the kernel's connection file, as every front end's is. What is sent are the
messages of ``agent_protocol``; no code is ever sent to be executed.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient

from autodash_jupyter.agent_protocol import ANSWERS_TARGET, PROTOCOL, REQUESTS_TARGET
from autodash_jupyter.errors import AutoDashError

__all__ = ["KernelLine", "NotebookGoneError"]

logger = logging.getLogger(__name__)

SECONDS_TO_ANSWER = 10.0  # to say what the kernel can, which takes no cell's end
SECONDS_BETWEEN_TRIES = 0.3
SECONDS_BETWEEN_LOOKS = 0.1
SECONDS_WITHOUT_A_BEAT = 4.0
SECONDS_TO_CANCEL = 5.0

NOT_LOADED = (
    "AutoDash isn't loaded in this notebook, or in another version; run %load_ext autodash_jupyter "
    "there, and "
    "restart its kernel where that changes nothing."
)
SUBSHELLS = "kernel subshells"
WAITS = "waiting for the running cell"
GIVEN_UP = "It was given up before it was done; nothing changed."
UNCERTAIN = "It was given up, but the notebook may have done it already; get_operation_history tells."
GONE = "The notebook's kernel ended or was restarted; what it was doing is lost. Ask for its tables again."

Message = dict[str, Any]


class NotebookGoneError(AutoDashError):
    """The kernel doesn't answer, was restarted, or has no AutoDash loaded."""


class KernelLine:
    """A connection to one kernel, which ends with it; its methods may be called from any thread.

    ``changed`` is told of what the kernel says of changes; ``seconds`` is how long it may take to answer what
    doesn't wait for a cell, ``waits_for_cells`` whether the greeting may wait for one, where it must. Raises
    NotebookGoneError where the kernel doesn't answer, or AutoDash isn't loaded in it.
    """

    def __init__(
        self,
        connection_file: Path,
        changed: Callable[[Message], None] = lambda _message: None,
        *,
        seconds: float = SECONDS_TO_ANSWER,
        waits_for_cells: bool = True,
    ) -> None:
        self.notebook = ""
        self._seconds, self._waits_for_cells = seconds, waits_for_cells
        self._changed = changed
        self._ended = ""
        self._replies: dict[str, Queue[Message]] = {}
        self._lock = threading.Lock()  # one thread at a time may use a socket
        self._heard_of_itself = threading.Event()
        self._subshell: str | None = None
        self._cell_runs = False
        self._leaving, self._left = "", threading.Event()
        self._kernel_session = ""
        self._answers, self._requests = uuid.uuid4().hex, uuid.uuid4().hex
        self._client: Any = BlockingKernelClient(connection_file=str(connection_file))
        self._client.load_connection_file()
        self._client.context.setsockopt(zmq.RCVHWM, 0)  # else a cell that prints much drowns an answer
        self._client.start_channels(stdin=False)
        self._listener = threading.Thread(target=self._listen, name="autodash-kernel-line", daemon=True)
        self._listener.start()
        try:
            self._greet()
        except BaseException:
            self.close()
            raise

    @property
    def is_open(self) -> bool:
        """Whether requests can still be answered."""
        return not self._ended

    def close(self) -> None:
        """Leave the kernel: what waits there for this line is given up."""
        if not self._ended:
            with suppress(Exception):  # the kernel may be gone
                self._leave()
        self._end("The connection to the notebook was closed.")
        if threading.current_thread() is not self._listener:
            self._listener.join(2.0)
        self._client.stop_channels()

    def _leave(self) -> None:
        for comm_id in (self._requests, self._answers):
            self._leaving = self._send("comm_close", {"comm_id": comm_id, "data": {}})
        if self._subshell is not None:
            self._left.wait(SECONDS_TO_CANCEL)  # else the kernel complains of a message it hadn't finished
            self._control("delete_subshell_request", {"subshell_id": self._subshell})

    def request(
        self,
        action: str,
        params: Mapping[str, Any],
        *,
        actor: str = "agent",
        gone: threading.Event | None = None,
        tell: Callable[[str], object] = lambda _message: None,
    ) -> Any:
        """Return what the notebook answers; ``tell`` is told what it waits for, ``gone`` gives it up.

        Raises AutoDashError with what the notebook says where it refuses, and NotebookGoneError.
        """
        request_id = uuid.uuid4().hex
        replies = self._replies[request_id] = Queue()
        data = {"request_id": request_id, "action": action, "actor": actor, "params": dict(params)}
        gone = gone or threading.Event()
        try:
            self._wait_for_the_cell(gone, tell)
            self._require_open()
            self._send("comm_msg", {"comm_id": self._requests, "data": data})
            return self._wait(request_id, replies, gone, tell)
        finally:
            self._replies.pop(request_id, None)

    def _wait_for_the_cell(self, gone: threading.Event, tell: Callable[[str], object]) -> None:
        """Hold a request back that a kernel without subshells couldn't be told to give up."""
        if self._subshell is not None or not self._cell_runs:
            return
        tell(WAITS)
        while self._cell_runs and not self._ended:
            if gone.wait(SECONDS_BETWEEN_LOOKS):
                raise AutoDashError(GIVEN_UP)

    def _wait(
        self,
        request_id: str,
        replies: Queue[Message],
        gone: threading.Event,
        tell: Callable[[str], object],
    ) -> Any:
        give_up = float("inf")
        while time.monotonic() < give_up:
            if gone.is_set() and give_up == float("inf"):
                give_up = time.monotonic() + SECONDS_TO_CANCEL
                cancel = {"request_id": "", "action": "cancel", "params": {"request_id": request_id}}
                self._send("comm_msg", {"comm_id": self._requests, "data": cancel})
            try:
                reply = replies.get(timeout=SECONDS_BETWEEN_LOOKS)
            except Empty:
                self._require_open()
                continue
            match reply:
                case {"type": "answer", "result": result}:
                    return result
                case {"type": "refused", "message": message}:
                    raise AutoDashError(message)
                case {"type": "progress", "message": message}:
                    tell(message)
                case {"type": "gone", "message": message}:
                    raise NotebookGoneError(message)
                case _:
                    raise AutoDashError(GIVEN_UP)
        raise AutoDashError(UNCERTAIN)

    # Connecting

    def _greet(self) -> None:
        """Find out what the kernel can, and open both comms from a subshell, which answers during cells."""
        about = self._control("kernel_info_request", {})
        self._kernel_session = about["header"]["session"]
        deadline = time.monotonic() + self._seconds
        while not self._heard_of_itself.wait(SECONDS_BETWEEN_TRIES):
            if time.monotonic() > deadline:
                raise NotebookGoneError("The notebook's kernel answers, but what it publishes doesn't come.")
            self._control("kernel_info_request", {})
        if SUBSHELLS in about["content"].get("supported_features", ()):
            made = self._control("create_subshell_request", {})
            self._subshell = made["content"].get("subshell_id")
        replies = self._replies["hello"] = Queue()
        try:
            opening = {"protocol": PROTOCOL, "answers": self._answers}
            for comm_id, target in ((self._answers, ANSWERS_TARGET), (self._requests, REQUESTS_TARGET)):
                self._send("comm_open", {"comm_id": comm_id, "target_name": target, "data": opening})
            hello = self._first(replies)
        finally:
            self._replies.pop("hello", None)
        if hello["type"] != "hello":
            raise NotebookGoneError(hello["message"])
        self.notebook = str(hello.get("notebook") or "")

    def _first(self, replies: Queue[Message]) -> Message:
        """Wait for the greeting: as long as a cell runs, where the kernel has no subshells."""
        waits = self._subshell is None and self._waits_for_cells
        deadline = float("inf") if waits else time.monotonic() + self._seconds
        while time.monotonic() < deadline:
            with suppress(Empty):
                return replies.get(timeout=SECONDS_BETWEEN_LOOKS)
            self._require_open()
        raise NotebookGoneError("The notebook's kernel doesn't answer; restart it where that lasts.")

    def _control(self, kind: str, content: Message) -> Message:
        """Ask the kernel what it answers even while a cell runs."""
        deadline = time.monotonic() + self._seconds
        with self._lock:
            asked = self._client.session.msg(kind, content)
            self._client.control_channel.send(asked)
            while time.monotonic() < deadline:
                with suppress(Empty):
                    reply: Message = self._client.control_channel.get_msg(timeout=SECONDS_BETWEEN_LOOKS)
                    if reply["parent_header"].get("msg_id") == asked["header"]["msg_id"]:
                        return reply
                self._require_open()
        raise NotebookGoneError("No kernel answers there; is the notebook still running?")

    def _send(self, kind: str, content: Message) -> str:
        message = self._client.session.msg(kind, content)
        if self._subshell is not None:
            message["header"]["subshell_id"] = self._subshell
        with self._lock:
            self._client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    # Listening

    def _listen(self) -> None:
        last_beat = time.monotonic()
        while not self._ended:
            if self._client.hb_channel.is_beating():
                last_beat = time.monotonic()
            elif time.monotonic() - last_beat > SECONDS_WITHOUT_A_BEAT:
                self._end(GONE)
                return
            try:
                self._heard(self._client.iopub_channel.get_msg(timeout=SECONDS_BETWEEN_LOOKS))
            except Empty:
                continue
            except zmq.ZMQError:
                self._end(GONE)
            except Exception:
                logger.debug("a message of the kernel could not be read", exc_info=True)

    def _heard(self, message: Message) -> None:
        kind, content, sender = message["msg_type"], message["content"], message["header"].get("session")
        if message["parent_header"].get("session") == self._client.session.session:
            self._heard_of_itself.set()
        if kind == "status":
            self._heard_status(content["execution_state"] == "busy", message["parent_header"])
        if self._kernel_session and sender != self._kernel_session:
            self._end(GONE)
        elif kind == "comm_close" and content["comm_id"] in (self._answers, self._requests):
            self._end(NOT_LOADED)
        elif kind == "comm_msg" and content["comm_id"] == self._answers:
            self._answered(content["data"])

    def _heard_status(self, is_busy: bool, parent: Message) -> None:
        if parent.get("msg_type") == "execute_request":
            self._cell_runs = is_busy
        elif not is_busy and parent.get("msg_id") == self._leaving:
            self._left.set()

    def _answered(self, data: Message) -> None:
        match data:
            case {"type": "changed"}:
                self._changed(data)
            case {"type": "goodbye"}:
                self._end(NOT_LOADED)
            case {"type": "hello"}:
                self._reply("hello", data)
            case {"request_id": request_id}:
                self._reply(str(request_id), data)

    def _reply(self, request_id: str, data: Message) -> None:
        replies = self._replies.get(request_id)
        if replies is not None:
            replies.put(data)

    def _end(self, why: str) -> None:
        self._ended = self._ended or why
        for replies in list(self._replies.values()):
            replies.put({"type": "gone", "message": self._ended})

    def _require_open(self) -> None:
        if self._ended:
            raise NotebookGoneError(self._ended)
