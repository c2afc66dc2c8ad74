"""Drives the generator of a context, and brings memory and store to what each event says."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from autodash_jupyter.events import (
    ColumnProfiled,
    ContextCompleted,
    ContextEvent,
    ContextFailed,
    ContextProgressed,
    ContextStarted,
    ContextToken,
    DatasetChanged,
    EventBus,
    GenerationCost,
    ProfileCompleted,
)
from autodash_jupyter.models import ColumnProfile, Dataset, FrameProfile, utc_now
from autodash_jupyter.processes import process_name
from autodash_jupyter.services.context_drafts import ContextDraft
from autodash_jupyter.services.promised_contexts import STOPPED, may_be_written, was_promised

if TYPE_CHECKING:
    import pandas as pd

    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.language_model import LanguageModel

__all__ = ["ContextWriter", "Generated", "KeepGenerated", "Progress", "Update"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a context has come: ``done`` of ``total`` columns, and what is being done now."""

    done: int
    total: int
    message: str


@dataclass(frozen=True, slots=True)
class Generated:
    """A document that was generated: by whom (``profile`` or a model's name), how long it took, its cost."""

    document: ContextDocument
    author: str
    seconds: float
    spent: GenerationCost


KeepGenerated = Callable[[Dataset, Generated], str]
"""Keeps a generated document where a person's parts are safe; returns the text of what is kept."""


class Update(Protocol):
    """Changes a stored record."""

    def __call__(self, dataset_id: str, **changes: Any) -> Dataset | None:
        """Change these fields; return the record, or ``None`` where it is gone."""
        ...


