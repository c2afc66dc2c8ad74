"""The boundary between cells: what runs there, and how a cell becomes a step.

Whatever changes the namespace from outside a cell (the sidebar's undo, for one) runs on the main
thread while no cell does: at once where the kernel is idle, else after the running cell.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

__all__ = ["CellBoundary", "Pending", "is_unattended"]

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Pending:
    """An action that waits for its turn between cells."""

    action: Callable[[], None]


class CellBoundary:
    """Follows a shell's cells, records each as a step, and runs pending actions between them.

    ``record(code, seconds)`` is called on the main thread after each outermost cell, ``expect(code)``
    before it; ``changed()`` whenever a cell begins or ends.
    """

    def __init__(
        self,
        shell: Any,
        record: Callable[[str, float], object],
        changed: Callable[[], object],
        expect: Callable[[str], object] = lambda code: None,  # noqa: ARG005 - its name tells what it is given
    ) -> None:
        self._shell = shell
        self._record = record
        self._changed = changed
        self._expect = expect
        self._pending: deque[Pending] = deque()
        self._depth = 0
        self._started = 0.0
        self._loop = _main_loop(shell)
        self._main_thread = threading.current_thread()

    @property
    def busy(self) -> bool:
        """Whether a cell is running now."""
        return self._depth > 0

    def attach(self) -> None:
        """Begin to follow the shell; a cell that is running now (``%load_ext``'s own) counts as one."""
        self._shell.events.register("pre_run_cell", self._before_cell)
        self._shell.events.register("post_run_cell", self._after_cell)
        self._depth, self._started = int(_is_inside_a_cell()), time.perf_counter()

    def detach(self) -> None:
        """Stop following the shell, and drop what still waits."""
        for event, hook in (("pre_run_cell", self._before_cell), ("post_run_cell", self._after_cell)):
            try:
                self._shell.events.unregister(event, hook)
            except ValueError:
                logger.debug("the hook on %s was gone already", event)
        self._pending.clear()
        self._depth = 0

    def run_between_cells(self, pending: Pending) -> None:
        """Run an action on the main thread while no cell runs; may be called from any thread."""
        self._pending.append(pending)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._drain)
        elif threading.current_thread() is self._main_thread:
            self._drain()

    def cancel(self, pending: Pending) -> bool:
        """Take back an action that hasn't begun; tell whether that was still possible."""
        try:
            self._pending.remove(pending)
        except ValueError:
            return False
        return True

    def _before_cell(self, info: Any = None) -> None:
        if threading.current_thread() is not self._main_thread:
            return  # a subshell's cell: it runs beside the main thread's
        if self._depth == 0:
            self._started = time.perf_counter()
            self._loop = self._loop or _main_loop(self._shell)
        self._depth += 1
        if self._depth == 1:
            self._expect_cell(str(getattr(info, "raw_cell", None) or ""))
            self._changed()

    def _after_cell(self, result: Any = None) -> None:
        raw = getattr(getattr(result, "info", None), "raw_cell", None)
        code = str(raw or "")
        if threading.current_thread() is not self._main_thread:
            self.run_between_cells(Pending(lambda: self._record_cell(code, 0.0)))
            return
        if raw is not None and not code.strip():
            return  # IPython ends a blank cell that it never began
        self._depth = max(self._depth - 1, 0)
        if self._depth:
            return
        self._record_cell(code, time.perf_counter() - self._started)
        self._drain()
        self._changed()

    def _expect_cell(self, code: str) -> None:
        try:
            self._expect(code)
        except Exception:  # history's fault must never become the cell's
            logger.warning("the cell could not be prepared for", exc_info=True)

    def _record_cell(self, code: str, seconds: float) -> None:
        try:
            self._record(code, seconds)
        except Exception:  # history's fault must never become the cell's
            logger.warning("the cell could not be recorded as a step", exc_info=True)

    def _drain(self) -> None:
        while self._pending and not self._depth:
            try:
                pending = self._pending.popleft()
            except IndexError:
                return  # cancelled between the look and the take
            try:
                pending.action()
            except Exception:
                logger.warning("an action between cells failed", exc_info=True)


def is_unattended() -> bool:
    """Whether a program runs the cells, and no page is open: such a program allows no input.

    >>> is_unattended()
    False
    """
    from IPython.core.getipython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    parent = {} if kernel is None else kernel.get_parent() or {}
    return not parent.get("content", {}).get("allow_stdin", True)


def _is_inside_a_cell() -> bool:
    frame = sys._getframe()  # noqa: SLF001 - the interpreter's one way to see who called
    caller: FrameType | None = frame
    while caller is not None:
        if caller.f_code.co_name == "run_cell_async" and "interactiveshell" in caller.f_code.co_filename:
            return True
        caller = caller.f_back
    return False


def _main_loop(shell: Any) -> asyncio.AbstractEventLoop | None:
    """Return the loop that runs the kernel's cells, or ``None`` in a shell without one."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        loop = getattr(getattr(getattr(shell, "kernel", None), "io_loop", None), "asyncio_loop", None)
        return loop if isinstance(loop, asyncio.AbstractEventLoop) else None
