"""Blobs in Redis, for machines that share no disk.

The keys of a blob carry its name in braces, so that a Redis Cluster keeps them in one place: a hash of
its facts, and its bytes in chunks under the token of the upload that wrote them. A blob is there when its
hash is, which the last step of an upload writes; the chunks of one that ended before expire.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from autodash_jupyter.blobs.chunks import chunked
from autodash_jupyter.blobs.protocol import Batch, Piece, content_hash
from autodash_jupyter.errors import BlobError, one_line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["RedisBlobStore"]

NAME = re.compile("[0-9a-f]{32}")
CHUNK_BYTES = 64 << 20  # Redis takes 512 MB at most, and serves nobody else while it copies one
UPLOAD_SECONDS = 3600
SECONDS_LOCKED = 60

# Each script is given the key of the hash; all other keys are made of it, so they lie in the same place.
_LIBRARY = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local function chunks()
  local facts = redis.call('HMGET', KEYS[1], 'token', 'chunks')
  local keys = {}
  for number = 0, (tonumber(facts[2]) or 0) - 1 do
    keys[#keys + 1] = KEYS[1] .. ':' .. facts[1] .. ':' .. number
  end
  return keys
end
local function remove()
  for _, key in ipairs(chunks()) do redis.call('UNLINK', key) end
  redis.call('DEL', KEYS[1])
end
"""
_RENEW = """
local size = redis.call('HGET', KEYS[1], 'size')
if size ~= ARGV[1] then return 0 end
local found = 0
for _, key in ipairs(chunks()) do found = found + redis.call('STRLEN', key) end
if found ~= tonumber(size) then return 0 end
redis.call('HSET', KEYS[1], 'put', string.format('%.6f', now))
return 1
"""
_FINISH = """
for number = 0, ARGV[3] - 1 do
  if redis.call('PERSIST', KEYS[1] .. ':' .. ARGV[2] .. ':' .. number) == 0 then return 0 end
end
remove()
redis.call('HSET', KEYS[1], 'size', ARGV[1], 'token', ARGV[2], 'chunks', ARGV[3],
           'put', string.format('%.6f', now))
return 1
"""
_DELETE_OLDER = """
local facts = redis.call('HMGET', KEYS[1], 'put', 'size')
if not facts[1] or now - facts[1] < tonumber(ARGV[1]) then return -1 end
remove()
return tonumber(facts[2])
"""


