"""The signing key: one, private, and never from a folder of data."""

import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from autodash_jupyter.blobs import BlobError, DiskBlobStore, load_object, save_object, signing_key


@pytest.fixture
def environ(tmp_path):
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "autodash" / "signing.key"


def test_it_is_made_once_and_kept_private(environ, path):
    key = signing_key(environ)
    assert len(key) == 32
    assert signing_key(environ) == key == path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_two_installations_have_two_keys(environ, tmp_path):
    assert signing_key(environ) != signing_key({"XDG_CONFIG_HOME": str(tmp_path / "other")})


@pytest.mark.parametrize("configured", [None, "", "relative/folder"])
def test_without_a_usable_xdg_folder_it_is_in_dot_config(tmp_path, monkeypatch, configured):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    key = signing_key({} if configured is None else {"XDG_CONFIG_HOME": configured})
    assert (tmp_path / ".config" / "autodash" / "signing.key").read_bytes() == key


def test_the_variable_wins_and_is_shared_by_who_knows_it(environ, path):
    shared = signing_key({**environ, "AUTODASH_SIGNING_KEY": "a secret"})
    assert shared == signing_key({"AUTODASH_SIGNING_KEY": "a secret"})
    assert shared != signing_key({"AUTODASH_SIGNING_KEY": "another"})
    assert len(shared) == 32
    assert not path.exists()
    assert signing_key({**environ, "AUTODASH_SIGNING_KEY": ""}) == path.read_bytes()


def test_a_key_in_a_data_folder_is_not_looked_at(environ, tmp_path, monkeypatch):
    planted = b"x" * 32
    data = tmp_path / "project" / ".autodash"
    for name in ("signing.key", "config/autodash/signing.key", ".config/autodash/signing.key"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(planted)
    monkeypatch.chdir(data)
    assert signing_key({**environ, "AUTODASH_HOME": str(data)}) != planted


def test_a_file_that_is_no_key_is_refused_and_left_alone(environ, path):
    path.parent.mkdir(parents=True)
    path.write_bytes(b"short")
    with pytest.raises(BlobError, match=r"signing\.key is no key"):
        signing_key(environ)
    assert path.read_bytes() == b"short"


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BlobError, match="set AUTODASH_SIGNING_KEY"):
        signing_key({"XDG_CONFIG_HOME": str(tmp_path / "file")})


def test_processes_that_ask_at_once_agree(environ):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(signing_key, [environ] * 16, chunksize=1))) == 1


@pytest.mark.parametrize("below", [".", "..", "../.."])
def test_a_key_is_never_kept_under_the_home_of_the_data(environ, path, below):
    home = path.parent / below
    home.mkdir(parents=True, exist_ok=True)
    with pytest.raises(BlobError, match="AUTODASH_HOME to another folder"):
        signing_key({**environ, "AUTODASH_HOME": str(home)})
    assert not path.exists()


def test_a_folder_that_arrives_with_a_key_of_its_own_is_foreign(environ, tmp_path):
    stranger = {"XDG_CONFIG_HOME": str(tmp_path / "arrived" / ".autodash" / "config")}
    blobs = DiskBlobStore(tmp_path / "arrived" / ".autodash" / "blobs")
    name = save_object(blobs, [1, {2}], signing_key(stranger))
    here = {**environ, "AUTODASH_HOME": str(tmp_path / "arrived" / ".autodash")}
    with pytest.raises(BlobError, match="signed by another installation"):
        load_object(blobs, name, signing_key(here))
    with pytest.raises(BlobError, match="AUTODASH_HOME"):  # not even where the environment leads there
        signing_key({**here, **stranger})


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_key_that_others_can_read_is_made_private_and_one_they_can_write_is_refused(environ, path):
    key = signing_key(environ)
    path.chmod(0o644)
    assert signing_key(environ) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o660)
    with pytest.raises(BlobError, match="written by others"):
        signing_key(environ)
