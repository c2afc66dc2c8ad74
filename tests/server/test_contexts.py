"""Context documents over HTTP: saved, tagged, checked, and never overwritten unseen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from jupyter_servers import wait_for_status

TEXT = """---
name: {name}
datasets: [{dataset_id}]
metrics:
- name: Mass
  expression: {expression}
---
# Notes
"""


@pytest.fixture
def penguins(ada: httpx.Client) -> Iterator[str]:
    dataset_id = ada.post("/datasets/sample/load").json()["dataset_id"]
    wait_for_status(ada, dataset_id)
    yield dataset_id
    ada.delete(f"/datasets/{dataset_id}")


@pytest.fixture
def context(ada: httpx.Client) -> Iterator[str]:
    context_id = ada.post("/contexts", json={"document": {"name": "orders", "description": "One"}}).json()[
        "id"
    ]
    yield context_id
    ada.delete(f"/contexts/{context_id}")


def test_a_document_is_saved_shown_listed_and_deleted(ada: httpx.Client, penguins: str) -> None:
    text = TEXT.format(name="birds", dataset_id=penguins, expression="AVG(body_mass_g)")
    made = ada.post("/contexts", json={"text": text})
    assert made.status_code == 201, made.text
    assert made.headers["ETag"] == '"1"'
    context_id = made.json()["context_id"]
    assert made.headers["Location"].endswith(f"/autodash/api/contexts/{context_id}")
    assert made.json()["linked"] == [penguins]
    shown = ada.get(f"/contexts/{context_id}")
    assert shown.json()["text"] == text
    assert context_id in [one["id"] for one in ada.get("/contexts").json()["contexts"]]
    of_dataset = ada.get("/contexts", params={"dataset_id": penguins}).json()["contexts"]
    assert context_id in [one["id"] for one in of_dataset]
    assert "Notes" in ada.get(f"/datasets/{penguins}/context").json()["context"]
    assert ada.get(f"/contexts/{context_id}", headers={"If-None-Match": '"1"'}).status_code == 304
    assert ada.delete(f"/contexts/{context_id}").status_code == 204
    assert ada.get(f"/contexts/{context_id}").status_code == 404


def test_a_stale_tag_saves_nothing_and_gives_both_texts(ada: httpx.Client, context: str) -> None:
    two = ada.put(
        f"/contexts/{context}", json={"document": {"description": "Two"}}, headers={"If-Match": '"1"'}
    )
    assert (two.status_code, two.headers["ETag"]) == (200, '"2"')
    stale = ada.put(
        f"/contexts/{context}", json={"document": {"description": "Lost?"}}, headers={"If-Match": '"1"'}
    )
    assert stale.status_code == 412
    assert "Lost?" in stale.json()["yours"]
    assert "Two" in stale.json()["theirs"]
    assert stale.json()["revision"] == 2
    assert ada.get(f"/contexts/{context}").json()["document"]["description"] == "Two"
    for tag in ('"1"', '"x"', "nonsense", '"1", "7"'):
        gone = ada.delete(f"/contexts/{context}", headers={"If-Match": tag})
        assert gone.status_code == 412
        restored = ada.post(f"/contexts/{context}/versions/1/restore", headers={"If-Match": tag})
        assert restored.status_code == 412
    either = {"If-Match": '"1", "2"'}
    assert ada.put(f"/contexts/{context}", json={"document": {"description": "3"}}, headers=either).is_success
    anything = {"If-Match": "*"}
    assert ada.put(
        f"/contexts/{context}", json={"document": {"description": "4"}}, headers=anything
    ).is_success


def test_of_two_who_save_at_once_one_is_told(ada: httpx.Client, people: object, context: str) -> None:
    statuses: list[int] = []

    def save(number: int) -> None:
        answer = ada.put(
            f"/contexts/{context}",
            json={"document": {"description": f"By {number}"}},
            headers={"If-Match": '"1"'},
        )
        statuses.append(answer.status_code)

    savers = [threading.Thread(target=save, args=(number,)) for number in range(6)]
    for each in savers:
        each.start()
    for each in savers:
        each.join()
    assert sorted(statuses) == [200, *[412] * 5]
    assert len(ada.get(f"/contexts/{context}/versions").json()["versions"]) == 2


@pytest.mark.parametrize("rival", ["save", "delete", "restore"])
def test_a_context_is_not_deleted_over_the_head_of_who_saved_it(rival: str, ada: httpx.Client) -> None:
    for number in range(6):
        document = {"name": f"raced {rival} {number}"}
        address = f"/contexts/{ada.post('/contexts', json={'document': document}).json()['id']}"
        changed = {"document": document | {"description": "Two"}}
        tag = ada.put(address, json=changed).headers["ETag"]
        asked = {
            "save": ("PUT", address, {"document": document | {"description": "Three"}}),
            "restore": ("POST", f"{address}/versions/1/restore", None),
            "delete": ("DELETE", address, None),
        }

        def ask(method: str, address: str, body: dict[str, Any] | None, tag: str = tag) -> int:
            return ada.request(method, address, json=body, headers={"If-Match": tag}).status_code

        with ThreadPoolExecutor(2) as people:
            both = [people.submit(ask, *asked[each]) for each in (rival, "delete")]
        statuses = sorted(each.result() for each in both)
        assert statuses[0] in (200, 204)
        assert statuses[1] in (404, 412)
        ada.delete(address)


def test_what_differs_between_revisions_is_told_field_by_field(
    ada: httpx.Client, bob: httpx.Client, context: str
) -> None:
    ada.put(f"/contexts/{context}", json={"document": {"name": "orders", "description": "Two"}})
    told = ada.get(f"/contexts/{context}/diff", params={"before": 1}).json()
    assert (told["before"], told["after"]) == (1, 2)
    [difference] = told["differences"]
    assert difference == {"path": "description", "kind": "changed", "before": "One", "after": "Two"}
    assert ada.get(f"/contexts/{context}/diff", params={"before": 2, "after": 2}).json()["differences"] == []
    assert ada.get(f"/contexts/{context}/diff").status_code == 422
    for wrong in ({"before": "9"}, {"before": "x"}, {"before": "1", "after": "9"}):
        assert ada.get(f"/contexts/{context}/diff", params=wrong).status_code == 404
    assert bob.get(f"/contexts/{context}/diff", params={"before": 1}).status_code == 404


def test_revisions_are_listed_shown_and_restored(ada: httpx.Client, context: str) -> None:
    ada.put(f"/contexts/{context}", json={"document": {"description": "Two"}})
    versions = ada.get(f"/contexts/{context}/versions").json()["versions"]
    assert [one["revision"] for one in versions] == [1, 2]
    assert ada.get(f"/contexts/{context}/versions/1").json()["document"]["description"] == "One"
    restored = ada.post(f"/contexts/{context}/versions/1/restore")
    assert (restored.json()["revision"], restored.json()["document"]["description"]) == (3, "One")
    for wrong in ("9", "0", "x", "9" * 30):
        assert ada.get(f"/contexts/{context}/versions/{wrong}").status_code == 404


def test_a_document_is_checked_without_being_saved(ada: httpx.Client, penguins: str) -> None:
    before = ada.get("/contexts").json()["total"]
    good = TEXT.format(name="birds", dataset_id=penguins, expression="AVG(body_mass_g)")
    assert ada.post("/contexts/validate", json={"text": good}).json()["status"] == "passed"
    bad = TEXT.format(name="birds", dataset_id=penguins, expression="AVG(body_mas_g)")
    found = ada.post("/contexts/validate", json={"text": bad}).json()
    assert found["status"] == "failed"
    assert found["findings"][0]["line"] == 6
    assert "body_mass_g" in found["findings"][0]["message"]
    unreadable = ada.post("/contexts/validate", json={"text": "---\nname: [\n---\n"})
    assert (unreadable.status_code, unreadable.json()["status"]) == (200, "failed")
    assert ada.get("/contexts").json()["total"] == before


def test_a_saved_context_is_checked_as_it_is_or_as_it_would_be(ada: httpx.Client, context: str) -> None:
    assert ada.post(f"/contexts/{context}/validate").json()["status"] == "passed"
    worse = {"document": {"name": "orders", "metrics": [{"name": "M", "expression": "SUM("}]}}
    assert ada.post(f"/contexts/{context}/validate", json=worse).json()["status"] == "failed"


def test_what_cannot_be_read_is_refused_with_its_line(ada: httpx.Client) -> None:
    answer = ada.post("/contexts", json={"text": "---\nname: x\nmetrics: [\n---\n"})
    assert answer.status_code == 422
    assert answer.json()["line"]
    assert answer.json()["message"]


def test_a_name_that_is_taken_is_refused_with_one_that_is_free(ada: httpx.Client, context: str) -> None:
    answer = ada.post("/contexts", json={"document": {"name": "orders"}})
    assert answer.status_code == 422
    assert "orders_2" in answer.json()["message"]


def test_lists_of_contexts_come_in_pages(bob: httpx.Client) -> None:
    for number in range(3):
        bob.post("/contexts", json={"document": {"name": f"page {number}"}})
    page = bob.get("/contexts", params={"limit": 2}).json()
    assert (len(page["contexts"]), page["next_offset"]) == (2, 2)
