"""Who may ask for what: authentication, XSRF, authorisation, and nobody else's records."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from jupyter_servers import JupyterServer, wait_for_status

from autodash_jupyter.server.routes import ROUTES

SALES = b"day,amount\n2024-01-01,10\n"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
WRITES = [
    ("POST", "/datasets"),
    ("POST", "/datasets/sample/load"),
    ("POST", "/datasets/x/context/regenerate"),
    ("DELETE", "/datasets/x"),
    ("POST", "/contexts"),
    ("POST", "/contexts/validate"),
    ("PUT", "/contexts/x"),
    ("DELETE", "/contexts/x"),
]
ADDRESSES = [re.sub(r"\{\w+\}", "1", path) for path, _ in ROUTES] + ["/nothing/here", ""]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_route_answers_who_is_not_known(address: str, people: JupyterServer) -> None:
    for method in METHODS:
        for client in (people.client(""), people.client("wrong-token")):
            answer = client.request(method, address)
            assert answer.status_code == 403, (method, answer.text)
            assert answer.headers["content-type"] == "application/json"
            assert method == "HEAD" or answer.json()["message"]


@pytest.mark.parametrize("address", ["/datasets", "/datasets/upload", "/contexts"])
def test_a_form_does_not_let_anybody_in(address: str, people: JupyterServer) -> None:
    nobody = people.client("")
    for body in ({"data": {"token": "token-of-ada"}}, {"files": {"token": (None, "token-of-ada")}}):
        assert nobody.post(address, **body).status_code == 403  # type: ignore[arg-type]
    malformed = {"Content-Type": "multipart/form-data; boundary=x"}
    assert nobody.post(address, content=b"--y\r\n", headers=malformed).status_code == 403


def test_who_may_only_read_reads_and_changes_nothing(people: JupyterServer, eve: httpx.Client) -> None:
    assert eve.get("/datasets").status_code == 200
    assert eve.get("/contexts").status_code == 200
    for method, address in WRITES:
        answer = eve.request(method, address, json={})
        assert answer.status_code == 403
        assert answer.json()["message"] == "You may not write datasets and contexts on this server."


def logged_in(server: JupyterServer) -> httpx.Client:
    """A client with cookies instead of a token, as a browser has them."""
    client = httpx.Client(base_url=server.address, timeout=60)
    server.clients.append(client)
    assert client.get(f"/lab?token={server.token}", follow_redirects=True).status_code == 200
    assert "_xsrf" in client.cookies
    return client


def test_a_browser_needs_the_xsrf_token_to_write_and_not_to_read(shared: JupyterServer) -> None:
    browser = logged_in(shared)
    assert browser.get("/autodash/api/datasets").status_code == 200
    forged = browser.post("/autodash/api/datasets/sample/load")
    assert forged.status_code == 403
    assert "_xsrf" in forged.json()["message"]
    assert browser.post("/autodash/api/datasets/upload", files={"file": ("a.csv", SALES)}).status_code == 403
    assert (
        browser.post("/autodash/api/datasets/upload", files={"file": ("a.csv", SALES)}, data={"_xsrf": "x"})
    ).status_code == 403
    header = {"X-XSRFToken": browser.cookies["_xsrf"]}
    loaded = browser.post("/autodash/api/datasets/upload", files={"file": ("a.csv", SALES)}, headers=header)
    assert loaded.status_code == 201
    dataset_id = loaded.json()["dataset_id"]
    assert browser.delete(f"/autodash/api/datasets/{dataset_id}").status_code == 403
    assert browser.delete(f"/autodash/api/datasets/{dataset_id}", headers=header).status_code == 204


def test_a_page_from_elsewhere_gets_nothing(shared: JupyterServer) -> None:
    browser = logged_in(shared)
    for method in ("GET", "POST"):
        answer = browser.request(
            method, "/autodash/api/datasets", headers={"Origin": "https://elsewhere.example"}
        )
        assert answer.status_code in (403, 404)
        assert "datasets" not in answer.json()
    evil_host = shared.client(Host="elsewhere.example")
    assert evil_host.get("/datasets").status_code == 403


def test_who_shares_a_token_is_one_person_with_or_without_cookies(shared: JupyterServer) -> None:
    loaded = shared.client().post("/datasets/upload", files={"file": ("mine.csv", SALES)}).json()
    assert loaded["user_id"] == "local"
    assert shared.client().get(f"/datasets/{loaded['dataset_id']}").status_code == 200
    assert logged_in(shared).get(f"/autodash/api/datasets/{loaded['dataset_id']}").status_code == 200


def test_nobody_sees_or_changes_anothers_records(ada: httpx.Client, bob: httpx.Client) -> None:
    dataset_id = ada.post("/datasets/upload", files={"file": ("hers.csv", SALES)}).json()["dataset_id"]
    wait_for_status(ada, dataset_id)
    context = ada.post("/contexts", json={"document": {"name": "her notes", "datasets": [dataset_id]}}).json()
    context_id = context["context_id"]
    asked: list[tuple[str, str, Any]] = [
        ("GET", f"/datasets/{dataset_id}", None),
        ("GET", f"/datasets/{dataset_id}/context", None),
        ("POST", f"/datasets/{dataset_id}/context/regenerate", None),
        ("DELETE", f"/datasets/{dataset_id}", None),
        ("GET", f"/contexts/{context_id}", None),
        ("GET", f"/contexts/{context_id}/versions", None),
        ("GET", f"/contexts/{context_id}/versions/1", None),
        ("POST", f"/contexts/{context_id}/versions/1/restore", None),
        ("POST", f"/contexts/{context_id}/validate", None),
        ("POST", f"/contexts/{context_id}/validate", {"document": {"name": "x"}}),
        ("PUT", f"/contexts/{context_id}", {"document": {"name": "his"}}),
        ("DELETE", f"/contexts/{context_id}", None),
    ]
    for method, address, body in asked:
        theirs = bob.request(method, address, json=body) if body else bob.request(method, address)
        absent = address.replace(dataset_id, "upload_00000000").replace(context_id, "ctx_000000000000")
        nothing = bob.request(method, absent, json=body) if body else bob.request(method, absent)
        assert (theirs.status_code, theirs.json()) == (404, nothing.json()), address
    assert dataset_id not in bob.get("/datasets").text
    assert context_id not in bob.get("/contexts").text
    assert bob.get("/contexts", params={"dataset_id": dataset_id}).json()["contexts"] == []
    linked = bob.post("/contexts", json={"document": {"name": "his notes", "datasets": [dataset_id]}}).json()
    assert (linked["linked"], linked["skipped"]) == ([], [dataset_id])
    assert ada.get(f"/datasets/{dataset_id}/context").json()["context"]
    assert ada.get(f"/contexts/{context_id}").json()["document"]["name"] == "her notes"


def test_who_merely_is_called_local_does_not_see_the_kernels_records(people: JupyterServer) -> None:
    loaded = people.client("token-of-local").post("/datasets/sample/load").json()
    assert loaded["user_id"] == "identity:local"


def test_ids_are_drawn_at_random(ada: httpx.Client) -> None:
    ids = [
        ada.post("/datasets/upload", files={"file": ("same.csv", SALES)}).json()["dataset_id"]
        for _ in range(4)
    ]
    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"upload_[a-z0-9]{8}", one) for one in ids)
    assert len({one[:9] for one in ids}) > 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"document":' * 20_000,
        b'{"document": {"name": ' + b"9" * 5_000 + b"}}",
        b'{"document": {"name": NaN}}',
        b'{"document": {"name": 1e999}}',
        b'{"document": {"name": "\\ud800"}}',
        b'{"document": {"name": "a\\u0000b"}}',
        b'{"document": {"name": "x"}, "text": "y"}',
        b'{"document": {"name": "x"}, "more": 1}',
        b'{"document": ["x"]}',
        b'{"text": 5}',
        b'{"path": 5}',
        b'{"path": "x", "url": "y"}',
        json.dumps({"document": {"name": "x", "datasets": "y" * 1000}}).encode()[:-2],
    ],
)
@pytest.mark.parametrize("address", ["/contexts", "/datasets", "/contexts/validate"])
def test_a_body_beyond_reason_is_refused_with_a_sentence(
    address: str, body: bytes, ada: httpx.Client
) -> None:
    answer = ada.post(address, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert len(answer.json()["message"]) > 10
    assert "Traceback" not in answer.text


def test_other_types_and_sizes_of_bodies_are_refused(ada: httpx.Client) -> None:
    assert ada.post("/contexts", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert ada.post("/contexts", data={"document": "{}"}).status_code == 415
    huge = b'{"text": "' + b"x" * 9_000_000 + b'"}'
    answer = ada.post("/contexts", content=huge, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["message"]


def test_odd_ids_and_methods_are_answered_in_json(ada: httpx.Client) -> None:
    for odd in (
        "x" * 3_000,
        "%00",
        "..%2f..%2fetc%2fpasswd",
        "%ff",
        "a%0d%0ab",
        "%F0%9F%A6%9C",
        "' OR 1=1 --",
    ):
        for kind in ("datasets", "contexts"):
            answer = ada.get(f"/{kind}/{odd}")
            assert answer.status_code in (400, 404)
            assert answer.json()["message"]
    refused = ada.patch("/datasets")
    assert refused.status_code == 405
    assert refused.headers["Allow"] == "GET, POST, OPTIONS, HEAD"
    assert ada.get("/no/such/route").json()["message"]
    head = ada.head("/datasets")
    assert (head.status_code, head.content) == (200, b"")
    stream = ada.head("/events")
    assert (stream.status_code, stream.headers["content-type"][:17]) == (200, "text/event-stream")


def test_who_may_ask_is_told_the_methods_and_a_browser_before_it_may(
    people: JupyterServer, ada: httpx.Client
) -> None:
    told = ada.options("/contexts/x")
    assert told.status_code == 204
    assert set(told.headers["Allow"].split(", ")) == {"GET", "DELETE", "PUT", "OPTIONS", "HEAD"}
    assert ada.options("/no/such/route").status_code == 404
    preflight = {"Origin": "https://page.example", "Access-Control-Request-Method": "POST"}
    asked = people.client("").options("/datasets", headers=preflight)
    assert (asked.status_code, asked.content) == (204, b"")


def test_what_is_wrong_with_a_body_is_said_for_a_person(ada: httpx.Client) -> None:
    for address, body, said in (
        ("/datasets", {}, "give either a path or a url"),
        ("/datasets", {"path": "x.csv", "colour": 1}, "'colour', which isn't known"),
        ("/visualize/from-natural-language", {"dataset_id": "x"}, "no 'description'"),
        ("/visualize/from-natural-language", {"dataset_id": "x", "description": " \n"}, "blank"),
    ):
        answer = ada.post(address, json=body)
        assert answer.status_code == 422
        assert said in answer.json()["message"]
        assert "Value error" not in answer.text
