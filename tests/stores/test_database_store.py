"""What the database store adds to the conformance suite: its file, its servers, its versions."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import uuid
from datetime import date
from pathlib import Path

import pytest
from database_servers import PASSWORD, running_postgresql

from autodash_jupyter.stores import (
    ContextStoreError,
    DamagedRecordError,
    DatabaseContextStore,
    file_systems,
)
from autodash_jupyter.stores.database import changes, schema
from autodash_jupyter.stores.database.engine import database_address

VERSION_ONE = (Path(__file__).parent / "older_versions" / "database_1.sql").read_text()
SERVERS = ["postgresql", "mariadb"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "context.db"


@pytest.fixture(params=["sqlite", *SERVERS])
def reopen(request, path):
    """Opens one and the same store, again and again."""
    address = path if request.param == "sqlite" else request.getfixturevalue(request.param).url
    prefix, opened = f"test_{uuid.uuid4().hex[:12]}_", []

    def open_one(**options):
        opened.append(DatabaseContextStore(address, prefix=prefix, **options))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


# The file


def test_a_file_is_private_and_durable_and_can_be_read_while_it_is_written(tmp_path):
    path = tmp_path / "new" / "context.db"
    with DatabaseContextStore(path) as store:
        store.set("a", {})
        assert {stat.S_IMODE(item.stat().st_mode) for item in path.parent.iterdir()} == {0o600}
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        with store._engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL


def test_a_full_disk_is_an_error_that_leaves_what_was(path):
    with DatabaseContextStore(path, pool_size=1) as store:
        store.set("a", {"value": 1})
        with store._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 10")
        with pytest.raises(ContextStoreError, match="database or disk is full; make space"):
            store.set_many({name: {"padding": "x" * 4000} for name in range(30)})
        assert store.list_keys() == ["a"]
        with store._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 10000")
        store.set_many({name: {"padding": "x" * 4000} for name in range(30)})
        assert len(store.list_keys()) == 31


def test_a_damaged_file_is_an_error_and_never_another_answer(path):
    with DatabaseContextStore(path) as store:
        store.set_many({name: {"name": name, "padding": "x" * 3000} for name in range(50)})
        store.compact()
    whole = path.read_bytes()
    for start in range(4096, len(whole), 16 * 4096):
        path.write_bytes(whole[:start] + os.urandom(4096) + whole[start + 4096 :])
        for name in range(50):
            try:
                with DatabaseContextStore(path) as store:
                    found = store.get(name)
            except ContextStoreError as error:
                assert "\n" not in str(error)  # noqa: PT017 - some pages hold nothing that is asked for
            else:
                assert found == {"name": name, "padding": "x" * 3000}


def test_a_text_that_is_nested_too_deep_spoils_no_other_record(path, caplog):
    with DatabaseContextStore(path) as store:
        store.set_many({name: {"name": name} for name in ("good", "value", "key")})
        before = store.change_token()
        deep = "[" * 100_000
        with sqlite3.connect(path) as planted:
            planted.execute("UPDATE autodash_records SET value_json = ? WHERE key_json = '\"value\"'", [deep])
            planted.execute("UPDATE autodash_records SET key_json = ? WHERE key_json = '\"key\"'", [deep])
            planted.execute("UPDATE autodash_changes SET key_json = ?", [deep])
        planted.close()
        assert store.list_keys() == ["good", "value"]
        assert store.get("good") == {"name": "good"}
        with pytest.raises(DamagedRecordError, match="can't be read"):
            store.get("value")
        assert not store.changes_since((*before[:-1], before[-1] - 3))
        assert "left out" in caplog.text


def test_a_file_on_a_network_file_system_is_warned_of(path, monkeypatch, caplog):
    mounts = path.with_name("mounts")
    mounts.write_text(f"server:/home {path.parent} nfs4 rw 0 0\n")
    monkeypatch.setattr(file_systems, "MOUNTS", mounts)
    DatabaseContextStore(path).close()
    assert "network file system (nfs4)" in caplog.text


@pytest.mark.parametrize("given", [str, Path, lambda path: f"sqlite:///{path}"])
def test_a_file_is_named_by_its_path_or_its_url(path, given):
    with DatabaseContextStore(given(path)) as store:
        assert store.path == path
    with DatabaseContextStore(db_path=given(path)) as store:
        assert store.path == path


def test_a_file_without_a_name_is_in_the_working_folder(working_folder):
    with DatabaseContextStore() as store:
        assert store.path == working_folder / "context.db"


def test_a_store_on_a_server_has_no_path(postgresql):
    with DatabaseContextStore(postgresql.url) as store:
        assert not hasattr(store, "path")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (":memory:", "for a store in memory"),
        ("sqlite://", "for a store in memory"),
        (f"oracle://ada:{PASSWORD}@127.0.0.1/x", "'oracle' isn't supported"),
        (f"postgresql://ada:{PASSWORD}@127.0.0.1:port/x", "can't be read: write it as"),
        (f"postgresql://ada:word@{PASSWORD}@127.0.0.1/x", "more than one @"),
        (f"sqlite://ada:{PASSWORD}@127.0.0.1/x.db", "is on this machine"),
        (f"mysql://ada:{PASSWORD}@127.0.0.1:1/x?charset=nosuch", "options of its address"),
        (f"mysql://ada:{PASSWORD}@127.0.0.1:1/x?nosuch=1", "options of its address"),
        (f"postgresql+nosuch://ada:{PASSWORD}@127.0.0.1/x", "no driver for postgresql"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_line_without_its_password(address, said):
    with pytest.raises(ContextStoreError, match=said) as caught:
        DatabaseContextStore(address)
    assert "\n" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_one_file_is_not_named_twice(path):
    with pytest.raises(ContextStoreError, match="give one of them"):
        DatabaseContextStore(path, db_path=path)


@pytest.mark.parametrize("prefix", ["", "1a", "a b", "a'; drop table x", "a" * 41])
def test_a_prefix_that_is_no_name_is_refused(path, prefix):
    with pytest.raises(ContextStoreError, match="can't begin a table's name"):
        DatabaseContextStore(path, prefix=prefix)


def test_what_is_no_database_is_refused_and_left_alone(path):
    path.write_text("a letter to a friend, much longer than the header of a database would ever be\n" * 20)
    before = path.read_bytes()
    with pytest.raises(ContextStoreError, match="file is not a database"):
        DatabaseContextStore(path)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ContextStoreError, match="choose another file by STORAGE_BACKEND"):
        DatabaseContextStore(tmp_path / "file" / "context.db")


def test_compacting_gives_the_space_back(reopen):
    store = reopen()
    store.set_many({f"record {number}": {"padding": "x" * 4000} for number in range(300)})
    before = size_on_disk(store)
    store.delete_many(f"record {number}" for number in range(1, 300))
    store.compact()
    assert store.list_keys() == ["record 0"]
    if hasattr(store, "path"):
        assert size_on_disk(store) < before / 10


def size_on_disk(store):
    return sum(item.stat().st_size for item in store.path.parent.iterdir()) if hasattr(store, "path") else 0


def test_the_library_that_is_missing_is_named():
    program = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from autodash_jupyter.stores import ContextStoreError, DatabaseContextStore\n"
        "try: DatabaseContextStore('context.db')\n"
        "except ContextStoreError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert 'pip install "autodash-jupyter[sql]"' in said


# Versions


def test_a_file_of_version_one_is_loaded_and_a_copy_of_it_kept(path, caplog):
    older = sqlite3.connect(path)
    older.executescript(VERSION_ONE)
    older.close()
    with DatabaseContextStore(path) as store:
        assert store.list_keys() == [("dataset", "sample_1"), 1, True]
        assert store.get(True) == {"kind": "bool", "day": date(2024, 2, 29)}
        before = dict(store.revisions())
        store.set(1, {"kind": "int"})
        assert dict(store.revisions()) == before
        store.set(1, {"kind": "integer"})
        assert [key for key, revision in store.revisions() if revision != before[key]] == [1]
    copy = path.with_name("context.db.version-1")
    assert copy.name in caplog.text
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    copied = sqlite3.connect(copy)
    assert "\n".join(copied.iterdump()) + "\n" == VERSION_ONE
    copied.close()
    DatabaseContextStore(path).close()
    assert not path.with_name("context.db.version-1-2").exists()


def test_a_server_with_tables_of_version_one_is_brought_to_this_version(reopen):
    store = reopen()
    store.set_many({"a": {"value": 1}, "b": {"value": 2}})
    revisions = store.revisions()
    make_version_one(store)
    store.close()
    reopened = reopen()
    assert reopened.revisions() == revisions
    assert reopened.get("b") == {"value": 2}


def make_version_one(store):
    tables = store._tables
    with store._engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {tables.records.name} DROP COLUMN revision")
        connection.exec_driver_sql(f"DROP TABLE {tables.changes.name}")
        connection.execute(tables.state.update().values(version=1))


def test_a_step_to_a_new_version_that_fails_leaves_the_older_one(reopen, monkeypatch):
    store = reopen()
    store.set("a", {"value": 1})
    make_version_one(store)
    step = schema.MIGRATIONS[1]

    def fail(connection, tables):
        step(connection, tables)
        raise OSError("the disk broke")

    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", {1: fail})
        with pytest.raises(ContextStoreError, match="the disk broke"):
            reopen()
    assert reopen().get("a") == {"value": 1}


def test_a_database_of_a_newer_version_is_refused_and_left_alone(reopen):
    store = reopen()
    store.set("a", {"value": 1})
    with store._engine.begin() as connection:
        connection.execute(store._tables.state.update().values(version=schema.VERSION + 1))
    for write in (lambda: store.set("a", {"value": 2}), lambda: store.delete("a"), reopen):
        with pytest.raises(ContextStoreError, match=r"newer version of AutoDash.*update autodash-jupyter"):
            write()
    assert store.get("a") == {"value": 1}


def test_a_file_of_a_newer_version_stays_byte_for_byte(path):
    store = DatabaseContextStore(path)
    store.set("a", {"value": 1})
    with store._engine.begin() as connection:
        connection.execute(store._tables.state.update().values(version=99))
    store.close()
    before = path.read_bytes()
    with pytest.raises(ContextStoreError, match="schema 99"):
        DatabaseContextStore(path)
    assert path.read_bytes() == before


# Many at once

OPEN_AND_WRITE = """
import sys
from autodash_jupyter.stores import DatabaseContextStore
url, prefix, name = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
store = DatabaseContextStore(url, prefix=prefix)
for number in range(30):
    store.set((name, number), {"number": number})
    store.set("shared", {"by": name, "number": number})
