"""Hears from a Redis which records changed, so that a cache can forget them.

redis-py has a client-side cache of its own. It looks for messages whenever a reply is taken from it, on
whichever connection the reply once came by; a connection that hangs is not noticed, so an answer may be
any age. Here one connection listens, for all keys under a prefix, and is asked for a sign of life.
"""

from __future__ import annotations

import logging
import math
import os
import threading
from dataclasses import replace
from time import monotonic
from typing import Any

from autodash_jupyter.stores.redis_connection import RedisAddress, RedisTuning, connect_once, redis_errors
from autodash_jupyter.stores.redis_layout import Layout, digest_of
from autodash_jupyter.stores.watching import Forget

__all__ = ["RedisInvalidations"]

logger = logging.getLogger(__name__)

PROTOCOL = 3  # in which messages come between replies
SIGNS_OF_LIFE = 4  # asked for in the time after which the connection counts as lost
LONGEST_SLEEP = 0.2  # seconds until the thread notices that it is over
FIRST_PAUSE, LONGEST_PAUSE = 0.025, 2.0  # seconds before a lost connection is tried again; doubled


class RedisInvalidations:
    """One daemon thread on one connection; ``forget`` is called with digests of records that changed.

    A reply to a ping comes after all messages of what happened before the ping arrived. So everything
    that changed until the last ping that was answered has been told.
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
        return digest_of(address)

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
            except redis_errors() as error:
                was_listening = self._told_until > 0
                failures = 1 if was_listening else failures + 1
                self._told_until = -math.inf
                self._forget(None)
                self._is_settled.set()
                log = logger.warning if failures == 1 else logger.debug
                log("%s: the cache is not used: %s", self._address, error)
            self._is_closing.wait(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures, 10)))

    def _follow(self) -> None:
        """Listen until closing, or until the connection is lost."""
        connection = connect_once(self._address, self._tuning, PROTOCOL)
        try:
            connection.connect()
            self._subscribe(connection)
            # What changed before went unheard. From here on nothing does.
            self._forget(None)
            while not self._is_closing.is_set():
                asked = monotonic()
                connection.send_command("PING")
                self._hear_until_reply(connection)
                self._told_until = asked
                self._is_settled.set()
                while (left := asked + self._period - monotonic()) > 0 and not self._is_closing.is_set():
                    if connection.can_read(timeout=min(left, LONGEST_SLEEP)):
                        self._take(connection.read_response(push_request=True))
        finally:
            connection.disconnect()

    def _subscribe(self, connection: Any) -> None:
        # Without a handler, redis-py drops these messages. It has no public way to give it one.
        connection._parser.set_invalidation_push_handler(lambda message: message)  # noqa: SLF001
        prefix = self._layout.records()
        connection.send_command("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", prefix)
        self._hear_until_reply(connection)

    def _hear_until_reply(self, connection: Any) -> None:
        while self._take(connection.read_response(push_request=True)):
            pass

    def _take(self, message: object) -> bool:
        """Pass on a message; tell whether it was one."""
        if not isinstance(message, list):
            return False
        keys = message[1]
        prefix = len(self._layout.records().encode())
        self._forget(None if keys is None else [key[prefix:].decode("ascii", "replace") for key in keys])
        return True
