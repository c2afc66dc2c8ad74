"""Frames as AutoDash 0.1 wrote them, each one blob: read still, written no more.

The first line, ``autodash-frame 1 KIND``, names the format. What follows is

- for ``arrow``, an Arrow IPC stream, which may come from anybody. Its columns travel under their
  positions, and what pandas has beyond that as JSON in the schema's metadata;
- for ``pickle``, a signature of 32 bytes, then a pickle. Unpickling can execute anything, so the
  signature, HMAC-SHA256 over first line and pickle, is checked first, and only what was signed with
  the reader's own key is read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import pickle
from datetime import UTC
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import BlobError
from autodash_jupyter.stores.keys import decode_key
from autodash_jupyter.stores.values import decode_value

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ARROW", "PICKLE", "decode_frame"]

ARROW = b"autodash-frame 1 arrow\n"
PICKLE = b"autodash-frame 1 pickle\n"
NOTE = b"autodash"
SIGNATURE_LENGTH = 32  # bytes


def decode_frame(data: bytes, key: bytes) -> pd.DataFrame:
    """Return the frame of a blob that starts with ``ARROW`` or ``PICKLE``.

    Raises ``BlobError`` for bytes that are damaged, or would have to be unpickled and are not signed
    with ``key``.
    """
    if data.startswith(ARROW):
        return _from_arrow(data.removeprefix(ARROW))
    signed = data.removeprefix(PICKLE)
    signature, pickled = signed[:SIGNATURE_LENGTH], signed[SIGNATURE_LENGTH:]
    if not hmac.compare_digest(signature, hmac.digest(key, PICKLE + pickled, hashlib.sha256)):
        msg = (
            "a stored frame was signed by another installation, or changed since; it is not read, for that "
            "could run anything: load its source again, or share AUTODASH_SIGNING_KEY"
        )
        raise BlobError(msg)
    return _from_pickle(pickled)


def _from_arrow(data: bytes) -> pd.DataFrame:
    try:
        return _frame_from_arrow(data)
    except Exception as error:
        msg = f"a stored frame is damaged ({type(error).__name__}): load its source again"
        raise BlobError(msg) from error


def _from_pickle(data: bytes) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = pickle.loads(data)
    except Exception as error:
        msg = (
            f"a stored frame can't be read ({type(error).__name__}: {error}): the class of some of its "
            "objects is not what it was; define or import it as before and try again"
        )
        raise BlobError(msg) from error
    return frame


def _frame_from_arrow(data: bytes) -> pd.DataFrame:
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


def _restore_types(frame: pd.DataFrame, note: dict[str, Any]) -> None:
    """Undo, in place, two guesses of pyarrow: another object for UTC, and the dtype of objects."""
    import pandas as pd

    for position in note["utc_columns"]:
        frame.isetitem(position, frame.iloc[:, position].dt.tz_convert(UTC))
    for position in note["object_columns"]:
        frame.isetitem(position, frame.iloc[:, position].astype(object))
    if note["index_is_utc"] and isinstance(frame.index, pd.DatetimeIndex):
        frame.index = frame.index.tz_convert(UTC)


def _make_columns(description: dict[str, Any]) -> pd.Index:
    import pandas as pd

    if "range" in description:
        return pd.RangeIndex(*description["range"])
    labels = [decode_key(label) for label in description["labels"]]
    if description["dtype"] is None:
        return pd.MultiIndex.from_tuples(labels)  # type: ignore[arg-type]  # tuples, by their nature
    columns: pd.Index = pd.Index(labels, dtype=description["dtype"], tupleize_cols=False)
    return columns
