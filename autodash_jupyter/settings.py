"""The environment, and ``config.toml`` in the folder of AutoDash, read once into one frozen ``Settings``.

The environment wins. Two things stand elsewhere: the key that tables are signed with is read in
``blobs.signing``, and a model's key by its provider's client alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path, PurePath
from typing import Any

from autodash_jupyter.errors import SettingsError, did_you_mean
from autodash_jupyter.home import find_home
from autodash_jupyter.regular_files import read_regular

__all__ = ["CONFIG_FILE", "DATABASES", "REDIS", "STORAGE_BACKENDS", "STORE_PLUGINS", "Settings", "public_url"]

STORAGE_BACKENDS = ("tinydb", "memory", "sqlite", "redis")
DATABASES = ("sqlite", "postgresql", "postgres", "mysql", "mariadb")
REDIS = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster")
STORE_PLUGINS = "autodash_jupyter.stores"
"""The group of entry points by which other packages offer stores; ``STORAGE_BACKEND`` is one's name."""

CONFIG_FILE = "config.toml"
FILE_NAMES = {
    "user": "AUTODASH_USER",
    "storage_backend": "STORAGE_BACKEND",
    "redis_url": "REDIS_URL",
    "redis_password": "REDIS_PASSWORD",
    "session_ttl_seconds": "SESSION_TTL_SECONDS",
    "lm": "AUTODASH_LM",
    "lm_api_base": "AUTODASH_LM_API_BASE",
    "lm_timeout": "AUTODASH_LM_TIMEOUT",
    "history_steps": "AUTODASH_HISTORY_STEPS",
    "history_memory_bytes": "AUTODASH_HISTORY_MEMORY_BYTES",
    "history_disk_bytes": "AUTODASH_HISTORY_DISK_BYTES",
}
"""What a file may set, and by which variable the environment sets the same."""

SENDS_DATA = ("redis_url", "redis_password", "lm", "lm_api_base")


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """What the environment chose, and where it said nothing, the file.

    ``storage_backend`` is ``tinydb``, ``memory``, ``sqlite``, ``redis``, a URL, or the name of another
    package's store. ``session_ttl_seconds`` is how long the tables of a session are kept unused;
    ``language_model_timeout`` is in seconds of wall clock for a whole answer; ``history_steps`` is how
    many steps can be undone, ``history_memory_bytes`` and ``history_disk_bytes`` what they may take (None: as
    much as ``%autodash status`` says); ``notebook`` is the file's name where the server tells it. The server
    takes uploads of ``upload_max_bytes`` at most, reads addresses below ``allowed_urls``, and keeps uploaded
    files in ``originals`` (None: in the folder of AutoDash). Printing it shows no password.

    >>> chosen = Settings.from_environment({"AUTODASH_HOME": "/data/memory"})
    >>> chosen.storage_backend, chosen.user_id, chosen.history_steps
    ('tinydb', 'local', 50)
    """

    home: Path
    user_id: int | str = "local"
    storage_backend: str = "tinydb"
    redis_url: str = "redis://localhost:6379/0"
    redis_password: str | None = None
    session_ttl_seconds: int = 86_400
    language_model: str | None = None
    language_model_api_base: str | None = None
    language_model_timeout: float = 120.0
    history_steps: int = 50
    history_memory_bytes: int | None = None
    history_disk_bytes: int | None = None
    notebook: str = ""
    upload_max_bytes: int = 512 * 1024 * 1024
    allowed_urls: tuple[str, ...] = ()
    originals: str | None = None

    def __repr__(self) -> str:
        shown = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.redis_password is not None:
            shown["redis_password"] = "***"
        texts = (
            f"{name}={(public_url(value) if isinstance(value, str) else value)!r}"
            for name, value in shown.items()
        )
        return f"{type(self).__name__}({', '.join(texts)})"

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, working_folder: Path | None = None
    ) -> Settings:
        """Read the settings; an empty variable counts as one that isn't set.

        Raises:
            SettingsError: A variable, or what the file says, can't be used.
        """
        variables = os.environ if environ is None else environ
        home = find_home(variables, working_folder or _working_folder(variables))
        is_named = bool(variables.get("AUTODASH_HOME", "").strip())
        choices = _Choices(variables, _read_file(home / CONFIG_FILE, is_named=is_named))
        return cls(
            home=home,
            user_id=choices.first("AUTODASH_USER", "JUPYTERHUB_USER") or "local",
            storage_backend=_backend(choices),
            redis_url=_redis_url(choices),
            redis_password=choices.text("REDIS_PASSWORD"),
            session_ttl_seconds=int(_positive(choices, "SESSION_TTL_SECONDS", 86_400)),
            language_model=choices.text("AUTODASH_LM"),
            language_model_api_base=choices.text("AUTODASH_LM_API_BASE"),
            language_model_timeout=_positive(choices, "AUTODASH_LM_TIMEOUT", 120.0),
            notebook=PurePath(choices.text("JPY_SESSION_NAME") or "").name,
            history_steps=int(_positive(choices, "AUTODASH_HISTORY_STEPS", 50)),
            history_memory_bytes=_bytes(choices, "AUTODASH_HISTORY_MEMORY_BYTES"),
            history_disk_bytes=_bytes(choices, "AUTODASH_HISTORY_DISK_BYTES"),
            upload_max_bytes=int(_positive(choices, "AUTODASH_UPLOAD_MAX_BYTES", 512 * 1024 * 1024)),
            allowed_urls=tuple((choices.text("AUTODASH_ALLOWED_URLS") or "").split()),
            originals=choices.text("AUTODASH_ORIGINALS"),
        )


