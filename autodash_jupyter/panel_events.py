"""What the kernel tells every page: news of datasets, contexts, timeline and requests, as deltas.

One comm for each kernel, written by the session's worker alone. However often something changes, its news
is told once in ``SECONDS_BETWEEN_UPDATES`` at most, and no more than ``MOST_AT_ONCE`` at a time; so what
waits is bounded by the number of things there are, and no page can be flooded.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.events import (
    ContextChanged,
    ContextProgressed,
    DatasetChanged,
    DatasetDeleted,
    SessionEvent,
    TimelineChanged,
)
from autodash_jupyter.models import Step
from autodash_jupyter.panel_contexts import Outcome
from autodash_jupyter.panel_protocol import EVENTS_TARGET, PROTOCOL, Dataset, TimelineNews
from autodash_jupyter.panel_state import dataset_state, kept_steps, step_state, timeline_state
from autodash_jupyter.session import Session

__all__ = ["PanelEvents"]

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_UPDATES = 0.05
SECONDS_TO_SAY_GOODBYE = 0.5
MOST_AT_ONCE = 50


class News(NamedTuple):
    """What pages are to be told: of what kind, and of which dataset, if of one."""

    kind: str
    dataset_id: str = ""


class PanelEvents:
    """Tells pages of one session; ``is_busy`` says whether a cell is running."""

    def __init__(self, session: Session, is_busy: Callable[[], bool]) -> None:
        self._session = session
        self._is_busy = is_busy
        self._comm: Any = None
        self._sequence = 0
        self._lock = threading.Lock()
        self._dirty: dict[News, None] = {}
        self._is_scheduled = False
        self._last_sent = 0.0
        # What pages know, by what they were told; only the worker touches these.
        self._told: dict[str, Dataset] = {}
        self._told_steps: dict[int, Step] = {}

    @property
    def is_open(self) -> bool:
        """Whether there is a comm to tell pages by."""
        return self._comm is not None

    @property
    def comm_id(self) -> str:
        """The comm's id; it must be open."""
        return str(self._comm.comm_id)

    @property
    def sequence(self) -> int:
        """The number of the last event."""
        return self._sequence

    def open(self, stay_open: Callable[[Any], object]) -> None:
        """Open the comm; ``stay_open(comm)`` is called whenever a page that doesn't know it closes it."""
        from comm import create_comm

        self._comm = comm = create_comm(target_name=EVENTS_TARGET, data={"protocol": PROTOCOL})

        def closed(_message: Any) -> None:
            if self._comm is not None:
                stay_open(comm)

        comm.on_close(closed)

    def close(self) -> None:
        """Say goodbye, and close the comm."""
        comm, self._comm = self._comm, None
        if comm is None:
            return
        said = threading.Event()
        goodbye = {"sequence": self._next_sequence(), "type": "goodbye"}
        self._session.worker.call(lambda: comm.send(goodbye))
        self._session.worker.call(said.set)
        said.wait(SECONDS_TO_SAY_GOODBYE)
        comm.close()

    def heard(self, event: SessionEvent) -> None:
        """Let pages know of an event soon; may be called from any thread, as often as one likes."""
        match event:
            case ContextProgressed(event=progress):
                self._tell_soon(News("dataset", progress.dataset_id))
            case DatasetChanged(dataset_id=dataset_id) | DatasetDeleted(dataset_id=dataset_id):
                self._tell_soon(News("dataset", dataset_id))
            case ContextChanged(dataset_ids=dataset_ids):
                for dataset_id in dataset_ids:
                    self._tell_soon(News("context_changed", dataset_id))
            case TimelineChanged():  # most cells are over in a moment: one event for begin and end
                self._tell_soon(News("timeline"), SECONDS_BETWEEN_UPDATES)

    def finished(self, request_id: str, outcome: Outcome) -> None:
        """Tell what came of a request."""
        said = {"status": outcome.status, "message": outcome.message, "result": outcome.result}
        self._session.worker.call(lambda: self._send("request", request_id=request_id, **said))

    def _tell_soon(self, news: News, delay: float = 0.0) -> None:
        with self._lock:
            self._dirty[news] = None
            if self._is_scheduled:
                return
            self._is_scheduled = True
            since = time.monotonic() - self._last_sent
        self._session.worker.call_later(max(delay, SECONDS_BETWEEN_UPDATES - since, 0.0), self._tell_dirty)

    def _tell_dirty(self) -> None:
        with self._lock:
            taken = list(self._dirty)[:MOST_AT_ONCE]
            for news in taken:
                del self._dirty[news]
            self._last_sent = time.monotonic()
            self._is_scheduled = has_more = bool(self._dirty)
        if has_more:
            self._session.worker.call_later(SECONDS_BETWEEN_UPDATES, self._tell_dirty)
        if self._comm is None:
            return
        for news in taken:
            try:
                self._tell_newest(news)
            except AutoDashError as error:  # the store can't be read now; the others' news still can
                logger.warning("the sidebar was not told of a change: %s", error)

    def _tell_newest(self, news: News) -> None:
        if news.kind == "timeline":
            self._send("timeline", timeline=self._timeline_news())
        elif news.kind == "context_changed":
            self._send("context_changed", dataset_id=news.dataset_id)
        else:
            self._tell_dataset(news.dataset_id)

    def _tell_dataset(self, dataset_id: str) -> None:
        dataset = self._session.datasets.get(None, dataset_id)
        if dataset is None:
            self._told.pop(dataset_id, None)
            self._send("dataset_removed", dataset_id=dataset_id)
            return
        told, now = self._told.get(dataset_id), dataset_state(self._session, dataset)
        if now["context_status"] == "generating":
            self._told[dataset_id] = now
        else:
            self._told.pop(dataset_id, None)
        if told is None or not _only_more_is_written(told, now):
            self._send("dataset", dataset=now)
            return
        before, after = told["context"] or "", now["context"] or ""
        start = before if after.startswith(before) else ""
        written = {"start": _utf16_length(start), "text": after[len(start) :], "progress": now["progress"]}
        self._send("context_written", dataset_id=dataset_id, **written)

    def _timeline_news(self) -> TimelineNews:
        timeline, told = self._session.timeline, self._told_steps
        kept = {step.step_id: step for step in kept_steps(timeline)}
        self._told_steps = kept
        changed = [step for step_id, step in kept.items() if told.get(step_id) is not step]
        return {
            **timeline_state(timeline, busy=self._is_busy(), steps=()),
            "steps": [step_state(step) for step in changed],
            "removed": [step_id for step_id in told if step_id not in kept],
        }

    def _send(self, kind: str, **content: Any) -> None:
        if self._comm is not None:
            self._comm.send({"sequence": self._next_sequence(), "type": kind, **content})

    def _next_sequence(self) -> int:
        with self._lock:
            self._sequence += 1
            return self._sequence


def _only_more_is_written(told: Dataset, now: Dataset) -> bool:
    """Whether two states of a dataset differ in the context's text and its progress alone."""
    fixed = {"context": None, "progress": None}
    return now["context_status"] == "generating" and {**told, **fixed} == {**now, **fixed}


def _utf16_length(text: str) -> int:
    """Return a text's length as pages count it.

    >>> _utf16_length("a🐧")
    3
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
