"""Where things are kept, and how the folder is made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autodash_jupyter.errors import SettingsError
from autodash_jupyter.home import find_home, prepare_home


def test_the_named_folder_wins(tmp_path: Path) -> None:
    assert find_home({"AUTODASH_HOME": str(tmp_path / "kept")}, tmp_path) == tmp_path / "kept"


def test_the_nearest_existing_folder_upwards_is_used(tmp_path: Path) -> None:
    (tmp_path / ".autodash").mkdir()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_home({}, below) == tmp_path / ".autodash"


def test_the_search_ends_at_the_projects_root(tmp_path: Path) -> None:
    (tmp_path / ".autodash").mkdir()
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / "notebooks").mkdir()
    assert find_home({}, project / "notebooks") == project / "notebooks" / ".autodash"


def test_the_search_ends_at_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".autodash").mkdir()
    (tmp_path / "ada" / "work").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "ada"))
    assert find_home({}, tmp_path / "ada" / "work") == tmp_path / "ada" / "work" / ".autodash"


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_not_taken_over(tmp_path: Path) -> None:
    planted = tmp_path / ".autodash"
    planted.mkdir()
    os.chown(planted, 12345, 12345)
    (tmp_path / "work").mkdir()
    assert find_home({}, tmp_path / "work") == tmp_path / "work" / ".autodash"


def test_the_folder_is_private_ignored_by_git_and_explained(tmp_path: Path) -> None:
    home, note = prepare_home(tmp_path / ".autodash", {})
    assert note is None
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / ".gitignore").read_text() == "*\n"
    assert "Deleting the folder removes it all" in (home / "README.md").read_text()


def test_a_named_folder_that_holds_other_things_keeps_its_mode_and_gets_no_gitignore(tmp_path: Path) -> None:
    shared = tmp_path / "project"
    shared.mkdir(mode=0o755)
    (shared / "analysis.py").touch()
    home, _ = prepare_home(shared, {"AUTODASH_HOME": str(shared)})
    assert home == shared
    assert shared.stat().st_mode & 0o777 == 0o755
    assert [file.name for file in shared.iterdir()] == ["analysis.py"]


def test_where_the_working_folder_cannot_be_written_a_user_folder_is_used_and_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file stands where a folder would have to be made")
    home, note = prepare_home(blocked / ".autodash", {"XDG_DATA_HOME": str(tmp_path / "data")})
    assert home == tmp_path / "data" / "autodash"
    assert note is not None
    assert str(home) in note


def test_a_named_folder_that_cannot_be_used_is_an_error_and_not_replaced(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(SettingsError, match="AUTODASH_HOME"):
        prepare_home(blocked / "kept", {"AUTODASH_HOME": str(blocked / "kept")})
