"""Processes are killed while they write, and write at once; nothing acknowledged may be lost.

``AUTODASH_TEST_KILLS`` sets how many are killed (for each number of writers); the default is short.
"""

import os
import random
import subprocess
import sys
import time

import pytest

from autodash_jupyter.stores import TinyDBContextStore

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("AUTODASH_TEST_KILLS", "10"))

# Writes its keys round and round, each value a running number, and says so after each. It compacts
# often, and rewrites shorter and longer values, so that a kill hits every kind of write.
WRITER = """
import sys
from autodash_jupyter.stores import TinyDBContextStore, journaled_tables
journaled_tables.SHORTEST_FOLD = 20_000
store, name, start = TinyDBContextStore(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(start, start + 100_000):
    store.set((name, number % 7), {"number": number, "padding": "x" * (number * 397 % 3000)})
    print(number, flush=True)
"""


def start_writer(path, name, start):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(start)], stdout=subprocess.PIPE, text=True
    )


def kill_after(writers, seconds):
    """Wait until all are writing, then kill them; return the last number that each acknowledged."""
    first = [int(writer.stdout.readline()) for writer in writers]
    time.sleep(seconds)
    for writer in writers:
        writer.kill()
    rest = [writer.communicate()[0].split("\n")[:-1] for writer in writers]
    return [int(lines[-1]) if lines else number for number, lines in zip(first, rest, strict=True)]


@pytest.mark.timeout(60 + 10 * KILLS)
@pytest.mark.parametrize("writers", [1, 4])
def test_nothing_acknowledged_is_lost_when_writers_are_killed(tmp_path, writers):
    path = tmp_path / "context.json"
    chance = random.Random(writers)
    names = [f"writer {number}" for number in range(writers)]
    starts = [0] * writers
    for _ in range(max(1, KILLS // writers)):
        running = [start_writer(path, name, start) for name, start in zip(names, starts, strict=True)]
        acknowledged = kill_after(running, chance.uniform(0, 0.3))
        store = TinyDBContextStore(path)
        for name, last in zip(names, acknowledged, strict=True):
            # The write after the last acknowledged one may be there or not, but nothing between.
            newest = max(store.get((name, slot))["number"] for slot in range(7) if store.get((name, slot)))
            assert newest in (last, last + 1)
            for number in range(max(0, newest - 6), newest + 1):
                assert store.get((name, number % 7))["number"] == number
        starts = [last + 2 for last in acknowledged]
        # Numbers that were skipped are written, so that the last seven are there again next time.
        for name, start in zip(names, starts, strict=True):
            for number in range(max(0, start - 7), start):
                store.set((name, number % 7), {"number": number})


def test_two_processes_writing_at_once_lose_no_update(tmp_path):
    path = tmp_path / "context.json"
    script = WRITER.replace("100_000", "150").replace("number % 7", "number")
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(path), name, "0"], stdout=subprocess.PIPE)
        for name in ("one", "other")
    ]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    store = TinyDBContextStore(path)
    assert set(store.list_keys()) == {(name, number) for name in ("one", "other") for number in range(150)}
    assert all(store.get(key)["number"] == key[1] for key in store.list_keys())
