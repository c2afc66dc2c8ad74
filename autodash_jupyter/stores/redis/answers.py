"""What Redis answers, as texts and keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autodash_jupyter.stores.encoded import decode_key_text
from autodash_jupyter.stores.protocol import DamagedRecordError, Key
from autodash_jupyter.stores.redis.layout import IndexEntry

__all__ = ["decode_changes", "parse_index", "value_text"]


def value_text(value: bytes | None) -> str | None:
    """Return the text of a value; ``DamagedRecordError`` where it is none.

    >>> value_text(b'{"rows": 3}'), value_text(None)
    ('{"rows": 3}', None)
    """
    try:
        return None if value is None else value.decode("ascii")
    except UnicodeDecodeError as error:
        msg = "a stored value can't be read: it is damaged"
        raise DamagedRecordError(msg) from error


def decode_changes(items: Sequence[bytes]) -> list[tuple[Key, str | None]] | None:
    """Return the keys that the script ``CHANGES`` tells, with their revisions; ``None`` where one is damaged.

    >>> decode_changes([b'7:0:2:a1b2:["column", "a"]', b'-"b"'])
    [(('column', 'a'), 'a1b2'), ('b', None)]
    """
    try:
        entries = [(item, None if item[:1] == b"-" else IndexEntry.parse(item)) for item in items]
        return [
            (decode_key_text(entry.key if entry else item[1:]), entry.revision if entry else None)
            for item, entry in entries
        ]
    except (ValueError, DamagedRecordError):
        return None  # listing them all says which it is


def parse_index(index: Mapping[bytes, bytes]) -> tuple[dict[str, IndexEntry], list[bytes]]:
    """Return the entries of an index by their digests, and the digests of those that are damaged."""
    found: dict[str, IndexEntry] = {}
    damaged: list[bytes] = []
    for digest, text in index.items():
        try:
            found[digest.decode("ascii")] = IndexEntry.parse(text)
        except ValueError:
            damaged.append(digest)
    return found, damaged
