"""Where a Redis is and how to talk to it: addresses, passwords, TLS, time-outs, retries.

The driver is imported when the first connection is made. A password is taken in, handed to the driver,
and shown nowhere: not in a ``repr``, not in an error.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from autodash_jupyter.errors import ContextStoreError, did_you_mean

__all__ = [
    "RedisAddress",
    "RedisTuning",
    "checked_ttl",
    "connect",
    "connect_once",
    "each_primary",
    "failure_remedy",
    "import_redis",
    "parse_address",
    "redis_errors",
]

SCHEMES = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster")
DEFAULT_URL = "redis://localhost:6379/0"
DEFAULT_PORT = 6379
LONGEST_TTL = 100 * 366 * 86_400
FIRST_WAIT, LONGEST_WAIT = 0.05, 1.0  # seconds before a call is tried again; doubled each time


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """Where a Redis, or the nodes of a Redis Cluster, listen; its ``str`` is a URL without the password.

    >>> str(RedisAddress(nodes=(("localhost", 6379),), password="secret"))
    'redis://localhost:6379/0'
    """

    nodes: tuple[tuple[str, int], ...] = ()
    db: int = 0
    path: str = ""  # of a Unix socket
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    is_tls: bool = False
    is_cluster: bool = False

    def __str__(self) -> str:
        if self.path:
            return f"unix://{self.path}?db={self.db}"
        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.nodes)
        scheme = ("rediss" if self.is_tls else "redis") + ("+cluster" if self.is_cluster else "")
        return f"{scheme}://{hosts}" + ("" if self.is_cluster else f"/{self.db}")


@dataclass(frozen=True, slots=True)
class RedisTuning:
    """How many connections at most, how many seconds to wait for each answer, how often to try again.

    ``tls`` are redis-py's ``ssl_...`` arguments: ``{"ssl_ca_certs": "ca.pem"}``.
    """

    pool_size: int = 16
    timeout: float = 5.0
    retries: int = 3
    tls: Mapping[str, Any] = field(default_factory=dict)


def parse_address(
    url: str | None = None,
    *,
    host: str | None = None,
    port: int | None = None,
    db: int | None = None,
    password: str | None = None,
    cluster_nodes: Sequence[tuple[str, int]] = (),
    is_tls: bool = False,
) -> RedisAddress:
    """Return where to connect to.

    What is given by name wins over the URL; without any of both it is ``REDIS_URL``. A password that is
    neither given nor in the URL is ``REDIS_PASSWORD``.

    Raises:
        ContextStoreError: The URL can't be understood; it is not repeated, as it may hold a password.

    >>> str(parse_address("rediss+cluster://:secret@one:7000,two:7001"))
    'rediss+cluster://one:7000,two:7001'
    >>> str(parse_address(host="localhost", port=6379, db=2))
    'redis://localhost:6379/2'
    """
    is_named = host is not None or port is not None or bool(cluster_nodes)
    is_from_environment = url is None and not is_named
    if url is None:
        url = (is_from_environment and os.environ.get("REDIS_URL", "").strip()) or DEFAULT_URL
    try:
        address = _parse_url(url)
    except ValueError as error:
        where = "REDIS_URL" if is_from_environment else "the URL of Redis"
        msg = (
            f"{where} can't be understood: {error}; write redis://host:6379/0, rediss:// or redis+cluster://"
        )
        raise ContextStoreError(msg) from None  # the cause may repeat the password
    if cluster_nodes:
        address = replace(address, nodes=tuple(cluster_nodes), path="", is_cluster=True)
    elif is_named:
        first_host, first_port = (*address.nodes, ("localhost", DEFAULT_PORT))[0]
        address = replace(address, nodes=((host or first_host, port or first_port),), path="")
    return replace(
        address,
        db=address.db if db is None else db,
        password=password or address.password or os.environ.get("REDIS_PASSWORD") or None,
        is_tls=address.is_tls or is_tls,
    )


def _parse_url(url: str) -> RedisAddress:
    scheme, separator, _ = url.partition("://")
    if not separator or scheme not in SCHEMES:
        raise ValueError("it begins with no scheme that is known." + did_you_mean(scheme[:20], SCHEMES))
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("its host is not well-formed") from None
    options = dict(parse_qsl(parts.query))
    if unknown := set(options) - {"db"}:
        raise ValueError(f"{len(unknown)} of its options are not known (db is; others are arguments)")
    username, password = _credentials(parts)
    is_unix = scheme == "unix"
    database = options.get("db", "" if is_unix else parts.path.strip("/")) or "0"
    if not (database.isascii() and database.isdigit()):
        raise ValueError("its database is no number")
    is_cluster = scheme.endswith("+cluster")
    if is_cluster and int(database):
        raise ValueError("a cluster has the database 0 only")
    return RedisAddress(
        nodes=() if is_unix else _parse_nodes(parts.netloc.rpartition("@")[2], is_cluster),
        db=int(database),
        path=unquote(parts.path) if is_unix else "",
        username=username,
        password=password,
        is_tls=scheme.startswith("rediss"),
        is_cluster=is_cluster,
    )


def _credentials(parts: SplitResult) -> tuple[str | None, str | None]:
    name, _, password = parts.netloc.rpartition("@")[0].partition(":")
    return unquote(name) or None, unquote(password) or None


def _parse_nodes(hosts: str, is_cluster: bool) -> tuple[tuple[str, int], ...]:
    texts = hosts.split(",") if is_cluster else [hosts]
    nodes = []
    for text in texts:
        node = urlsplit(f"//{text}")
        try:
            port = node.port
        except ValueError:
            raise ValueError("a port is no number up to 65535 (write %2F for / in a password)") from None
        nodes.append((node.hostname or "localhost", port or DEFAULT_PORT))
    return tuple(nodes)


def connect(address: RedisAddress, tuning: RedisTuning) -> Any:
    """Return redis-py's client, with a pool; one Redis is first spoken to at the first call.

    Raises redis-py's exceptions where a cluster can't be reached.
    """
    redis = import_redis()
    options = connection_options(address, tuning)
    if address.is_cluster:
        nodes = [redis.cluster.ClusterNode(host, port) for host, port in address.nodes]
        return redis.RedisCluster(
            startup_nodes=nodes, max_connections=tuning.pool_size, ssl=address.is_tls, **options
        )
    pool = redis.BlockingConnectionPool(
        connection_class=_connection_class(address),
        max_connections=tuning.pool_size,
        timeout=tuning.timeout,
        **_place(address),
        **options,
    )
    return redis.Redis(connection_pool=pool)


def connect_once(address: RedisAddress, tuning: RedisTuning, protocol: int) -> Any:
    """Return one connection of one Redis, not yet made, which neither retries nor belongs to a pool."""
    options = connection_options(address, tuning) | {"protocol": protocol}
    return _connection_class(address)(**_place(address), **options)


def each_primary(address: RedisAddress, tuning: RedisTuning) -> frozenset[RedisAddress]:
    """Return the address of each node that has records: of a cluster's primaries, or of the one Redis."""
    if not address.is_cluster:
        return frozenset({address})
    client = connect(address, tuning)
    try:
        nodes = [(node.host, node.port) for node in client.get_primaries()]
    finally:
        client.close()
    return frozenset(replace(address, nodes=(node,), is_cluster=False) for node in nodes)


