"""The environment, read once into one frozen ``Settings``.

Two things stand elsewhere, so that nothing here is secret: the key that tables are signed with is read in
``blobs.signing``, and a model's key by its provider's client alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from autodash_jupyter.errors import SettingsError, did_you_mean
from autodash_jupyter.home import find_home

__all__ = ["STORAGE_BACKENDS", "Settings"]

STORAGE_BACKENDS = ("tinydb", "memory")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment chose.

    ``language_model_timeout`` is in seconds of wall clock for a whole answer; ``history_steps`` is how
    many steps can be undone; ``notebook`` is the file's name where the server tells it.

    >>> chosen = Settings.from_environment({"AUTODASH_HOME": "/data/memory"})
    >>> chosen.storage_backend, chosen.user_id, chosen.history_steps
    ('tinydb', 'local', 50)
    """

    home: Path
    user_id: int | str = "local"
    storage_backend: str = "tinydb"
    language_model: str | None = None
    language_model_api_base: str | None = None
    language_model_timeout: float = 120.0
    history_steps: int = 50
    notebook: str = ""

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, working_folder: Path | None = None
    ) -> Settings:
        """Read the settings; an empty variable counts as one that isn't set.

        Raises:
            SettingsError: A variable has a value that can't be used.
        """
        variables = os.environ if environ is None else environ
        return cls(
            home=find_home(variables, working_folder or Path.cwd()),
            user_id=_text(variables, "AUTODASH_USER") or _text(variables, "JUPYTERHUB_USER") or "local",
            storage_backend=_backend(variables),
            language_model=_text(variables, "AUTODASH_LM"),
            language_model_api_base=_text(variables, "AUTODASH_LM_API_BASE"),
            language_model_timeout=_positive(variables, "AUTODASH_LM_TIMEOUT", 120.0),
            notebook=PurePath(_text(variables, "JPY_SESSION_NAME") or "").name,
            history_steps=int(_positive(variables, "AUTODASH_HISTORY_STEPS", 50)),
        )


def _text(variables: Mapping[str, str], name: str) -> str | None:
    return variables.get(name, "").strip() or None


def _backend(variables: Mapping[str, str]) -> str:
    chosen = _text(variables, "STORAGE_BACKEND") or "tinydb"
    if chosen not in STORAGE_BACKENDS:
        known = " or ".join(STORAGE_BACKENDS)
        hint = did_you_mean(chosen, STORAGE_BACKENDS)
        msg = f"STORAGE_BACKEND={chosen!r} is not known; set it to {known}.{hint}"
        raise SettingsError(msg)
    return chosen


def _positive(variables: Mapping[str, str], name: str, default: float) -> float:
    text = _text(variables, name)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 1 <= number < float("inf"):
        msg = f"{name}={text!r} must be a number of at least 1; unset it for the default, {default:g}."
        raise SettingsError(msg)
    return number
