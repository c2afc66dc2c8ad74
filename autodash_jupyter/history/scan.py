"""What one scan may cost, and what it found."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from autodash_jupyter.history.states import Node

__all__ = ["Budget", "Scan"]


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one scan may cost.

    ``seconds``: the time after which it stops comparing objects; following those not met before may take half
    as long again, and comparing memory has at least a quarter. ``frame_bytes``: frames up to this size have
    their memory fingerprinted each time (what pandas itself writes is seen at any size).
    ``copied_frame_bytes``: frames up to this size have it kept a second time, against writes past
    copy-on-write; larger ones have it in the background. ``copied_array_bytes``: the same for a numpy array,
    which anyone can write to. ``background_bytes``: how much may be kept so in the background (None: a
    quarter of the memory that is free, 4 GiB at most). ``exact``: fingerprint everything each time.
    """

    seconds: float = 0.05
    frame_bytes: int = 64 << 20
    copied_frame_bytes: int = 16 << 20
    copied_array_bytes: int = 512 << 20
    background_bytes: int | None = None
    exact: bool = False


@dataclass(slots=True)
class Scan:
    """What one scan found: the bindings, whether any differs, and the nodes that differ from those recorded.

    ``changed`` objects were known and have another state; ``added`` were met for the first time; ``moved``
    mean the same value in another form; ``gone`` are no longer reachable; ``unverified`` says what was not
    looked at. ``late`` are the keys among ``added`` that an earlier scan had met without time to capture.
    """

    roots: dict[str, Any]
    is_rebound: bool
    changed: dict[int, Node] = field(default_factory=dict)
    added: dict[int, Node] = field(default_factory=dict)
    moved: dict[int, Node] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)
    unverified: dict[str, None] = field(default_factory=dict)

    def differences(self) -> dict[int, Node | None]:
        """Return every node that differs from the one recorded; None where it is gone."""
        return {**self.changed, **self.moved, **self.added, **dict.fromkeys(self.gone)}

    def found(self) -> dict[int, Node]:
        """Return every node this scan made."""
        return {**self.changed, **self.moved, **self.added}

    def nodes_after(self, nodes: MutableMapping[int, Node]) -> Mapping[int, Node]:
        """Return nodes as this scan found them, all that were added among them, those gone too."""
        return ChainMap(self.changed, self.moved, self.added, nodes)

    def holders_after(self, holders: Mapping[int, Node]) -> dict[int, Node]:
        """Return the nodes that refer to others as this scan found them."""
        found = chain(self.changed.items(), self.moved.items(), self.added.items())
        new = {key: node for key, node in found if node.children or node.buffers or key in holders}
        return {**holders, **new}