"""


def test_processes_that_open_a_new_store_at_once_and_write_lose_nothing(reopen):
    address = reopen()._url.render_as_string(hide_password=False)
    prefix = f"test_{uuid.uuid4().hex[:12]}_"
    names = ["one", "two", "three"]
    command = [sys.executable, "-c", OPEN_AND_WRITE, address, prefix]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    writers = [subprocess.Popen([*command, name], **pipes) for name in names]
    for writer in writers:
        writer.stdout.readline()
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    with DatabaseContextStore(address, prefix=prefix) as store:
        keys = store.list_keys()
        for name in names:
            own = [key for key in keys if key != "shared" and key[0] == name]
            assert own == [(name, number) for number in range(30)]
        assert store.get("shared")["number"] == 29


def test_a_file_that_is_removed_or_replaced_in_use_is_not_written_to_any_more(tmp_path, caplog):
    path = tmp_path / "notes" / "context.db"
    with DatabaseContextStore(path) as store:
        store.set("a", {"value": 1})
        before = store.change_token()
        path.parent.rename(tmp_path / "moved")
        assert store.change_token() != before
        assert store.list_keys() == []
        store.set("b", {"value": 2})
        with DatabaseContextStore(path) as other:
            assert other.list_keys() == ["b"]
        shutil.rmtree(path.parent)
        store.set("c", {"value": 3})
        with DatabaseContextStore(path) as other:
            assert other.list_keys() == store.list_keys() == ["c"]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with DatabaseContextStore(tmp_path / "backup.db") as other:
        other.set("a", {"value": 1})
    other.path.replace(path)
    assert store.list_keys() == ["a"]
    assert caplog.text.count("removed or replaced") == 3


def test_what_a_store_writes_is_kept_though_another_opened_its_file_and_a_process_ended(path):
    # Who closes a file takes away the locks that its process has on it; a process that ends then takes
    # itself for the last one, and removes the write-ahead log that is in use.
    with DatabaseContextStore(path) as store, DatabaseContextStore(path) as other:
        store.set("a", {"value": 1})
        other.set("b", {"value": 2})
        elsewhere = (
            "import sys; from autodash_jupyter.stores import DatabaseContextStore as Store\n"
            "with Store(sys.argv[1]) as store: store.set('c', {'value': 3}); print(store.list_keys())"
        )
        run_elsewhere = [sys.executable, "-c", elsewhere, str(path)]
        subprocess.run(run_elsewhere, check=True, timeout=60)
        store.set("d", {"value": 4})
        seen = subprocess.run(run_elsewhere, check=True, timeout=60, capture_output=True, text=True).stdout
        assert seen.strip() == "['a', 'b', 'c', 'd']"


def test_writers_of_the_same_records_in_opposite_orders_do_not_get_stuck(reopen):
    store = reopen()
    failures = []

    def work(backwards):
        for number in range(20):
            names = range(30)[:: -1 if backwards else 1]
            try:
                store.set_many({f"{name}": {"by": backwards, "number": number} for name in names})
            except ContextStoreError as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(backwards,)) for backwards in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len({value["by"] for value in store.get_many(store.list_keys())}) == 1


def test_a_change_of_anybody_changes_the_token_and_a_read_does_not(reopen):
    store, other = reopen(), reopen()
    seen = [store.change_token()]
    for change in (
        lambda: store.set("a", {"value": 1}),
        lambda: other.set("a", {"value": 2}),
        lambda: other.set_many({"b": {}, "c": {}}),
        lambda: store.delete("a"),
    ):
        change()
        seen.append(store.change_token())
        assert store.get("b") in (None, {})
        assert other.list_keys() is not None
        assert store.change_token() == seen[-1]
    assert len(set(seen)) == len(seen)


def test_changes_are_told_as_long_as_they_are_noted(reopen, monkeypatch):
    monkeypatch.setattr(changes, "NOTED_CHANGES", 30)
    monkeypatch.setattr(changes, "FORGOTTEN_AT_ONCE", 10)
    store, other = reopen(), reopen()
    store.set_many({"a": {}, "b": {}})
    token = store.change_token()
    assert other.changes_since(token) == []
    other.set("a", {"value": 1})
    other.delete_many(["b", "missing"])
    other.set("b", {"value": 2})
    revisions = dict(store.revisions())
    assert store.changes_since(token) == [("a", revisions["a"]), ("b", None), ("b", revisions["b"])]
    for number in range(20):
        other.set(number, {"number": number})
    assert [key for key, _ in store.changes_since(token)] == ["a", "b", "b", *range(20)]
    other.set_many({number: {} for number in range(20)})
    assert store.changes_since(token) is None
    assert len(store.changes_since(store.change_token())) == 0
    with store._engine.connect() as connection:
        kept = connection.exec_driver_sql(f"SELECT count(*) FROM {store._tables.changes.name}").scalar()
    assert 20 <= kept <= 40
    assert store.changes_since(None) is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_uses_connections_of_its_own(reopen):
    store = reopen()
    store.set("a", {"by": "parent"})
    token = store.change_token()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            store.set("child", {"by": "child"})
            code = 0 if store.get("a") == {"by": "parent"} and store.change_token() != token else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.get("child") == {"by": "child"}
    assert store.change_token() != token


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_children_forked_while_threads_write_can_write(tmp_path):
    store = DatabaseContextStore(tmp_path / "context.db", timeout=10)
    threads = [
        threading.Thread(target=lambda n=n: [store.set((n, i), {}) for i in range(40)]) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    children = []
    for number in range(3):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                for i in range(10):
                    store.set(("child", number, i), {})
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    for thread in threads:
        thread.join()
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    assert len(store.list_keys()) == 4 * 40 + 3 * 10


def test_more_records_than_one_statement_holds_are_all_or_none(reopen):
    store = reopen()
    many = {number: {"number": number} for number in range(1300)}
    store.set_many(many)
    assert store.list_keys() == list(many)
    assert store.get_many([*many, "missing"]) == [*many.values(), None]
    store.delete_many(range(1, 1300))
    assert store.list_keys() == [0]


# Servers that go and come


@pytest.mark.slow
def test_a_server_that_stops_is_named_and_used_again_when_it_is_back():
    with running_postgresql() as server, DatabaseContextStore(server.url, timeout=5) as store:
        store.set("a", {"value": 1})
        server.stop()
        for call in (
            lambda: store.get("a"),
            lambda: store.set("a", {}),
            lambda: DatabaseContextStore(server.url),
        ):
            with pytest.raises(ContextStoreError, match="STORAGE_BACKEND") as caught:
                call()
            assert f"127.0.0.1:{server.port}" in str(caught.value)
            assert_shows_no_password(caught.value)
        server.start()
        assert store.get("a") == {"value": 1}
        server.stop()
        server.start()
        store.set("a", {"value": 2})  # by a connection that the restart broke
        assert store.get("a") == {"value": 2}


@pytest.mark.parametrize("kind", SERVERS)
def test_a_wrong_password_is_an_error_that_does_not_show_it(request, kind):
    server = request.getfixturevalue(kind)
    wrong = server.url.replace(PASSWORD, "wrong-and-secret")
    with pytest.raises(ContextStoreError, match=r"ada:\*\*\*@127") as caught:
        DatabaseContextStore(wrong)
    assert "wrong-and-secret" not in "".join(map(str, chain(caught.value)))


@pytest.mark.parametrize("kind", SERVERS)
def test_the_password_is_shown_nowhere(request, kind):
    with DatabaseContextStore(request.getfixturevalue(kind).url) as store:
        assert PASSWORD not in repr(store) + str(store) + repr(store.stats())
        with store._engine.begin() as connection:
            for table in (store._tables.records, store._tables.state, store._tables.changes):
                table.drop(connection)
        with pytest.raises(ContextStoreError, match="can't write") as caught:
            store.set("a key", {"a": "value"})
        assert_shows_no_password(caught.value)
        assert "a value" not in "".join(map(str, chain(caught.value)))
    assert PASSWORD not in repr(database_address(request.getfixturevalue(kind).url))


def assert_shows_no_password(error):
    assert PASSWORD not in "".join(f"{each}{each!r}" for each in chain(error))
    assert "\n" not in str(error)


def chain(error):
    while error is not None:
        yield error
        error = error.__cause__


def test_a_lock_that_is_held_too_long_is_an_error_after_the_time_that_was_set(reopen):
    store = reopen()
    store.set("a", {"value": 1})
    with store._engine.begin() as connection:
        connection.execute(store._tables.state.update().values(changes=store._tables.state.c.changes + 1))
        with pytest.raises(ContextStoreError, match="can't write"):
            reopen(timeout=1.0).set("a", {"value": 2})
    assert store.get("a") == {"value": 1}
    store.set("a", {"value": 3})
