"""Uploads: whole ones become datasets, others leave nothing, and no name leads anywhere."""

from __future__ import annotations

import hashlib
import io
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import openpyxl
import pytest
from jupyter_servers import SHARED_LIMIT, JupyterServer, jupyter_server, wait_for_status

SALES = b"day,amount\n2024-01-01,10\n2024-01-02,12\n"
QUARTER = SALES.replace(b"2024", b"1999")
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\xff\xff" + bytes(range(256)) * 8
LIMIT = 300_000


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "North"
    for sheet in (book.active, book.create_sheet("South")):
        sheet.append(["city", "price"])
        sheet.append(["Oslo", 3])
    book.create_sheet("Nothing")
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def raw_upload(
    server: JupyterServer, head: str, body: bytes = b"", token: str = "token-of-ada"
) -> socket.socket:
    parts = urlsplit(server.address)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=20)
    lines = f"POST /autodash/api/datasets/upload HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    connection.sendall((lines + f"Authorization: token {token}\r\n" + head + "\r\n").encode() + body)
    return connection


FORM = (
    "Content-Type: multipart/form-data; boundary=xx\r\nContent-Length: 200000\r\n",
    b'--xx\r\nContent-Disposition: form-data; name="file"; filename="cut.csv"\r\n\r\na,b\n'
    + b"1,2\n" * 5_000,
)


def test_an_upload_is_answered_at_once_and_described_later(ada: httpx.Client, people: JupyterServer) -> None:
    answer = ada.post(
        "/datasets/upload", files={"file": ("quarter.csv", QUARTER)}, data={"session_id": "mine-1"}
    )
    told = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/autodash/api/datasets/{told['dataset_id']}")
    assert told["context_status"] == "pending"
    assert (told["session_id"], told["initialized_tables"], told["errors"]) == ("mine-1", ["quarter"], [])
    assert told.keys() >= {"dataset_id", "columns", "columns_info", "context", "context_id", "created_at"}
    assert (told["filename"], told["row_count"], told["file_size_bytes"]) == ("quarter.csv", 2, len(QUARTER))
    assert told["message"]
    assert told["dataset_id"].startswith("upload_")
    assert wait_for_status(ada, told["dataset_id"])["context"]
    kept = people.home / "originals"
    digest = hashlib.sha256(QUARTER).hexdigest()
    assert [path.name for path in files_in(kept)].count(digest) == 1
    again = ada.post("/datasets/upload", files={"file": ("again.csv", QUARTER)}).json()["dataset_id"]
    for dataset_id, count in ((told["dataset_id"], 1), (again, 0)):
        assert ada.delete(f"/datasets/{dataset_id}").status_code == 204
        assert [path.name for path in files_in(kept)].count(digest) == count


