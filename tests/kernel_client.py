"""A real IPython kernel in a process of its own, driven as a front end drives it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.manager import KernelManager

SECONDS = 60.0
Message = dict[str, Any]


@dataclass
class Ran:
    """What running a cell gave: text, errors and displays, in order of arrival."""

    text: str = ""
    error: str = ""
    displays: list[Message] = field(default_factory=list)

    @property
    def plain(self) -> str:
        """The text forms of all displays."""
        return "\n".join(str(one["data"].get("text/plain", "")) for one in self.displays)


class NotebookKernel:
    """Runs cells, opens comms, and keeps every message that comes from the kernel."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(cwd=str(folder), env=env)
        self.client = self._manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)
        self.heard: list[Message] = []

    def close(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def send(self, code: str) -> str:
        """Send a cell without waiting for it; return its message id."""
        return str(self.client.execute(code))

    def run(self, code: str) -> Ran:
        """Run a cell to its end."""
        return self.finish(self.send(code))

    def finish(self, message_id: str) -> Ran:
        """Wait until a sent cell has ended."""
        self.wait_for(
            lambda one: (
                one["msg_type"] == "status"
                and one["content"]["execution_state"] == "idle"
                and one["parent_header"].get("msg_id") == message_id
            )
        )
        ran = Ran()
        for one in self.heard:
            if one["parent_header"].get("msg_id") != message_id:
                continue
            content = one["content"]
            if one["msg_type"] == "stream":
                ran.text += content["text"]
            elif one["msg_type"] == "error":
                ran.error = "\n".join(content["traceback"])
            elif one["msg_type"] in ("display_data", "execute_result"):
                ran.displays.append(content)
        return ran

    def open_comm(self, target: str, data: Message) -> str:
        """Open a comm as a page does; return its id."""
        comm_id = uuid.uuid4().hex
        self._shell("comm_open", {"comm_id": comm_id, "target_name": target, "data": data})
        return comm_id

    def send_comm(self, comm_id: str, data: Message) -> None:
        """Send on a comm."""
        self._shell("comm_msg", {"comm_id": comm_id, "data": data})

    def close_comm(self, comm_id: str) -> None:
        """Close a comm, as a page does that doesn't know its target."""
        self._shell("comm_close", {"comm_id": comm_id, "data": {}})

    def wait_for_comm(self, comm_id: str, wanted: Callable[[Message], bool]) -> Message:
        """Return the first data that came on a comm and is wanted."""
        found = self.wait_for(
            lambda one: (
                one["msg_type"] == "comm_msg"
                and one["content"]["comm_id"] == comm_id
                and wanted(one["content"]["data"])
            )
        )
        return dict(found["content"]["data"])

    def wait_for(self, wanted: Callable[[Message], bool]) -> Message:
        """Return the first message that is wanted, of those that came or come."""
        for one in self.heard:
            if wanted(one):
                return one
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                one = self.client.get_iopub_msg(timeout=0.5)
            except Empty:
                continue
            self.heard.append(one)
            if wanted(one):
                return one
        msg = f"nothing of the kind came within {SECONDS:.0f} s"
        raise TimeoutError(msg)

    def _shell(self, kind: str, content: Message) -> None:
        message = self.client.session.msg(kind, content)
        self.client.shell_channel.send(message)


@contextmanager
def notebook_kernel(folder: Path, env: dict[str, str]) -> Iterator[NotebookKernel]:
    """Start a kernel, and end it afterwards."""
    kernel = NotebookKernel(folder, env)
    try:
        yield kernel
    finally:
        kernel.close()
