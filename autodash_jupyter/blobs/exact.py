"""Arrays, indexes and attrs described exactly: by Arrow where that is proven, else by a signed pickle.

A numeric column comes back from Arrow exactly, whatever it holds. Where that isn't certain from the
dtype alone, the column is rebuilt and compared, and pickled if anything differs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autodash_jupyter.blobs.arrays import (
    describe_array,
    describe_index,
    describe_labels,
    is_certain,
    rebuild_array,
    rebuild_index,
)
from autodash_jupyter.blobs.identical import same_array, same_index
from autodash_jupyter.blobs.pickles import pickle_one, pickle_slots, read_signed, sign
from autodash_jupyter.blobs.streams import Columns, LoadedColumn, Parts
from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.values import decode_value, encode_value

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from autodash_jupyter.blobs.flat_arrays import Description
    from autodash_jupyter.blobs.manifest import PartWriter

__all__ = ["Describer", "Rebuilder", "read_whole", "write_whole"]


class Describer:
    """Collects the Arrow columns of one object, and by slots what has to be pickled."""

    def __init__(self) -> None:
        self.columns: list[pa.ChunkedArray] = []
        self.pickled: dict[str, Any] = {}

    def array(self, slot: str, array: Any) -> Description:
        """Describe an array; ``slot`` names it among what is pickled."""
        return self._exactly(describe_array, rebuild_array, same_array, array) or self._pickle(slot, array)

    def index(self, slot: str, index: pd.Index) -> Description:
        """Describe an index."""
        return self._exactly(describe_index, rebuild_index, same_index, index) or self._pickle(slot, index)

    def labels(self, slot: str, labels: pd.Index) -> Description:
        """Describe an index of few and mostly plain labels."""
        plain = self._exactly(lambda index, _: describe_labels(index), rebuild_index, same_index, labels)
        return plain or self.index(slot, labels)

    def attrs(self, attrs: dict[Any, Any]) -> Description:
        """Describe attrs; call it last, for pickled cells may hold the same lists."""
        try:
            if not (attrs and self.pickled):
                return {"attrs": encode_value(dict(attrs))}
        except ContextStoreError:
            pass
        return self._pickle("attrs", dict(attrs))

    def write(self, parts: PartWriter, content: Description, owner: object, key: bytes) -> str:
        """Write the columns, pickles and manifest of ``owner``, described by ``content``; return the name.

        Raises ``BlobError`` for what can't be stored at all.
        """
        pickles = pickle_slots(self.pickled, owner)
        if pickles is None:
            return write_whole(parts, owner, key)
        for column in self.columns:
            parts.add_column(column)
        positions: dict[str, int] = {}
        for slots, pickled in pickles:
            positions |= dict.fromkeys(slots, parts.add(sign(pickled, key)))
        return parts.finish({**content, "pickles": positions})

    def _pickle(self, slot: str, value: object) -> Description:
        self.pickled[slot] = value
        return {"pickled": slot}

    def _exactly(
        self,
        describe: Callable[[Any, list[pa.ChunkedArray]], Description],
        rebuild: Callable[[Description, Columns], Any],
        same: Callable[[Any, Any], bool],
        value: Any,
    ) -> Description | None:
        start = len(self.columns)
        try:
            description = describe(value, self.columns)
            if is_certain(description):
                return description
            if same(rebuild(description, [LoadedColumn(column) for column in self.columns]), value):
                return description
        except Exception:  # noqa: BLE001 - whatever Arrow or a cell objects to, the pickle is for
            pass
        del self.columns[start:]
        return None


class Rebuilder:
    """Makes arrays, indexes and attrs of their descriptions; raises whatever is wrong with them."""

    def __init__(self, parts: Parts, key: bytes) -> None:
        self._parts = parts
        self._key = key
        self._pickles: dict[int, Any] = {}

    def array(self, description: Description) -> Any:
        """Return the array described."""
        if "pickled" in description:
            return self._pickled(description["pickled"])
        return rebuild_array(description, self._parts)

    def index(self, description: Description) -> pd.Index:
        """Return the index described, of rows or labels."""
        if "pickled" in description:
            index: pd.Index = self._pickled(description["pickled"])
            return index
        return rebuild_index(description, self._parts)

    def attrs(self, description: Description) -> dict[Any, Any]:
        """Return the attrs described."""
        if "pickled" in description:
            return dict(self._pickled(description["pickled"]))
        return dict(decode_value(description["attrs"]))

    def _pickled(self, slot: str) -> Any:
        position = self._parts.content["pickles"][slot]
        if position not in self._pickles:  # read once: its slots share objects
            self._pickles[position] = read_signed(self._parts.memory(position), self._key)
        return self._pickles[position][slot]


def read_whole(parts: Parts, key: bytes) -> Any:
    """Return the value of the parts that ``write_whole`` wrote."""
    return read_signed(parts.memory(0), key)


def write_whole(parts: PartWriter, value: object, key: bytes) -> str:
    """Write a value as one signed pickle; ``BlobError`` where it has none."""
    parts.add(sign(pickle_one(value, f"this {type(value).__name__}"), key))
    return parts.finish({"kind": "pickle"})
