"""Where a Redis is, its password and its certificate; and that a password is shown nowhere."""

import logging
import subprocess
import tempfile
import traceback

import pytest
from servers import free_port, needed, running_redis

from autodash_jupyter.blobs.redis import RedisBlobStore
from autodash_jupyter.stores import CachedContextStore, ContextStoreError
from autodash_jupyter.stores.redis.connection import parse_address
from autodash_jupyter.stores.redis.store import RedisContextStore

SECRET = "hunter2-t0p/secret#?@:"
QUOTED = "hunter2-t0p%2Fsecret%23%3F%40%3A"


@pytest.fixture(scope="module")
def guarded():
    with running_redis(password=SECRET) as server:
        yield server


@pytest.fixture(autouse=True)
def _own_prefix(prefix):
    """Keep the environment's Redis out of every test."""


def everything_said(error):
    return "".join(traceback.format_exception(error))


def test_a_server_is_where_the_caller_says_else_where_the_environment_says(monkeypatch):
    assert str(parse_address()) == "redis://localhost:6379/0"
    monkeypatch.setenv("REDIS_URL", "redis://there:7000/3")
    assert str(parse_address()) == "redis://there:7000/3"
    assert str(parse_address("redis://here")) == "redis://here:6379/0"
    assert str(parse_address(host="localhost", port=6379)) == "redis://localhost:6379/0"
    assert str(parse_address(db=5)) == "redis://there:7000/5"
    assert str(parse_address("redis://[::1]:7000")) == "redis://[::1]:7000/0"
    assert str(parse_address("unix:///run/redis.sock?db=2")) == "unix:///run/redis.sock?db=2"
    assert str(parse_address(cluster_nodes=[("a", 1), ("b", 2)])) == "redis+cluster://a:1,b:2"


def test_what_the_caller_gives_wins_over_the_url_and_that_over_the_environment(monkeypatch):
    monkeypatch.setenv("REDIS_PASSWORD", "from the environment")
    assert parse_address().password == "from the environment"
    assert parse_address(f"redis://user:{QUOTED}@host").password == SECRET
    assert parse_address(f"redis://user:{QUOTED}@host").username == "user"
    assert parse_address(f"redis://:{QUOTED}@host", password="given").password == "given"


@pytest.mark.parametrize(
    "url",
    [
        *(f"redis://:{SECRET}@localhost:6379", f"redis://localhost:{SECRET}", f"http://:{QUOTED}@localhost"),
        *(f"redis://:{QUOTED}@localhost:port/0", f"redis://:{QUOTED}@localhost/zero", QUOTED),
        *(f"redis://localhost?password={QUOTED}", f"redis+cluster://:{QUOTED}@a:1,b:x", "redis://[::1"),
        *(f"redis+cluster://:{QUOTED}@a:1/3", f"redis://:{QUOTED}@[host", f"redis://:{QUOTED}@host:99999"),
    ],
)
def test_a_url_that_is_none_is_refused_without_repeating_it(monkeypatch, url):
    with pytest.raises(ContextStoreError, match="the URL of Redis can't be understood") as caught:
        RedisContextStore(url)
    assert "hunter2" not in everything_said(caught.value).partition("ContextStoreError")[2]
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(ContextStoreError, match="REDIS_URL can't be understood") as caught:
        RedisContextStore()
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_nearest_scheme_is_named():
    with pytest.raises(ContextStoreError, match="Did you mean 'redis\\+cluster'"):
        RedisContextStore("redis-cluster://localhost")


def test_a_password_opens_the_server_wherever_it_comes_from(monkeypatch, guarded):
    for store in (
        RedisContextStore(guarded.url, password=SECRET),
        RedisContextStore(f"redis://:{QUOTED}@127.0.0.1:{guarded.port}"),
        RedisContextStore(f"redis://default:{QUOTED}@127.0.0.1:{guarded.port}"),
    ):
        with store:
            store.set("a", {"value": 1})
            assert store.get("a") == {"value": 1}
    monkeypatch.setenv("REDIS_PASSWORD", SECRET)
    with RedisContextStore(host="127.0.0.1", port=guarded.port) as store:
        assert store.get("a") == {"value": 1}


def test_a_missing_or_wrong_password_is_a_clear_error_and_is_not_repeated(guarded, caplog):
    caplog.set_level(logging.DEBUG)
    wrong = f"wrong-{SECRET}"
    for store in (RedisContextStore(guarded.url), RedisContextStore(guarded.url, password=wrong)):
        for call in (store.list_keys, store.change_token, lambda store=store: store.set("a", {})):
            with pytest.raises(ContextStoreError, match="set REDIS_PASSWORD") as caught:
                call()
            assert caught.value.__cause__ is not None
            assert "\n" not in str(caught.value)
            assert "hunter2" not in str(caught.value) + str(caught.value.__cause__)
        for shown in (repr(store), str(store), repr(store.address), str(store.address)):
            assert "hunter2" not in shown
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
def test_an_unreachable_server_is_a_clear_error_at_the_first_call(scheme):
    store = RedisContextStore(f"{scheme}://127.0.0.1:{free_port()}", retries=1, timeout=0.5)
    for call in (lambda: store.get("a"), lambda: store.set("a", {}), store.list_keys, store.stats):
        with pytest.raises(ContextStoreError, match="set REDIS_URL to where it does") as caught:
            call()
        assert caught.value.__cause__ is not None


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    made = [needed("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    made += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    made += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    return folder


def test_tls_is_used_and_the_certificate_checked(certificate):
    port, file = free_port(), str(certificate / "certificate.pem")
    options = ["--tls-port", str(port), "--tls-cert-file", file, "--tls-auth-clients", "no"]
    options += ["--tls-key-file", str(certificate / "key.pem"), "--tls-ca-cert-file", file]
    with running_redis(*options, password=SECRET):
        trusting = {"password": SECRET, "tls": {"ssl_ca_certs": file}}
        for store in (
            RedisContextStore(f"rediss://localhost:{port}", **trusting),
            RedisContextStore(host="127.0.0.1", port=port, **trusting),
        ):
            with store:
                store.set("a", {"value": 1})
                assert store.get("a") == {"value": 1}
        for stranger in (
            RedisContextStore(f"rediss://localhost:{port}", password=SECRET, retries=0),
            RedisContextStore(f"redis://localhost:{port}", password=SECRET, retries=0),
        ):
            with pytest.raises(ContextStoreError, match="can't read"):
                stranger.get("a")


def test_a_server_on_a_unix_socket_keeps_records_blobs_and_a_cache():
    with (
        tempfile.TemporaryDirectory() as folder,  # a socket's path may have about a hundred characters
        running_redis("--unixsocket", socket := f"{folder}/redis.sock"),
        RedisContextStore(f"unix://{socket}?db=2") as store,
        CachedContextStore(store) as cached,
    ):
        cached.set("a", {"rows": 1})
        assert cached.get("a") == {"rows": 1}
        store.set("a", {"rows": 2})
        assert store.get("a") == {"rows": 2}
        blobs = RedisBlobStore(store.connect())
        assert blobs.get(blobs.put(b"penguins")) == b"penguins"
