"""What a page is shown of a session: its datasets and its timeline, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autodash_jupyter.models import Dataset, Step
from autodash_jupyter.session import Session

if TYPE_CHECKING:
    from autodash_jupyter.history import Timeline

__all__ = ["dataset_state", "timeline_state"]

STEPS_SHOWN = 50
LABEL_CHARACTERS = 300

Message = dict[str, Any]


def dataset_state(session: Session, dataset: Dataset) -> Message:
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


def timeline_state(timeline: Timeline, *, busy: bool) -> Message:
    """Return the last steps, and where the variables stand; ``busy`` tells whether a cell runs."""
    return {
        "position": timeline.position,
        "can_undo": timeline.can_undo,
        "can_redo": timeline.can_redo,
        "busy": busy,
        "steps": [_step_state(step) for step in timeline.steps[-STEPS_SHOWN:]],
    }


def _step_state(step: Step) -> Message:
    return {
        "step_id": step.step_id,
        "parent": step.parent,
        "label": step.label[:LABEL_CHARACTERS],
        "recorded_at": step.recorded_at.isoformat(),
        "seconds": round(step.seconds, 3),
        "changes": [str(change) for change in step.changes],
    }
