"""What the variables of one state are bound to: recorded objects by number, plain values as themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autodash_jupyter.history.credentials import REASON, is_secret_name
from autodash_jupyter.history.patches import Patch
from autodash_jupyter.history.persistence.columns import CredentialError
from autodash_jupyter.history.persistence.payloads import Payload
from autodash_jupyter.history.persistence.pickling import Recorded, pickled
from autodash_jupyter.history.persistence.records import Named, Record
from autodash_jupyter.history.snapshots import Stored
from autodash_jupyter.history.states import ATOMS

__all__ = ["bindings_of"]


def bindings_of(roots: Mapping[str, Any], records: dict[int, Record | None], recorded: Recorded) -> Payload:
    """Return a payload of these records and of the bindings; what can't be kept is named in it."""
    blobs = Named(recorded.blobs)
    recorded = replace(recorded, blobs=blobs)
    found = Payload(records, {}, {}, {})
    for name, value in roots.items():
        if type(value) in (str, bytes) and is_secret_name(name):
            found.lost[name] = REASON
            continue
        if type(value) is Stored:
            found.names[name] = value.serial
            continue
        if type(value) is Patch:
            if (patched := recorded.serials.get(id(value))) is not None:
                found.names[name] = patched
            continue
        serial = None if id(type(value)) in ATOMS else recorded.serials.get(id(value))
        if serial is None:
            try:
                made = pickled(value, recorded)
            except Exception as error:  # noqa: BLE001 - whatever it refuses with, it is one variable
                is_credential = isinstance(error, CredentialError)
                found.lost[name] = REASON if is_credential else f"it can't be stored ({type(error).__name__})"
                continue
            if made.lost:
                found.lost[name] = made.lost[0]
                continue
            found.bindings[name] = made.data
        found.names[name] = serial
    return replace(found, blobs=tuple(blobs.names))
