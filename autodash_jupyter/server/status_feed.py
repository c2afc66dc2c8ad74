"""The last events of each user, numbered, so that a reader who was away can go on where it stopped.

A reader keeps a position, not a queue: however slow it is, it takes no memory, and one that falls behind
further than is kept is told to look at the lists again.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

__all__ = ["EVENTS_KEPT", "StatusEvent", "StatusFeed", "Stream", "event_text"]

EVENTS_KEPT = 1_000
STREAMS_OF_A_USER = 256
SECONDS_REMEMBERED = 600.0


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """One change: its number among its user's, its type, and what is told of it, as JSON for all readers."""

    number: int
    type: str
    text: str


@dataclass(slots=True, eq=False)
class Stream:
    """One reader: after which number it reads on, and what wakes it."""

    loop: asyncio.AbstractEventLoop
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    position: int = 0
    is_closed: bool = False

    def wake(self) -> None:
        """Let the reader look for events, from any thread."""
        try:
            self.loop.call_soon_threadsafe(self.awake.set)
        except RuntimeError:
            self.is_closed = True  # the server's loop has ended


@dataclass(slots=True)
class _Log:
    """What one user's readers read; ``run`` tells its numbers from those of an earlier log."""

    run: str = field(default_factory=lambda: secrets.token_hex(4))
    last: int = 0
    events: deque[StatusEvent] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    streams: set[Stream] = field(default_factory=set)
    left_at: float = field(default_factory=time.monotonic)


class StatusFeed:
    """Keeps each user's last events, and wakes their readers; any thread may publish.

    >>> feed = StatusFeed()
    >>> feed.publish("ada", "dataset", {"dataset_id": "upload_1"})
    >>> feed.watched()
    []
    """

    def __init__(self) -> None:
        self._logs: dict[Hashable, _Log] = {}
        self._lock = threading.Lock()
        self._is_closed = False

    @contextmanager
    def stream(self, user_id: Hashable, last_event_id: str | None) -> Iterator[Stream | None]:
        """Give a reader of a user's events from after ``last_event_id``, or from now on; ``None``: too many.

        A position of ``-1`` says that what followed that id isn't kept any more.
        """
        stream = Stream(asyncio.get_running_loop())
        with self._lock:
            log: _Log | None = self._logs.setdefault(user_id, _Log())
            assert log is not None
            if len(log.streams) >= STREAMS_OF_A_USER or self._is_closed:
                log = None
            else:
                stream.position = _position(log, last_event_id)
                log.streams.add(stream)
        try:
            yield None if log is None else stream
        finally:
            if log is not None:
                with self._lock:
                    log.streams.discard(stream)
                    log.left_at = time.monotonic()

    def publish(self, user_id: Hashable, kind: str, data: dict[str, Any]) -> None:
        """Tell a user's readers; where there is none, and was none lately, nothing is kept."""
        with self._lock:
            log = self._logs.get(user_id)
            if log is None:
                return
            log.last += 1
            log.events.append(StatusEvent(log.last, kind, event_text(kind, data)))
            streams = tuple(log.streams)
        for stream in streams:
            stream.wake()

    def after(self, user_id: Hashable, position: int) -> list[StatusEvent] | None:
        """Return the events after a position; ``None`` where some of them aren't kept any more."""
        with self._lock:
            log = self._logs[user_id]
            oldest = log.events[0].number if log.events else log.last + 1
            if position < oldest - 1:
                return None
            return list(islice(log.events, position + 1 - oldest, None))

    def newest(self, user_id: Hashable) -> int:
        """Return the number of a user's last event."""
        with self._lock:
            return self._logs[user_id].last

    def event_id(self, user_id: Hashable, number: int) -> str:
        """Return the id under which a reader can go on after an event."""
        with self._lock:
            return f"{self._logs[user_id].run}-{number}"

    def watched(self) -> list[Hashable]:
        """Return the users who read, or did so lately; others' events are forgotten."""
        now = time.monotonic()
        with self._lock:
            for user_id, log in tuple(self._logs.items()):
                if not log.streams and now - log.left_at > SECONDS_REMEMBERED:
                    del self._logs[user_id]
            return list(self._logs)

    def close(self) -> None:
        """End all streams."""
        with self._lock:
            self._is_closed = True
            streams = [stream for log in self._logs.values() for stream in log.streams]
        for stream in streams:
            stream.is_closed = True
            stream.wake()


def event_text(kind: str, data: dict[str, Any]) -> str:
    """Return what is told of a change as one line of JSON.

    >>> event_text("deleted", {"dataset_id": "upload_1"})
    '{"type": "deleted", "dataset_id": "upload_1"}'
    """
    return json.dumps({"type": kind, **data}, default=lambda value: value.isoformat())


def _position(log: _Log, last_event_id: str | None) -> int:
    """Return where a reader goes on; ``-1`` where that can't be told from the id it has."""
    if not last_event_id:
        return log.last
    run, _, number = last_event_id.rpartition("-")
    if run != log.run or not number.isdecimal() or len(number) > 15 or int(number) > log.last:
        return -1
    return int(number)
