"""Processes are killed while they save, update and delete contexts: no link may lead to nothing.

``AUTODASH_TEST_KILLS`` sets how many are killed for each kind of store; the default is short.
"""

import json
import os
import random
import subprocess
import sys
import time

import pytest
from servers import running_redis

from autodash_jupyter.catalog import ContextCatalog, DatasetCatalog
from autodash_jupyter.models import Dataset
from autodash_jupyter.stores import DatabaseContextStore, RedisContextStore, TinyDBContextStore

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("AUTODASH_TEST_KILLS", "6"))
DATASETS = [f"d{number}" for number in range(6)]
KINDS = {"tinydb": TinyDBContextStore, "sqlite": DatabaseContextStore, "redis": RedisContextStore}

# Creates, updates and deletes contexts that name changing datasets, and deletes and puts datasets.
SAVER = """
import random, sys
from autodash_jupyter.catalog import ContextCatalog, DatasetCatalog, NameTakenError, Save
from autodash_jupyter.models import Dataset
from autodash_jupyter.stores import DatabaseContextStore, RedisContextStore, TinyDBContextStore
from autodash_jupyter.stores.tinydb import journaled_tables
journaled_tables.SHORTEST_FOLD = 50_000
kinds = {"tinydb": TinyDBContextStore, "sqlite": DatabaseContextStore, "redis": RedisContextStore}
store, chance = kinds[sys.argv[1]](sys.argv[2]), random.Random(int(sys.argv[3]))
catalog, datasets = ContextCatalog(store), DatasetCatalog(store)
ids = [f"d{number}" for number in range(6)]
while True:
    context_id, turn = f"ctx_{chance.randrange(4)}", chance.random()
    named = chance.sample(ids, chance.randrange(1, 5))
    if turn < 0.15:
        catalog.delete(context_id)
    elif turn < 0.25:
        catalog.delete_dataset(named[0])
        datasets.save(Dataset(dataset_id=named[0], user_id="ada", name=named[0], filename="t.csv"))
    else:
        values = {"name": f"{context_id}_{chance.randrange(2)}", "datasets": named, "padding": "x" * 500}
        catalog.save("ada", context_id, lambda _: Save(values, "", tuple(named), "ada", "saved"))
    print(context_id, flush=True)
"""


def check(store):
    """Check that links, contexts, revisions and names agree."""
    keys = store.list_keys()
    links = {key[1]: store.get(key) for key in keys if key[0] == "link"}
    contexts = {key[1]: store.get(key) for key in keys if key[0] == "context"}
    for dataset_id, link in links.items():
        assert store.get(("dataset", dataset_id)) is not None
        assert link["active"] in link["context_ids"]
        for context_id in link["context_ids"]:
            assert dataset_id in contexts[context_id]["links"]
    for context_id, record in contexts.items():
        assert all(context_id in links[dataset_id]["context_ids"] for dataset_id in record["links"])
        name = ("context_name", "ada", json.loads(record["document"])["name"], "1.0.0")
        assert store.get(name) == {"context_id": context_id}
        assert ("context_revision", context_id, record["revision"]) in keys
    revisions = [key for key in keys if key[0] == "context_revision"]
    assert len(revisions) == sum(record["revision"] for record in contexts.values())
    assert len([key for key in keys if key[0] == "context_name"]) == len(contexts)


@pytest.fixture(params=["tinydb", "sqlite", "redis"])
def place(request, tmp_path):
    if request.param == "redis":
        with running_redis() as server:
            yield request.param, server.url
    else:
        yield request.param, str(tmp_path / "context")


@pytest.mark.timeout(60 + 10 * KILLS)
def test_a_kill_in_the_middle_of_saves_leaves_no_link_to_nothing(place):
    kind, where = place
    store = KINDS[kind](where)
    for dataset_id in DATASETS:
        DatasetCatalog(store).save(
            Dataset(dataset_id=dataset_id, user_id="ada", name=dataset_id, filename="t.csv")
        )
    chance, saves = random.Random(7), 0
    for kill in range(KILLS):
        savers = [
            subprocess.Popen(
                [sys.executable, "-c", SAVER, kind, where, str(2 * kill + one)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for one in range(2)
        ]
        for saver in savers:
            saver.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.3))
        for saver in savers:
            saver.kill()
        saves += sum(len(saver.communicate()[0].splitlines()) for saver in savers)
        check(store)
    assert saves > KILLS
    active = [ContextCatalog(store).active(dataset_id) for dataset_id in DATASETS]
    assert any(record is not None for record in active)
    print(f"\n{kind}: {2 * KILLS} kills, {saves} saves acknowledged, no link to nothing")
    store.close()
