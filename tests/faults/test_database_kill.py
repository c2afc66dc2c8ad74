"""Processes are killed while they write to a file of SQLite; nothing acknowledged may be lost.

``AUTODASH_TEST_KILLS`` sets how many are killed; the default is short.
"""

import os
import random
import sqlite3
import subprocess
import sys
import time

import pytest

from autodash_jupyter.stores import DatabaseContextStore

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("AUTODASH_TEST_KILLS", "6"))
WRITERS = 2

# Each write is of two records that must agree, and is acknowledged by its number.
WRITER = """
import sys
from autodash_jupyter.stores import DatabaseContextStore
store, name, start = DatabaseContextStore(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(start, start + 100_000):
    value = {"number": number, "padding": "x" * (number * 397 % 3000)}
    store.set_many({(name, "first"): value, (name, "second"): value})
    if number % 50 == 0:
        store.compact()
    print(number, flush=True)
"""


@pytest.mark.timeout(60 + 10 * KILLS)
def test_nothing_acknowledged_is_lost_when_writers_are_killed(tmp_path):
    path, chance = tmp_path / "context.db", random.Random(5)
    last = dict.fromkeys((f"writer {number}" for number in range(WRITERS)), -1)
    for _ in range(max(1, KILLS // WRITERS)):
        running = {name: start_writer(path, name, number + 1) for name, number in last.items()}
        first = {name: int(writer.stdout.readline()) for name, writer in running.items()}
        time.sleep(chance.uniform(0, 0.3))
        for writer in running.values():
            writer.kill()
        with DatabaseContextStore(path) as store:
            for name, writer in running.items():
                lines = writer.communicate()[0].split("\n")[:-1]
                acknowledged = int(lines[-1]) if lines else first[name]
                one, other = store.get_many([(name, "first"), (name, "second")])
                assert one == other
                # The write after the last acknowledged one may be there or not.
                assert one["number"] in (acknowledged, acknowledged + 1)
                last[name] = one["number"]
            assert len(store.list_keys()) == 2 * WRITERS
        database = sqlite3.connect(path)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()


def start_writer(path, name, start):
    command = [sys.executable, "-c", WRITER, str(path), name, str(start)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
