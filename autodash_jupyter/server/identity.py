"""Whose records a request is about."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider

__all__ = ["user_id_of"]

TELLS_WHO = ("get_user", "_get_user", "get_user_token", "get_user_cookie", "generate_anonymous_user")


def user_id_of(
    provider: IdentityProvider, username: str, person: int | str, environ: Mapping[str, str] = os.environ
) -> int | str:
    """Return under which id a user's records are kept.

    Who shares the server's token or password is the one ``person`` of its kernels: Jupyter gives each of
    their requests a random name. Where a provider of identities tells people apart, each has their own name;
    that of the person, ``local`` by default, belongs to kernels, and to nobody who merely has such a name.

    >>> user_id_of(PasswordIdentityProvider(), "f00f" * 8, "local")
    'local'
    """
    if _is_shared(provider):
        return person
    is_named = any(environ.get(name, "").strip() for name in ("AUTODASH_USER", "JUPYTERHUB_USER"))
    return f"identity:{username}" if username == person and not is_named else username


def _is_shared(provider: Any) -> bool:
    """Tell whether a provider is Jupyter's own, which knows a secret but no people."""
    kind = type(provider)
    stock = (IdentityProvider, PasswordIdentityProvider)
    return all(
        any(getattr(kind, name, None) is getattr(one, name, None) for one in stock) for name in TELLS_WHO
    )
