"""What happens to datasets, contexts and the timeline, told as plain values; and the bus they travel on.

The first group (``ContextEvent``) is what the generator of a context yields, in this order: started,
column (once for each), profile, token (where a language model writes), completed or failed. The second
group is what the session publishes to its surfaces.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from autodash_jupyter.models import ColumnProfile, FrameProfile

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = [
    "ColumnProfiled",
    "ContextChanged",
    "ContextCompleted",
    "ContextEvent",
    "ContextFailed",
    "ContextProgressed",
    "ContextStarted",
    "ContextToken",
    "DatasetChanged",
    "DatasetDeleted",
    "EventBus",
    "GenerationCost",
    "ProfileCompleted",
    "SessionEvent",
    "TimelineChanged",
]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ContextStarted:
    """Generation has begun; ``total`` columns will be looked at."""

    type: ClassVar[str] = "started"
    dataset_id: str
    total: int


@dataclass(frozen=True, slots=True)
class ColumnProfiled:
    """Column ``index`` (from 1) of ``total`` is profiled."""

    type: ClassVar[str] = "column"
    dataset_id: str
    index: int
    total: int
    column: ColumnProfile


@dataclass(frozen=True, slots=True)
class ProfileCompleted:
    """The profile is whole; ``document`` is the context written from it alone, and ``text`` its Markdown."""

    type: ClassVar[str] = "profile"
    dataset_id: str
    profile: FrameProfile
    text: str
    document: ContextDocument | None = None


@dataclass(frozen=True, slots=True)
class ContextToken:
    """A language model wrote ``text``, to be appended to what it wrote of ``field``.

    ``sent`` says once what goes to which host. ``request`` of ``requests`` (from 1) is being answered: wide
    tables need several, and a mistake that is sent back is one more. ``starts_anew`` tells that what this
    request had written is void.
    """

    type: ClassVar[str] = "token"
    dataset_id: str
    text: str
    sent: str = ""
    field: str = ""
    request: int = 1
    requests: int = 1
    starts_anew: bool = False


@dataclass(frozen=True, slots=True)
class GenerationCost:
    """What a language model was asked and what that took; ``None`` is what nobody counted.

    ``cost`` is in US dollars, where the price of the model is known; ``tokens`` are those of prompts and
    answers, as the server counted them.
    """

    requests: int = 0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None

    @property
    def tokens(self) -> int | None:
        """All tokens, or ``None`` where the server counted none.

        >>> GenerationCost(1, 900, 100).tokens
        1000
        """
        counted = [count for count in (self.prompt_tokens, self.completion_tokens) if count is not None]
        return sum(counted) if counted else None


@dataclass(frozen=True, slots=True)
class ContextCompleted:
    """The context is done: a valid document, its Markdown, and who wrote it (``profile`` or a model's name).

    ``notes`` say what was left out of a model's answer, and why.
    """

    type: ClassVar[str] = "completed"
    dataset_id: str
    text: str
    written_by: str = "profile"
    sent: str = ""
    document: ContextDocument | None = None
    spent: GenerationCost = GenerationCost()
    notes: tuple[str, ...] = ()

    @property
    def tokens(self) -> int | None:
        """The tokens it took, where the server counted them."""
        return self.spent.tokens

    @property
    def cost(self) -> float | None:
        """What it cost in US dollars, where the price is known."""
        return self.spent.cost


@dataclass(frozen=True, slots=True)
class ContextFailed:
    """Writing failed with ``error`` (one line); ``text`` and ``document`` are what there is all the same."""

    type: ClassVar[str] = "failed"
    dataset_id: str
    error: str
    text: str | None = None
    sent: str = ""
    document: ContextDocument | None = None
    spent: GenerationCost = GenerationCost()


ContextEvent = (
    ContextStarted | ColumnProfiled | ProfileCompleted | ContextToken | ContextCompleted | ContextFailed
)


@dataclass(frozen=True, slots=True)
class ContextProgressed:
    """An event of a context's generator, published after memory and store hold its result."""

    event: ContextEvent


@dataclass(frozen=True, slots=True)
class DatasetChanged:
    """A dataset was registered, or its record changed."""

    dataset_id: str


@dataclass(frozen=True, slots=True)
class DatasetDeleted:
    """A dataset and all that was kept of it are gone."""

    dataset_id: str


@dataclass(frozen=True, slots=True)
class ContextChanged:
    """A context document was saved, deleted or chosen; ``dataset_ids`` are those it is or was linked to."""

    context_id: str
    dataset_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineChanged:
    """A step was recorded, or undo, redo or goto moved the variables."""


SessionEvent = ContextProgressed | DatasetChanged | DatasetDeleted | ContextChanged | TimelineChanged
Listener = Callable[[SessionEvent], None]


class EventBus:
    """Delivers each event to every listener, in the publisher's thread, in order of subscription.

    A listener that raises is logged and doesn't keep the others from hearing.

    >>> bus = EventBus()
    >>> heard = []
    >>> unsubscribe = bus.subscribe(heard.append)
    >>> bus.publish(TimelineChanged())
    >>> unsubscribe()
    >>> bus.publish(TimelineChanged())
    >>> heard
    [TimelineChanged()]
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; calling the result removes it, and may be done twice."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def publish(self, event: SessionEvent) -> None:
        """Tell every listener; returns when all have heard."""
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(event)
            except Exception:
                logger.warning("a listener failed on %s", type(event).__name__, exc_info=True)