class ContextWriter:
    """Writes contexts one event at a time; what is shown while it does is kept in memory only."""

    def __init__(
        self,
        get: Callable[[str], Dataset | None],
        update: Update,
        bus: EventBus,
        find_model: Callable[[], LanguageModel | None],
        keep: KeepGenerated | None = None,
    ) -> None:
        self._get = get
        self._update = update
        self._bus = bus
        self._find_model = find_model
        self._keep = keep
        self._profiles: dict[str, FrameProfile] = {}
        self._columns: dict[str, list[ColumnProfile]] = {}
        self._progress: dict[str, Progress] = {}
        self._drafts: dict[str, ContextDraft] = {}
        self._began: dict[str, float] = {}
        self._runs: dict[str, object] = {}

    def progress(self, dataset_id: str) -> Progress | None:
        """Return how far a running generation is, or ``None`` where none runs in this process."""
        return self._progress.get(dataset_id)

    def profile(self, dataset_id: str) -> FrameProfile | None:
        """Return the profile made in this process, or ``None``."""
        return self._profiles.get(dataset_id)

    def profiled_columns(self, dataset_id: str) -> tuple[ColumnProfile, ...]:
        """Return the columns that a running generation has profiled so far, in their order."""
        return tuple(self._columns.get(dataset_id, ()))

    def draft(self, dataset_id: str) -> str | None:
        """Return what a language model has written so far of a running generation."""
        draft = self._drafts.get(dataset_id)
        return None if draft is None else draft.text

    @property
    def asks_model(self) -> bool:
        """Whether a language model is there to be asked."""
        return self._find_model() is not None

    def tell(self, dataset_id: str, message: str) -> None:
        """Say what a running generation waits for."""
        progress = self._progress.get(dataset_id)
        if progress is not None:
            self._progress[dataset_id] = replace(progress, message=message)
            self._bus.publish(DatasetChanged(dataset_id))

    def forget(self, dataset_id: str) -> None:
        """Let go of all that is held in memory about a dataset."""
        self._profiles.pop(dataset_id, None)
        self._runs.pop(dataset_id, None)
        self._end(dataset_id)

    def supersede(self, dataset_id: str) -> object:
        """Let whoever writes this context now change nothing any more; return the token of the next run."""
        token = self._runs[dataset_id] = object()
        self._end(dataset_id)
        return token

    async def write(
        self, dataset: Dataset, frame: pd.DataFrame, *, ask_model: bool = True, run: object = None
    ) -> AsyncGenerator[ContextEvent]:
        """Yield each event after its result is kept; ends early where the dataset is deleted meanwhile,
        or the run (a token of ``supersede``) is superseded by another.
        """
        from autodash_jupyter.context.generate import generate

        dataset_id, finished = dataset.dataset_id, False
        run = run or self.supersede(dataset_id)
        events = generate(
            frame,
            dataset_id=dataset_id,
            name=dataset.name,
            source=_shown_source(dataset),
            language_model=self._find_model() if ask_model else None,
        )
        try:
            async with aclosing(events) as stream:
                async for event in stream:
                    if self._runs.get(dataset_id) is not run or not self._apply(event):
                        return
                    finished = isinstance(event, ContextCompleted | ContextFailed)
                    self._bus.publish(ContextProgressed(event))
                    yield event
        finally:
            if self._runs.get(dataset_id) is run:
                self._end(dataset_id)
                if not finished:
                    self.mark_failed(dataset_id, "Writing the context was interrupted")

    def mark_failed(self, dataset_id: str, reason: str) -> None:
        """Say that nobody writes this context, if somebody did or was to; what was written is kept."""
        dataset = self._get(dataset_id)
        if dataset is None or dataset.context_status not in ("pending", "generating"):
            return
        error = f"{reason}; %context {dataset.name} --regenerate writes it again."
        self._update(dataset_id, context_status="failed", context_error=error, context_process=None)
        self._bus.publish(ContextProgressed(ContextFailed(dataset_id, error, dataset.context)))

    def settled(self, dataset: Dataset) -> Dataset:
        """Return a record that says it is written, or going to be, only where somebody may still do it."""
        if not was_promised(dataset) or may_be_written(dataset):
            return dataset
        self.mark_failed(dataset.dataset_id, STOPPED)
        return self._get(dataset.dataset_id) or dataset

    def _apply(self, event: ContextEvent) -> bool:
        """Bring memory and store to what the event says; tell whether the dataset still exists."""
        key = event.dataset_id
        match event:
            case ContextStarted(total=total):
                self._progress[key] = Progress(0, total, "starting")
                self._began[key] = monotonic()
                return (
                    self._update(key, context_status="generating", context_process=process_name()) is not None
                )
            case ColumnProfiled(index=index, total=total, column=column):
                message = f"profiled column {index} of {total}: {column.name}"
                self._progress[key] = Progress(index, total, message)
                self._columns.setdefault(key, []).append(column)
            case ProfileCompleted():
                return self._apply_profile(event)
            case ContextToken():
                return self._apply_token(event)
            case ContextCompleted() | ContextFailed():
                return self._finish(event)
        return self._get(key) is not None

    def _apply_profile(self, event: ProfileCompleted) -> bool:
        from autodash_jupyter.profiling import columns_info

        dataset_id, total = event.dataset_id, event.profile.column_count
        self._profiles[dataset_id] = event.profile
        self._columns.pop(dataset_id, None)
        self._progress[dataset_id] = Progress(total, total, "writing")
        changes: dict[str, Any] = {"columns_info": columns_info(event.profile)}
        if not self._has_better(dataset_id):
            text = self._kept(dataset_id, event.document, "profile", GenerationCost()) or event.text
            changes |= {"context": text, "context_written_by": "profile"}
        return self._update(dataset_id, **changes) is not None

    def _apply_token(self, event: ContextToken) -> bool:
        draft = self._drafts.setdefault(event.dataset_id, ContextDraft())
        if draft.add(event):
            field = event.field.replace("_", " ")
            several = f"request {event.request} of {event.requests}: " if event.requests > 1 else ""
            progress = self._progress.get(event.dataset_id, Progress(0, 1, ""))
            done, total = progress.done, progress.total
            if event.requests > 1:
                done, total = event.request - 1, event.requests
            self._progress[event.dataset_id] = Progress(done, total, f"{several}writing {field}".rstrip())
        if event.sent:
            return self._update(event.dataset_id, context_sent_to=event.sent) is not None
        return self._get(event.dataset_id) is not None

    def _finish(self, event: ContextCompleted | ContextFailed) -> bool:
        dataset_id, failed = event.dataset_id, isinstance(event, ContextFailed)
        written_by = event.written_by if isinstance(event, ContextCompleted) else "profile"
        changes: dict[str, Any] = {
            "context_status": "failed" if failed else "completed",
            "context_error": self._with_remedy(event) if isinstance(event, ContextFailed) else None,
            "context_process": None,
        }
        if event.text is not None and (written_by != "profile" or not self._has_better(dataset_id)):
            text = event.text
            if not failed and written_by != "profile":
                text = self._kept(dataset_id, event.document, written_by, event.spent) or text
            elif self._keep is not None and (current := self._get(dataset_id)) is not None:
                text = current.context or text  # what the profile wrote was kept when it was whole
            changes |= {
                "context": text,
                "context_written_by": written_by,
                "context_generated_at": utc_now(),
                "context_sent_to": event.sent or None,
            }
        self._end(dataset_id)
        return self._update(dataset_id, **changes) is not None

    def _kept(
        self, dataset_id: str, document: ContextDocument | None, author: str, spent: GenerationCost
    ) -> str | None:
        """Keep a generated document; return the text of what is kept, or ``None`` where nothing keeps it."""
        dataset = self._get(dataset_id)
        if self._keep is None or document is None or dataset is None:
            return None
        seconds = monotonic() - self._began.get(dataset_id, monotonic())
        return self._keep(dataset, Generated(document, author, seconds, spent))

    def _with_remedy(self, event: ContextFailed) -> str:
        """Return why it failed, and which line tries again."""
        dataset = self._get(event.dataset_id)
        if dataset is None or "--regenerate" in event.error:
            return event.error
        return f"{event.error.rstrip('.')}. %context {dataset.name} --regenerate tries again."

    def _has_better(self, dataset_id: str) -> bool:
        """Tell whether somebody else than the profile wrote what there is; that is never replaced by it."""
        kept = self._get(dataset_id)
        return (
            kept is not None and kept.context is not None and kept.context_written_by not in (None, "profile")
        )

    def _end(self, dataset_id: str) -> None:
        self._progress.pop(dataset_id, None)
        self._columns.pop(dataset_id, None)
        self._drafts.pop(dataset_id, None)
        self._began.pop(dataset_id, None)


def _shown_source(dataset: Dataset) -> str:
    """Return where a table came from; of a file the name alone, as contexts are shared and folders aren't."""
    return dataset.filename if Path(dataset.source).is_absolute() else dataset.source
