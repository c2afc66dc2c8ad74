"""Where a walk over the variables ends: installed packages, the shell, connections and drawings.

Instances of installed packages' classes are walked (an estimator, a graph); their classes, functions and
modules are not, and neither is anything of the packages named here.
"""

from __future__ import annotations

import sys
import sysconfig
import types
from pathlib import Path

from autodash_jupyter.history.introspection import flags_of_type, module_of_type, mro

__all__ = [
    "IPYTHON_NAMES",
    "is_own_class",
    "is_own_function",
    "is_own_module",
    "is_shell_name",
    "reason_to_stay_out",
    "top_package",
]

_HISTORY_NAMES = (
    "In",
    "Out",
    "_",
    "__",
    "___",
    "_i",
    "_ii",
    "_iii",
    "_oh",
    "_dh",
    "_ih",
    "_sh",
    "_exit_code",
)
IPYTHON_NAMES = frozenset((*_HISTORY_NAMES, "exit", "quit", "get_ipython", "open"))

_HEAP_TYPE, _IMMUTABLE_TYPE = 1 << 9, 1 << 8

_MACHINERY = (
    *(
        "IPython",
        "ipykernel",
        "ipywidgets",
        "traitlets",
        "comm",
        "jupyter_client",
        "jupyter_core",
        "anywidget",
    ),
    *("autodash_jupyter", "logging", "importlib", "_frozen_importlib", "_frozen_importlib_external", "zmq"),
    *("tornado", "debugpy", "warnings"),
)
_CONNECTIONS = (
    *(
        "sqlalchemy",
        "psycopg",
        "psycopg2",
        "pymysql",
        "redis",
        "pymongo",
        "duckdb",
        "_duckdb",
        "pyspark",
        "py4j",
    ),
    *("requests", "urllib3", "httpx", "httpcore", "aiohttp", "http", "socket", "_socket", "ssl", "_ssl"),
    *("selectors", "boto3", "botocore", "distributed", "ray", "grpc", "openai", "anthropic"),
)
_PROCESSES = (
    *("_thread", "asyncio", "_asyncio", "concurrent", "multiprocessing", "subprocess", "_queue", "mmap"),
)
_DRAWINGS = ("matplotlib", "bokeh", "PIL")
_TENSORS = ("torch", "tensorflow", "cupy")

_REASONS = {
    **dict.fromkeys(_MACHINERY, ""),
    **dict.fromkeys(_CONNECTIONS, "a connection's state can't be put back"),
    **dict.fromkeys(_PROCESSES, "threads, processes and their tools can't be put back"),
    **dict.fromkeys(_DRAWINGS, "a drawing isn't rolled back"),
    "itertools": "an iterator's position can't be put back",
    **dict.fromkeys(_TENSORS, "a tensor's memory isn't rolled back"),
}

_LIBRARY_FOLDERS = tuple(
    str(Path(folder).resolve())
    for folder in {sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")}
)


def is_shell_name(name: str) -> bool:
    """Whether a name in the namespace is IPython's or Python's own, not the user's.

    >>> [is_shell_name(name) for name in ("_12", "_i3", "__name__", "_private")]
    [True, True, True, False]
    """
    if name in IPYTHON_NAMES or (name.startswith("__") and name.endswith("__")):
        return True
    return name.startswith("_") and (name[1:].isdigit() or (name.startswith("_i") and name[2:].isdigit()))


def top_package(kind: type) -> str:
    """Return the first part of a class's module, ``""`` where it has no such text."""
    return module_of_type(kind).partition(".")[0]


def reason_to_stay_out(kind: type) -> str | None:
    """Return why objects of a type are left alone, ``""`` where none need be told; None: they aren't."""
    for base in mro(kind):
        reason = _REASONS.get(top_package(base))
        if reason is not None:
            return reason
    return None


def is_own_class(kind: type) -> bool:
    """Whether a class was written by the user: not compiled in, and not an installed package's."""
    flags = flags_of_type(kind)
    if not flags & _HEAP_TYPE or flags & _IMMUTABLE_TYPE:
        return False
    module = module_of_type(kind)
    return module == "builtins" or is_own_module(
        module
    )  # a class made by exec in a bare dict says "builtins"


def is_own_function(function: types.FunctionType) -> bool:
    """Whether the user wrote a function, or the one that an installed package's decorator wrapped in it."""
    if is_own_module(function.__globals__.get("__name__", "__main__")):
        return True
    return type(function.__module__) is str and is_own_module(function.__module__)


def is_own_module(name: object) -> bool:
    """Whether a module of this name is the user's: typed in, or a file outside the installed packages."""
    if type(name) is not str or name == "__main__":
        return True
    if name.partition(".")[0] in _REASONS:
        return False
    module = sys.modules.get(name)
    if module is None:
        return True
    spec = module.__dict__.get("__spec__")
    origin = module.__dict__.get("__file__") or getattr(spec, "origin", None)
    if type(origin) is not str:
        return spec is None
    if origin in ("built-in", "frozen"):
        return False
    return not origin.startswith(_LIBRARY_FOLDERS) and "site-packages" not in origin
