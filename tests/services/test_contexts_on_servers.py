"""Contexts on servers: written whole, and found with the cache, beside another client."""

import time

import pytest
from database_servers import DatabaseServer
from servers import running_redis, running_redis_cluster

from autodash_jupyter import ContextService
from autodash_jupyter.catalog import DatasetCatalog
from autodash_jupyter.models import Dataset
from autodash_jupyter.stores import (
    CachedContextStore,
    DatabaseContextStore,
    InMemoryContextStore,
    RedisContextStore,
    ShardManager,
    TinyDBContextStore,
)


@pytest.fixture(params=["redis", "cluster", "postgresql", "mariadb", "sharded"])
def stores(request, tmp_path):
    """Two clients of one store, each with what it remembers."""
    kind = request.param
    if kind == "redis":
        with running_redis() as server:
            yield [CachedContextStore(RedisContextStore(server.url)) for _ in range(2)]
    elif kind == "cluster":
        with running_redis_cluster() as cluster:
            yield [CachedContextStore(RedisContextStore(cluster.url)) for _ in range(2)]
    elif kind == "sharded":
        memory, file = InMemoryContextStore(), TinyDBContextStore(tmp_path / "c.json")
        yield [ShardManager({"north": memory, "east": file}) for _ in range(2)]
    else:
        server: DatabaseServer = request.getfixturevalue(kind)
        yield [CachedContextStore(DatabaseContextStore(server.url, prefix="contexts_")) for _ in range(2)]


@pytest.mark.slow
def test_what_one_client_saves_the_other_finds(stores):
    one, other = (ContextService(store) for store in stores)
    for dataset_id in ("a", "b", "c"):
        dataset = Dataset(dataset_id=dataset_id, user_id=1, name=dataset_id, filename="t.csv")
        DatasetCatalog(stores[0]).save(dataset)
    record = one.create_context(1, {"name": "sales", "datasets": ["a", "b", "nobody"]})
    assert other.find_active_context_by_dataset(1, "a") == record
    other.update_context(1, "sales", {"datasets": ["b", "c"]}, expected_revision=1)
    assert until(lambda: one.find_active_context_by_dataset(1, "a") is None)
    assert until(lambda: one.find_active_context_by_dataset(1, "c") is not None)
    assert one.find_active_context_by_dataset(1, "c").revision == 2
    assert [found.revision for found in one.versions(1, "sales")] == [1, 2]
    report = one.relink()
    assert (report.linked, report.changed, report.skipped) == (2, 0, 0)
    assert one.delete_context(1, "sales")
    assert until(lambda: other.find_active_context_by_dataset(1, "c") is None)
    assert until(lambda: other.get_context(1, "sales") is None)


def until(condition, seconds=5.0):
    """Wait until something holds, since a server's message takes a moment; tell whether it does."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()
