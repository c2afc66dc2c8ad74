"""Addresses: files served on loopback, with names, limits and secrets kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import read_source

pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")
CSV = b"id,name\n1,Ana\n2,Bo\n"


class Handler(BaseHTTPRequestHandler):
    """Serves a table, one that ends early, and errors."""

    def do_GET(self) -> None:
        """Answer by the path."""
        path = self.path.partition("?")[0]
        if path not in {"/data/sales.csv", "/cut.csv", "/empty.csv"}:
            self.send_error(404 if path == "/none.csv" else 403)
            return
        body = b"" if path == "/empty.csv" else CSV
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + (100 if path == "/cut.csv" else 0)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - so it is called

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_at_an_address_is_read_under_its_name_and_its_secrets_are_not_kept(address):
    [table] = read_source(f"http://{address}/data/sales.csv?token=secret&page=2")
    assert table.name == "sales"
    assert table.frame.to_dict("list") == {"id": [1, 2], "name": ["Ana", "Bo"]}
    assert table.source == f"http://{address}/data/sales.csv?token=***&page=2"


@pytest.mark.parametrize("path", ["none.csv", "forbidden.csv", "cut.csv", "empty.csv"])
def test_what_is_not_there_or_not_whole_is_refused_without_the_secret(address, path):
    with pytest.raises(SourceError) as caught:
        read_source(f"http://{address}/{path}?token=secret")
    assert "token=secret" not in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_file_beyond_the_limit_is_not_copied(address, monkeypatch):
    from autodash_jupyter.frames import remote

    monkeypatch.setattr(remote, "MOST_BYTES", 5)
    with pytest.raises(SourceError, match="larger than"):
        read_source(f"http://{address}/data/sales.csv")


def test_progress_is_told_and_an_interrupt_leaves_nothing(address):
    told: list[tuple[int, int]] = []
    read_source(f"http://{address}/data/sales.csv", progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == len(CSV)

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_source(f"http://{address}/data/sales.csv", progress=interrupt)
