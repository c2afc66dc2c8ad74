"""PySpark DataFrames: each batch of rows is summed up in Spark's own Python workers, in one job.

The workers need this package, as they need pandas and pyarrow for any function on pandas.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autodash_jupyter.profiling.engines.partitions import merge, summarize_partition

if TYPE_CHECKING:
    import pandas as pd

    from autodash_jupyter.profiling.engines.sampled import SampledTable

__all__ = ["open_spark"]

_BATCHES = 64  # batches of a partition that may each send a sample; Arrow's default is 10,000 rows each


def open_spark(frame: Any) -> SampledTable:
    """Sum a PySpark DataFrame up in one job; only parts and samples come back."""
    import pandas as pd

    rows = frame.mapInPandas(_summarize_batches, "part binary").collect()
    parts = [pickle.loads(row["part"]) for row in rows]  # bytes of this session's own workers
    if not parts:
        parts = [summarize_partition(pd.DataFrame(columns=frame.columns, dtype=object), 1)]
    return merge("pyspark", parts, [kind for _, kind in frame.dtypes])


def _summarize_batches(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    import pandas as pd

    for batch in batches:
        yield pd.DataFrame({"part": [pickle.dumps(summarize_partition(batch, _BATCHES))]})
