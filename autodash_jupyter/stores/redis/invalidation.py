"""Hears from a Redis which records changed, so that a cache can forget them.

redis-py has a client-side cache of its own. It looks for messages whenever a reply is taken from it, on
whichever connection the reply once came by; a connection that hangs is not noticed, so an answer may be
any age. Here one connection to each node listens, for all keys under a prefix, and is asked for a sign of
life.
"""

from __future__ import annotations

import logging
import math
import os
import re
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing.connection import wait as wait_for_any
from time import monotonic
from typing import Any

from autodash_jupyter.stores.caching.watching import Forget
from autodash_jupyter.stores.keys import address_digest
from autodash_jupyter.stores.redis.connection import (
    RedisAddress,
    RedisTuning,
    connect_once,
    each_primary,
    import_redis,
)
from autodash_jupyter.stores.redis.layout import Layout

__all__ = ["RedisInvalidations"]

logger = logging.getLogger(__name__)

TELLING = re.compile("PONG|cluster_current_epoch|cluster_size")  # lines that stay as long as all does
PROTOCOL = 3  # in which messages come between replies
SIGNS_OF_LIFE = 4  # asked for in the time after which a connection counts as lost
LONGEST_SLEEP = 0.2  # seconds until the thread notices that it is over
FIRST_PAUSE, LONGEST_PAUSE = 0.025, 2.0  # seconds before a lost connection is tried again; doubled


class RedisInvalidations:
    """One daemon thread, a connection to each node; ``forget`` is told the digests of what changed.

    A reply to a ping comes after all messages of what happened before the ping arrived. So everything
    that changed until the last ping that was answered has been told. A cluster is asked for its epoch
    instead, which grows when slots move to another node; then the listener begins anew.
    """

    def __init__(
        self,
        address: RedisAddress,
        tuning: RedisTuning,
        layout: Layout,
        forget: Forget,
        *,
        staleness: float,
    ) -> None:
        self._address, self._layout, self._forget = address, layout, forget
        self._tuning = replace(tuning, timeout=min(tuning.timeout, staleness))
        self._staleness, self._period = staleness, staleness / SIGNS_OF_LIFE
        self._told_until = -math.inf  # by our clock: all changes before it have been told
        self._is_closing = threading.Event()
        self._is_settled = threading.Event()  # the first attempt to connect is over
        self._process = os.getpid()
        self._thread = threading.Thread(target=self._listen, name="autodash-redis-cache", daemon=True)
        self._thread.start()

    def is_current(self) -> bool:
        """Tell whether every change was told that is older than ``staleness``."""
        return monotonic() - self._told_until < self._staleness and self._process == os.getpid()

    def name(self, address: str) -> str:
        """Return the digest that a record is named by."""
        return address_digest(address).hex()

    def wait(self, seconds: float) -> bool:
        """Wait until it listens, at most so long; tell whether it does."""
        self._is_settled.wait(seconds)
        return self.is_current()

    def close(self) -> None:
        """End the thread and its connection."""
        self._is_closing.set()
        self._told_until = -math.inf
        if self._process == os.getpid() and self._thread is not threading.current_thread():
            self._thread.join(self._staleness + 1)

    def _listen(self) -> None:
        failures = 0
        while not self._is_closing.is_set():
            try:
                self._follow()
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing may be believed now
                was_listening = self._told_until > 0
                failures = 1 if was_listening else failures + 1
                self._told_until = -math.inf
                self._forget(None)
                self._is_settled.set()
                log = logger.warning if failures == 1 else logger.debug
                log("%s: the cache is not used: %s", self._address, error)
            self._is_closing.wait(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures, 10)))

    def _follow(self) -> None:
        """Listen until closing, or until a connection is lost."""
        with ExitStack() as stack:
            primaries = each_primary(self._address, self._tuning)
            connections = [connect_once(primary, self._tuning, PROTOCOL) for primary in primaries]
            for connection in connections:
                stack.callback(connection.disconnect)
                connection.connect()
                self._subscribe(connection)
            signs = self._signs_of_life(connections)
            if each_primary(self._address, self._tuning) != primaries:
                raise _moved()
            # What changed before went unheard. From here on nothing does.
            self._forget(None)
            while not self._is_closing.is_set():
                asked = monotonic()
                if self._signs_of_life(connections) != signs:
                    raise _moved()
                self._told_until = asked
                self._is_settled.set()
                self._hear_until(connections, asked + self._period)

    def _subscribe(self, connection: Any) -> None:
        # Without a handler, redis-py drops these messages. It has no public way to give it one.
        connection._parser.set_invalidation_push_handler(lambda message: message)  # noqa: SLF001
        prefix = self._layout.common_beginning()
        connection.send_command("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", prefix)
        self._reply(connection)

    def _signs_of_life(self, connections: Sequence[Any]) -> set[str]:
        """Return what the nodes answer; that of a cluster's changes when slots move from node to node."""
        command = ("CLUSTER", "INFO") if self._address.is_cluster else ("PING",)
        for connection in connections:
            connection.send_command(*command)
        replies = [self._reply(connection) for connection in connections]
        return {line for reply in replies for line in _text(reply).splitlines() if TELLING.match(line)}

    def _hear_until(self, connections: Sequence[Any], end: float) -> None:
        sockets = [connection._sock for connection in connections]  # noqa: SLF001 - to wait for any of them
        while True:
            for connection in connections:
                while connection.can_read(timeout=0):
                    self._pass_on(connection.read_response(push_request=True))
            left = end - monotonic()
            if left <= 0 or self._is_closing.is_set():
                return
            wait_for_any(sockets, min(left, LONGEST_SLEEP))

    def _reply(self, connection: Any) -> object:
        """Return the reply to a command; pass on the messages that come before it."""
        while (reply := connection.read_response(push_request=True)) is None or isinstance(reply, list):
            self._pass_on(reply)
        return reply

    def _pass_on(self, message: list[Any] | None) -> None:
        if message is not None:  # else one of another kind
            keys = message[1]
            self._forget(None if keys is None else [_text(key).rpartition(":")[2] for key in keys])


def _text(reply: object) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)


def _moved() -> Exception:
    error: Exception = import_redis().exceptions.ConnectionError("the cluster's slots have moved")
    return error
