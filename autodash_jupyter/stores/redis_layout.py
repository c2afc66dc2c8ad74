"""How records lie in Redis: the names of its keys, the entries of the index, and the scripts that write.

Under a prefix there are, for each partition, a hash ``state`` (the layout's version, a number that grows
with every change, an id made at birth), a hash ``index`` (for each record its order, expiry, size, revision
and key), and a string for each record's value. One Redis has one partition, so that a script changes all of
it at once; a cluster has many, each in a hash slot of its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.encoded import Entry

__all__ = ["PUT", "REMOVE", "SWEEP", "VERSION", "IndexEntry", "Layout", "digest_of", "make_layout", "tail"]

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

    def common_beginning(self) -> str:
        """Return what the keys of all values begin with, and as few others as can be."""
        return f"{self.prefix}store:" if self.partitions > 1 else f"{self._base(0)}record:"

    def sequence(self) -> str:
        """Return the key of the counter that gives records their order where there are many partitions."""
        return f"{self.prefix}store:sequence"

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


def digest_of(address: str) -> str:
    """Return what a record is named by: an address may be long, and hold anything."""
    # Cryptographic, so that nobody can make up a key that falls on another one's record.
    return hashlib.blake2b(address.encode("ascii"), digest_size=16).hexdigest()


def tail(entry: Entry) -> str:
    """Return the part of an index entry that the client knows: the size, a revision, and the key."""
    revision = hashlib.blake2b(entry.value.encode("ascii"), digest_size=12).hexdigest()
    return f"{len(entry.value)}:{revision}:{entry.key}"


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


# Each script refuses a layout that is newer, and one that comes later than its client waits: a write that
# was given up is then never done after all, over what was written since.
_GUARD = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local version = redis.call('HGET', KEYS[1], 'version')
if version and not (tonumber(version) and tonumber(version) <= tonumber(ARGV[1])) then
  return redis.error_reply('NEWERLAYOUT ' .. version)
end
if ARGV[2] ~= '' and now > tonumber(ARGV[2]) then
  return redis.error_reply('TOOLATE ' .. string.format('%.0f', now))
end
"""

# KEYS: state, index, a record for each entry. ARGV: version, deadline, a new id, milliseconds to live or
# '', and for each entry its digest, order number (or '': the number of the change), tail and value.
PUT = (
    _GUARD
    + """
if not version then
  redis.call('HSET', KEYS[1], 'version', ARGV[1], 'id', ARGV[3])
end
local count = #KEYS - 2
local changes = redis.call('HINCRBY', KEYS[1], 'changes', count)
local expires = ARGV[4] == '' and '0' or string.format('%.0f', now + tonumber(ARGV[4]))
for number = 1, count do
  local at = 4 * number
  local digest, order, tail, value = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  if order == '' then order = string.format('%.0f', changes - count + number) end
  local old = redis.call('HGET', KEYS[2], digest)
  if old then
    local place, until_then = string.match(old, '^(%d+):(%d+):')
    if place and (until_then == '0' or tonumber(until_then) > now) then order = place end
  end
  redis.call('HSET', KEYS[2], digest, order .. ':' .. expires .. ':' .. tail)
  redis.call('SET', KEYS[2 + number], value)
  if expires ~= '0' then redis.call('PEXPIREAT', KEYS[2 + number], expires) end
end
return string.format('%.0f', now)
"""
)

# KEYS: state, index, a record for each digest. ARGV: version, deadline, and the digests.
REMOVE = (
    _GUARD
    + """
local removed = 0
for number = 1, #KEYS - 2 do
  removed = removed + redis.call('HDEL', KEYS[2], ARGV[2 + number])
  removed = removed + redis.call('DEL', KEYS[2 + number])
end
if removed > 0 then redis.call('HINCRBY', KEYS[1], 'changes', 1) end
return string.format('%.0f', now)
"""
)

# KEYS and ARGV as for REMOVE; only what has expired is taken from the index.
SWEEP = (
    _GUARD
    + """
for number = 1, #KEYS - 2 do
  local entry = redis.call('HGET', KEYS[2], ARGV[2 + number])
  local expires = entry and string.match(entry, '^%d+:(%d+):')
  if expires and expires ~= '0' and tonumber(expires) <= now then
    redis.call('HDEL', KEYS[2], ARGV[2 + number])
  end
end
return string.format('%.0f', now)
"""
)
