"""The card ``%load_dataset`` shows: what was loaded, how its context comes along, and its profile."""

from __future__ import annotations

from collections.abc import Sequence

from autodash_jupyter.models import Dataset, FrameProfile
from autodash_jupyter.profiling import render_card
from autodash_jupyter.services import Progress
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.view import View, escape, notice, page

__all__ = ["dataset_card", "progress_bar"]

_STATES = {"pending": "no context was written yet", "completed": "its context is ready"}


def dataset_card(session: Session, dataset_id: str, notes: Sequence[str] = ()) -> View:
    """Draw one dataset as it is now."""
    dataset = session.datasets.get(None, dataset_id)
    if dataset is None:
        return notice("This dataset was deleted.")
    running = session.is_writing(dataset)
    card = _profile_card(session, dataset)
    body = [] if card else [_head(session, dataset)]
    body += [f'<p class="ad-muted">{escape(note)}</p>' for note in notes]
    body.append(card)
    if running:
        body.append(progress_bar(session.datasets.writer.progress(dataset_id)))
    if dataset.context_error:
        body.append(f'<p class="ad-error">{escape(dataset.context_error)}</p>')
    if not running:
        body.append(_foot(session, dataset))
    return View(page("".join(body)), _text(session, dataset, notes), final=not running)


def _profile_card(session: Session, dataset: Dataset) -> str:
    """Return the card of the profile, or of the columns profiled so far; nothing before the first."""
    writer = session.datasets.writer
    profile = writer.profile(dataset.dataset_id)
    columns = writer.profiled_columns(dataset.dataset_id)
    if not columns:
        return "" if profile is None else render_card(profile, dataset.name)
    awaited = dataset.columns[len(columns) :]
    growing = FrameProfile(dataset.row_count, len(columns) + len(awaited), 0, columns)
    return render_card(growing, dataset.name, awaited=awaited)


def progress_bar(progress: Progress | None) -> str:
    """Return a bar and a line saying what is being done, as HTML."""
    done, total, message = (
        (progress.done, progress.total, progress.message) if progress else (0, 0, "waiting")
    )
    percent = round(100 * done / total) if total else 0
    return (
        f'<div class="ad-bar" role="progressbar" aria-valuenow="{percent}" aria-valuemin="0" '
        f'aria-valuemax="100"><span style="width:{percent}%"></span></div>'
        f'<p class="ad-muted">{escape(message)}</p>'
    )


def _head(session: Session, dataset: Dataset) -> str:
    name = session.bindings.variable(dataset.dataset_id) or dataset.name
    return (
        f'<div class="ad-head"><span class="ad-name">{escape(name)}</span>'
        f"<span>{escape(dataset.shape)}</span>"
        f'<span class="ad-muted">{escape(dataset.filename)}</span></div>'
    )


def _foot(session: Session, dataset: Dataset) -> str:
    name = escape(session.bindings.variable(dataset.dataset_id) or dataset.name)
    sent = f" · {escape(dataset.context_sent_to)}" if dataset.context_sent_to else ""
    return f'<p class="ad-foot ad-muted"><code>%context {name}</code> shows what is known about it{sent}</p>'


def _text(session: Session, dataset: Dataset, notes: Sequence[str]) -> str:
    name = session.bindings.variable(dataset.dataset_id) or dataset.name
    head = f"{name}: {dataset.shape} from {dataset.filename}"
    if session.is_writing(dataset):
        known = "its context is being written"
    else:
        known = _STATES.get(dataset.context_status) or dataset.context_error or "no context could be written"
    return "\n".join([f"{head}; {known} (%context {name})", *notes])
