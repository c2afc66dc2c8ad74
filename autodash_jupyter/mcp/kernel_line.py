"""The line to a running notebook: an agent's requests go to its kernel, and the answers come back.

What is sent are the messages of ``agent_protocol``; no code is ever sent to be executed.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from autodash_jupyter.agent_protocol import ANSWERS_TARGET, PROTOCOL, REQUESTS_TARGET
from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.mcp.kernel_channels import KernelChannels, Message, NotebookGoneError

__all__ = ["KernelLine"]

SECONDS_TO_ANSWER = 10.0  # what waits for no cell
SECONDS_BETWEEN_LOOKS = 0.1
SECONDS_TO_CANCEL = 5.0

NOT_LOADED = (
    "AutoDash isn't loaded in this notebook, or in another version; run %load_ext autodash_jupyter there, "
    "and restart its kernel where that changes nothing."
)
SILENT = "The notebook's kernel doesn't answer; restart it where that lasts."
WAITS = "waiting for the running cell"
GIVEN_UP = "It was given up before it was done; nothing changed."
UNCERTAIN = "It was given up, but the notebook may have done it already; get_operation_history tells."


class KernelLine:
    """A line to one kernel, which ends with it; its methods may be called from any thread.

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
        self._changed = changed
        self._replies: dict[str, Queue[Message]] = {}
        self._answers, self._requests = uuid.uuid4().hex, uuid.uuid4().hex
        self._channels = KernelChannels(connection_file, self._heard, self._ended, seconds=seconds)
        try:
            self._channels.greet()
            waits = waits_for_cells and not self._channels.has_subshell
            self._open_comms(float("inf") if waits else seconds)
        except BaseException:
            self.close()
            raise

    @property
    def is_open(self) -> bool:
        """Whether requests can still be answered."""
        return not self._channels.ended

    def close(self) -> None:
        """Leave the kernel: what waits there for this line is given up."""
        if self.is_open:
            with suppress(Exception):  # the kernel may be gone
                for comm_id in (self._requests, self._answers):
                    self._channels.send("comm_close", {"comm_id": comm_id, "data": {}})
        self._channels.close()

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
            self._channels.require_open()
            self._channels.send("comm_msg", {"comm_id": self._requests, "data": data})
            return self._wait(request_id, replies, gone, tell)
        finally:
            self._replies.pop(request_id, None)

    @property
    def is_held_up(self) -> bool:
        """Whether a cell runs in a kernel that reads nothing meanwhile, having no subshells."""
        return not self._channels.has_subshell and self._channels.cell_runs

    def _wait_for_the_cell(self, gone: threading.Event, tell: Callable[[str], object]) -> None:
        """Hold a request back that a kernel without subshells couldn't be told to give up."""
        if not self.is_held_up:
            return
        tell(WAITS)
        while self.is_held_up and self.is_open:
            if gone.wait(SECONDS_BETWEEN_LOOKS):
                raise AutoDashError(GIVEN_UP)

    def _wait(
        self,
        request_id: str,
        replies: Queue[Message],
        gone: threading.Event,
        tell: Callable[[str], object],
    ) -> Any:
        give_up, told = float("inf"), False
        while time.monotonic() < give_up:
            if gone.is_set() and give_up == float("inf"):
                give_up = time.monotonic() + SECONDS_TO_CANCEL
                cancel = {"request_id": "", "action": "cancel", "params": {"request_id": request_id}}
                self._channels.send("comm_msg", {"comm_id": self._requests, "data": cancel})
            try:
                reply = replies.get(timeout=SECONDS_BETWEEN_LOOKS)
            except Empty:
                self._channels.require_open()
                if self.is_held_up and not told:  # the cell began just when the request was sent
                    told = True
                    tell(WAITS)
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

    def _open_comms(self, seconds: float) -> None:
        """Open both comms, and wait for the greeting."""
        replies = self._replies["hello"] = Queue()
        deadline = time.monotonic() + seconds
        opening = {"protocol": PROTOCOL, "answers": self._answers}
        for comm_id, target in ((self._answers, ANSWERS_TARGET), (self._requests, REQUESTS_TARGET)):
            self._channels.send("comm_open", {"comm_id": comm_id, "target_name": target, "data": opening})
        while time.monotonic() < deadline:
            self._channels.require_open()
            with suppress(Empty):
                hello = replies.get(timeout=SECONDS_BETWEEN_LOOKS)
                if hello["type"] != "hello":
                    raise NotebookGoneError(hello["message"])
                self.notebook = str(hello.get("notebook") or "")
                return
        raise NotebookGoneError(SILENT)

    # What comes, in the channels' own thread

    def _heard(self, message: Message) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "comm_close" and content["comm_id"] in (self._answers, self._requests):
            self._channels.end(NOT_LOADED)
        elif kind == "comm_msg" and content["comm_id"] == self._answers:
            self._answered(content["data"])

    def _answered(self, data: Message) -> None:
        match data:
            case {"type": "changed"}:
                self._changed(data)
            case {"type": "goodbye"}:
                self._channels.end(NOT_LOADED)
            case {"type": "hello"}:
                self._reply("hello", data)
            case {"request_id": request_id}:
                self._reply(str(request_id), data)

    def _reply(self, request_id: str, data: Message) -> None:
        replies = self._replies.get(request_id)
        if replies is not None:
            replies.put(data)

    def _ended(self, why: str) -> None:
        for replies in list(self._replies.values()):
            replies.put({"type": "gone", "message": why})
