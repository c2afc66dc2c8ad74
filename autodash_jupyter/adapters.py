"""Notes on a frame, its columns, rows and cells, kept in any store under keys a person would write."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.errors import AutoDashError, ContextStoreError, SourceError, did_you_mean
from autodash_jupyter.frames.naming import printable
from autodash_jupyter.stores import ContextStore, InMemoryContextStore, Items, Key, Value, set_many
from autodash_jupyter.stores.keys import key_address
from autodash_jupyter.stores.protocol import as_pairs

__all__ = ["ContextKeyError", "PandasContextAdapter"]

NOTES = "notes"  # what the keys of a named dataset begin with
FORMS = "('column', name), ('row', i), ('row', i, 'column', name) or ('dataframe',)"
MOST_LISTED = 5  # labels that an error lists


class ContextKeyError(AutoDashError, KeyError):
    """A key is none of the four kinds, or names a row or column that the frame doesn't have."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""  # KeyError would show it with quotes around


class PandasContextAdapter:
    """Notes on what a frame holds, each a dict of what a store can keep.

    A key is ``('column', name)``, ``('row', i)``, ``('row', i, 'column', name)`` for a cell, or
    ``('dataframe',)``. Both ``name`` and ``i`` are labels, not positions, so a note stays with its row when
    the frame is sorted or filtered; in a frame with the usual index they are the same. A label that is equal
    to one of the frame's, such as a numpy integer, stands for that one; a ``Timestamp`` is kept as the
    ``datetime`` of the same instant. Equal labels share their note. Labels that no store can keep (an
    interval, a timestamp of odd nanoseconds) can have none.

    The frame is looked at when a note is added, so columns may come and go. A note whose column or row is
    gone is in ``stale_keys``; it can still be read and removed.

    ``context_store`` is memory if none is given. The store's keys are those of the notes, and other records
    in it are left alone; with ``dataset_id`` the keys begin with ``'notes'`` and that id, so that the notes
    on several frames can share a store.

    Methods raise ``ContextKeyError``, naming the nearest column, and ``ContextStoreError`` where the store
    does.

    >>> import pandas as pd
    >>> adapter = PandasContextAdapter(pd.DataFrame({"ColumnA": [1, 2, 3]}))
    >>> adapter.add_context(("column", "ColumnA"), {"desc": "Integer values"})
    >>> adapter.get_context(("column", "ColumnA"))
    {'desc': 'Integer values'}
    >>> adapter.list_context_keys()
    [('column', 'ColumnA')]
    >>> adapter.add_context(("column", "ColumA"), {})
    Traceback (most recent call last):
        ...
    autodash_jupyter.adapters.ContextKeyError: the frame has no column 'ColumA'. Did you mean 'ColumnA'?
    """

    def __init__(
        self,
        df: pd.DataFrame,
        context_store: ContextStore | None = None,
        *,
        dataset_id: str | None = None,
    ) -> None:
        if not isinstance(df, pd.DataFrame):
            msg = f"notes are on a pandas DataFrame, not on a {type(df).__qualname__}: convert it first"
            raise SourceError(msg)
        self.df = df
        self.context_store: ContextStore = InMemoryContextStore() if context_store is None else context_store
        self._prefix: tuple[Key, ...] = () if dataset_id is None else (NOTES, dataset_id)
        self._columns = df.columns
        self._labels: dict[str, Key] | None = None  # of these columns, by address

    def add_context(self, key: Key, context: Value) -> None:
        """Keep a note, in place of the one that was there."""
        self.context_store.set(self._stored(self._fitting(key)), context)

    def add_contexts(self, contexts: Items) -> None:
        """Keep many notes, a dict or pairs of key and note: all of them or, on most stores, none."""
        pairs = [(self._stored(self._fitting(key)), context) for key, context in as_pairs(contexts)]
        set_many(self.context_store, pairs)

    def get_context(self, key: Key) -> Value | None:
        """Return the note under ``key``, or ``None`` where there is none."""
        try:
            return self.context_store.get(self._stored(self._fitting(key)))
        except ContextKeyError:
            if (note := self._stale_note(key)) is not None:
                return note
            raise

    def remove_context(self, key: Key) -> None:
        """Forget the note under ``key``; it is no error if there is none."""
        try:
            self.context_store.delete(self._stored(self._fitting(key)))
        except ContextKeyError:
            if self._stale_note(key) is None:
                raise
            self.context_store.delete(self._stored(plain_label(key)))

    def list_context_keys(self) -> list[Key]:
        """Return the keys of all notes, in the order in which they were first added."""
        length = len(self._prefix)
        found = [
            key[length:]
            for key in self.context_store.list_keys()
            if isinstance(key, tuple) and key[:length] == self._prefix
        ]
        return [key for key in found if _parts(key) is not None]

    def stale_keys(self) -> list[Key]:
        """Return the keys of notes whose column or row is no longer in the frame."""
        return [key for key in self.list_context_keys() if not self._fits(key)]

    def _stored(self, key: Key) -> Key:
        return (*self._prefix, *key) if isinstance(key, tuple) else key

    def _fits(self, key: Key) -> bool:
        try:
            self._fitting(key)
        except ContextKeyError:
            return False
        return True

    def _stale_note(self, key: Key) -> Value | None:
        try:
            return self.context_store.get(self._stored(plain_label(key))) if _parts(key) else None
        except ContextStoreError:
            return None

    def _fitting(self, key: Key) -> tuple[Key, ...]:
        """Return the key with the frame's own labels; raise where it doesn't fit the frame."""
        parts = _parts(key)
        if parts is None:
            raise ContextKeyError(self._how_to_write(key))
        found: list[Key] = []
        for kind, label in parts:
            found.append(kind)
            if kind == "column":
                found.append(self._column(label))
            elif kind == "row":
                found.append(self._row(label))
        return tuple(found)

    def _column(self, name: Key) -> Key:
        wanted, labels = plain_label(name), self._column_labels()
        if (address := _address(wanted)) in labels:
            return labels[address]
        for label in labels.values():
            if is_same(label, wanted):
                return label
        if address is None and any(each is name for each in self.df.columns):
            msg = f"no store can keep the column label {_shown(name)}: give the column another to add notes"
            raise ContextKeyError(msg)
        raise ContextKeyError(
            f"the frame has no column {_shown(name)}.{_nearest(name, list(self.df.columns))}"
        )

    def _column_labels(self) -> dict[str, Key]:
        if self._labels is None or not self._columns.is_(self.df.columns):
            self._columns = self.df.columns
            plain = [plain_label(label) for label in self._columns]
            self._labels = {address: label for label in plain if (address := _address(label)) is not None}
        return self._labels

    def _row(self, label: Key) -> Key:
        wanted = plain_label(label)
        for found in _labels_at(self.df.index, label):
            if _address(found) is None:
                msg = f"no store can keep the row label {_shown(found)}: reset_index() gives rows others"
                raise ContextKeyError(msg)
            if _address(found) == _address(wanted) or is_same(found, wanted):
                return found
        rows = len(self.df.index)
        first = (
            f"; the first is {_shown(self.df.index[0])}, the last {_shown(self.df.index[-1])}" if rows else ""
        )
        msg = f"the frame has no row {_shown(label)}: rows are named by the labels of its index{first}"
        raise ContextKeyError(msg)

    def _how_to_write(self, key: object) -> str:
        hint = ""
        if isinstance(key, str) and key in self._column_labels().values():
            hint = f" Did you mean ('column', {_shown(key)})?"
        elif isinstance(key, tuple) and key and isinstance(key[0], str):
            hint = did_you_mean(key[0], ["column", "row", "dataframe"])
        return f"{_shown(key)} is no key of a note: write {FORMS}.{hint}"


