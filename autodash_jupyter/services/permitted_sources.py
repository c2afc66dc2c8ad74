"""Which files and addresses a server reads for the people who use it over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from autodash_jupyter.errors import SourceError

__all__ = ["download", "is_allowed_url", "permitted_file"]

SECONDS_TO_ANSWER = 30.0
PIECE = 64 * 1024
PORTS = {"http": 80, "https": 443}


def permitted_file(root: Path, given: str, *, private: Path | None = None) -> Path:
    """Return the file below ``root`` that a path relative to it (or an absolute one) names.

    Raises:
        SourceError: It leads out of ``root``, through a link too, or into the ``private`` folder, is hidden,
            or isn't there: the message is the same, so that nobody learns what lies outside.

    >>> permitted_file(Path("/srv"), "../etc/passwd")
    Traceback (most recent call last):
        ...
    autodash_jupyter.errors.SourceError: There is no such file below the server's folder; ...
    """
    base = root.resolve()
    try:
        found = (base / given).resolve(strict=True) if _is_plain(given) else None
        is_ours = found is not None and found.is_relative_to(base) and found.is_file()
        if found is not None and private is not None and found.is_relative_to(private.resolve()):
            is_ours = False  # the store, and what others uploaded
    except (OSError, ValueError, RuntimeError):
        is_ours, found = False, None
    if found is None or not is_ours or any(part.startswith(".") for part in found.relative_to(base).parts):
        msg = "There is no such file below the server's folder; give its path from there."
        raise SourceError(msg)
    return found


def _is_plain(given: str) -> bool:
    parts = given.replace("\\", "/").split("/")
    return bool(given.strip()) and "\0" not in given and ".." not in parts


def is_allowed_url(url: str, allowed: Sequence[str]) -> bool:
    """Tell whether an address lies below one of those allowed: same scheme, host and port, path below.

    >>> allowed = ["https://data.example.org/open/"]
    >>> is_allowed_url("https://data.example.org/open/sales.csv", allowed)
    True
    >>> is_allowed_url("https://data.example.org/open/../sales.csv", allowed)
    False
    >>> is_allowed_url("https://data.example.org@elsewhere.example/open/sales.csv", allowed)
    False
    """
    wanted = _parts(url)
    if wanted is None:
        return False
    for base in filter(None, map(_parts, allowed)):
        path = base[3].rstrip("/") + "/"
        if wanted[:3] == base[:3] and wanted[3].startswith(path):
            return True
    return False


def _parts(url: str) -> tuple[str, str, int, str] | None:
    """Return scheme, host, port and path; ``None`` for an address that could be read in two ways."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    path = unquote(parts.path)
    is_odd = "@" in parts.netloc or "\\" in url or not url.isprintable() or " " in url
    if parts.scheme not in PORTS or not parts.hostname or is_odd:
        return None
    if any(step in ("..", ".") for step in path.replace("\\", "/").split("/")):
        return None
    return parts.scheme, parts.hostname.lower(), port or PORTS[parts.scheme], path or "/"


def download(url: str, allowed: Sequence[str], target: Path, most_bytes: int) -> None:
    """Write what an allowed address answers into a file; it may not lead to another address.

    Raises:
        SourceError: It isn't allowed, can't be reached, or answers more than ``most_bytes``.
    """
    if not is_allowed_url(url, allowed):
        msg = "This server doesn't read that address; download the file and upload it."
        raise SourceError(msg)
    from http.client import HTTPException
    from urllib.request import HTTPRedirectHandler, build_opener

    class NoOtherAddress(HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    try:
        with (
            build_opener(NoOtherAddress).open(url, timeout=SECONDS_TO_ANSWER) as answer,
            target.open("wb") as file,
        ):
            _copy(answer, file, most_bytes)
    except (OSError, HTTPException, ValueError) as error:
        msg = "The address gave no file: it can't be reached, refuses, or leads elsewhere."
        raise SourceError(msg) from error


def _copy(source: Any, target: Any, most_bytes: int) -> None:
    copied = 0
    while piece := source.read(PIECE):
        copied += len(piece)
        if copied > most_bytes:
            msg = f"The file at that address is larger than {most_bytes:,} bytes, the most that is read."
            raise SourceError(msg)
        target.write(piece)
