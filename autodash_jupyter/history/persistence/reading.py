"""Reads what is stored of a history: its states, the payloads of steps, and single records."""

from __future__ import annotations

import pickle
from collections import OrderedDict

from autodash_jupyter.blobs import DiskBlobStore
from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.history.persistence.ledger import Contents
from autodash_jupyter.history.persistence.payloads import Payload, checked, decode
from autodash_jupyter.history.persistence.records import Record
from autodash_jupyter.history.persistence.stored_states import StoredStates, numbers_in

__all__ = ["PayloadReader", "states_in"]

_PAYLOADS_KEPT = 64


class PayloadReader:
    """Reads from the blobs of one history, signed with ``key``; the last payloads read are kept."""

    def __init__(self, blobs: DiskBlobStore, key: bytes, states: StoredStates) -> None:
        self.blobs = blobs
        self.states = states
        self._key = key
        self._payloads: OrderedDict[str, Payload] = OrderedDict()

    def read(self, blob: str) -> Payload:
        """Return a payload; raises BlobError where it is missing, damaged or foreign."""
        if blob not in self._payloads:
            self._payloads[blob] = decode(self.blobs.get(blob), self._key)
            while len(self._payloads) > _PAYLOADS_KEPT:
                self._payloads.popitem(last=False)
        self._payloads.move_to_end(blob)
        return self._payloads[blob]

    def record(self, step_id: int, serial: int) -> Record | None:
        """Return an object's record in a state, None where there is none; raises as ``read`` does."""
        place = self.states.place(step_id, serial)
        return None if place is None else self.read(place.payload).records.get(serial)

    def forget(self) -> None:
        """Let go of the payloads read."""
        self._payloads.clear()


def states_in(contents: Contents, blobs: DiskBlobStore, key: bytes) -> tuple[StoredStates, dict[int, str]]:
    """Return the states a journal tells of, and why some steps' can't be read.

    Of a damaged one it is known which objects it had, so that they aren't taken from an older state.
    """
    states, damaged = StoredStates(), dict[int, str]()
    for entry in contents.states:
        try:
            if entry["op"] == "all":
                states = StoredStates.from_plain(pickle.loads(checked(blobs.get(entry["blob"]), key)))
            elif entry["op"] == "drop":
                states.drop(entry["id"])
            else:
                states.add(entry["id"], entry["parent"], entry["blob"], decode(blobs.get(entry["blob"]), key))
        except AutoDashError as error:
            damaged[entry.get("id", 0)] = str(error)
            if entry["op"] == "state":
                states.add_unreadable(
                    entry["id"], entry["parent"], entry["blob"], numbers_in(entry["objects"])
                )
    return states, damaged
