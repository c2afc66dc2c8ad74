"""What a page is shown of a session: its datasets and its timeline, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from autodash_jupyter import panel_protocol as protocol
from autodash_jupyter.models import Dataset, Step
from autodash_jupyter.session import Session

if TYPE_CHECKING:
    from autodash_jupyter.history import Timeline

__all__ = ["dataset_state", "kept_steps", "session_state", "step_state", "timeline_state"]

MOST_STEPS = 5_000
LABEL_CHARACTERS = 300
CHANGE_CHARACTERS = 300
MOST_CHANGES = 20


def session_state(session: Session, *, busy: bool) -> protocol.State:
    """Return all that a page shows; contexts that are written are left out, since a page asks for each."""
    datasets = [dataset_state(session, dataset) for dataset in session.list_datasets()]
    for dataset in datasets:
        if dataset["context_status"] == "completed":
            dataset["context"] = None
    timeline = session.timeline
    return {
        "datasets": datasets,
        "timeline": timeline_state(timeline, busy=busy, steps=kept_steps(timeline)),
    }


def dataset_state(session: Session, dataset: Dataset) -> protocol.Dataset:
    """Return one dataset with its context as it is now, or as far as it is written."""
    progress = session.datasets.writer.progress(dataset.dataset_id)
    return {
        "dataset_id": dataset.dataset_id,
        "name": session.bindings.variable(dataset.dataset_id) or dataset.name,
        "filename": dataset.filename,
        "row_count": dataset.row_count,
        "column_count": dataset.column_count,
        "context_status": dataset.context_status,
        "progress": None
        if progress is None
        else {"done": progress.done, "total": progress.total, "message": progress.message},
        "context": session.datasets.writer.draft(dataset.dataset_id) or dataset.context,
        "error": dataset.context_error,
        "written_by": dataset.context_written_by,
        "sent": dataset.context_sent_to,
        "created_at": dataset.created_at.isoformat(),
    }


def kept_steps(timeline: Timeline) -> tuple[Step, ...]:
    """Return the steps that pages are shown: the last ones, oldest first."""
    return timeline.steps[-MOST_STEPS:]


def timeline_state(timeline: Timeline, *, busy: bool, steps: Iterable[Step]) -> protocol.Timeline:
    """Return where the variables stand, and these steps; ``busy`` tells whether a cell runs."""
    return {
        "position": timeline.position,
        "can_undo": timeline.can_undo,
        "can_redo": timeline.can_redo,
        "busy": busy,
        "steps": [step_state(step) for step in steps],
    }


def step_state(step: Step) -> protocol.Step:
    """Return one step, its code and what it changed shortened."""
    changes = [str(change)[:CHANGE_CHARACTERS] for change in step.changes[:MOST_CHANGES]]
    more = len(step.changes) - len(changes)
    return {
        "step_id": step.step_id,
        "parent": step.parent,
        "label": step.label[:LABEL_CHARACTERS],
        "recorded_at": step.recorded_at.isoformat(),
        "seconds": round(step.seconds, 3),
        "changes": [*changes, f"and {more} more"] if more else changes,
    }
