"""Calls to a Redis or a Redis Cluster: tried again where that is safe, and never done late."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from time import monotonic, sleep
from typing import Any, TypeVar

from autodash_jupyter.stores.redis.connection import (
    FIRST_WAIT,
    LONGEST_WAIT,
    RedisAddress,
    RedisTuning,
    connect,
    import_redis,
)

__all__ = ["RedisClient"]

Answer = TypeVar("Answer")

BYTES_A_SECOND = 1_000_000  # the slowest way to a server on which a large write isn't taken for a late one


class RedisClient:
    """redis-py's client, made at the first call; its methods raise redis-py's exceptions.

    A call that fails because the server can't be reached is tried again, with growing pauses.
    """

    def __init__(self, address: RedisAddress, tuning: RedisTuning) -> None:
        errors = import_redis().exceptions
        self._address, self._tuning = address, tuning
        self._client: Any = None
        self._connecting = threading.Lock()
        self._server_ahead: float | None = None  # its clock, less ours that only goes forward, in seconds
        self._transient = (errors.ConnectionError, errors.TimeoutError, errors.ReadOnlyError)
        self._lasting = (errors.AuthenticationError, errors.AuthorizationError, errors.MaxConnectionsError)

    def call(self, *command: object) -> Any:
        """Return the answer to one command, which may be done twice without harm."""
        return self._retrying(lambda client: client.execute_command(*command))

    def call_all(self, commands: Sequence[Sequence[object]]) -> list[Any]:
        """Return the answers to many commands, sent at once."""

        def attempt(client: Any) -> list[Any]:
            pipeline = client.pipeline() if self._address.is_cluster else client.pipeline(transaction=False)
            with pipeline:
                for command in commands:
                    pipeline.execute_command(*command)
                answers: list[Any] = pipeline.execute()
                return answers

        return self._retrying(attempt)

    def read(self, script: str, keys: Sequence[str], arguments: Sequence[object]) -> Any:
        """Return what a script answers that changes nothing."""
        return self._retrying(lambda client: self._run(client, script, keys, arguments))

    def write(self, script: str, keys: Sequence[str], version: int, arguments: Sequence[str]) -> bool:
        """Run a script that writes; its first arguments are the layout's version and the deadline.

        Return whether it wrote: it answers with its clock, negative if it found that it must not.

        The server refuses what comes after the deadline. So no write that was given up here, and stuck on
        its way, is done later over what others have written since. (The nodes of a cluster have a clock
        each; there is no deadline then.)
        """
        size = sum(len(argument) for argument in arguments)

        def attempt(client: Any) -> bool:
            deadline = "" if self._address.is_cluster else self._deadline(client, size)
            answer = int(self._run(client, script, keys, (str(version), deadline, *arguments)))
            self._server_ahead = abs(answer) / 1000 - monotonic()
            return answer > 0

        return self._retrying(attempt)

    def locked(self, name: str, seconds: float) -> AbstractContextManager[object]:
        """Return a lock that all clients share: nobody waits longer for it, nor has it longer."""
        lock: AbstractContextManager[object] = self._connected().lock(
            name, timeout=seconds, blocking_timeout=seconds
        )
        return lock

    def server_milliseconds(self) -> int:
        """Return the server's clock, as milliseconds since 1970."""
        return int(self._retrying(_server_seconds) * 1000)

    def close(self) -> None:
        """Close the connections; the next call makes new ones."""
        with self._connecting:
            client, self._client = self._client, None
        if client is not None:
            client.close()
            if not self._address.is_cluster:
                client.connection_pool.disconnect()

    def _deadline(self, client: Any, size: int) -> str:
        if self._server_ahead is None:
            self._server_ahead = _server_seconds(client) - monotonic()
        patience = self._tuning.timeout + size / BYTES_A_SECOND
        return f"{(monotonic() + self._server_ahead + patience) * 1000:.0f}"

    def _run(self, client: Any, script: str, keys: Sequence[str], arguments: Sequence[object]) -> Any:
        errors = import_redis().exceptions
        name = hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
        try:
            try:
                return client.evalsha(name, len(keys), *keys, *arguments)
            except errors.NoScriptError:
                return client.eval(script, len(keys), *keys, *arguments)
        except errors.ResponseError as error:
            if not str(error).startswith("TOOLATE"):
                raise
            self._server_ahead = None  # or else its clock was set
            raise errors.TimeoutError("the write reached the server too late, and was not done") from error

    def _retrying(self, attempt: Callable[[Any], Answer]) -> Answer:
        # A cluster's client tries again by itself: it then also looks which node has the key now.
        retries = 0 if self._address.is_cluster else self._tuning.retries
        for failures in range(retries + 1):
            try:
                return attempt(self._connected())
            except self._transient as error:
                if failures == retries or isinstance(error, self._lasting):
                    raise
            sleep(min(LONGEST_WAIT, FIRST_WAIT * 2**failures) * random.uniform(0.5, 1.0))
        raise AssertionError("the last attempt returns or raises")

    def _connected(self) -> Any:
        client = self._client
        if client is None:
            with self._connecting:
                if self._client is None:
                    self._client = connect(self._address, self._tuning)
                client = self._client
        return client


def _server_seconds(client: Any) -> float:
    seconds, microseconds = client.time()
    return float(seconds) + float(microseconds) / 1e6
