"""What the README shows runs as it stands there."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from kernel_client import notebook_kernel

from autodash_jupyter.magics import AutoDashMagics
from autodash_jupyter.settings import Settings

SAMPLES = Path(__file__).parents[1] / "autodash_jupyter" / "frames" / "data"
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def run_the_example_of(name: str) -> dict[str, object]:
    names: dict[str, object] = {}
    (code,) = [each for each in re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL) if name in each]
    exec(code, names)
    return names


def test_the_example_of_a_session_runs(working_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_the_example_of("Session(")["session"].close()  # type: ignore[attr-defined]
    assert "one row per" in capsys.readouterr().out


def test_the_example_of_notes_on_a_frame_runs(capsys: pytest.CaptureFixture[str]) -> None:
    run_the_example_of("PandasContextAdapter(")
    assert capsys.readouterr().out == "{'desc': 'Integer values'} [('column', 'ColumnA')]\n"


@pytest.mark.kernel
def test_the_lines_of_a_first_use_run_as_they_stand(tmp_path: Path) -> None:
    [block] = [each for each in re.findall(r"```\n(.*?)```", README, flags=re.DOTALL) if "%load_ext" in each]
    (tmp_path / "data").mkdir()
    shutil.copy(SAMPLES / "penguins.csv", tmp_path / "data" / "real.csv")
    with notebook_kernel(tmp_path, dict(os.environ)) as kernel:
        ran = [kernel.run(line) for line in block.splitlines()]
        assert [one.error for one in ran] == [""] * len(ran)
        assert not any("UsageError" in one.text for one in ran)
        assert "penguins: 344 × 7 → 344 × 8, +year" in ran[-2].text
        assert kernel.run("print(orders.shape)").text == "(344, 8)\n"


def test_every_magic_is_in_the_table() -> None:
    for magic in AutoDashMagics.magics["line"]:
        assert f"| `%{magic}" in README or f", `%{magic}" in README, magic


def test_every_variable_that_is_read_is_in_the_table() -> None:
    package = Path(__file__).parents[1] / "autodash_jupyter"
    source = "".join(file.read_text(encoding="utf-8") for file in package.rglob("*.py"))
    read = set(re.findall(r"\"((?:AUTODASH|STORAGE)_[A-Z_]+)\"", source))
    assert {"AUTODASH_HOME", "STORAGE_BACKEND"} <= read
    read.discard("STORAGE_BACKENDS")  # a constant, not a variable
    assert {name for name in read if f"| `{name}`" not in README} == set()


def test_the_defaults_in_the_table_are_the_settings(tmp_path: Path) -> None:
    settings = Settings.from_environment({}, tmp_path)
    assert f"| {settings.language_model_timeout:.0f} |" in README
    assert f"| {settings.history_steps} |" in README
