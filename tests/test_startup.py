"""What loading the extension imports; how long it takes is a benchmark's matter."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "dspy",
    "duckdb",
    "altair",
    "redis",
    "mcp",
    "litellm",
    "openai",
    "polars",
    "sqlalchemy",
    "mistune",
    "pydantic",
    "tinydb",
    "ipywidgets",
    "anywidget",
    "charset_normalizer",
    "python_calamine",
    "openpyxl",
}

PROGRAM = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "autodash_jupyter")
print("\\n".join(sorted({name.partition(".")[0] for name in sys.modules})))
shell.run_line_magic("unload_ext", "autodash_jupyter")
"""


def test_loading_the_extension_imports_nothing_heavy() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    imported = set(result.stdout.split())
    assert "autodash_jupyter" in imported
    assert imported & HEAVY == set()


def test_importing_the_package_imports_neither_pandas_nor_ipython() -> None:
    program = "import sys, autodash_jupyter; print(int(bool({'pandas', 'IPython'} & set(sys.modules))))"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.strip() == "0"
