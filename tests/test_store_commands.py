"""``autodash store`` says what it did, and loses nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.blobs import DiskBlobStore
from autodash_jupyter.cli import main
from autodash_jupyter.services import DatasetService
from autodash_jupyter.services.opening import open_blobs
from autodash_jupyter.settings import Settings

TABLE = pd.DataFrame({"region": ["north", None], "amount": [1.5, 2.0]})


@pytest.fixture(params=["tinydb", "sqlite"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a store with one dataset."""
    monkeypatch.setenv("AUTODASH_HOME", str(tmp_path / ".autodash"))
    monkeypatch.setenv("STORAGE_BACKEND", request.param)
    service().store_dataset("local", "upload_12345678", TABLE, "sales.csv")
    return tmp_path / ".autodash"


def service() -> DatasetService:
    return DatasetService(settings=Settings.from_environment())


def test_a_backup_with_tables_brings_everything_back_elsewhere(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "backup.jsonl")
    assert main(["store", "backup", file, "--blobs"]) == 0
    assert "1 record and " in capsys.readouterr().out
    monkeypatch.setenv("AUTODASH_HOME", str(tmp_path / "elsewhere"))
    assert main(["store", "restore", file]) == 0
    found = service().get_dataframe("local", "upload_12345678")
    assert found is not None
    pd.testing.assert_frame_equal(found, TABLE)
    assert main(["store", "restore", file]) == 0  # the same again changes nothing
    assert not (tmp_path / "elsewhere" / "backups").exists()


def test_a_backup_without_tables_says_so(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["store", "backup", str(tmp_path / "backup.jsonl")]) == 0
    assert "add --blobs" in capsys.readouterr().out


def test_a_damaged_backup_changes_nothing(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "backup.jsonl"
    main(["store", "backup", str(file)])
    file.write_text(file.read_text().replace("sales", "sakes"))
    service().delete_dataset("local", "upload_12345678")
    assert main(["store", "restore", str(file), "--replace"]) == 1
    assert "damaged or cut short" in capsys.readouterr().err
    assert service().records("local") == []


def test_compacting_and_statistics_say_what_there_is(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "compact"]) == 0
    assert "before, " in capsys.readouterr().out
    assert main(["store", "stats"]) == 0
    said = capsys.readouterr().out
    assert "records: 1 (1 dataset)" in said
    assert "get: " in said
    assert service().get_dataframe("local", "upload_12345678") is not None


def test_compacting_frees_the_tables_that_no_record_names(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blobs = open_blobs(service().store)
    assert isinstance(blobs, DiskBlobStore)
    young, old = blobs.put(b"about to be named"), blobs.put(b"left by a killed process")
    for file in blobs.folder.glob("*/*"):
        if file.name != young:
            os.utime(file, (0, 0))
    assert main(["store", "compact"]) == 0
    assert "24 bytes freed" in capsys.readouterr().out
    assert (young in blobs, old in blobs) == (True, False)
    assert service().get_dataframe("local", "upload_12345678") is not None


def test_a_store_that_cannot_be_named_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "migrate", "--to", "postgress://ada:secret@127.0.0.1/notes"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "secret" not in said


def test_statistics_of_a_store_in_memory_need_no_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STORAGE_BACKEND", "memory")
    assert main(["store", "stats"]) == 0
    assert main(["store", "compact"]) == 0
    assert "in memory only" in capsys.readouterr().out
    assert not Settings.from_environment().home.exists()
