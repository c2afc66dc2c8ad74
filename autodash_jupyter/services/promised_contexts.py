"""Whether somebody may still write a context that a process promised to write, as its record tells."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from autodash_jupyter.models import Dataset, utc_now
from autodash_jupyter.processes import is_running, process_name

__all__ = ["STOPPED", "is_interrupted", "may_be_written", "promise", "was_left", "was_promised"]

STOPPED = "The kernel that wrote it stopped"
"""What the record of an abandoned context says."""

_LONGEST_ELSEWHERE = timedelta(hours=1)


def promise() -> dict[str, Any]:
    """Return the fields of a record whose context this process is going to write."""
    return {"context_status": "pending", "context_error": None, "context_process": process_name()}


def was_promised(dataset: Dataset) -> bool:
    """Tell whether the record says that some process writes the context, or is going to.

    >>> from dataclasses import replace
    >>> dataset = Dataset(dataset_id="sample_1", user_id="ada", name="penguins", filename="p.csv")
    >>> was_promised(dataset), was_promised(replace(dataset, **promise()))
    (False, True)
    """
    is_awaited = dataset.context_status == "pending" and dataset.context_process is not None
    return is_awaited or dataset.context_status == "generating"


def may_be_written(dataset: Dataset) -> bool:
    """Tell whether the process that promised the context may still write it.

    Of a process on another machine nobody can tell whether it runs; it is given an hour.
    """
    if not was_promised(dataset):
        return False
    if _is_here(dataset):
        return is_running(dataset.context_process)
    return utc_now() - dataset.updated_at < _LONGEST_ELSEWHERE


def is_interrupted(dataset: Dataset) -> bool:
    """Tell whether a process of this machine was to write a context, and is gone."""
    return was_promised(dataset) and _is_here(dataset) and not is_running(dataset.context_process)


def was_left(dataset: Dataset) -> bool:
    """Tell whether the process that was to write a context stopped before it wrote anything."""
    error = dataset.context_error or ""
    return dataset.context_status == "failed" and not dataset.context and error.startswith(STOPPED)


def _is_here(dataset: Dataset) -> bool:
    return _host(dataset.context_process) == _host(process_name())


def _host(process: str | None) -> str:
    return (process or "").rsplit(":", 2)[0]
