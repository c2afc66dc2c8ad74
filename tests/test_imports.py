"""Packages that several threads import at once: the kernel's own thread and the worker."""

from __future__ import annotations

import subprocess
import sys

import pytest

AT_ONCE = """
import importlib, sys, threading
barrier, failed = threading.Barrier(4), []

def load(name):
    barrier.wait()
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed.append(repr(error))

names = ["profiling.wording", "context.generate", "history.persistence", "services"]
threads = [threading.Thread(target=load, args=("autodash_jupyter." + name,)) for name in names]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
sys.exit("; ".join(failed))
"""


@pytest.mark.parametrize(
    "package", ["profiling", "expressions", "language_model", "context", "stores", "blobs"]
)
def test_a_package_imports_none_of_its_modules_by_itself(package: str) -> None:
    whole = f"autodash_jupyter.{package}"
    code = f"import sys, {whole}; print([name for name in sys.modules if name.startswith('{whole}.')])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_threads_that_import_at_once_get_whole_modules() -> None:
    for _ in range(3):
        ran = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, check=False)
        assert ran.stderr.strip() == ""
