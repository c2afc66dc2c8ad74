"""The house stands: imports point one way, files stay readable, and versions agree."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import autodash_jupyter

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "autodash_jupyter"


def test_imports_point_up_the_list_only() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_module_is_in_the_list() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    listed = {name.strip().split(".")[1] for layer in layers for name in layer.split("|")}
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert listed == modules | rooms


def test_every_room_says_what_lives_there_and_what_it_never_does() -> None:
    for module in PACKAGE.glob("*/__init__.py"):
        text = ast.get_docstring(ast.parse(module.read_text())) or ""
        assert text.count(".") >= 3, f"{module.parent.name} says too little"
        assert "never" in text.lower(), f"{module.parent.name} doesn't say what it never does"


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    panel = json.loads((ROOT / "labextension" / "package.json").read_text())["version"]
    assert project == panel == autodash_jupyter.__version__


def test_the_lock_file_records_no_download_address() -> None:
    lock = json.loads((ROOT / "labextension" / "package-lock.json").read_text())
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]
