"""How records lie in Redis: the names of its keys, and the entries of the index.

Under a prefix there are, for each partition, a hash ``state`` (the layout's version, an id made at birth, the
number of changes, and when the last record expires), a hash ``index`` (for each record its order, expiry,
size, revision and key), a list ``log`` of the last changes, and a string for each record's value. One Redis
has one partition, so that a script changes all of it at once; a cluster has many, each in a slot of its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.encoded import Entry

__all__ = ["VERSION", "IndexEntry", "Layout", "make_layout", "tail", "value_revision"]

VERSION = 1  # of this layout
CLUSTER_PARTITIONS = 64


@dataclass(frozen=True, slots=True)
class Layout:
    """The names of the keys under one prefix.

    No name ends as another one does, so two prefixes never meet, not even where one begins with the other.

    >>> layout = Layout("autodash:", partitions=1)
    >>> layout.state(0), layout.record("5a")
    ('autodash:store:state', 'autodash:store:record:5a')
    >>> Layout("autodash:", partitions=64).index(3)
    'autodash:store:{3}:index'
    """

    prefix: str
    partitions: int

    def partition(self, digest: str) -> int:
        """Return where the record of this digest lies."""
        return int(digest[:8], 16) % self.partitions

    def state(self, partition: int) -> str:
        """Return the key of a partition's state."""
        return f"{self._base(partition)}state"

    def index(self, partition: int) -> str:
        """Return the key of a partition's index."""
        return f"{self._base(partition)}index"

    def record(self, digest: str) -> str:
        """Return the key of a record's value."""
        return f"{self._base(self.partition(digest))}record:{digest}"

    def log(self, partition: int) -> str:
        """Return the key of a partition's log of changes."""
        return f"{self._base(partition)}log"

    def common_beginning(self) -> str:
        """Return what the keys of all values begin with, and as few others as can be."""
        return f"{self.prefix}store:" if self.partitions > 1 else f"{self._base(0)}record:"

    def sequence(self) -> str:
        """Return the key of the counter that gives records their order where there are many partitions."""
        return f"{self.prefix}store:sequence"

    def lock(self) -> str:
        """Return the key of the lock for writes on a condition, where there are many partitions."""
        return f"{self.prefix}store:lock"

    def mark(self, partition: int, write_id: str) -> str:
        """Return the key that marks, for a minute, that a write on a condition was done."""
        return f"{self._base(partition)}done:{write_id}"

    def _base(self, partition: int) -> str:
        # Redis hashes what stands between the first braces, if there are any.
        return f"{self.prefix}store:" + (f"{{{partition}}}:" if self.partitions > 1 else "")


def make_layout(prefix: str, *, is_cluster: bool) -> Layout:
    """Return the layout for a prefix; one with a hash tag of its own, ``{team}:``, is one partition.

    Raises:
        ContextStoreError: The prefix can't be one.
    """
    if not isinstance(prefix, str) or not prefix or not prefix.isprintable():
        msg = f"prefix={prefix!r} must be a text of printable characters: give one, such as 'autodash:'"
        raise ContextStoreError(msg)
    if not is_cluster:
        return Layout(prefix, 1)
    before, brace, after = prefix.partition("{")
    tag, closing, _ = after.partition("}")
    if brace and not (closing and tag):
        msg = f"prefix={prefix!r} has an empty or open hash tag: write it as '{before}{{name}}:'"
        raise ContextStoreError(msg)
    return Layout(prefix, 1 if brace else CLUSTER_PARTITIONS)


def tail(entry: Entry) -> str:
    """Return the part of an index entry that the client knows: the size, a revision, and the key."""
    return f"{len(entry.value)}:{value_revision(entry.value)}:{entry.key}"


def value_revision(text: str) -> str:
    """Return the revision of a value, by its text."""
    return hashlib.blake2b(text.encode("ascii"), digest_size=12).hexdigest()


class IndexEntry(NamedTuple):
    """What the index tells of a record; ``expires`` is in milliseconds since 1970, 0 is never.

    >>> IndexEntry.parse(b'7:0:2:a1b2:["column", "a"]')
    IndexEntry(order=7, expires=0, size=2, revision='a1b2', key='["column", "a"]')
    """

    order: int
    expires: int
    size: int
    revision: str
    key: str

    @classmethod
    def parse(cls, text: bytes) -> IndexEntry:
        """Read an entry; ``ValueError`` where it is none."""
        order, expires, size, revision, key = text.decode("ascii").split(":", 4)
        return cls(int(order), int(expires), int(size), revision, key)
