"""What arrives with somebody's folder in the place of our files: pipes, devices, links, folders, nonsense.

All of it is one line that names what to do, at once and with nothing changed elsewhere.
"""

import os
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.blobs import DiskBlobStore
from autodash_jupyter.errors import AutoDashError, BlobError, SettingsError
from autodash_jupyter.home import prepare_home
from autodash_jupyter.services.datasets import DatasetService
from autodash_jupyter.settings import Settings
from autodash_jupyter.stores import ContextStoreError, TinyDBContextStore
from autodash_jupyter.stores.checked_lines import to_line

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(30),
    pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes among its files"),
]

IN_PLACE_OF_A_FILE = {
    "a pipe": os.mkfifo,
    "an endless device": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a folder": Path.mkdir,
}


@pytest.fixture(params=IN_PLACE_OF_A_FILE.values(), ids=IN_PLACE_OF_A_FILE)
def plant(request):
    return request.param


@pytest.mark.parametrize("name", ["context.json", "context.json.journal"])
def test_what_is_no_file_is_not_waited_for_and_named(tmp_path, plant, name):
    plant(tmp_path / name)
    with pytest.raises(ContextStoreError, match=r"can't read .*; move .* away") as caught:
        TinyDBContextStore(tmp_path / "context.json")
    assert "\n" not in str(caught.value)
    assert [item.name for item in tmp_path.iterdir()] == [name]


def test_what_is_no_file_of_settings_is_named(tmp_path, plant):
    (tmp_path / ".autodash").mkdir()
    plant(tmp_path / ".autodash" / "config.toml")
    with pytest.raises(SettingsError, match=r"config\.toml can't be read"):
        Settings.from_environment({}, tmp_path)


def test_what_is_no_blob_is_one_line(tmp_path, plant):
    blobs = DiskBlobStore(tmp_path)
    name = blobs.put(b"penguins")
    path = tmp_path / name[:2] / name
    path.unlink()
    plant(path)
    for read in (blobs.get, blobs.get_array):
        with pytest.raises(BlobError, match="can't read"):
            read(name)


@pytest.mark.parametrize("place", [".lock", ".removal.lock"])
@pytest.mark.parametrize("planted", [Path.mkdir, lambda path: path.symlink_to("/nowhere")])
def test_a_lock_that_is_no_file_is_one_line(tmp_path, place, planted):
    store = TinyDBContextStore(tmp_path / "context.json")
    (tmp_path / "blobs").mkdir()
    planted(tmp_path / "blobs" / place)
    service = DatasetService(store, settings=Settings(tmp_path))
    with pytest.raises(BlobError, match=r"can't (keep a frame in|lock) "):
        service.store_dataset("ada", "sample_1", pd.DataFrame({"a": [1]}), "a.csv")
    assert service.get_dataframe("ada", "sample_1")["a"].tolist() == [1]


@pytest.mark.parametrize("header", ["no json", "[" * 100_000, '{"autodash_journal": ' + "9" * 5000 + "}"])
def test_a_journal_whose_good_checksum_covers_nonsense_is_refused(tmp_path, header):
    (tmp_path / "context.json.journal").write_bytes(to_line(header) + to_line('[["records", "1", {}]]'))
    with pytest.raises(ContextStoreError, match="unknown kind"):
        TinyDBContextStore(tmp_path / "context.json")


def test_settings_that_are_nested_too_deep_are_one_line(tmp_path):
    (tmp_path / ".autodash").mkdir()
    (tmp_path / ".autodash" / "config.toml").write_text("a = " + "[" * 5000)
    with pytest.raises(SettingsError, match="is no TOML file"):
        Settings.from_environment({}, tmp_path)


@pytest.mark.parametrize("name", [".gitignore", "README.md"])
def test_a_link_in_the_place_of_our_notes_is_not_written_through(tmp_path, name):
    (tmp_path / ".autodash").mkdir()
    (tmp_path / ".autodash" / name).symlink_to(tmp_path / "elsewhere")
    prepare_home(tmp_path / ".autodash", {})
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_a_link_leaves_the_folder_of_others_as_it_is(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o755)
    (theirs / "thesis.tex").touch()
    (tmp_path / ".autodash").symlink_to(theirs)
    prepare_home(tmp_path / ".autodash", {})
    assert theirs.stat().st_mode & 0o777 == 0o755
    assert [item.name for item in theirs.iterdir()] == ["thesis.tex"]


def test_a_home_that_cannot_be_told_is_one_line(tmp_path, monkeypatch):
    with pytest.raises(SettingsError, match="AUTODASH_HOME"):
        Settings.from_environment({"AUTODASH_HOME": "~nobody-of-this-name/notes"}, tmp_path)
    monkeypatch.setattr(Path, "home", _no_home)  # as in a container whose user has no entry and no HOME
    assert Settings.from_environment({}, tmp_path).home == tmp_path / ".autodash"
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="AUTODASH_HOME"):
        prepare_home(tmp_path / "file" / ".autodash", {})


def test_a_working_folder_that_is_gone_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(AutoDashError, match="AUTODASH_HOME"):
        Settings.from_environment({})
    named = {"AUTODASH_HOME": str(tmp_path / "notes")}
    assert Settings.from_environment(named).home == tmp_path / "notes"


def _no_home():
    raise RuntimeError("Could not determine home directory.")
