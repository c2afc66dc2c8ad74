"""Datasets over HTTP: loaded from permitted places, listed in pages, shown, deleted."""

from __future__ import annotations

import http.server
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from jupyter_servers import JupyterServer, jupyter_server, wait_for_status

SALES = "day,amount\n2024-01-01,10\n2024-01-02,12\n"
INFO = {
    "dataset_id", "filename", "uploaded_at", "row_count", "column_count", "columns", "context",
    "context_status", "context_generated_at", "context_id", "columns_info", "file_size_bytes",
    "created_at", "updated_at",
}  # fmt: skip
CONTEXT = {
    "context", "context_status", "context_generated_at", "columns_info", "filename", "row_count",
    "column_count", "created_at",
}  # fmt: skip


def test_a_sample_is_loaded_described_shown_and_deleted(ada: httpx.Client) -> None:
    loaded = ada.post("/datasets/sample/load", json={"name": "penguins"})
    assert loaded.status_code == 201
    assert loaded.json()["context_status"] == "pending"
    assert loaded.json()["dataset_id"].startswith("sample_")
    dataset_id = loaded.json()["dataset_id"]
    info = wait_for_status(ada, dataset_id)
    assert info.keys() >= INFO
    assert (info["row_count"], info["column_count"]) == (344, 8)
    context = ada.get(f"/datasets/{dataset_id}/context").json()
    assert context.keys() == CONTEXT
    assert context["context"]
    assert "species" in context["columns_info"]
    assert ada.delete(f"/datasets/{dataset_id}").status_code == 204
    assert ada.get(f"/datasets/{dataset_id}").status_code == 404
    assert ada.delete(f"/datasets/{dataset_id}").status_code == 404


def test_of_many_who_delete_at_once_one_did_it(ada: httpx.Client) -> None:
    dataset_id = ada.post("/datasets/upload", files={"file": ("once.csv", SALES)}).json()["dataset_id"]
    with ThreadPoolExecutor(4) as clients:
        answers = list(clients.map(ada.delete, [f"/datasets/{dataset_id}"] * 4))
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404, 404]


def test_who_load_the_same_at_once_get_the_same_dataset(people: JupyterServer, ada: httpx.Client) -> None:
    people.file("once.csv", SALES)
    for address, body in (("/datasets", {"path": "once.csv"}), ("/datasets/sample/load", {})):
        with ThreadPoolExecutor(6) as clients:
            asked = [clients.submit(ada.post, address, json=body) for _ in range(6)]
        assert len({each.result().json()["dataset_id"] for each in asked}) == 1


def test_what_is_no_file_below_the_folder_is_refused_at_once(
    people: JupyterServer, ada: httpx.Client
) -> None:
    os.mkfifo(people.folder / "pipe.csv")
    (people.folder / "endless.csv").symlink_to("/dev/zero")
    (people.folder / "circle.csv").symlink_to("circle.csv")
    for path in ("pipe.csv", "endless.csv", "circle.csv", ".", "*.csv", ".autodash/context.json.journal"):
        answer = ada.post("/datasets", json={"path": path}, timeout=10)
        assert (answer.status_code, answer.json()["message"][:21]) == (422, "There is no such file")


def test_a_context_is_written_anew_when_asked_for(ada: httpx.Client) -> None:
    dataset_id = ada.post("/datasets/sample/load").json()["dataset_id"]
    before = wait_for_status(ada, dataset_id)["context_generated_at"]
    answer = ada.post(f"/datasets/{dataset_id}/context/regenerate")
    assert (answer.status_code, answer.json()["context_status"]) == (202, "pending")
    deadline = time.monotonic() + 30
    while wait_for_status(ada, dataset_id)["context_generated_at"] == before:
        assert time.monotonic() < deadline
    ada.delete(f"/datasets/{dataset_id}")


def test_a_file_below_the_folder_is_loaded_and_again_it_is_the_same_dataset(
    people: JupyterServer, ada: httpx.Client
) -> None:
    people.file("q3/sales.csv", SALES)
    loaded = ada.post("/datasets", json={"path": "q3/sales.csv"}).json()
    assert (loaded["source"], loaded["row_count"], loaded["initialized_tables"]) == (
        "q3/sales.csv",
        2,
        ["sales"],
    )
    assert ada.post("/datasets", json={"path": "q3/sales.csv"}).json()["dataset_id"] == loaded["dataset_id"]
    named = ada.post("/datasets", json={"path": "q3/sales.csv", "name": "third"}).json()
    assert named["name"] == "third"


