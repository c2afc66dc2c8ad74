"""Where a source lies: paths of every spelling, what only looks like a file, addresses, the clipboard."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

import gzip
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import fsspec
import pytest
from zoo import plain_values, wanted_text

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import ReadOptions, read_source

AB = {"a": [1, 3], "b": ["x", "y"]}
CSV = b"a,b\n1,x\n3,y\n"


def frame_at(source: object) -> object:
    [table] = read_source(source)  # type: ignore[arg-type]
    assert plain_values(table.frame) == wanted_text(AB)
    return table


@pytest.mark.parametrize(
    "name",
    ["with blanks.csv", "été – Ünï.csv", "日本.csv", "a#b?c%20d.csv", "UPPER.CSV", "dots.in.name.csv", "-dash.csv", "[1].csv",
     "star*.csv", "quote'd.csv", '"quoted".csv', "tab\there.csv", "percent%41.csv", "a,b.csv", "x.csv ", " lead.csv", "~tilde.csv"],
)  # fmt: skip
def test_a_name_may_hold_anything(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(CSV)
    frame_at(tmp_path / name)
    frame_at(str(tmp_path / name))
    frame_at("file://" + quote(str(tmp_path / name)))


def test_links_are_followed_and_dead_ones_told(tmp_path):
    (tmp_path / "real.csv").write_bytes(CSV)
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    (tmp_path / "dead.csv").symlink_to(tmp_path / "gone.csv")
    frame_at(tmp_path / "link.csv")
    with pytest.raises(SourceError, match=r"no file 'dead\.csv'|leads nowhere"):
        read_source(tmp_path / "dead.csv")


@pytest.mark.parametrize(
    "name", ["pipe.csv", "pipe.json", "pipe.xlsx", "pipe.parquet", "pipe.zip", "pipe.sqlite", "pipe"]
)
def test_a_pipe_is_refused_without_waiting(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(SourceError, match="pipe, socket or device"):
        read_source(tmp_path / name)


def test_a_pipe_among_files_of_a_pattern_or_folder_is_left_out(tmp_path):
    (tmp_path / "year=2024").mkdir()
    (tmp_path / "year=2024" / "a.csv").write_bytes(CSV)
    os.mkfifo(tmp_path / "year=2024" / "b.csv")
    [one] = read_source(f"{tmp_path}/*/*.csv")
    [other] = read_source(tmp_path)
    assert len(one.frame) == len(other.frame) == 2


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/random", "/dev/stdin"])
def test_a_device_is_refused(device):
    if not Path(device).exists():
        pytest.skip(f"no {device} here")
    with pytest.raises(SourceError, match=r"pipe, socket or device|no file|empty"):
        read_source(device, options=ReadOptions(file_format="csv"))


def test_a_socket_is_refused(tmp_path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.csv"))
        with pytest.raises(SourceError, match="pipe, socket or device"):
            read_source(tmp_path / "s.csv")


class _Answers(BaseHTTPRequestHandler):
    """Answers each path in its own awkward way."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        answers = {
            "/t.csv": (200, {}, CSV),
            "/download": (200, {"Content-Disposition": 'attachment; filename="sales 2024.csv"'}, CSV),
            "/starred": (200, {"Content-Disposition": "attachment; filename*=UTF-8''%C3%A9t%C3%A9.csv"}, CSV),
            "/typed": (200, {"Content-Type": "text/csv; charset=utf-8"}, CSV),
            "/json": (200, {"Content-Type": "application/json"}, b'[{"a": 1, "b": "x"}, {"a": 3, "b": "y"}]'),
            "/plain": (200, {"Content-Type": "text/plain"}, CSV),
            "/wrong.json": (200, {"Content-Type": "application/json"}, CSV),
            "/octets.csv": (200, {"Content-Type": "application/octet-stream"}, CSV),
            "/zipped.csv": (200, {"Content-Encoding": "gzip", "Content-Type": "text/csv"}, gzip.compress(CSV)),
            "/t.csv.gz": (200, {"Content-Type": "application/gzip"}, gzip.compress(CSV)),
            "/moved": (302, {"Location": "/t.csv"}, b""),
            "/circle": (302, {"Location": "/circle"}, b""),
            "/login.csv": (200, {"Content-Type": "text/html"}, b"<!doctype html><html><body>Log in</body></html>"),
            "/forbidden.csv": (403, {}, b"no"),
            "/secret.csv": (401, {}, b"who"),
            "/broken.csv": (500, {}, b"oops"),
            "/empty.csv": (200, {}, b""),
        }  # fmt: skip
        if path == "/short.csv":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(CSV)
            self.close_connection = True
            return
        if path == "/hangs.csv":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.flush()
            self.server.ended.wait(30)  # type: ignore[attr-defined]
            return
        code, headers, body = answers.get(path, (404, {}, b"not found"))
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.send_error(405)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.ended = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.ended.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with _serving() as url:
        yield url


@pytest.mark.parametrize(
    ("path", "name"),
    [("/t.csv", "t"), ("/t.csv?page=2#top", "t"), ("/download", "sales_2024"), ("/starred", "été"), ("/typed", "typed"),
     ("/json", "json"), ("/plain", "plain"), ("/octets.csv", "octets"), ("/zipped.csv", "zipped"), ("/t.csv.gz", "t"),
     ("/moved", "t")],
)  # fmt: skip
def test_what_a_server_sends_is_read(address, path, name):
    table = frame_at(address + path)
    assert table.name in {name, f"{name}_data", f"data_{name}"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "said"),
    [("/no.csv", "404|Nothing could be read|no file"), ("/forbidden.csv", "403"), ("/secret.csv", "401"), ("/broken.csv", "500"),
     ("/empty.csv", "empty"), ("/short.csv", "ended|short|not enough|cut|payload"), ("/login.csv", "HTML page"),
     ("/circle", "redirect|many")],
)  # fmt: skip
def test_what_a_server_does_not_send_is_told(address, path, said):
    with pytest.raises(SourceError, match=f"(?i){said}") as caught:
        read_source(address + path)
    assert "\n" not in str(caught.value)


def test_a_server_that_falls_silent_is_given_up(address, monkeypatch):
    monkeypatch.setattr("autodash_jupyter.frames.remote.SECONDS_OF_SILENCE", 1)
    with pytest.raises(SourceError, match=r"(?i)time|silent"):
        read_source(f"{address}/hangs.csv")


def test_files_in_memory_and_beside_are_read_through_fsspec():
    with fsspec.open("memory://folder/t.csv", "wb") as file:
        file.write(CSV)
    frame_at("memory://folder/t.csv")
    with pytest.raises(SourceError, match="Nothing could be read"):
        read_source("memory://folder/no.csv")


CLIPBOARDS = [
    ("a\tb\r\n1\tx\r\n3\ty\r\n", AB),
    ("a,b\n1,x\n3,y\n", AB),
    (
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x</td></tr><tr><td>3</td><td>y</td></tr></table>",
        AB,
    ),
    ('[{"a": 1, "b": "x"}, {"a": 3, "b": "y"}]', AB),
    ("| a | b |\n|---|---|\n| 1 | x |\n| 3 | y |\n", AB),
]


@pytest.mark.parametrize(("text", "columns"), CLIPBOARDS)
def test_the_clipboard_is_read_as_what_it_holds(monkeypatch, text, columns):
    from pandas.io import clipboard

    monkeypatch.setattr(clipboard, "clipboard_get", lambda: text)
    [table] = read_source("clipboard:")
    assert table.name == "clipboard"
    assert plain_values(table.frame) == wanted_text(columns)
