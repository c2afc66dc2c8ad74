"""Records in a Redis, or a Redis Cluster, that many machines share."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.caching.watching import Forget, Watch
from autodash_jupyter.stores.conditional import ConditionalEncodedStore
from autodash_jupyter.stores.encoded import Entry, decode_text
from autodash_jupyter.stores.keys import address_digest, key_address
from autodash_jupyter.stores.protocol import DamagedRecordError, Key, Value
from autodash_jupyter.stores.redis.answers import decode_changes, parse_index, value_text
from autodash_jupyter.stores.redis.client import RedisClient
from autodash_jupyter.stores.redis.conditions import condition_arguments
from autodash_jupyter.stores.redis.connection import (
    RedisTuning,
    checked_ttl,
    connect,
    failure_remedy,
    import_redis,
    parse_address,
    redis_errors,
)
from autodash_jupyter.stores.redis.invalidation import RedisInvalidations
from autodash_jupyter.stores.redis.layout import VERSION, IndexEntry, make_layout, tail, value_revision
from autodash_jupyter.stores.redis.scripts import CHANGES, PUT, PUT_IF, REMOVE, SWEEP

__all__ = ["RedisContextStore"]

logger = logging.getLogger(__name__)

FIRST_WAIT_FOR_WATCH = 1.0  # seconds for the server to begin telling; reading goes on without, if it doesn't
MOST_SWEPT = 1_000  # expired records taken from the index in one go
LOCK_SECONDS = 30.0  # for a write on a condition that concerns several parts of a cluster


class RedisContextStore(ConditionalEncodedStore):
    """Records in a Redis (5 or newer), or a Redis Cluster by ``redis+cluster://host:port,host:port``.

    ``url`` is ``redis://``, ``rediss://`` (TLS), ``unix://``, ``redis+cluster://`` or ``rediss+cluster://``;
    ``host``, ``port``, ``db``, ``cluster_nodes`` and ``password`` win over it. With neither, ``REDIS_URL``
    counts; a password that isn't given is ``REDIS_PASSWORD``. Nothing is connected before the first call.

    ``ttl`` is how many seconds a record lives after it was last set; reading doesn't prolong it. Without,
    records live until they are deleted. Stores with different prefixes don't see each other.

    Every write is one script, so that one Redis does all of it or nothing. On a cluster the records are
    spread over the nodes in 64 parts, and ``set_many`` and ``delete_many`` are all-or-none within a part
    only; a prefix with a hash tag, ``{team}:``, keeps all records on one node, and these calls whole, as
    ``set_many_if``, whose writers line up without one, but a kill may leave a part.

    ``pool_size`` is how many connections there are at most, ``timeout`` how many seconds one answer may
    take, ``retries`` how often a call is tried again; ``tls`` are redis-py's ``ssl_...`` arguments.

    >>> RedisContextStore(host="localhost", port=6379)
    RedisContextStore('redis://localhost:6379/0', prefix='autodash:')
    """

    def __init__(  # noqa: PLR0913 - what a server needs to be told, each by its usual name
        self,
        url: str | None = None,
        *,
        host: str | None = None,
        port: int | None = None,
        db: int | None = None,
        password: str | None = None,
        cluster_nodes: Sequence[tuple[str, int]] = (),
        ttl: float | None = None,
        prefix: str = "autodash:",
        pool_size: int = 16,
        timeout: float = 5.0,
        retries: int = 3,
        tls: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.address = parse_address(
            url,
            host=host,
            port=port,
            db=db,
            password=password,
            cluster_nodes=cluster_nodes,
            is_tls=tls is not None,
        )
        self.ttl = checked_ttl(ttl)
        self._lifetime = "" if self.ttl is None else f"{self.ttl * 1000:.0f}"
        self.prefix = prefix
        self.driver_errors = redis_errors()
        self._layout = make_layout(prefix, is_cluster=self.address.is_cluster)
        self._tuning = RedisTuning(pool_size, timeout, retries, tls or {})
        self._client = RedisClient(self.address, self._tuning)
        self._is_known = False  # whether the layout was looked at

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.address)!r}, prefix={self._layout.prefix!r})"

    def connect(self) -> Any:
        """Return redis-py's own client for the same server, for what else belongs there.

        Raises redis-py's exceptions where a cluster can't be reached.
        """
        return connect(self.address, self._tuning)

    def change_token(self) -> Hashable | None:
        """Return what is equal as long as nothing changed; ``None`` while records may expire."""
        if self.ttl is not None:
            return None
        try:
            states = self._states("id", "changes", "expires")
            last = max(int(expires or 0) for _, _, expires in states)
            if last and last > self._client.server_milliseconds():
                return None
        except self.driver_errors as error:
            raise self._failure("read", error) from error
        return tuple((token_id, changes) for token_id, changes, _ in states)

    def changes_since(self, token: Hashable) -> list[tuple[Key, str | None]] | None:
        """Return what changed since a token was given, if that is still known; on a cluster it is not."""
        if self._layout.partitions > 1 or not (
            isinstance(token, tuple) and len(token) == 1 and all(token[0])
        ):
            return None
        keys = [self._layout.state(0), self._layout.index(0), self._layout.log(0)]
        try:
            self._look_at_layout()
            items = self._client.read(CHANGES, keys, token[0])
        except self.driver_errors as error:
            raise self._failure("read", error) from error
        return None if items is None else decode_changes(items)

    def get_with_lifetimes(self, keys: Sequence[Key]) -> list[tuple[Value | None, float | None]]:
        """Return the values under ``keys``, each with the seconds it has left; ``None`` is for ever."""
        records = [self._layout.record(address_digest(key_address(key)).hex()) for key in keys]
        try:
            self._look_at_layout()
            answers = self._client.call_all([(ask, record) for record in records for ask in ("GET", "PTTL")])
        except self.driver_errors as error:
            raise self._failure("read", error) from error
        texts = [value_text(value) for value in answers[::2]]
        lifetimes = [left / 1000 if left >= 0 else None for left in answers[1::2]]
        values = [None if text is None else decode_text(text) for text in texts]
        return list(zip(values, lifetimes, strict=True))

    def revisions_with_lifetime(self) -> tuple[list[tuple[Key, str]], float | None]:
        """Return all keys with their revisions, and the seconds until the first of them expires."""
        try:
            entries = self._live_entries()
            expiring = [entry.expires for entry in entries if entry.expires]
            now = self._client.server_milliseconds() if expiring else 0
        except self.driver_errors as error:
            raise self._failure("read", error) from error
        lifetime = max(0, min(expiring) - now) / 1000 if expiring else None
        return self._decode_keys([(entry.key, entry.revision) for entry in entries]), lifetime

    def watch(self, forget: Forget, *, staleness: float) -> Watch:
        """Tell of every record that anyone changes, by the server's own messages (Redis 6 or newer)."""
        watch = RedisInvalidations(self.address, self._tuning, self._layout, forget, staleness=staleness)
        watch.wait(FIRST_WAIT_FOR_WATCH)
        return watch

    def close(self) -> None:
        """Close the connections; a call after that makes new ones."""
        self._client.close()

    def _put(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        named = {address_digest(entry.address).hex(): entry for entry in entries}
        # One counter gives the order; one Redis has it in the same script.
        orders = dict(zip(named, self._reserve_orders(len(named)), strict=True))
        for partition, digests in self._by_partition(list(named)).items():
            arguments = [uuid.uuid4().hex, self._lifetime]
            for digest in digests:
                arguments += digest, orders[digest], tail(named[digest]), named[digest].value
            self._write(PUT, partition, digests, arguments)

    def _put_if(self, entries: Mapping[str, Entry | None], expected: Mapping[str, str | None]) -> bool:
        changes = {address_digest(address).hex(): entry for address, entry in entries.items()}
        wanted = {address_digest(address).hex(): text or "" for address, text in expected.items()}
        parts = self._by_partition(list(dict.fromkeys([*wanted, *changes])))
        if self._layout.partitions == 1:
            return all(self._write_if(0, digests, changes, wanted) for digests in parts.values())
        with self._client.locked(self._layout.lock(), LOCK_SECONDS):
            found = self._fetch_with_revisions(list(expected))
            if [each and each[1] for each in found] != list(expected.values()):
                return False
            done = [self._write_if(partition, some, changes, wanted) for partition, some in parts.items()]
        if len(set(done)) > 1:
            raise ContextStoreError(
                f"{self!r}: a record was changed meanwhile, others are written: do it again"
            )
        return all(done)

    def _write_if(
        self, partition: int, digests: list[str], changes: Mapping[str, Entry | None], wanted: dict[str, str]
    ) -> bool:
        orders = dict(zip(digests, self._reserve_orders(len(digests)), strict=True))
        new_id, mark = uuid.uuid4().hex, self._layout.mark(partition, uuid.uuid4().hex)
        arguments = [new_id, self._lifetime, *condition_arguments(digests, changes, wanted, orders)]
        return self._write(PUT_IF, partition, digests, arguments, mark)

    def _fetch_with_revisions(self, addresses: Sequence[str]) -> list[tuple[str, str] | None]:
        return [None if text is None else (text, value_revision(text)) for text in self._fetch(addresses)]

    def _fetch(self, addresses: Sequence[str]) -> list[str | None]:
        self._look_at_layout()
        keys = [self._layout.record(address_digest(address).hex()) for address in addresses]
        return [value_text(value) for value in self._values(keys)]

    def _remove(self, addresses: Sequence[str]) -> None:
        digests = [address_digest(address).hex() for address in addresses]
        for partition, some in self._by_partition(digests).items():
            self._write(REMOVE, partition, some, some)

    def _list(self) -> list[tuple[str, str]]:
        return [(entry.key, entry.revision) for entry in self._live_entries()]

    def _size_bytes(self) -> int:
        return sum(entry.size + len(entry.key) for entry in self._live_entries())

    def _live_entries(self) -> list[IndexEntry]:
        """Return what the index has, in order, but for what has expired, which is then swept from it."""
        self._look_at_layout()
        found: dict[str, IndexEntry] = {}
        indexes = [self._layout.index(partition) for partition in range(self._layout.partitions)]
        for index in self._client.call_all([("HGETALL", key) for key in indexes]):
            entries, damaged = parse_index(index)
            found |= entries
            for digest in damaged:
                logger.warning("%r: left out entry %r of the index: it is damaged", self, digest)
        if any(entry.expires for entry in found.values()):
            now = self._client.server_milliseconds()
            self._sweep([digest for digest, entry in found.items() if 0 < entry.expires <= now])
            found = {digest: entry for digest, entry in found.items() if not 0 < entry.expires <= now}
        return sorted(found.values(), key=lambda entry: entry.order)

    def _sweep(self, digests: list[str]) -> None:
        try:
            for partition, some in self._by_partition(digests[:MOST_SWEPT]).items():
                self._write(SWEEP, partition, some, some)
        except self.driver_errors as error:  # the reader has what it asked for; the next one sweeps
            logger.debug("%r: expired records stay in the index: %s", self, type(error).__name__)

    def _values(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        if self._layout.partitions > 1 and len(keys) > 1:
            return self._client.call_all([("GET", key) for key in keys])
        if len(keys) == 1:
            return [self._client.call("GET", keys[0])]
        return self._client.call("MGET", *keys) if keys else []

    def _write(
        self, script: str, partition: int, digests: Sequence[str], arguments: Sequence[str], *marks: str
    ) -> bool:
        records = [self._layout.record(digest) for digest in digests]
        layout = self._layout
        keys = [layout.state(partition), layout.index(partition), layout.log(partition), *marks, *records]
        try:
            return self._client.write(script, keys, VERSION, arguments)
        except import_redis().exceptions.ResponseError as error:
            if "NEWERLAYOUT" in str(error):
                raise self._newer() from error
            raise

    def _look_at_layout(self) -> None:
        if not self._is_known:
            for (version,) in self._states("version"):
                if version is not None and not (version.isdigit() and int(version) <= VERSION):
                    raise self._newer()
            self._is_known = True

    def _states(self, *fields: str) -> list[list[bytes | None]]:
        keys = [self._layout.state(partition) for partition in range(self._layout.partitions)]
        return self._client.call_all([("HMGET", key, *fields) for key in keys])

    def _by_partition(self, digests: Sequence[str]) -> dict[int, list[str]]:
        parts: dict[int, list[str]] = {}
        for digest in digests:
            parts.setdefault(self._layout.partition(digest), []).append(digest)
        return parts

    def _reserve_orders(self, count: int) -> list[str]:
        if self._layout.partitions == 1:
            return [""] * count
        last = int(self._client.call("INCRBY", self._layout.sequence(), count))
        return [str(order) for order in range(last - count + 1, last + 1)]

    def _newer(self) -> ContextStoreError:
        return ContextStoreError(
            f"{self!r} was written by a newer version of AutoDash: update autodash-jupyter to use it"
        )

    def _failure(self, action: str, error: BaseException) -> ContextStoreError:
        if action == "read" and "WRONGTYPE" in str(error):
            msg = f"a stored record can't be read: {self!r} has something else under its name; delete it"
            return DamagedRecordError(msg)
        return ContextStoreError(f"can't {action} {self!r}: {error}; {failure_remedy(error)}")