@pytest.mark.parametrize(
    "path",
    ["../secret.csv", "/etc/passwd", "link.csv", "links/secret.csv", ".hidden/x.csv", "q3/../../secret.csv",
     "\x00.csv", "..\\secret.csv", "file:///etc/passwd", "sample:penguins", "~/x.csv", "https://example.org/x.csv"],
)  # fmt: skip
def test_a_path_that_leads_out_of_the_folder_loads_nothing(
    path: str, people: JupyterServer, ada: httpx.Client
) -> None:
    people.file("../secret.csv", "secret\n1\n")
    people.file(".hidden/x.csv", SALES)
    for link, target in (("link.csv", "../secret.csv"), ("links", "..")):
        if not (people.folder / link).is_symlink():
            (people.folder / link).symlink_to(target)
    before = ada.get("/datasets").json()["total"]
    answer = ada.post("/datasets", json={"path": path})
    assert 400 <= answer.status_code < 500
    assert str(people.folder.parent) not in answer.text
    assert "secret" not in answer.json()["message"]
    assert ada.get("/datasets").json()["total"] == before


def test_a_file_that_is_no_table_is_refused_without_the_folders_name(
    people: JupyterServer, ada: httpx.Client
) -> None:
    for name, text in (("empty.csv", ""), ("notes.pdf", "%PDF-1.7"), ("broken.json", "{")):
        people.file(name, text)
        answer = ada.post("/datasets", json={"path": name})
        assert answer.status_code == 422
        assert name in answer.json()["message"]
        assert str(people.folder) not in answer.text


def test_lists_come_in_pages_newest_first(bob: httpx.Client, people: JupyterServer) -> None:
    people.file("one.csv", SALES)
    ids = [
        bob.post("/datasets", json={"path": "one.csv", "name": f"page_{number}"}).json()["dataset_id"]
        for number in range(5)
    ]
    first = bob.get("/datasets", params={"limit": 2}).json()
    second = bob.get("/datasets", params={"limit": 2, "offset": first["next_offset"]}).json()
    shown = [one["dataset_id"] for one in (*first["datasets"], *second["datasets"])]
    assert shown == ids[:0:-1]
    for wrong in ({"limit": "0"}, {"limit": "many"}, {"offset": "-1"}, {"limit": "1001"}, {"limit": "٣"}):
        assert bob.get("/datasets", params=wrong).status_code == 422
    assert bob.get("/datasets", params={"offset": 10**6}).json()["datasets"] == []


class SlowFiles(http.server.BaseHTTPRequestHandler):
    """Answers a table after a second."""

    def do_GET(self) -> None:
        time.sleep(1)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(SALES.encode())

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def slow_address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowFiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/open"
    server.shutdown()
    server.server_close()


def test_an_allowed_address_is_loaded_and_others_are_answered_meanwhile(
    slow_address: str, tmp_path: Path
) -> None:
    with jupyter_server(tmp_path, env={"AUTODASH_ALLOWED_URLS": slow_address}) as server:
        client, other = server.client(), server.client()
        assert client.post("/datasets", json={"url": "http://127.0.0.1:1/open/a.csv"}).status_code == 422
        answers: list[httpx.Response] = []
        asked = [
            threading.Thread(
                target=lambda n=n: answers.append(
                    server.client().post("/datasets", json={"url": f"{slow_address}/sales_{n}.csv"})
                )
            )
            for n in range(6)
        ]
        for each in asked:
            each.start()
        answered = 0
        while not answers:
            assert other.get("/datasets").status_code == 200
            assert other.post("/datasets/sample/load").status_code == 201
            answered += 1
        for each in asked:
            each.join()
        assert answered > 1
        assert [answer.status_code for answer in answers] == [201] * 6
        assert {answer.json()["source"] for answer in answers} == {
            f"{slow_address}/sales_{n}.csv" for n in range(6)
        }
        assert list((server.home / "incoming").iterdir()) == []