def public_url(text: str) -> str:
    """Return a URL as it may be shown, without password and options; other text stays as it is.

    >>> public_url("postgresql://ada:secret@localhost/notes?sslpassword=too")
    'postgresql://ada:***@localhost/notes'
    >>> public_url("tinydb")
    'tinydb'
    """
    scheme, separator, rest = text.partition("://")
    if not separator:
        return text
    # A password may hold any of /?#@: what stands before the last @ is taken for user and password.
    account, at, place = rest.rpartition("@") if scheme != "sqlite" else ("", "", rest)
    user = re.split("[:/?#]", account)[0]
    hidden = ":***" if len(user) < len(account) else ""
    return f"{scheme}://{user}{hidden}{at}{place.partition('?')[0]}"


@dataclass(frozen=True, slots=True)
class _Choices:
    """Texts by the names of variables: the environment's, else the file's."""

    environ: Mapping[str, str]
    written: Mapping[str, str]

    def text(self, name: str) -> str | None:
        return self.environ.get(name, "").strip() or self.written.get(name, "").strip() or None

    def first(self, *names: str) -> str | None:
        """Return the first that is set; any variable comes before the file."""
        set_ones = (self.environ.get(name, "").strip() for name in names)
        return next(filter(None, set_ones), None) or self.text(names[0])

    def label(self, name: str) -> str:
        """Say where a text stands, for a message."""
        if self.environ.get(name, "").strip() or name not in self.written:
            return name
        in_file = next(key for key, variable in FILE_NAMES.items() if variable == name)
        return f"{in_file} in {CONFIG_FILE} ({name} in the environment)"


def _working_folder(environ: Mapping[str, str]) -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        if environ.get("AUTODASH_HOME", "").strip():
            return Path(os.sep)  # which is not looked at
        msg = "The working folder is gone: go to another (%cd), or set AUTODASH_HOME to a folder."
        raise SettingsError(msg) from error


def _read_file(path: Path, *, is_named: bool) -> dict[str, str]:
    """Return what the file sets, by the names of variables; ``is_named``: the user named its folder."""
    try:
        data = read_regular(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        msg = f"{path} can't be read: {error.strerror or error}"
        raise SettingsError(msg) from error
    import tomllib

    try:
        found = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        msg = f"{path} is no TOML file: {error}"
        raise SettingsError(msg) from error
    for name, value in found.items():
        if name not in FILE_NAMES:
            msg = f"{path} sets {name!r}, which is not known.{did_you_mean(name, FILE_NAMES)}"
            raise SettingsError(msg)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            msg = f"{path}: {name} must be a text or a number"
            raise SettingsError(msg)
    if not is_named:
        _refuse_to_send(path, found)
    return {FILE_NAMES[name]: str(value) for name, value in found.items()}


def _refuse_to_send(path: Path, found: Mapping[str, Any]) -> None:
    """Refuse what sends data elsewhere, from a folder that may have come with somebody's repository."""
    sending = [name for name in SENDS_DATA if name in found]
    if found.get("storage_backend", "tinydb") not in ("tinydb", "memory", "sqlite"):
        sending.append("storage_backend")
    if sending:
        msg = (
            f"{path} sets {sending[0]}, which could send your data elsewhere, and the folder was found, not "
            f"named by you: if the file is yours, set AUTODASH_HOME={path.parent}"
        )
        raise SettingsError(msg)


def _backend(choices: _Choices) -> str:
    chosen = choices.text("STORAGE_BACKEND") or "tinydb"
    if chosen in STORAGE_BACKENDS:
        return chosen
    scheme, is_url, _ = chosen.partition("://")
    known: Iterable[str] = (*STORAGE_BACKENDS, "a database's URL")
    if is_url:
        if scheme in REDIS or scheme.partition("+")[0] in DATABASES:
            return chosen
    else:
        from importlib.metadata import entry_points

        plugins = entry_points(group=STORE_PLUGINS).names
        if chosen in plugins:
            return chosen
        known = (*known, *sorted(plugins))
    # What was meant for a URL may hold a password.
    shown = f"{scheme}://..." if is_url else re.sub("[:@].*", ":...", chosen, flags=re.DOTALL)
    msg = (
        f"{choices.label('STORAGE_BACKEND')}={shown!r} is not known; set it to {' or '.join(known)}."
        f"{did_you_mean(scheme if is_url else shown, (*known, *DATABASES))}"
    )
    raise SettingsError(msg)


def _redis_url(choices: _Choices) -> str:
    chosen = choices.text("REDIS_URL") or "redis://localhost:6379/0"
    scheme, is_url, _ = chosen.partition("://")
    if not is_url or scheme not in REDIS:
        msg = f"{choices.label('REDIS_URL')} must begin with {', '.join(f'{each}://' for each in REDIS)}."
        raise SettingsError(msg)
    return chosen


def _bytes(choices: _Choices, name: str) -> int | None:
    return None if choices.text(name) is None else int(_positive(choices, name, 1))


def _positive(choices: _Choices, name: str, default: float) -> float:
    text = choices.text(name)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 1 <= number < float("inf"):
        label = choices.label(name)
        msg = f"{label}={text!r} must be a number of at least 1; unset it for the default, {default:g}."
        raise SettingsError(msg)
    return number