class RedisBlobStore:
    """Bytes in Redis under the hash of their content, by a client of redis-py that the caller made.

    What is read is checked against its name. How durable a blob is, Redis' own settings say
    (``appendonly``). Every method raises ``BlobError`` where Redis doesn't answer.

        >>> blobs = RedisBlobStore(redis.Redis())  # doctest: +SKIP
        >>> blobs.get(blobs.put(b"penguins"))  # doctest: +SKIP
        b'penguins'
    """

    def __init__(
        self, client: Any, *, prefix: str = "autodash:blob:", chunk_bytes: int = CHUNK_BYTES
    ) -> None:
        if client.get_encoder().decode_responses:
            msg = "blobs are bytes, but this Redis client returns text: make it with decode_responses=False"
            raise BlobError(msg)
        self._client = client
        self._prefix = prefix
        self._chunk_bytes = chunk_bytes

    def put(self, data: bytes) -> str:
        """Keep ``data`` and return its name; doing it again renews its age, and mends what is incomplete."""
        with self.batch() as batch:
            return batch.put([data])

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Put many blobs; each is there as soon as it was put."""
        yield _Uploads(self)

    def renew(self, blob: str, size: int) -> bool:
        """Make a blob count as put just now; ``False`` where there is none of ``size`` bytes."""
        return self._run(_RENEW, blob, size) == 1

    def get(self, blob: str) -> bytes:
        """Return the bytes of that name; ``BlobError`` where they are missing or damaged."""
        return self.get_array(blob).tobytes()

    def get_array(self, blob: str) -> NDArray[np.uint8]:
        """Return the bytes of that name in memory of the caller's own; ``BlobError`` as ``get`` does."""
        import numpy as np

        key = self._key(blob)
        for _ in range(3):  # another process may put it anew meanwhile, under other keys
            with _reported():
                size, token, count = self._client.hmget(key, ["size", "token", "chunks"])
                if size is None:
                    msg = f"blob {blob} is missing from Redis: load the dataset's source again"
                    raise BlobError(msg)
                data, filled = np.empty(int(size), np.uint8), 0
                for number in range(int(count)):
                    chunk = self._client.get(b"%s:%s:%d" % (key, token, number)) or b""
                    data[filled : filled + len(chunk)] = np.frombuffer(chunk, np.uint8)[: len(data) - filled]
                    filled += len(chunk)
            if filled == len(data) and content_hash(data) == blob:
                return data
        msg = f"blob {blob} in Redis is damaged, its content doesn't fit its name: load the source again"
        raise BlobError(msg)

    def delete(self, blob: str) -> None:
        """Remove the blob of that name; it is no error if there is none."""
        self._run("remove()", blob)

    def delete_older(self, blob: str, seconds: float) -> int | None:
        """Remove a blob unless it was put within the last ``seconds``; return its size, else ``None``."""
        freed = self._run(_DELETE_OLDER, blob, seconds)
        return None if freed < 0 else freed

    def delete_leftovers(self, seconds: float) -> int:  # noqa: ARG002 - Redis does it
        """Return 0: what an upload left that ended too early, Redis removes within the hour."""
        return 0

    def names(self) -> Iterator[str]:
        """Iterate over the names of all blobs."""
        start = len(self._prefix) + 1
        pattern = re.sub(r"([*?\[\]\\])", r"\\\1", self._prefix) + "{*}"
        seen: set[str] = set()  # a scan may come by a key twice
        with _reported():
            for key in self._client.scan_iter(match=pattern, count=1000):
                name = key.decode("utf-8", "replace")[start:-1]
                if NAME.fullmatch(name) and name not in seen:
                    seen.add(name)
                    yield name

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep out whoever else asks for this, for a minute at most; ``put`` and ``get`` go on meanwhile."""
        from redis.exceptions import LockError

        lock = self._client.lock(
            f"{self._prefix}lock", timeout=SECONDS_LOCKED, blocking_timeout=SECONDS_LOCKED
        )
        with _reported():
            if not lock.acquire():
                msg = f"another process has been storing tables for {SECONDS_LOCKED} s: try again"
                raise BlobError(msg)
        try:
            yield
        finally:
            with suppress(LockError), _reported():  # it took longer, and another has it now
                lock.release()

    def __contains__(self, blob: object) -> bool:
        if not isinstance(blob, str) or not NAME.fullmatch(blob):
            return False
        with _reported():
            return bool(self._client.exists(self._key(blob)))

    def upload(self, blob: str, pieces: Sequence[Piece]) -> None:
        """Write the chunks of a blob, and then that it is there."""
        key, token = self._key(blob), secrets.token_hex(8)
        count = size = 0
        with _reported():
            for count, chunk in enumerate(chunked(pieces, self._chunk_bytes), start=1):
                name = b"%s:%s:%d" % (key, token.encode(), count - 1)
                self._client.set(name, chunk, ex=UPLOAD_SECONDS)
                size += len(chunk)
        if self._run(_FINISH, blob, size, token, count) != 1:
            msg = f"writing blob {blob} to Redis took more than {UPLOAD_SECONDS} seconds; try again"
            raise BlobError(msg)

    def _key(self, blob: str) -> bytes:
        if not NAME.fullmatch(blob):
            msg = f"{blob!r} is no blob's name: it has 32 hexadecimal digits"
            raise BlobError(msg)
        return f"{self._prefix}{{{blob}}}".encode()

    def _run(self, script: str, blob: str, *arguments: object) -> int:
        with _reported():
            return int(self._client.eval(_LIBRARY + script, 1, self._key(blob), *arguments) or 0)


class _Uploads:
    """A batch that uploads only what isn't there already."""

    def __init__(self, blobs: RedisBlobStore) -> None:
        self._blobs = blobs

    def put(self, pieces: Sequence[Piece]) -> str:
        blob = content_hash(*pieces)
        if not self._blobs.renew(blob, sum(memoryview(piece).nbytes for piece in pieces)):
            self._blobs.upload(blob, pieces)
        return blob


@contextmanager
def _reported() -> Iterator[None]:
    from redis.exceptions import RedisError

    try:
        yield
    except RedisError as error:
        msg = f"Redis can't keep or return a blob ({one_line(error)}): check that it runs, and REDIS_URL"
        raise BlobError(msg) from error
