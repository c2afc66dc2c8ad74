"""The context of a dataset as a document, live while it is being written."""

from __future__ import annotations

from autodash_jupyter.context.html import render_html
from autodash_jupyter.models import Dataset
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.dataset_card import progress_bar
from autodash_jupyter.widgets.view import View, escape, notice, page

__all__ = ["context_view"]


def context_view(session: Session, dataset_id: str) -> View:
    """Draw a dataset's context as it is now; it isn't final while somebody writes it."""
    dataset = session.datasets.get(None, dataset_id)
    if dataset is None:
        return notice("This dataset was deleted.")
    running = session.is_writing(dataset)
    written = session.datasets.writer.draft(dataset_id) or dataset.context or ""
    body = [render_html(written)] if written else []
    if running:
        body.append(progress_bar(session.datasets.writer.progress(dataset_id)))
    if dataset.context_error:
        body.append(f'<p class="ad-error">{escape(dataset.context_error)}</p>')
    foot = dataset.context_sent_to or "It is being written." if running else _origin(dataset)
    body.append(f'<p class="ad-foot ad-muted">{escape(foot)}</p>')
    text = "\n\n".join(part for part in (written, dataset.context_error, foot) if part)
    return View(page("".join(body)), text, final=not running)


def _origin(dataset: Dataset) -> str:
    """Say who wrote the context, and what left the machine for it."""
    if dataset.context is None:
        return f"No context yet: %context {dataset.name} --regenerate writes one."
    if dataset.context_written_by in (None, "profile"):
        local = "Written from the profile"
        return (
            f"{local}. {dataset.context_sent_to}"
            if dataset.context_sent_to
            else f"{local}; nothing was sent anywhere."
        )
    return f"Written by {dataset.context_written_by}. {dataset.context_sent_to or ''}".strip()
