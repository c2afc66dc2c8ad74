"""The key by which this installation recognises what it wrote itself."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from autodash_jupyter.errors import BlobError
from autodash_jupyter.stores.durable_files import make_private_folder, replace_file

__all__ = ["signing_key", "signing_key_path"]

VARIABLE = "AUTODASH_SIGNING_KEY"
LENGTH = 32  # bytes
WRITABLE_BY_OTHERS = 0o022
READABLE_BY_OTHERS = 0o044


def signing_key(environ: Mapping[str, str] | None = None) -> bytes:
    """Return the 32 bytes that sign this installation's blobs, made and kept at the first call.

    ``AUTODASH_SIGNING_KEY`` wins, so that instances can share one. Else the key is a file (mode
    0600) in the user's configuration folder, and never in a folder of data: such a folder may come
    from a stranger, with a key that fits its blobs. ``BlobError`` where the file can't be made, isn't a
    key, can be written by others, or would lie under ``AUTODASH_HOME``.
    """
    environ = os.environ if environ is None else environ
    if shared := environ.get(VARIABLE):
        return hashlib.blake2b(shared.encode("utf-8", "surrogateescape"), digest_size=LENGTH).digest()
    path = signing_key_path(environ)
    _refuse_data_folder(path, environ)
    try:
        key = _read_private(path) if path.exists() else _make_key(path)
    except OSError as error:
        msg = f"can't keep a signing key in {path}: {error.strerror or error}; set {VARIABLE} instead"
        raise BlobError(msg) from error
    if len(key) != LENGTH:
        msg = f"{path} is no key: remove it to get a new one, and load again what the old one signed"
        raise BlobError(msg)
    return key


def signing_key_path(environ: Mapping[str, str]) -> Path:
    """Return where the key is kept: ``$XDG_CONFIG_HOME/autodash``, by default ``~/.config/autodash``."""
    configured = Path(environ.get("XDG_CONFIG_HOME", ""))
    folder = configured if configured.is_absolute() else Path.home() / ".config"
    return folder / "autodash" / "signing.key"


def _refuse_data_folder(path: Path, environ: Mapping[str, str]) -> None:
    home = environ.get("AUTODASH_HOME")
    if home and path.resolve().is_relative_to(Path(home).resolve()):
        msg = (
            f"{path} would be a signing key inside AUTODASH_HOME, which may come from a stranger: set "
            f"AUTODASH_HOME to another folder, or {VARIABLE}"
        )
        raise BlobError(msg)


def _read_private(path: Path) -> bytes:
    mode = path.stat().st_mode if os.name == "posix" else 0
    if mode & WRITABLE_BY_OTHERS:
        msg = f"{path} can be written by others, so it proves nothing: remove it to get a new key"
        raise BlobError(msg)
    if mode & READABLE_BY_OTHERS:
        path.chmod(0o600)
    return path.read_bytes()


def _make_key(path: Path) -> bytes:
    from filelock import FileLock

    make_private_folder(path.parent)
    with FileLock(f"{path}.lock", mode=0o600):  # two first calls at once must agree on one key
        if not path.exists():
            replace_file(path, secrets.token_bytes(LENGTH))
    return path.read_bytes()
