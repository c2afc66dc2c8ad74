"""Frames as bytes and back, exactly.

The first line names the format: ``autodash-frame VERSION KIND``. What follows is

- for ``arrow``, an Arrow IPC stream. Reading it executes nothing, so it may come from anybody. It is
  used only after it was decoded and found identical to the frame;
- for ``pickle``, what Arrow can't hold exactly: a signature of 32 bytes, then a pickle. Unpickling
  can execute anything, so the signature, HMAC-SHA256 over first line and pickle, is checked first,
  and only what was signed with the reader's own key is read.
"""

from __future__ import annotations

import hashlib
import hmac
import pickle
from typing import TYPE_CHECKING

from autodash_jupyter.blobs.arrow import frame_from_arrow, frame_to_arrow
from autodash_jupyter.blobs.identical import identical_frames
from autodash_jupyter.errors import BlobError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["decode_frame", "encode_frame"]

MAGIC = b"autodash-frame"
VERSION = 1
LONGEST_FIRST_LINE = 64  # bytes
SIGNATURE_LENGTH = 32  # bytes


def encode_frame(frame: pd.DataFrame, key: bytes) -> bytes:
    """Return a frame as bytes; ``key`` signs them where they need trust.

    Raises ``BlobError`` for a frame that holds what can't be stored at all, an open file for example.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"year": [2007, 2008]})
    >>> encode_frame(frame, b"key")[:23]
    b'autodash-frame 1 arrow\\n'
    >>> decode_frame(encode_frame(frame, b"key"), b"key").equals(frame)
    True
    """
    data = _exact_arrow(frame)
    if data is not None:
        return _first_line(b"arrow") + data
    try:
        data = pickle.dumps(frame, protocol=5)
    except Exception as error:  # cells run their own code when they are pickled
        msg = (
            f"this frame can't be stored ({type(error).__name__}): it holds objects that only live in memory"
        )
        raise BlobError(msg) from error
    first_line = _first_line(b"pickle")
    return first_line + _signature(first_line, data, key) + data


def decode_frame(data: bytes, key: bytes) -> pd.DataFrame:
    """Return the frame that ``encode_frame`` was given.

    Raises ``BlobError`` for bytes that are no frame, are damaged, of a newer version, or would have
    to be unpickled and are not signed with ``key``.
    """
    first_line, rest = _split(data)
    if first_line == _first_line(b"arrow"):
        return _from_arrow(rest)
    signature, pickled = rest[:SIGNATURE_LENGTH], rest[SIGNATURE_LENGTH:]
    if not hmac.compare_digest(signature, _signature(first_line, pickled, key)):
        msg = (
            "a stored frame was signed by another installation, or changed since; it is not read, for that "
            "could run anything: load its source again, or share AUTODASH_SIGNING_KEY"
        )
        raise BlobError(msg)
    return _from_pickle(pickled)


def _exact_arrow(frame: pd.DataFrame) -> bytes | None:
    try:
        data = frame_to_arrow(frame)
        return data if identical_frames(frame_from_arrow(data), frame) else None
    except Exception:  # noqa: BLE001 - whatever Arrow or a cell objects to, the pickle is for
        return None


def _from_arrow(data: bytes) -> pd.DataFrame:
    try:
        return frame_from_arrow(data)
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


def _first_line(kind: bytes) -> bytes:
    return b"%s %d %s\n" % (MAGIC, VERSION, kind)


def _signature(first_line: bytes, data: bytes, key: bytes) -> bytes:
    signature = hmac.new(key, first_line, hashlib.sha256)
    signature.update(data)
    return signature.digest()


def _split(data: bytes) -> tuple[bytes, bytes]:
    end = data.find(b"\n", 0, LONGEST_FIRST_LINE)
    words = data[:end].split(b" ") if end >= 0 else []
    if len(words) < 2 or words[0] != MAGIC or not words[1].isdigit():
        msg = "this blob holds no frame"
        raise BlobError(msg)
    if int(words[1]) > VERSION:
        msg = "a stored frame was written by a newer version of AutoDash: update autodash-jupyter to read it"
        raise BlobError(msg)
    first_line = data[: end + 1]
    if first_line not in (_first_line(b"arrow"), _first_line(b"pickle")):
        msg = "a stored frame is damaged: load its source again"
        raise BlobError(msg)
    return first_line, data[end + 1 :]
