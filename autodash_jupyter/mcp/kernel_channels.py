"""The channels of a running kernel, as every front end of Jupyter's has them: what goes, and what comes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient

from autodash_jupyter.errors import AutoDashError

__all__ = ["KernelChannels", "Message", "NotebookGoneError"]

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_TRIES = 0.3
SECONDS_BETWEEN_LOOKS = 0.1
SECONDS_WITHOUT_A_BEAT = 4.0
SECONDS_TO_LEAVE = 5.0
SUBSHELLS = "kernel subshells"
GONE = "The notebook's kernel ended or was restarted; what it was doing is lost. Ask for its tables again."

Message = dict[str, Any]


class NotebookGoneError(AutoDashError):
    """The kernel doesn't answer, was restarted, or has no AutoDash loaded."""


class KernelChannels:
    """A connection to one kernel, signed with its own key; methods may be called from any thread.

    ``heard`` is told of every message that the kernel publishes, and ``ended`` why there will be no more: the
    kernel ended, or ``end`` was called. ``seconds`` is how long an answer that waits for no cell may take.
    """

    def __init__(
        self,
        connection_file: Path,
        heard: Callable[[Message], None],
        ended: Callable[[str], None],
        *,
        seconds: float,
    ) -> None:
        self.ended = ""
        self.cell_runs = False
        self._tell, self._tell_end, self._seconds = heard, ended, seconds
        self._lock = threading.Lock()  # one thread at a time may use a socket
        self._subshell: str | None = None
        self._kernel_session = ""
        self._hears = threading.Event()
        self._last, self._last_done = "", threading.Event()
        self._client: Any = BlockingKernelClient(connection_file=str(connection_file))
        self._client.load_connection_file()
        self._client.context.setsockopt(zmq.RCVHWM, 0)  # else a cell that prints much drowns an answer
        self._client.start_channels(stdin=False)
        self._listener = threading.Thread(target=self._listen, name="autodash-kernel-line", daemon=True)
        self._listener.start()

    @property
    def has_subshell(self) -> bool:
        """Whether the kernel takes messages while a cell runs."""
        return self._subshell is not None

    def greet(self) -> None:
        """Wait until messages go both ways, and open a subshell where the kernel has them.

        Raises NotebookGoneError where it doesn't answer.
        """
        about = self._ask("kernel_info_request", {})
        self._kernel_session = about["header"]["session"]
        deadline = time.monotonic() + self._seconds
        while not self._hears.wait(SECONDS_BETWEEN_TRIES):
            if time.monotonic() > deadline:
                raise NotebookGoneError("The notebook's kernel answers, but what it publishes doesn't come.")
            self._ask("kernel_info_request", {})
        if SUBSHELLS in about["content"].get("supported_features", ()):
            made = self._ask("create_subshell_request", {})
            self._subshell = made["content"].get("subshell_id")

    def send(self, kind: str, content: Message) -> None:
        """Send a message of the shell channel, to the subshell where there is one."""
        message = self._client.session.msg(kind, content)
        if self._subshell is not None:
            message["header"]["subshell_id"] = self._subshell
        with self._lock:
            self._last = message["header"]["msg_id"]
            self._last_done.clear()
            self._client.shell_channel.send(message)

    def end(self, why: str) -> None:
        """Take this as the end, as where the kernel says goodbye."""
        if not self.ended:
            self.ended = why
            self._tell_end(why)

    def require_open(self) -> None:
        """Raise NotebookGoneError where it has ended."""
        if self.ended:
            raise NotebookGoneError(self.ended)

    def close(self) -> None:
        """Leave the kernel."""
        if self._subshell is not None and not self.ended:
            with suppress(Exception):  # the kernel may be gone
                # Else the kernel complains, in the notebook, of a message that it hadn't finished.
                self._last_done.wait(SECONDS_TO_LEAVE)
                self._ask("delete_subshell_request", {"subshell_id": self._subshell})
        self.end("The connection to the notebook was closed.")
        if threading.current_thread() is not self._listener:
            self._listener.join(2.0)
        self._client.stop_channels()

    def _ask(self, kind: str, content: Message) -> Message:
        """Ask on the control channel, which answers even while a cell runs."""
        deadline = time.monotonic() + self._seconds
        with self._lock:
            asked = self._client.session.msg(kind, content)
            self._client.control_channel.send(asked)
            while time.monotonic() < deadline:
                with suppress(Empty):
                    reply: Message = self._client.control_channel.get_msg(timeout=SECONDS_BETWEEN_LOOKS)
                    if reply["parent_header"].get("msg_id") == asked["header"]["msg_id"]:
                        return reply
                self.require_open()
        raise NotebookGoneError("No kernel answers there; is the notebook still running?")

    def _listen(self) -> None:
        last_beat = time.monotonic()
        while not self.ended:
            if self._client.hb_channel.is_beating():
                last_beat = time.monotonic()
            elif time.monotonic() - last_beat > SECONDS_WITHOUT_A_BEAT:
                self.end(GONE)
                return
            try:
                self._heard(self._client.iopub_channel.get_msg(timeout=SECONDS_BETWEEN_LOOKS))
            except Empty:
                continue
            except zmq.ZMQError:
                self.end(GONE)
            except Exception:
                logger.debug("a message of the kernel could not be read", exc_info=True)

    def _heard(self, message: Message) -> None:
        parent = message["parent_header"]
        if parent.get("session") == self._client.session.session:
            self._hears.set()
        if self._kernel_session and message["header"].get("session") != self._kernel_session:
            self.end(GONE)  # each kernel has a session of its own
            return
        if message["msg_type"] == "status":
            is_busy = message["content"]["execution_state"] == "busy"
            if parent.get("msg_type") == "execute_request":
                self.cell_runs = is_busy
            elif not is_busy and parent.get("msg_id") == self._last:
                self._last_done.set()
        self._tell(message)
