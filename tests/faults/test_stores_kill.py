"""Processes are killed while they write, and write at once; nothing acknowledged may be lost.

``AUTODASH_TEST_KILLS`` sets how many are killed (for each number of writers); the default is short, and
``make faults`` kills a thousand. The figure is printed: ``pytest -s`` shows it.
"""

import os
import random
import subprocess
import sys
import time

import pytest

from autodash_jupyter.stores import TinyDBContextStore
from autodash_jupyter.stores.tinydb import journaled_tables

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("AUTODASH_TEST_KILLS", "16"))
SLOTS = 7

# Writes its keys round and round, each value a running number, and says so after each. It compacts
# often, and rewrites shorter and longer values, so that a kill hits every kind of write.
WRITER = """
import sys
from autodash_jupyter.stores import TinyDBContextStore
from autodash_jupyter.stores.tinydb import journaled_tables
journaled_tables.SHORTEST_FOLD = 20_000
store, name, start = TinyDBContextStore(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(start, start + 100_000):
    store.set((name, number % 7), {"number": number, "padding": "x" * (number * 397 % 3000)})
    print(number, flush=True)
"""

# Sets and deletes all of its keys in one call: a reader must never see some of them changed.
SETTER = """
import sys
from autodash_jupyter.stores import TinyDBContextStore
from autodash_jupyter.stores.tinydb import journaled_tables
journaled_tables.SHORTEST_FOLD = 200_000
store, start = TinyDBContextStore(sys.argv[1]), int(sys.argv[3])
keys = [(sys.argv[2], each) for each in range(50)]
for number in range(start, start + 100_000):
    if number % 10 == 9:
        store.delete_many(keys)
    else:
        store.set_many({key: {"number": number, "padding": "x" * (number * 397 % 300)} for key in keys})
    print(number, flush=True)
"""


def start(script, path, name, number=0):
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path), name, str(number)], stdout=subprocess.PIPE, text=True
    )


def kill_after(writers, seconds):
    """Wait until all are writing, then kill them; return all the numbers that each acknowledged."""
    first = [writer.stdout.readline() for writer in writers]
    time.sleep(seconds)
    for writer in writers:
        writer.kill()
    rest = [writer.communicate()[0].split("\n")[:-1] for writer in writers]
    return [[int(line) for line in (one, *lines)] for one, lines in zip(first, rest, strict=True)]


def check_slots(store, name, last):
    """Check that a writer's last seven numbers are there, of which ``last`` is the last acknowledged."""
    found = store.get_many([(name, slot) for slot in range(SLOTS)])
    newest = max(value["number"] for value in found if value)
    # The write after the last acknowledged one may be there or not, but nothing between.
    assert newest in (last, last + 1)
    for number in range(max(0, newest - SLOTS + 1), newest + 1):
        assert found[number % SLOTS] == {"number": number, "padding": "x" * (number * 397 % 3000)}
    return newest + 1


@pytest.mark.timeout(120 + 10 * KILLS)
@pytest.mark.parametrize("writers", [1, 8])
def test_nothing_acknowledged_is_lost_when_writers_are_killed(tmp_path, capsys, writers):
    path = tmp_path / "context.json"
    chance = random.Random(writers)
    names = [f"writer {number}" for number in range(writers)]
    starts = [0] * writers
    kills = acknowledged = 0
    while kills < KILLS:
        running = [start(WRITER, path, *each) for each in zip(names, starts, strict=True)]
        numbers = kill_after(running, chance.uniform(0, 0.3))
        kills += writers
        acknowledged += sum(len(each) for each in numbers)
        store = TinyDBContextStore(path)
        starts = [check_slots(store, name, each[-1]) for name, each in zip(names, numbers, strict=True)]
    assert set(store.list_keys()) <= {(name, slot) for name in names for slot in range(SLOTS)}
    with capsys.disabled():
        print(f"\n{kills} kills of {writers} writer(s), {acknowledged} acknowledged writes, 0 lost")


@pytest.mark.timeout(120 + 10 * KILLS)
def test_many_at_once_are_all_there_or_none_when_the_writer_is_killed(tmp_path, capsys):
    path = tmp_path / "context.json"
    chance = random.Random(50)
    number = acknowledged = 0
    for _ in range(max(1, KILLS // 4)):
        (numbers,) = kill_after([start(SETTER, path, "setter", number)], chance.uniform(0, 0.2))
        acknowledged += len(numbers)
        found = TinyDBContextStore(path).get_many([("setter", each) for each in range(50)])
        assert all(value == found[0] for value in found)
        number = numbers[-1] + 1
        if found[0] is None:
            assert 9 in (numbers[-1] % 10, number % 10)
        else:
            assert found[0]["number"] in (numbers[-1], number)
            number = found[0]["number"] + 1
    with capsys.disabled():
        print(f"\n{max(1, KILLS // 4)} kills in calls for 50 records, {acknowledged} acknowledged, 0 torn")


# Reads without end, and ends with 1 at the first thing that can't be: a number that went back.
READER = """
import sys
from autodash_jupyter.stores import TinyDBContextStore
store, seen = TinyDBContextStore(sys.argv[1]), {}
print("reading", flush=True)
while True:
    for key in store.list_keys():
        value = store.get(key)
        if value is None or value["number"] < seen.get(key, 0):
            sys.exit(f"{key}: {value} after {seen.get(key)}")
        seen[key] = value["number"]
"""


def test_two_processes_writing_and_one_reading_at_once_lose_no_update(tmp_path):
    path = tmp_path / "context.json"
    script = WRITER.replace("100_000", "300").replace("number % 7", "number % 150")
    reader = start(READER, path, "")
    assert reader.stdout.readline() == "reading\n"
    writers = [start(script, path, name) for name in ("one", "other")]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert reader.poll() is None
    reader.kill()
    reader.communicate()
    store = TinyDBContextStore(path)
    assert set(store.list_keys()) == {(name, slot) for name in ("one", "other") for slot in range(150)}
    assert all(store.get(key)["number"] == key[1] + 150 for key in store.list_keys())


# TinyDB's own way to count: it reads the whole database, changes one document, and writes it back.
COUNTER = """
import sys
from tinydb import TinyDB
from autodash_jupyter.stores.tinydb.journal_storage import JournalStorage
table = TinyDB(sys.argv[1], storage=JournalStorage).table(sys.argv[2])
for number in range(60):
    table.insert({"number": number})
"""


def test_programs_that_write_whole_databases_keep_each_others_documents(tmp_path):
    from tinydb import TinyDB

    from autodash_jupyter.stores.tinydb.journal_storage import JournalStorage

    path = tmp_path / "db.json"
    programs = [start(COUNTER, path, name) for name in ("one", "two", "three")]
    for program in programs:
        program.communicate()
        assert program.returncode == 0
    database = TinyDB(path, storage=JournalStorage)
    for name in ("one", "two", "three"):
        assert [document["number"] for document in database.table(name)] == list(range(60))


def test_the_lock_of_a_killed_process_is_free(tmp_path, monkeypatch):
    path = tmp_path / "context.json"
    kill_after([start(WRITER, path, name) for name in ("one", "other")], 0.05)
    monkeypatch.setattr(journaled_tables, "LOCK_TIMEOUT", 0.0)
    TinyDBContextStore(path).set("after", {})
    assert TinyDBContextStore(path).get("after") == {}
