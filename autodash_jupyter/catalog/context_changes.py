"""What is to be written where a context is saved or deleted, told by what is read; nothing is done here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from autodash_jupyter.catalog.context_records import CONTEXT, ContextRecord
from autodash_jupyter.catalog.datasets import KIND as DATASET
from autodash_jupyter.catalog.datasets import same_user
from autodash_jupyter.catalog.links import LINK, Link
from autodash_jupyter.models import UserId, utc_now
from autodash_jupyter.stores import DamagedRecordError, Key, Read, Value

__all__ = [
    "NameTakenError",
    "Save",
    "changed_links",
    "give_up_name",
    "linked_anew",
    "next_revision",
    "own_datasets",
    "parse_context",
    "parse_link",
    "take_name",
    "unlink_dataset",
]

NAME = "context_name"  # who has a name and version, so that two processes can't take it at once


class NameTakenError(Exception):
    """Another context of the user has this name and version."""


@dataclass(frozen=True, slots=True)
class Save:
    """What is to be saved: a document as plain values and as text, the ids it names, by whom, and why.

    ``is_first`` lets contexts that a dataset has already stay the newer ones; ``must_link`` saves nothing
    where none of the datasets is there (any more).
    """

    values: dict[str, Any]
    text: str
    dataset_ids: tuple[str, ...]
    author: str
    cause: str
    is_first: bool = False
    must_link: bool = False

    @property
    def name(self) -> tuple[str, str]:
        """The name and version."""
        return str(self.values.get("name", "")), str(self.values.get("version", "1.0.0"))


def unlink_dataset(read: Read, dataset_id: str) -> dict[Key, Value | None]:
    """Return the changes that take a dataset from all contexts that name it, which stay as they are."""
    link = parse_link(read((LINK, dataset_id))[0])
    if link is None:
        return {}
    changes: dict[Key, Value | None] = {(LINK, dataset_id): None}
    for context_id, value in zip(
        link.context_ids, read(*((CONTEXT, one) for one in link.context_ids)), strict=True
    ):
        record = parse_context(value)
        if record is not None and dataset_id in record.linked:
            linked = tuple(one for one in record.linked if one != dataset_id)
            skipped = (*record.skipped, dataset_id)
            changes[CONTEXT, context_id] = replace(record, linked=linked, skipped=skipped).as_record()
    return changes


def own_datasets(
    read: Read, user_id: UserId, dataset_ids: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of these datasets are the user's, and which are not, or nobody's."""
    ids = tuple(dict.fromkeys(dataset_ids))
    found = read(*((DATASET, one) for one in ids))
    own = {
        one
        for one, value in zip(ids, found, strict=True)
        if value and same_user(value.get("user_id", ""), user_id)
    }
    return tuple(one for one in ids if one in own), tuple(one for one in ids if one not in own)


def take_name(
    read: Read, user_id: UserId, context_id: str, current: ContextRecord | None, wanted: Save
) -> dict[Key, Value | None]:
    """Return the changes by which a context takes a name and version, and gives up its old one."""
    name = (NAME, user_id, *wanted.name)
    [claim] = read(name)
    holder = str(claim.get("context_id")) if claim else context_id
    if holder != context_id:
        other = parse_context(read((CONTEXT, holder))[0])
        if other is not None and (other.name, other.version) == wanted.name:
            raise NameTakenError(holder)
    changes: dict[Key, Value | None] = {}
    if current is not None and (current.name, current.version) != wanted.name:
        changes.update(give_up_name(read, current))
    return changes | {name: {"context_id": context_id}}


def give_up_name(read: Read, current: ContextRecord) -> dict[Key, Value | None]:
    """Return the change by which a context gives up its name and version, if they are its."""
    name = (NAME, current.user_id, current.name, current.version)
    [claim] = read(name)
    return {name: None} if claim is not None and claim.get("context_id") == current.context_id else {}


def next_revision(
    user_id: UserId,
    context_id: str,
    current: ContextRecord | None,
    wanted: Save,
    linked: tuple[str, ...],
    skipped: tuple[str, ...],
) -> ContextRecord:
    """Return the revision of a context that follows ``current``."""
    now = utc_now()
    return ContextRecord(
        context_id,
        user_id,
        json.dumps(wanted.values),
        wanted.text,
        1 if current is None else current.revision + 1,
        linked,
        skipped,
        wanted.author,
        wanted.cause,
        now if current is None else current.created_at,
        now,
    )


def linked_anew(read: Read, current: ContextRecord) -> tuple[ContextRecord, dict[Key, Value | None]]:
    """Return a context linked to what it skipped and is there now, and the changes that this takes."""
    if not current.skipped:
        return current, {}
    linked, skipped = own_datasets(read, current.user_id, current.dataset_ids)
    record = replace(current, linked=linked, skipped=skipped)
    if record == current:
        return current, {}
    links = changed_links(read, current, record)
    return record, {(CONTEXT, current.context_id): record.as_record(), **links}


def changed_links(
    read: Read, before: ContextRecord | None, after: ContextRecord | None, *, is_first: bool = False
) -> dict[Key, Value | None]:
    """Return the changes to the links of all datasets that a context was, or is now, linked to."""
    record = after or before
    ids = tuple(dict.fromkeys([*(before.linked if before else ()), *(after.linked if after else ())]))
    if record is None or not ids:
        return {}
    changes: dict[Key, Value | None] = {}
    for dataset_id, value in zip(ids, read(*((LINK, one) for one in ids)), strict=True):
        link = parse_link(value)
        if link is None or not same_user(link.user_id, record.user_id):
            link = Link(dataset_id, record.user_id)
        if after is not None and dataset_id in after.linked:
            link = link.with_context(after.context_id, is_active=after.status == "active", is_first=is_first)
        else:
            link = link.without_context(record.context_id)
        changes[LINK, dataset_id] = link.as_record()
    return changes


def parse_context(value: Value | None) -> ContextRecord | None:
    """Return the context that a store kept; ``DamagedRecordError`` where it is none."""
    try:
        return None if value is None else ContextRecord.from_record(value)
    except ValueError as error:
        msg = f"the record of a context can't be read ({error}): restore a backup, or delete it"
        raise DamagedRecordError(msg) from error


def parse_link(value: Value | None) -> Link | None:
    """Return the link that a store kept; none where it can't be read."""
    try:
        return None if value is None else Link.from_record(value)
    except ValueError:
        return None  # what it linked is in the contexts; relinking brings it back
