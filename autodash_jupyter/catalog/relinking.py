"""The links of one context, made anew from its document; and put back as they were."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autodash_jupyter.catalog.context_changes import changed_links, own_datasets, parse_context, parse_link
from autodash_jupyter.catalog.context_records import CONTEXT
from autodash_jupyter.catalog.links import LINK, Link
from autodash_jupyter.stores import ContextStore, Key, Read, Value, update_many

__all__ = ["Relinked", "named_ids", "relink_context", "restore_links", "sweep_link"]


@dataclass(frozen=True, slots=True)
class Relinked:
    """What a context is linked to now; ``links`` and ``contexts`` are the records that changed, as before."""

    linked: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    malformed: int = 0
    links: tuple[tuple[str, Value | None], ...] = ()
    context: Value | None = None


def named_ids(values: Mapping[str, Any]) -> tuple[tuple[str, ...], int]:
    """Return the ids of datasets that a document's plain values name, and how many of them are no ids.

    >>> named_ids({"datasets": [{"dataset_id": "sample_1"}, "upload_2", {"dataset_id": 3}, {}]})
    (('sample_1', 'upload_2'), 2)
    """
    datasets = values.get("datasets") or []
    named = [
        one.get("dataset_id", one.get("id")) if isinstance(one, Mapping) else one
        for one in (datasets if isinstance(datasets, list) else [datasets])
    ]
    ids = [one for one in named if isinstance(one, str) and one.strip()]
    return tuple(dict.fromkeys(ids)), len(named) - len(ids)


def relink_context(store: ContextStore, context_id: str, *, dry_run: bool = False) -> Relinked:
    """Link a context to the datasets of its user that its document names, and to no others."""
    done = [Relinked()]

    def change(read: Read) -> dict[Key, Value | None]:
        done[0] = Relinked()
        [before] = read((CONTEXT, context_id))
        current = parse_context(before)
        if current is None or before is None:
            return {}
        ids, malformed = named_ids(current.values)
        linked, skipped = own_datasets(read, current.user_id, ids)
        record = replace(current, linked=linked, skipped=skipped)
        wanted = changed_links(read, current, record)
        found = dict(zip(wanted, read(*wanted), strict=True))
        changes = {key: value for key, value in wanted.items() if value != found[key]}
        links = tuple((str(key[1]), found[key]) for key in changes if isinstance(key, tuple))
        is_same = (linked, skipped) == (current.linked, current.skipped)
        former = None if is_same else {"links": before.get("links", []), "skipped": list(current.skipped)}
        done[0] = Relinked(linked, skipped, malformed, links, former)
        if not is_same:
            changes[CONTEXT, context_id] = record.as_record()
        return {} if dry_run else changes

    update_many(store, change)
    return done[0]


def sweep_link(store: ContextStore, dataset_id: str, *, dry_run: bool = False) -> Value | None:
    """Take the contexts from a link that are gone, or don't name the dataset; return it as it was.

    ``None`` where nothing was amiss.
    """
    swept: list[Value | None] = [None]

    def change(read: Read) -> dict[Key, Value | None]:
        swept[0] = None
        [before] = read((LINK, dataset_id))
        link = parse_link(before)
        if before is None or link is None:
            swept[0] = before
            return {} if dry_run or before is None else {(LINK, dataset_id): None}
        own, _ = own_datasets(read, link.user_id, [dataset_id])
        found = read(*((CONTEXT, one) for one in link.context_ids))
        for context_id, value in zip(link.context_ids, found, strict=True):
            record = parse_context(value)
            if not own or record is None or dataset_id not in named_ids(record.values)[0]:
                link = link.without_context(context_id)
        if link.as_record() == before:
            return {}
        swept[0] = before
        return {} if dry_run else {(LINK, dataset_id): link.as_record()}

    update_many(store, change)
    return swept[0]


def restore_links(
    store: ContextStore,
    links: Mapping[str, Value | None],
    contexts: Mapping[str, Value],
    known: Mapping[str, Collection[str]],
) -> int:
    """Put links back as they were, and what contexts say of them; return how many links changed.

    ``known`` are the contexts that each link had when it was made anew: those linked since stay.
    """
    count = [0]

    def change(read: Read) -> dict[Key, Value | None]:
        found = read(*((LINK, dataset_id) for dataset_id in links))
        wanted: dict[Key, Value | None] = {
            (LINK, dataset_id): _with_newer(former, now, known.get(dataset_id))
            for (dataset_id, former), now in zip(links.items(), found, strict=True)
        }
        changes = {key: wanted[key] for key, now in zip(wanted, found, strict=True) if now != wanted[key]}
        count[0] = len(changes)
        keys = [(CONTEXT, context_id) for context_id in contexts]
        for key, now in zip(keys, read(*keys), strict=True):
            if now is not None:  # else it was deleted since
                changes[key] = now | contexts[key[1]]
        return changes

    update_many(store, change)
    return count[0]


def _with_newer(former: Value | None, now: Value | None, known: Collection[str] | None) -> Value | None:
    """Return a link as it was, with the contexts that it has got since."""
    link = parse_link(now)
    newer = [one for one in link.context_ids if one not in known] if link and known is not None else []
    if link is None or not newer:
        return former
    restored = parse_link(former) or Link(link.dataset_id, link.user_id)
    for one in newer:
        restored = restored.with_context(one, is_active=one not in link.inactive)
    return (restored.with_choice(link.chosen) if link.chosen in newer else restored).as_record()
