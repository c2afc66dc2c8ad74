"""Dask DataFrames: each partition is summed up where it is, in one job of one task a partition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import SourceError
from autodash_jupyter.profiling.engines.partitions import merge, summarize_partition

if TYPE_CHECKING:
    from autodash_jupyter.profiling.engines.sampled import SampledTable

__all__ = ["open_dask"]


def open_dask(frame: Any) -> SampledTable:
    """Sum a Dask DataFrame up with the scheduler that is set; only parts and samples come back.

    Raises ``SourceError`` where it can't be computed, with the reason.
    """
    from dask.base import compute
    from dask.delayed import delayed

    partitions = frame.to_delayed()
    summed = [delayed(summarize_partition)(partition, len(partitions)) for partition in partitions]
    try:
        parts = compute(*summed)  # type: ignore[no-untyped-call]
    except Exception as error:  # whatever makes the frame may raise anything
        reason = (str(error) or type(error).__name__).splitlines()[0]
        msg = (
            f"The Dask DataFrame can't be computed ({reason}): mend what makes it, or leave that column out."
        )
        raise SourceError(msg) from error
    return merge("dask", parts, [str(kind) for kind in frame.dtypes])
