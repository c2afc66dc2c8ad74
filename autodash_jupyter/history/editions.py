"""Tells whether a module's file was read anew: by ``importlib.reload``, or by ``%autoreload``.

The latter, since IPython 9, mostly patches a module where it stands, so that only its own notes tell.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from autodash_jupyter.history.introspection import module_of_type

__all__ = ["Edition", "edition_of", "edition_of_class"]


class Edition(NamedTuple):
    """One reading of a module's file: the spec it was loaded by, the file's time ``%autoreload`` saw."""

    spec: Any = None
    seen: float | None = None

    def is_followed_by(self, other: Edition) -> bool:
        """Whether another edition is of another reading.

        >>> Edition(None, 1.0).is_followed_by(Edition(None, 2.0))
        True
        """
        if self.spec is not other.spec:
            return True
        return self.seen is not None and other.seen is not None and self.seen != other.seen


def edition_of(variables: dict[str, Any]) -> Edition:
    """Return the edition of the module that has these global variables."""
    name = variables.get("__name__")
    return Edition(variables.get("__spec__"), _seen_by_autoreload(name) if type(name) is str else None)


def edition_of_class(kind: type) -> Edition:
    """Return the edition of the module a class is from; those typed into the notebook have but one."""
    variables: dict[str, Any] = getattr(sys.modules.get(module_of_type(kind)), "__dict__", {})
    return edition_of(variables) if type(variables.get("__file__")) is str else Edition()


def _seen_by_autoreload(name: str) -> float | None:
    if "IPython.extensions.autoreload" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    try:
        reloader = shell.magics_manager.registry["AutoreloadMagics"]._reloader  # noqa: SLF001 - not public
        seen: float | None = reloader.modules_mtimes.get(name)
    except (AttributeError, KeyError):
        return None
    return seen
