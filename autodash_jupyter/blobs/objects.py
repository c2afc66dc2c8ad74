"""Any object kept: frames, series, indexes and arrays as their memory, anything else as a signed pickle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autodash_jupyter.blobs import version_one
from autodash_jupyter.blobs.exact import Describer, Rebuilder, read_whole, write_whole
from autodash_jupyter.blobs.frames import damage_reported, describe_frame, rebuild_frame
from autodash_jupyter.blobs.manifest import Manifest, PartWriter, known_parts, parse_manifest
from autodash_jupyter.blobs.protocol import BlobStore
from autodash_jupyter.errors import BlobError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["load_object", "save_object"]

PLAIN_MEMORY = "biufcmMSU"
"""The kinds of numpy's dtypes whose memory is all there is to them."""


def save_object(blobs: BlobStore, value: Any, key: bytes, *, previous: str | None = None) -> str:
    """Store an object durably and return the name to load it by; a frame as ``save_frame`` does.

    Raises ``BlobError`` where the medium fails, and for an object that can't be pickled.

    >>> from autodash_jupyter.blobs import InMemoryBlobStore
    >>> blobs = InMemoryBlobStore()
    >>> load_object(blobs, save_object(blobs, {"year": [2007, 2008]}, b"key"), b"key")
    {'year': [2007, 2008]}
    """
    import numpy as np
    import pandas as pd

    known = known_parts(blobs, previous)
    with blobs.batch() as batch:
        parts, describer = PartWriter(blobs, batch, known), Describer()
        if type(value) is pd.DataFrame:
            content = describe_frame(value, describer)
        elif type(value) is pd.Series:
            content = _describe_series(value, describer)
        elif isinstance(value, pd.Index) and getattr(pd, type(value).__name__, None) is type(value):
            content = {"kind": "index", "index": describer.index("the index", value)}
        elif type(value) is np.ndarray and _is_plain_memory(value.dtype):
            return _write_array(value, parts)
        else:
            return write_whole(parts, value, key)
        return describer.write(parts, content, value, key)


def load_object(blobs: BlobStore, name: str, key: bytes) -> Any:
    """Return a stored object; its memory is nobody else's.

    Raises ``BlobError`` for what is missing or damaged, and for what would have to be unpickled and is
    not signed with ``key``.
    """
    data = blobs.get(name)
    if data.startswith((version_one.ARROW, version_one.PICKLE)):
        return version_one.decode_frame(data, key)
    manifest = parse_manifest(blobs, data)
    with damage_reported():
        kind = manifest.content["kind"]
        if kind == "pickle":
            return read_whole(manifest, key)
        if kind == "series":
            return _rebuild_series(manifest, key)
        if kind == "index":
            return Rebuilder(manifest, key).index(manifest.content["index"])
        if kind == "array":
            return _rebuild_array(manifest)
        return rebuild_frame(manifest, key)


def _describe_series(series: pd.Series, describer: Describer) -> dict[str, Any]:
    import pandas as pd

    return {
        "kind": "series",
        "index": describer.index("the index", series.index),
        "name": describer.labels("the name", pd.Index([series.name], dtype=object, tupleize_cols=False)),
        "values": describer.array("the values", series.array),
        "attrs": describer.attrs(series.attrs),
        "allows_duplicate_labels": series.flags.allows_duplicate_labels,
    }


def _rebuild_series(manifest: Manifest, key: bytes) -> pd.Series:
    import pandas as pd

    content, rebuilder = manifest.content, Rebuilder(manifest, key)
    values, index = rebuilder.array(content["values"]), rebuilder.index(content["index"])
    [name] = rebuilder.index(content["name"])
    series: pd.Series = pd.Series(values, index, dtype=values.dtype, name=name, copy=False)
    series.attrs = rebuilder.attrs(content["attrs"])
    series.flags.allows_duplicate_labels = bool(content["allows_duplicate_labels"])
    return series


def _is_plain_memory(dtype: np.dtype[Any]) -> bool:
    return dtype.kind in PLAIN_MEMORY and dtype.metadata is None and dtype.itemsize > 0


def _write_array(array: NDArray[Any], parts: PartWriter) -> str:
    import numpy as np

    by_columns = array.flags.f_contiguous and not array.flags.c_contiguous
    memory = np.ascontiguousarray(array.T if by_columns else array)
    parts.add([memory.reshape(-1).view(np.uint8)])
    order = "F" if by_columns else "C"
    return parts.finish(
        {"kind": "array", "dtype": array.dtype.str, "shape": list(array.shape), "order": order}
    )


def _rebuild_array(manifest: Manifest) -> NDArray[Any]:
    import numpy as np

    content = manifest.content
    dtype = np.dtype(content["dtype"])
    if not _is_plain_memory(dtype) or dtype.subdtype:
        msg = f"an array can't be made of {dtype}"
        raise BlobError(msg)
    array: NDArray[Any] = manifest.memory(0).view(dtype)
    return array.reshape(content["shape"], order={"C": "C", "F": "F"}[content["order"]])  # type: ignore[call-overload, no-any-return]
