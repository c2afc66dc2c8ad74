"""Frames as Arrow IPC streams.

Arrow knows columns by unique text names only. So the columns travel under their positions, and what
pandas has beyond that (labels and names of any type, attrs, flags) as JSON in the schema's metadata.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from autodash_jupyter.stores.keys import decode_key, encode_key
from autodash_jupyter.stores.values import decode_value, encode_value

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["frame_from_arrow", "frame_to_arrow"]

NOTE = b"autodash"
_FLAT = {str, bytes, int, float, bool, type(None), Decimal, date, datetime, time, timedelta}


def frame_to_arrow(frame: pd.DataFrame) -> bytes:
    """Return a frame as an Arrow stream; whoever uses it must check that nothing was lost.

    Raises whatever pyarrow, pandas or the stores' encodings object to.
    """
    import pyarrow as pa

    _refuse_nested(frame)
    note = {
        "columns": _describe_columns(frame.columns),
        "column_names": [encode_key(name) for name in frame.columns.names],
        "index_names": [encode_key(name) for name in frame.index.names],
        "index_frequency": getattr(frame.index, "freqstr", None),
        "index_is_utc": _is_utc(frame.index),
        "utc_columns": _positions(frame, _is_utc),
        "object_columns": _positions(frame, _is_object),
        "attrs": encode_value(dict[Any, Any](frame.attrs)),
        "allows_duplicate_labels": frame.flags.allows_duplicate_labels,
    }
    bare = frame.set_flags(allows_duplicate_labels=True)
    bare.attrs = {}
    bare.columns = [str(position) for position in range(frame.shape[1])]
    bare.index = frame.index.set_names([None] * frame.index.nlevels)
    table = pa.Table.from_pandas(bare)
    metadata = {**table.schema.metadata, NOTE: json.dumps(note).encode("ascii")}
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_stream(sink, table.schema.with_metadata(metadata), options=options) as stream:
        stream.write_table(table.replace_schema_metadata(metadata))
    encoded: bytes = sink.getvalue().to_pybytes()
    return encoded


def frame_from_arrow(data: bytes) -> pd.DataFrame:
    """Return the frame of an Arrow stream; for damaged bytes, raise whatever pyarrow or pandas do."""
    import pyarrow as pa

    with pa.ipc.open_stream(data) as stream:
        table = stream.read_all()
    table.validate(full=True)  # a stranger's offsets and indices must not lead outside its buffers
    note = json.loads(table.schema.metadata[NOTE])
    frame: pd.DataFrame = table.to_pandas()
    _restore_types(frame, note)
    frame.columns = _make_columns(note["columns"])
    frame.columns.names = [decode_key(name) for name in note["column_names"]]
    if note["index_frequency"] is not None and hasattr(frame.index, "freq"):
        frame.index.freq = note["index_frequency"]
    frame.index.names = [decode_key(name) for name in note["index_names"]]
    frame.attrs = dict[Any, Any](decode_value(note["attrs"]))
    return frame.set_flags(allows_duplicate_labels=note["allows_duplicate_labels"])


def _refuse_nested(frame: pd.DataFrame) -> None:
    """Raise ``TypeError`` where cells hold other objects: Arrow follows them without end, and so crashes."""
    parts: list[Any] = [frame.index.get_level_values(level) for level in range(frame.index.nlevels)]
    parts += [frame.iloc[:, position] for position in range(frame.shape[1])]
    for values in parts:
        if _is_object(values):
            others = set(map(type, values.to_numpy())) - _FLAT
            if others:
                msg = f"cells of type {next(iter(others)).__name__}"
                raise TypeError(msg)


def _is_utc(values: pd.Series | pd.Index) -> bool:
    return getattr(values.dtype, "tz", None) is UTC


def _is_object(values: pd.Series | pd.Index) -> bool:
    return values.dtype == object


def _positions(frame: pd.DataFrame, of: Callable[[pd.Series], bool]) -> list[int]:
    return [position for position in range(frame.shape[1]) if of(frame.iloc[:, position])]


def _restore_types(frame: pd.DataFrame, note: dict[str, Any]) -> None:
    """Undo, in place, two guesses of pyarrow: another object for UTC, and the dtype of objects."""
    import pandas as pd

    for position in note["utc_columns"]:
        frame.isetitem(position, frame.iloc[:, position].dt.tz_convert(UTC))
    for position in note["object_columns"]:
        frame.isetitem(position, frame.iloc[:, position].astype(object))
    if note["index_is_utc"] and isinstance(frame.index, pd.DatetimeIndex):
        frame.index = frame.index.tz_convert(UTC)


def _describe_columns(columns: pd.Index) -> dict[str, Any]:
    import pandas as pd

    if isinstance(columns, pd.RangeIndex):
        return {"range": [columns.start, columns.stop, columns.step]}
    labels = [encode_key(label) for label in columns.tolist()]
    return {"labels": labels, "dtype": None if columns.nlevels > 1 else str(columns.dtype)}


def _make_columns(description: dict[str, Any]) -> pd.Index:
    import pandas as pd

    if "range" in description:
        return pd.RangeIndex(*description["range"])
    labels = [decode_key(label) for label in description["labels"]]
    if description["dtype"] is None:
        return pd.MultiIndex.from_tuples(labels)  # type: ignore[arg-type]  # tuples, by their nature
    columns: pd.Index = pd.Index(labels, dtype=description["dtype"], tupleize_cols=False)
    return columns