def connection_options(address: RedisAddress, tuning: RedisTuning) -> dict[str, Any]:
    """Return what every connection is given, as redis-py's arguments."""
    redis = import_redis()
    # A cluster's client follows a key to its new node and tries again; for one Redis, ours does.
    backoff = redis.backoff.ExponentialBackoff(cap=LONGEST_WAIT, base=FIRST_WAIT)
    retry = redis.retry.Retry(backoff, tuning.retries if address.is_cluster else 0)
    options: dict[str, Any] = {
        "username": address.username,
        "password": address.password,
        "socket_timeout": tuning.timeout,
        "socket_connect_timeout": tuning.timeout,
        "protocol": 2,  # what every version and proxy of Redis speaks
        "retry": retry,
    }
    if address.path:
        return options
    tls = {"ssl_check_hostname": True, **tuning.tls} if address.is_tls else {}
    return options | {"socket_keepalive": True} | tls


def _connection_class(address: RedisAddress) -> Any:
    redis = import_redis()
    if address.path:
        return redis.UnixDomainSocketConnection
    return redis.SSLConnection if address.is_tls else redis.Connection


def _place(address: RedisAddress) -> dict[str, Any]:
    if address.path:
        return {"path": address.path, "db": address.db}
    host, port = address.nodes[0]
    return {"host": host, "port": port, "db": address.db}


def redis_errors() -> tuple[type[BaseException], ...]:
    """Return what redis-py raises."""
    errors = import_redis().exceptions
    return (errors.RedisError, errors.RedisClusterException, OSError)


def failure_remedy(error: BaseException) -> str:
    """Return what a person can do about one of redis-py's exceptions."""
    errors = import_redis().exceptions
    if isinstance(error, errors.AuthenticationError | errors.AuthorizationError | errors.NoPermissionError):
        return "set REDIS_PASSWORD, or give password="
    if "NOAUTH" in str(error) or "Authentication required" in str(error):
        return "set REDIS_PASSWORD, or give password="
    if isinstance(error, errors.OutOfMemoryError):
        return "give the server more memory (maxmemory), or delete what is not needed"
    if isinstance(error, errors.ClusterDownError | errors.ClusterError):
        return "see whether all nodes of the cluster run"
    unreachable = errors.ConnectionError | errors.TimeoutError | errors.RedisClusterException | OSError
    if isinstance(error, unreachable):
        return "see whether it runs, or set REDIS_URL to where it does"
    return "see the server's log"


def import_redis() -> Any:
    """Return redis-py; ``ContextStoreError`` with the remedy where it isn't installed."""
    try:
        import redis
        import redis.cluster
    except ImportError as error:
        msg = 'Redis needs the library redis; run: pip install "autodash-jupyter[redis]"'
        raise ContextStoreError(msg) from error
    return redis


def checked_ttl(ttl: float | None) -> float | None:
    """Return a time to live in seconds; ``ContextStoreError`` for what can't be one.

    >>> checked_ttl(86_400), checked_ttl(None)
    (86400, None)
    """
    if ttl is not None and not (isinstance(ttl, int | float) and 0.001 <= ttl <= LONGEST_TTL):
        msg = f"ttl={ttl!r} is no time to live: give seconds, or None for records that stay"
        raise ContextStoreError(msg)
    return ttl
