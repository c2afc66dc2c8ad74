"""The folder in which everything is kept: where it is, and how it is made.

It is ``.autodash/`` beside the notebook: private to its owner, ignored by git, and explained by a
README of its own. Where the working folder can't be written, a folder of the user's takes its place.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from autodash_jupyter.errors import SettingsError

__all__ = ["FOLDER_NAME", "find_home", "prepare_home", "user_folder"]

FOLDER_NAME = ".autodash"
README_NAME = "README.md"
PRIVATE = 0o700

_README = """\
This folder is AutoDash's memory for the notebooks beside it: the datasets you loaded, what was
written about them, and their tables, so that they are there again after a kernel restart.

Nothing here is sent anywhere. Git ignores it. Deleting the folder removes it all; the notebooks and
your own files are not touched. Don't copy it from people you don't trust.
"""


def find_home(environ: Mapping[str, str], working_folder: Path) -> Path:
    """Return the folder to keep things in, without making it.

    ``AUTODASH_HOME`` wins; else the nearest ``.autodash/`` of this user from the working folder
    upwards, no further than the home folder or the project's root (a folder with ``.git``); else
    ``.autodash/`` in the working folder. Raises ``SettingsError`` for a home folder that nobody has.
    """
    if chosen := environ.get("AUTODASH_HOME", "").strip():
        return _expanded(chosen)
    start = working_folder.absolute()
    for folder in (start, *start.parents):
        candidate = folder / FOLDER_NAME
        if _is_own_folder(candidate):
            return candidate
        if folder == _home_folder() or (folder / ".git").exists():
            break
    return start / FOLDER_NAME


def user_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder that is used where the working folder can't be written.

    Raises ``OSError`` where the system knows no home folder of this user.
    """
    if base := environ.get("XDG_DATA_HOME", "").strip():
        return Path(base) / "autodash"
    if (home := _home_folder()) is None:
        raise FileNotFoundError(errno.ENOENT, "there is no home folder")
    return home / ".local" / "share" / "autodash"


def prepare_home(wanted: Path, environ: Mapping[str, str]) -> tuple[Path, str | None]:
    """Make the folder; return where it is, and a sentence for the user if that is elsewhere.

    A folder named by ``AUTODASH_HOME`` is never replaced by another.

    Raises:
        SettingsError: No folder could be made; the message names what to set.
    """
    try:
        _make(wanted)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if environ.get("AUTODASH_HOME", "").strip():
            msg = f"AUTODASH_HOME ({wanted}) can't be used: {reason}. Set it to a folder you can write to."
            raise SettingsError(msg) from error
    else:
        return wanted, None
    try:
        elsewhere = user_folder(environ)
        _make(elsewhere)
    except OSError as error:
        msg = (
            f"Neither {wanted} nor a folder of the user's can be written ({error.strerror}). "
            "Set AUTODASH_HOME to a folder you can write to, or STORAGE_BACKEND=memory."
        )
        raise SettingsError(msg) from error
    return elsewhere, f"{wanted.parent} can't be written ({reason}), so datasets are kept in {elsewhere}."


def _make(folder: Path) -> None:
    """Make the folder private and explained; one that holds other things already stays as it is."""
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    if _is_ours(folder):
        folder.chmod(PRIVATE)
        for name, text in ((".gitignore", "*\n"), (README_NAME, _README)):
            with suppress(FileExistsError), (folder / name).open("x", encoding="utf-8") as file:
                file.write(text)  # "x" follows no link, which may lead anywhere
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(13, "Permission denied", str(folder))


def _is_ours(folder: Path) -> bool:
    readme = folder / README_NAME
    if readme.is_file():
        return readme.read_text(encoding="utf-8", errors="replace").startswith(_README[:40])
    is_named_so = folder.name == FOLDER_NAME and not folder.is_symlink()
    return is_named_so or not any(folder.iterdir())


def _expanded(chosen: str) -> Path:
    try:
        return Path(chosen).expanduser().absolute()
    except (RuntimeError, OSError) as error:
        msg = f"AUTODASH_HOME ({chosen}) can't be found: {error}. Set it to a folder's whole path."
        raise SettingsError(msg) from error


def _home_folder() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:  # neither HOME nor an entry of this user, as in some containers
        return None


def _is_own_folder(candidate: Path) -> bool:
    """Tell whether this is a folder of this user: nobody else's, lying in a parent, is taken over."""
    try:
        found = candidate.stat()
    except OSError:
        return False
    return candidate.is_dir() and (not hasattr(os, "getuid") or found.st_uid == os.getuid())
