"""The page on writing a store: its code runs as it stands there, and its stores pass the suite it names."""

import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from autodash_jupyter.settings import Settings
from autodash_jupyter.stores import ContextStoreError

PAGE = (Path(__file__).parents[2] / "docs" / "your-own-store.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
[USING] = [block for block in BLOCKS if "Session(" in block]
DEFINITIONS = "\n".join(block for block in BLOCKS if block != USING)

exec(DEFINITIONS)  # defines its stores here, and its test classes, which pytest then finds


def test_the_page_has_test_classes_for_both_of_its_stores():
    assert {"TestPlainSQLiteStore", "TestAuditedStore"} <= set(globals())


def test_a_session_uses_the_store_of_the_page(working_folder, capsys):
    exec(USING, globals())
    assert "('dataset'" in capsys.readouterr().out
    assert (working_folder / "records.db").is_file()


def test_the_factory_of_the_page_opens_a_store_in_a_new_home(tmp_path):
    settings = Settings.from_environment({"AUTODASH_HOME": str(tmp_path / "home")})
    with open_plain_sqlite(settings) as store:  # noqa: F821 - defined by the page
        store.set("a", {"value": 1})
    with open_plain_sqlite(settings) as store:  # noqa: F821
        assert store.get("a") == {"value": 1}


def test_two_processes_and_threads_of_the_page_s_store_lose_no_update(tmp_path):
    path = tmp_path / "records.db"
    writer = (
        f"{DEFINITIONS}\nimport sys\nstore = PlainSQLiteStore(sys.argv[1])\n"
        "for number in range(40):\n    store.set((sys.argv[2], number), {'number': number})\n"
    )
    store = PlainSQLiteStore(path)  # noqa: F821
    before = store.change_token()
    processes = [
        subprocess.Popen([sys.executable, "-c", writer, str(path), str(name)]) for name in ("one", "other")
    ]
    threads = [
        threading.Thread(target=lambda name=name: [store.set((name, n), {"number": n}) for n in range(40)])
        for name in range(2)
    ]
    for thread in threads:
        thread.start()
    for worker in (*threads, *processes):
        worker.join() if isinstance(worker, threading.Thread) else worker.wait()
    assert [process.returncode for process in processes] == [0, 0]
    expected = {(name, number) for name in ("one", "other", 0, 1) for number in range(40)}
    assert set(store.list_keys()) == expected
    after = store.change_token()
    assert before != after == store.change_token()


def test_the_errors_of_the_page_s_store_are_as_it_says(tmp_path):
    store = PlainSQLiteStore(tmp_path / "records.db")  # noqa: F821
    store.close()
    store.close()
    with pytest.raises(ContextStoreError, match=r"PlainSQLiteStore\(.*closed"):
        store.set("a", {})


def test_the_group_of_entry_points_is_the_one_that_is_read():
    from autodash_jupyter.settings import STORE_PLUGINS

    assert f'[project.entry-points."{STORE_PLUGINS}"]' in PAGE
