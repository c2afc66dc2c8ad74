"""How a cache learns that records changed behind its back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from typing import Protocol, TypeAlias, runtime_checkable

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.stores.keys import key_address
from autodash_jupyter.stores.protocol import ContextStore, Key

__all__ = ["Forget", "TokenWatch", "Watch", "WatchableStore"]

Forget: TypeAlias = Callable[[Iterable[str] | None], None]
"""Called with the names of records that changed; with ``None`` where it may be any."""


class Watch(Protocol):
    """Someone who notices changes, and then calls ``Forget``."""

    def is_current(self) -> bool:
        """Tell whether all changes were told, but for those that the watch may be late with.

        While it is ``False``, nothing that was remembered may be used.
        """
        ...

    def name(self, address: str) -> str:
        """Return what the watch calls the record of an address."""
        ...

    def close(self) -> None:
        """End it; ``is_current`` is ``False`` from then on."""
        ...


@runtime_checkable
class WatchableStore(ContextStore, Protocol):
    """A store that tells of changes by itself."""

    def watch(self, forget: Forget, *, staleness: float) -> Watch:
        """Begin to watch; ``staleness`` is how many seconds late a change may be told."""
        ...


class TokenWatch:
    """Asks the store at each read whether anything changed; never late.

    It needs the store's ``change_token``, and uses its ``changes_since``, if it has one, to forget only
    what changed. A store without the one is never current.
    """

    def __init__(self, store: ContextStore, forget: Forget) -> None:
        self._token_now: Callable[[], Hashable | None] = getattr(store, "change_token", lambda: None)
        self._changes_since = getattr(store, "changes_since", lambda _: None)
        self._forget = forget
        self._token: Hashable | None = None
        self._mutex = threading.Lock()

    def is_current(self) -> bool:
        """Ask the store, and forget what changed since it was last asked."""
        with self._mutex:
            token = self._token_now()
            if token != self._token:
                self._forget(self._changed_names() if token is not None else None)
                self._token = token
            return token is not None

    def name(self, address: str) -> str:
        """Return the address itself."""
        return address

    def close(self) -> None:
        """Forget the token, and all that was read."""
        with self._mutex:
            self._token_now = lambda: None
            self._token = None
        self._forget(None)

    def _changed_names(self) -> list[str] | None:
        changes: list[tuple[Key, str | None]] | None = None
        if self._token is not None:
            try:
                changes = self._changes_since(self._token)
            except ContextStoreError:  # a record that can't be read; then it may be any
                return None
        return None if changes is None else [key_address(key) for key, _ in changes]