def plain_label(label: Any) -> Any:
    """Return a label as the plain Python value a store can keep, if there is one; else as it is.

    >>> plain_label(np.int64(3)), plain_label(("a", pd.Timestamp("2024-02-29")))
    (3, ('a', datetime.datetime(2024, 2, 29, 0, 0)))
    """
    if isinstance(label, tuple):
        return tuple(plain_label(part) for part in label)
    if isinstance(label, np.datetime64):
        label = pd.Timestamp(label)
    if isinstance(label, pd.Timestamp):
        return label if label.nanosecond else label.to_pydatetime()
    if isinstance(label, np.generic):
        return label.item()
    if isinstance(label, str):
        return str.__str__(label)  # of a member of an enum, its value
    return label


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two plain labels are equal; unlike for ``==``, ``1`` and ``True`` are not.

    >>> is_same(1, 1.0), is_same(("a", 1), ("a", True))
    (True, False)
    """
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(is_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and type(one == other) is bool and one == other


def _parts(key: object) -> list[tuple[str, Any]] | None:
    """Return a key as pairs of kind and label, ``None`` where it is none of the four."""
    if not isinstance(key, tuple):
        return None
    kinds = tuple(part if isinstance(part, str) else None for part in key[::2])
    if (kinds, len(key)) == (("dataframe",), 1):
        return [("dataframe", None)]
    if (kinds, len(key)) in ((("column",), 2), (("row",), 2), (("row", "column"), 4)):
        return list(zip(("row", "column") if len(key) == 4 else (str(key[0]),), key[1::2], strict=True))
    return None


def _address(label: Any) -> str | None:
    try:
        return key_address(label)
    except ContextStoreError:
        return None


def _labels_at(index: pd.Index[Any], label: Any) -> Iterator[Key]:
    """Yield the index's labels, as plain values, among which pandas finds this one."""
    if isinstance(label, str) and isinstance(index, pd.DatetimeIndex | pd.PeriodIndex | pd.TimedeltaIndex):
        return  # pandas would take a text for a span of time
    try:
        where = index.get_loc(label)
    except Exception:  # noqa: BLE001 - a label may be of any kind, and so is what pandas raises
        return
    positions = [where] if isinstance(where, int | np.integer) else np.arange(len(index))[where]
    for position in positions:
        yield plain_label(index[position])


def _nearest(name: object, labels: list[object]) -> str:
    """Return a hint at the label that was probably meant, or at what there is."""
    texts = {str(label).casefold(): label for label in reversed(labels)}
    near = difflib.get_close_matches(str(name).casefold(), list(texts), n=1, cutoff=0.6)
    if near:
        return f" Did you mean {_shown(texts[near[0]])}?"
    listed = ", ".join(_shown(label) for label in labels[:MOST_LISTED])
    more = f" and {len(labels) - MOST_LISTED} more" if len(labels) > MOST_LISTED else ""
    return f" It has {listed}{more}." if labels else " It has no columns."


def _shown(label: object) -> str:
    return printable(repr(plain_label(label)))
