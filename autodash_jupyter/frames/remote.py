"""Files elsewhere, by http, S3, Google Cloud and whatever else fsspec knows: copied here, within bounds,
then read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.database_addresses import without_password
from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.progress import Progress

__all__ = ["REMOTE_SCHEMES", "downloaded"]

REMOTE_SCHEMES = ("http", "https", "s3", "gs", "gcs", "az", "abfs", "abfss", "ftp", "sftp", "hdfs", "memory")
MOST_BYTES = 4 << 30
CHUNK_BYTES = 1 << 20
SECONDS_OF_SILENCE = 60


@contextmanager
def downloaded(url: str, progress: Progress | None = None) -> Iterator[Path]:
    """Copy the file at an address into a temporary one, under its own name, for as long as the context lasts.

    Raises ``SourceError``, never with a password in it, where fsspec or the scheme's driver is missing,
    there is no such file, or it is larger than 4 GB.
    """
    try:
        import fsspec
    except ImportError as error:
        msg = "Addresses take fsspec: %pip install 'autodash-jupyter[remote]'."
        raise SourceError(msg) from error
    shown = without_password(url)
    with TemporaryDirectory(prefix="autodash-") as folder:
        try:
            with fsspec.open(url, "rb", **_manner(url)) as source:
                target = Path(folder) / _filename(*_told(source, url))
                _copy(source, target, progress)
        except (SourceError, KeyboardInterrupt):
            raise
        except ImportError as error:
            msg = f"Can't read {shown}: {printable(error)}."
            raise SourceError(msg) from error
        except FileNotFoundError as error:
            raise SourceError(_refused(shown, error.__cause__)) from None
        except TimeoutError:
            msg = f"Can't read {shown}: it fell silent for {SECONDS_OF_SILENCE} s; try again later."
            raise SourceError(msg) from None
        except Exception as error:  # noqa: BLE001 - every driver has its own
            said = (
                printable(str(error).split("\n")[0].replace(url, shown).rstrip(".")) or type(error).__name__
            )
            msg = f"Can't read {shown}: {said}."
            raise SourceError(msg) from None
        yield target


def _told(source: Any, url: str) -> tuple[str, str]:
    """Return the address a server led to, and the name it gives the file."""
    answer = getattr(source, "r", None)
    if answer is None or not hasattr(answer, "headers"):
        return url, ""
    from email.message import Message

    said = Message()
    said["Content-Disposition"] = answer.headers.get("Content-Disposition", "")
    return str(answer.url), said.get_filename() or ""


def _refused(shown: str, cause: BaseException | None) -> str:
    """Say why nothing came, from what the server answered."""
    status = getattr(cause, "status", 0) or 0
    if type(cause).__name__ == "TooManyRedirects":
        return f"Can't read {shown}: it redirects without end; check the address."
    if status in {401, 403, 407}:
        return f"Can't read {shown}: the server wants a log-in ({status}); download it, then give its path."
    if status >= 500:
        return f"Can't read {shown}: the server failed ({status}); try again later."
    return f"Nothing could be read at {shown}; check the address" + (f" ({status})." if status else ".")


def _manner(url: str) -> dict[str, Any]:
    if url.lower().startswith("http"):
        import aiohttp

        silence = aiohttp.ClientTimeout(
            total=None, sock_connect=SECONDS_OF_SILENCE, sock_read=SECONDS_OF_SILENCE
        )
        # One stream rather than ranges, which some servers count wrongly.
        return {"block_size": 0, "client_kwargs": {"timeout": silence}}
    return {}


def _copy(source: Any, target: Path, progress: Progress | None) -> None:
    total = int(getattr(source, "size", None) or 0)
    done = 0
    with target.open("xb") as file:
        while True:
            if max(total, done) > MOST_BYTES:
                msg = f"It is larger than {MOST_BYTES >> 30} GB; download it, then load the file."
                raise SourceError(msg)
            chunk = source.read(CHUNK_BYTES)
            if not chunk:
                break
            file.write(chunk)
            done += len(chunk)
            if progress is not None:
                progress(done, total)
    if total and done < total:
        msg = f"It ended after {done:,} of {total:,} bytes; try again."
        raise SourceError(msg)
    if not done:
        msg = "It is empty (0 bytes); check the address."
        raise SourceError(msg)


def _filename(url: str, given: str = "") -> str:
    """Return the name the server gave, the path's, or one made of the query where that has no suffix."""
    parts = urlsplit(url)
    name = PurePosixPath(given.replace("\\", "/")).name or PurePosixPath(unquote(parts.path)).name
    if "." not in name:
        found = re.search(r"[\w\-]+\.(csv|tsv|json|parquet|xlsx|txt|xml)\b", unquote(parts.query))
        name = found[0] if found else name
    return re.sub(r"[^\w.\- ]", "_", name)[-100:].lstrip(".") or "table"
