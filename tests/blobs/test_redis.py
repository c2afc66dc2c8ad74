"""Blobs in a real Redis, and in a real cluster of three."""

import pandas as pd
import pytest
from servers import running_redis, running_redis_cluster

from autodash_jupyter.blobs import BlobError, RedisBlobStore, load_frame, save_frame, signing_key, sweep

MISSING = "0" * 32


def test_redis_keeps_a_blob_of_many_chunks_and_mends_one_that_lost_some(redis_client):
    blobs = RedisBlobStore(redis_client, chunk_bytes=7)
    data = bytes(range(256))
    name = blobs.put(data)
    keys = redis_client.keys()
    assert len(keys) == 1 + 37
    assert all(redis_client.ttl(key) == -1 for key in keys)
    redis_client.delete(next(key for key in keys if key.endswith(b":3")))
    with pytest.raises(BlobError, match="damaged"):
        blobs.get(name)
    blobs.put(data)
    assert blobs.get(name) == data
    assert len(redis_client.keys()) == 1 + 37
    blobs.delete(name)
    assert redis_client.keys() == []


def test_redis_reports_changed_bytes_and_forgets_unfinished_uploads(redis_client):
    blobs = RedisBlobStore(redis_client)
    name = blobs.put(b"penguins")
    chunk = next(key for key in list(redis_client.scan_iter()) if not key.endswith(b"}"))
    redis_client.set(chunk, b"penguinz")
    with pytest.raises(BlobError, match="damaged"):
        blobs.get(name)
    blobs._run = lambda *arguments: pytest.fail("killed before the end")
    with pytest.raises(pytest.fail.Exception):
        blobs.upload(MISSING, [b"x"])
    [unfinished] = [key for key in list(redis_client.scan_iter()) if MISSING.encode() in key]
    assert 0 < redis_client.ttl(unfinished) <= 3600
    assert list(blobs.names()) == [name]


def test_redis_keeps_two_prefixes_apart(redis_client):
    one, other = RedisBlobStore(redis_client, prefix="a*:"), RedisBlobStore(redis_client, prefix="ab:")
    name = one.put(b"penguins")
    assert (list(one.names()), list(other.names())) == ([name], [])
    assert name not in other


def test_a_redis_client_that_returns_text_is_refused():
    client = pytest.importorskip("redis").Redis(decode_responses=True)
    with pytest.raises(BlobError, match="decode_responses=False"):
        RedisBlobStore(client)


def test_a_redis_that_does_not_answer_is_one_line_that_says_what_to_check():
    with running_redis() as server:
        redis = pytest.importorskip("redis")
        once = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
        blobs = RedisBlobStore(redis.Redis(port=server.port, retry=once))
        name = blobs.put(b"penguins")
        server.stop()
        for use in (lambda: blobs.put(b"x"), lambda: blobs.get(name), lambda: list(blobs.names())):
            with pytest.raises(BlobError, match="REDIS_URL"):
                use()


def test_instances_on_one_redis_share_frames_in_arrow_and_by_a_shared_key_the_others(redis_client):
    blobs = RedisBlobStore(redis_client)
    one, other = signing_key({"AUTODASH_SIGNING_KEY": "one"}), signing_key({"AUTODASH_SIGNING_KEY": "other"})
    plain, nested = pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [[1], {"x": 2}]})
    names = save_frame(blobs, plain, one), save_frame(blobs, nested, one)
    pd.testing.assert_frame_equal(load_frame(blobs, names[0], other), plain)
    with pytest.raises(BlobError, match="AUTODASH_SIGNING_KEY"):
        load_frame(blobs, names[1], other)
    pd.testing.assert_frame_equal(load_frame(blobs, names[1], one), nested)


def test_a_redis_cluster_keeps_the_keys_of_a_blob_together():
    redis = pytest.importorskip("redis")
    with running_redis_cluster() as cluster:
        client = redis.RedisCluster("127.0.0.1", cluster.nodes[0].port)
        blobs = RedisBlobStore(client, chunk_bytes=100)
        datas = [b"%d" % number * 300 for number in range(30)]
        names = [blobs.put(data) for data in datas]
        assert [blobs.get(name) for name in names] == datas
        assert sorted(blobs.names()) == sorted(names)
        assert sweep(blobs, [], older_than_seconds=0).removed == 30
        client.close()
