"""What ``autodash doctor`` looks at: each check says what it found and, where it is wrong, the remedy."""

from __future__ import annotations

import os
import platform
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from autodash_jupyter.errors import AutoDashError, ContextStoreError
from autodash_jupyter.home import prepare_home
from autodash_jupyter.services import DatasetService
from autodash_jupyter.services.opening import describe_store
from autodash_jupyter.settings import Settings, public_url

if TYPE_CHECKING:
    from autodash_jupyter.services.context_usage import UsedContext

__all__ = ["Check", "examine", "language_model_lines", "status_lines"]

PACKAGES = (
    "autodash-jupyter",
    "jupyterlab",
    "ipykernel",
    "ipywidgets",
    "pandas",
    "pyarrow",
    "tinydb",
    "dspy-ai",
)
SLOW_DISK_SECONDS = 0.1
SECONDS_TO_REACH = 2.0
LABEXTENSION = Path("labextensions") / "autodash-jupyter" / "package.json"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: its name, whether it is well, what was found, and how to mend it.

    >>> print(Check("store", False, "the file is damaged", "restore a backup"))
    ✗ store: the file is damaged
      → restore a backup
    """

    name: str
    well: bool
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{'✓' if self.well else '✗'} {self.name}: {self.found}"
        return line if self.well or not self.remedy else f"{line}\n  → {self.remedy}"


def examine(settings: Settings) -> list[Check]:
    """Look at everything the package depends on; a check that fails itself is a finding, too."""
    checks: list[Callable[[], Iterator[Check]]] = [
        _versions,
        lambda: _home(settings),
        lambda: _store(settings),
        _sidebar,
        lambda: _model(settings),
    ]
    found: list[Check] = []
    for check in checks:
        try:
            found.extend(check())
        except AutoDashError as error:
            found.append(Check("settings", False, str(error)))
        except Exception as error:  # noqa: BLE001 - the doctor reports what breaks, and goes on
            found.append(Check("doctor", False, f"a check broke: {type(error).__name__}: {error}"))
    return found


def status_lines(settings: Settings) -> list[str]:
    """Return what is in force, a line each; no secret is among them."""
    model = settings.language_model or "none: contexts are written from the profile"
    host = f" at {public_url(settings.language_model_api_base)}" if settings.language_model_api_base else ""
    return [
        f"datasets are kept: {describe_store(settings)}",
        f"user: {settings.user_id}",
        f"language model: {model}{host}",
        f"steps that can be undone: {settings.history_steps}",
    ]


def language_model_lines(settings: Settings, written: Sequence[UsedContext] = ()) -> list[str]:
    """Return which language model is asked, how, and what it took so far for the contexts in ``written``."""
    from autodash_jupyter.language_model.masking import is_key_of, secrets

    model = settings.language_model
    if model is None:
        return [
            "language model: none; contexts are written from the profile, and nothing is sent anywhere.",
            "AUTODASH_LM names one, such as openai/gpt-4o-mini; restart the kernel after setting it.",
        ]
    host = public_url(settings.language_model_api_base or "its provider's own address")
    keys = [name for name in secrets() if is_key_of(name, model.partition("/")[0])]
    tokens = sum(one.prompt_tokens + one.completion_tokens for one in written)
    cost = sum(one.cost for one in written)
    spent = f"{tokens:,} tokens" + (f", cost {cost:.4f}" if cost else "") if tokens else "nothing"
    return [
        f"language model: {model} at {host}",
        f"key: {f'set in {keys[0]}' if keys else 'none is set for this provider'}",
        f"time for a whole answer: {settings.language_model_timeout:g} s (AUTODASH_LM_TIMEOUT)",
        f"spent on the contexts that there are: {spent} (%context --usage)",
    ]


def _versions() -> Iterator[Check]:
    python = f"Python {platform.python_version()} on {platform.system()}"
    old = sys.version_info < (3, 11)
    yield Check("python", not old, python, "use Python 3.11 or newer")
    for package in PACKAGES:
        try:
            yield Check(package, True, version(package))
        except PackageNotFoundError:
            yield Check(package, False, "not installed", "pip install --upgrade autodash-jupyter")


def _home(settings: Settings) -> Iterator[Check]:
    if settings.storage_backend == "memory":
        yield Check("folder", True, "none: STORAGE_BACKEND=memory keeps nothing")
        return
    if settings.home.is_dir() and os.name != "nt":  # looked at before anything mends it
        mode = settings.home.stat().st_mode & 0o777
        yield Check("privacy", not mode & 0o077, f"mode {mode:o}", f"chmod 700 '{settings.home}'")
    home, note = prepare_home(settings.home, os.environ)
    yield Check("folder", True, note or f"{home} can be written")
    seconds = _seconds_for_a_durable_write(home)
    yield Check(
        "disk speed",
        seconds < SLOW_DISK_SECONDS,
        f"a durable write takes {1000 * seconds:.1f} ms",
        "set AUTODASH_HOME to a folder on a local disk",
    )


def _seconds_for_a_durable_write(folder: Path) -> float:
    start = time.perf_counter()
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"x" * 4096)
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - start


def _store(settings: Settings) -> Iterator[Check]:
    place = describe_store(settings)
    try:
        service = DatasetService(settings=settings)
        datasets = service.records(settings.user_id)
    except ContextStoreError as error:
        yield Check("store", False, f"{place} can't be used: {error}")
        return
    count = f"{len(datasets)} dataset{'s' * (len(datasets) != 1)} of {settings.user_id}"
    yield Check("store", True, f"{count} in {place}")
    for dataset in datasets:
        if dataset.frame_blob is None:
            continue
        try:
            service.get_dataframe(settings.user_id, dataset.dataset_id)
        except AutoDashError as error:
            remedy = f"load {dataset.source or dataset.filename} again, or %datasets --delete {dataset.name}"
            yield Check(f"table of {dataset.name}", False, str(error), remedy)


def _sidebar() -> Iterator[Check]:
    from jupyter_core.paths import jupyter_path

    places = [Path(folder) / LABEXTENSION for folder in jupyter_path()]
    installed = any(place.is_file() for place in places)
    in_checkout = (Path(__file__).parents[1] / "labextension" / "package.json").is_file()
    found = "installed" if installed else "not built yet" if in_checkout else "JupyterLab doesn't find it"
    reinstall = "pip install --force-reinstall autodash-jupyter, into JupyterLab's environment"
    yield Check("sidebar", installed, found, "make lab builds it" if in_checkout else reinstall)


def _model(settings: Settings) -> Iterator[Check]:
    if settings.language_model is None:
        yield Check("language model", True, "none (AUTODASH_LM is not set); contexts come from the profile")
        return
    address = settings.language_model_api_base
    if address is None:
        yield Check("language model", True, f"{settings.language_model}, at its provider's own address")
        return
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), SECONDS_TO_REACH).close()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield Check(
            "language model",
            False,
            f"{parts.hostname}:{port} doesn't answer ({reason})",
            "start the server, or set AUTODASH_LM_API_BASE to where it listens",
        )
    else:
        yield Check("language model", True, f"{settings.language_model} at {parts.hostname}:{port} answers")
