"""The doctor names what is wrong, and the remedy."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.cli import main
from autodash_jupyter.health import examine, language_model_lines
from autodash_jupyter.services import DatasetService
from autodash_jupyter.services.context_usage import UsedContext
from autodash_jupyter.settings import Settings


def found(settings: Settings, name: str) -> str:
    return "\n".join(str(check) for check in examine(settings) if check.name.startswith(name))


def test_a_healthy_home_is_well(tmp_path: Path) -> None:
    settings = replace(Settings.from_environment(), home=tmp_path / ".autodash")
    assert "✗" not in found(settings, "store") + found(settings, "folder") + found(settings, "privacy")


def test_a_home_that_others_can_read_is_named(tmp_path: Path) -> None:
    home = tmp_path / ".autodash"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    text = found(replace(Settings.from_environment(), home=home), "privacy")
    assert "✗ privacy: mode 755" in text
    assert "chmod 700" in text


def test_a_damaged_table_is_named_with_what_to_do(tmp_path: Path) -> None:
    settings = replace(Settings.from_environment(), home=tmp_path / ".autodash")
    service = DatasetService(settings=settings)
    service.store_dataset("local", "upload_a", pd.DataFrame({"a": [1, 2]}), "sales.csv")
    [blob] = (tmp_path / ".autodash" / "blobs").glob("*/*")
    blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    text = found(settings, "table of sales")
    assert "✗" in text
    assert "%datasets --delete sales" in text


def test_a_model_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        address = f"http://127.0.0.1:{port}/v1"
        settings = replace(
            Settings.from_environment(),
            home=tmp_path,
            language_model="openai/x",
            language_model_api_base=address,
        )
        text = found(settings, "language model")
    assert f"127.0.0.1:{port} doesn't answer" in text
    assert "AUTODASH_LM_API_BASE" in text


def test_the_model_in_force_is_told_and_never_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-a-test")
    none = replace(Settings.from_environment(), home=tmp_path, language_model=None)
    assert "nothing is sent anywhere" in language_model_lines(none)[0]
    address = "http://ada:hidden@127.0.0.1:9/v1"
    chosen = replace(none, language_model="openai/x", language_model_api_base=address)
    text = "\n".join(language_model_lines(chosen, [UsedContext("c", "sales", {}, prompt_tokens=1_200)]))
    assert "openai/x at http://ada:***@127.0.0.1:9/v1" in text
    assert "key: set in OPENAI_API_KEY" in text
    assert "1,200 tokens" in text
    assert "secret" not in text
    assert "hidden" not in text


def test_a_damaged_store_is_a_finding_and_not_a_crash(tmp_path: Path) -> None:
    home = tmp_path / ".autodash"
    settings = replace(Settings.from_environment(), home=home)
    DatasetService(settings=settings).store_dataset("local", "a", pd.DataFrame({"a": [1]}), "a.csv")
    for file in home.glob("context.json*"):
        file.write_bytes(b"{not json")
    checks = examine(settings)
    assert any(not check.well and str(home) in check.found for check in checks)


def test_the_command_prints_every_check_and_fails_where_one_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTODASH_LM_TIMEOUT", "never")
    assert main(["doctor"]) == 1
    assert "AUTODASH_LM_TIMEOUT" in capsys.readouterr().err
