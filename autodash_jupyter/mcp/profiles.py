"""Profiles of tables, kept while the tables stay as they are: several tools ask for the same one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autodash_jupyter.models import FrameProfile

__all__ = ["ProfileCache"]

_MOST_KEPT = 16


class ProfileCache:
    """The profiles asked for last, by a key that tells a table's state.

    >>> import pandas as pd
    >>> ProfileCache().get("sales 1", lambda: pd.DataFrame({"price": [1.0]})).row_count
    1
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, FrameProfile] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, frame_of: Callable[[], Any]) -> FrameProfile:
        """Return the profile of a key, made from what ``frame_of`` returns where it isn't kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        from autodash_jupyter.profiling import profile

        made = profile(frame_of())
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return made
