"""Copies the bytes of large tables a second time, in the background.

A snapshot of a table shares its memory, so that whoever writes there past copy-on-write changes the snapshot
too. A thread of its own reads that memory soon after a table was first recorded; it ends when it is idle.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from time import sleep

import psutil

from autodash_jupyter.history.arrays import BYTES, Content
from autodash_jupyter.history.states import Node

__all__ = ["SecondCopies"]

_SECONDS_IDLE = 1.0
_SECONDS_BEFORE = 0.05
"""How long the thread waits before it begins: a record ends first, and often the next cell."""
_SECONDS_BETWEEN_PIECES = 0.0005
_MOST_BYTES = 4 << 30


class _NotNeededError(Exception):
    """The state whose memory is being copied was let go of: so shall its memory be."""


class SecondCopies:
    """The copying thread; ``adopt`` hands over what it made, on the thread that records.

    ``limit`` is how many bytes may be kept so (None: a quarter of the memory that is free, 4 GiB at most).
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._made: list[tuple[weakref.ref[Node], int]] = []
        self._wanted: deque[weakref.ref[Node]] = deque()  # those that are gone need no copy
        self._done: dict[weakref.ref[Node], Content] = {}
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._is_copying = False
        self._is_hurried = False

    def want(self, node: Node) -> None:
        """Let the bytes of an array be copied soon."""
        with self._news:
            if self._is_closed:
                return
            self._wanted.append(weakref.ref(node))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="autodash-copies", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def adopt(self) -> None:
        """Put what was copied into the recorded nodes."""
        for reference in list(self._done):
            node, content = reference(), self._done.pop(reference, None)
            known: Content | None = None if node is None else node.state
            if node is None or content is None:
                continue
            if known is None or (known.pieces is None and known.fingerprints == content.fingerprints):
                node.state = content

    def finish(self) -> None:
        """Copy what still waits, now and here, and adopt all."""
        while self._wanted:
            with suppress(IndexError):  # the thread was faster
                self._copy(self._wanted.popleft())
        self.wait()
        self.adopt()

    def cancel(self) -> None:
        """Drop what still waits: somebody may have written to it since it was asked for."""
        self._wanted.clear()

    def wait(self, timeout: float = 60.0) -> bool:
        """Wait until nothing is left to copy, ``timeout`` seconds at most; tell whether that came."""
        with self._news:
            self._is_hurried = True
            self._news.notify_all()
            came = self._news.wait_for(lambda: not self._wanted and not self._is_copying, timeout)
            self._is_hurried = False
        return came

    def close(self) -> None:
        """Stop the thread."""
        with self._news:
            self._is_closed = True
            self._wanted.clear()
            self._news.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=2.0)

    def _run(self) -> None:
        while (reference := self._next()) is not None:
            with suppress(Exception):  # no memory, for one: then there is no second copy
                self._copy(reference, pause=lambda: sleep(_SECONDS_BETWEEN_PIECES))

    def _copy(self, reference: weakref.ref[Node], pause: Callable[[], object] = lambda: None) -> None:
        """Copy the bytes of one array, unless that were too much, or nobody needs its state any more."""
        self._made = [(made, size) for made, size in self._made if made() is not None]
        array = getattr(reference(), "obj", None)
        if array is None or array.nbytes + sum(kept for _, kept in self._made) > self._allowed():
            return

        def go_on() -> None:
            if reference() is None:
                raise _NotNeededError
            pause()

        with suppress(_NotNeededError):
            content = BYTES.capture_slowly(array, go_on)
            if (node := reference()) is not None:
                self._done[weakref.ref(node, self._forget)] = content  # it goes when nobody needs the state
                self._made.append((weakref.ref(node), array.nbytes))

    def _forget(self, gone: weakref.ref[Node]) -> None:
        self._done.pop(gone, None)

    @property
    def nbytes(self) -> int:
        """How many bytes were copied and not adopted yet."""
        return sum(len(piece) for content in list(self._done.values()) for piece in content.pieces or ())

    def _allowed(self) -> int:
        if self._limit is not None:
            return self._limit
        return int(min(psutil.virtual_memory().available // 4, _MOST_BYTES))

    def _next(self) -> weakref.ref[Node] | None:
        """Return what to copy next; None when it is time to end."""
        with self._news:
            was_copying, self._is_copying = self._is_copying, False
            self._news.notify_all()
            self._news.wait_for(lambda: self._wanted or self._is_closed, _SECONDS_IDLE)
            if self._wanted and not was_copying:
                self._news.wait_for(lambda: self._is_closed or self._is_hurried, _SECONDS_BEFORE)
            if not self._wanted:
                self._thread = None
                return None
            self._is_copying = True
            return self._wanted.popleft()