def test_every_sheet_is_a_table_and_an_empty_one_does_not_fail_the_upload(ada: httpx.Client) -> None:
    told = ada.post("/datasets/upload", files={"file": ("regions.xlsx", workbook())}).json()
    assert told["initialized_tables"] == ["north", "south"]
    assert told["errors"] == ["sheet 'Nothing' is empty."]
    assert len({one["dataset_id"] for one in told["datasets"]}) == 2
    assert told["session_id"]
    for one in told["datasets"]:
        ada.delete(f"/datasets/{one['dataset_id']}")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../evil.csv", "evil.csv"),
        ("C:\\windows\\evil.csv", "evil.csv"),
        ("/etc/cron.d/evil.csv", "evil.csv"),
        ("a\u202egnp.csv", "agnp.csv"),
        ("größe 2024.csv", "größe 2024.csv"),
        (".htaccess.csv", "htaccess.csv"),
        ("a[1].csv", "a[1].csv"),
        ("*.csv", "*.csv"),
        ("50%~$HOME.csv", "50%~$HOME.csv"),
        ("<img src=x onerror=alert(1)>.csv", "<img src=x onerror=alert(1)>.csv"),
        ("x" * 400 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_a_files_name_is_a_name_only(name: str, kept: str, ada: httpx.Client, people: JupyterServer) -> None:
    answer = ada.post("/datasets/upload", files={"file": (name, SALES)})
    assert answer.status_code == 201, answer.text
    assert answer.json()["filename"] == kept
    assert files_in(people.home / "incoming") == []
    assert not list(people.folder.parent.rglob("evil*"))
    ada.delete(f"/datasets/{answer.json()['dataset_id']}")


def test_a_header_in_a_name_becomes_no_header(ada: httpx.Client) -> None:
    body = (
        b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a%0d%0aX-Evil: 1.csv"\r\n\r\n'
        + SALES
        + b"\r\n--xx--\r\n"
    )
    answer = ada.post(
        "/datasets/upload", content=body, headers={"Content-Type": "multipart/form-data; boundary=xx"}
    )
    assert answer.status_code == 201
    assert "x-evil" not in answer.headers
    ada.delete(f"/datasets/{answer.json()['dataset_id']}")


def test_what_is_no_form_with_one_table_is_refused_and_leaves_nothing(
    ada: httpx.Client, people: JupyterServer
) -> None:
    before, kept = ada.get("/datasets").json()["total"], files_in(people.home / "originals")
    form = {"Content-Type": "multipart/form-data; boundary=xx"}
    part = b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + SALES + b"\r\n"
    sent = [
        ({"files": {"file": ("a.exe", PROGRAM)}}, 422),
        ({"files": {"file": ("noending", PROGRAM)}}, 422),
        ({"files": {"file": ("..", SALES)}}, 422),
        ({"files": {"file": ("a.csv", b"")}}, 422),
        ({"files": {"file": ("a.xlsx", b"PK\x03\x04 no workbook")}}, 422),
        ({"files": {"file": ("a.parquet", PROGRAM)}}, 422),
        ({"files": {"other": ("a.csv", SALES)}}, 422),
        ({"files": {"file": ("a.csv", SALES)}, "data": {"session_id": "a b\n<script>"}}, 422),
        ({"files": {"file": ("a.csv", SALES)}, "data": {"session_id": "x" * 5_000}}, 422),
        ({"files": [("file", ("a.csv", SALES)), ("file", ("b.csv", SALES))]}, 400),
        ({"files": [(f"f{n}", (None, b"1")) for n in range(40)]}, 400),
        ({"json": {"file": "a.csv"}}, 415),
        ({"content": SALES, "headers": {"Content-Type": "text/csv"}}, 415),
        ({"content": b""}, 415),
        ({"content": part, "headers": form}, 400),
        ({"content": b"nonsense", "headers": form}, 400),
        ({"content": part, "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"content": part, "headers": {"Content-Type": f"multipart/form-data; boundary={'b' * 9000}"}}, 400),
    ]
    for request, status in sent:
        answer = ada.post("/datasets/upload", **request)  # type: ignore[arg-type]
        assert answer.status_code == status, (request, answer.text)
        assert answer.json()["message"]
        assert "Traceback" not in answer.text
        assert str(people.home) not in answer.text
    assert ada.get("/datasets").json()["total"] == before
    assert files_in(people.home / "incoming") == []
    assert files_in(people.home / "originals") == kept


def test_a_file_beyond_the_limit_is_refused_by_what_is_announced_and_by_what_comes(
    ada: httpx.Client, people: JupyterServer
) -> None:
    large = b"a,b\n" + b"1,2\n" * (LIMIT // 2)
    answer = ada.post("/datasets/upload", files={"file": ("large.csv", large)})
    assert answer.status_code == 413
    assert "300,000" in answer.json()["message"]
    start = b'--xx\r\nContent-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'
    pieces = [start, *[large[at : at + 50_000] for at in range(0, len(large), 50_000)], b"\r\n--xx--\r\n"]
    chunked = ada.post(
        "/datasets/upload",
        content=iter(pieces),
        headers={"Content-Type": "multipart/form-data; boundary=xx"},
    )
    assert chunked.status_code == 413
    fits = ada.post("/datasets/upload", files={"file": ("fits.csv", large[: LIMIT - 100])})
    assert fits.status_code == 201
    ada.delete(f"/datasets/{fits.json()['dataset_id']}")
    assert files_in(people.home / "incoming") == []


def test_the_limit_is_a_variable_too(shared: JupyterServer) -> None:
    client = shared.client()
    fits, beyond = b"a\n" * (SHARED_LIMIT // 2), b"a\n" * (SHARED_LIMIT // 2 + 1)
    assert client.post("/datasets/upload", files={"file": ("a.csv", beyond)}).status_code == 413
    assert client.post("/datasets/upload", files={"file": ("a.csv", fits)}).status_code == 201


def test_an_upload_that_is_broken_off_leaves_nothing(ada: httpx.Client, people: JupyterServer) -> None:
    before = ada.get("/datasets").json()["total"]
    incoming = people.home / "incoming"
    connection = raw_upload(people, *FORM)
    wait_until(lambda: bool(list(incoming.iterdir())))
    connection.close()
    wait_until(lambda: not list(incoming.iterdir()))
    assert ada.get("/datasets").json()["total"] == before


def test_a_body_is_not_taken_from_who_may_not_upload(people: JupyterServer, eve: httpx.Client) -> None:
    for client, status in ((people.client(""), 403), (people.client("wrong"), 403), (eve, 403)):
        answer = client.post(
            "/datasets/upload", files={"file": ("a.csv", SALES)}, data={"token": "token-of-ada"}
        )
        assert answer.status_code == status
        assert answer.json()["message"]
    assert files_in(people.home / "incoming") == []


@pytest.mark.faults
def test_what_a_killed_server_had_promised_is_done_by_the_next_and_what_it_left_is_gone(
    tmp_path: Path,
) -> None:
    incoming = tmp_path / "root" / ".autodash" / "incoming"
    with jupyter_server(tmp_path) as server:
        client = server.client()
        answers = [
            client.post("/datasets/upload", files={"file": (f"book{number}.xlsx", workbook())}).json()
            for number in range(2)
        ]
        with raw_upload(server, FORM[0], FORM[1], token=server.token):
            wait_until(lambda: bool(list(incoming.iterdir())))
            server.process.kill()
            server.process.wait(20)
    (incoming / "elsewhere+1+0~x").mkdir()
    with jupyter_server(tmp_path) as server:
        client = server.client()
        ids = [one["dataset_id"] for answer in answers for one in answer["datasets"]]
        assert {one["dataset_id"] for one in client.get("/datasets").json()["datasets"]} == set(ids)
        assert all(wait_for_status(client, one)["context"] for one in ids)
        asked = {"dataset_id": ids[-1], "description": "price by city"}
        assert client.post("/visualize/from-natural-language", json=asked).status_code == 200
        assert list(incoming.iterdir()) == []
