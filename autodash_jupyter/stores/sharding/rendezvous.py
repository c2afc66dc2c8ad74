"""Which shard a key belongs to: rendezvous hashing, by which a new shard takes its own keys and no others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import xxhash

from autodash_jupyter.stores.encoded import EncodedStore
from autodash_jupyter.stores.protocol import ContextStore

__all__ = ["home_of", "name_stores"]


def home_of(address: str, names: Iterable[str]) -> str:
    """Return the name whose weight for this key is the highest: the same in every process, for ever.

    Without one of the names, only the keys that belonged to it belong elsewhere.

    >>> home_of('"a"', ["north", "east", "south"])
    'east'
    >>> home_of('"a"', ["east", "north"]), home_of('"a"', ["north", "south"])
    ('east', 'south')
    """
    return max(names, key=lambda name: (weight(address, name), name))


def weight(address: str, name: str) -> int:
    """Return the weight of a name for a key, a 64-bit number that is as good as random."""
    return xxhash.xxh3_64_intdigest(f"{name}\0{address}".encode("utf-8", "surrogatepass"))


def name_stores(stores: Sequence[ContextStore]) -> dict[str, ContextStore]:
    """Name stores by where they keep their records, without passwords; by position where they don't say.

    A name that is taken gets its position, too.
    """
    named: dict[str, ContextStore] = {}
    for position, store in enumerate(stores):
        name = _place(store) or str(position)
        named[name if name not in named else f"{name} ({position})"] = store
    return named


def _place(store: ContextStore) -> str:
    path = getattr(store, "path", None)
    if path is not None:
        return str(path)
    # Our own stores show their address in their repr, and never a password.
    says_where = isinstance(store, EncodedStore) and type(store).__repr__ is not object.__repr__
    return repr(store) if says_where else ""
