"""TinyDB's own published tests, run on our storage.

They come with the source distribution of the installed version, from the package index.
"""

import os
import re
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

# What tests how ``JSONStorage`` itself handles its one file, not what a storage promises to TinyDB.
ABOUT_JSON_STORAGE = {
    "test_middlewares.py::test_caching_json_write": "looks at its open file by a private name",
    "test_storages.py::test_json_kwargs": "arguments of json.dump: a document is one line here",
    "test_storages.py::test_json_read": "access_mode, and what reading does then",
    "test_storages.py::test_create_dirs": "create_dirs: the folder is always created, by the first write",
    "test_storages.py::test_json_invalid_directory": "a missing folder is no error, as it is created",
    "test_storages.py::test_encoding": "encoding: the file is ASCII",
    "test_storages.py::test_json_invalid_mode_warning": "access_mode",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The unpacked source distribution."""
    folder = tmp_path_factory.mktemp("published")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "--quiet"]
    command += ["--timeout", "10", "--retries", "1", f"tinydb=={version('tinydb')}", "-d", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("the package index didn't answer in two minutes")
    if done.returncode:
        pytest.skip(f"the package index can't be reached: {done.stderr.strip()[-200:]}")
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_tinydbs_own_tests_pass_on_our_storage(published):
    left_out = " ".join(f"tests/{test}" for test in ABOUT_JSON_STORAGE)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "tinydb_on_journal",
            "-o",
            "addopts=",
            "tests",
        ],
        cwd=published,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent), "LEFT_OUT": left_out},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    found = re.search(r"(\d+) passed, (\d+) deselected", done.stdout)
    assert found, done.stdout[-500:]
    print(
        f"TinyDB {version('tinydb')}: {found[1]} of its tests passed, {found[2]} are about JSONStorage alone"
    )
    assert int(found[1]) >= 200
    assert int(found[2]) == len(ABOUT_JSON_STORAGE)
    assert "skipped" not in done.stdout
