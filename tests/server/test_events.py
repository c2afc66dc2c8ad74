"""The stream of events: at once, in order, from where one stopped, and for one's own records only."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from jupyter_servers import Event, JupyterServer, read_events, wait_for_status

from autodash_jupyter.server.status_feed import EVENTS_KEPT, STREAMS_OF_A_USER, StatusFeed

SALES = b"day,amount\n2024-01-01,10\n"


@contextmanager
def stream(client: httpx.Client, **options: object) -> Iterator[Iterator[Event]]:
    with client.stream("GET", "/events", timeout=30, **options) as response:  # type: ignore[arg-type]
        assert response.headers["content-type"].startswith("text/event-stream")
        yield read_events(response)


def read_until(events: Iterator[Event], wanted: Callable[[Event], bool]) -> list[Event]:
    read = []
    for event in events:
        read.append(event)
        if wanted(event):
            return read
    msg = "the stream ended"
    raise AssertionError(msg)


def completed(event: Event) -> bool:
    return event.data.get("context_status") == "completed"


def ids_of(event: Event) -> list[str]:
    """The datasets that an event speaks of."""
    one = event.data.get("dataset_id")
    return event.data.get("dataset_ids", []) if one is None else [one]


def upload(client: httpx.Client, name: str) -> str:
    return str(client.post("/datasets/upload", files={"file": (name, SALES)}).json()["dataset_id"])


def test_an_upload_is_told_from_pending_to_completed_to_its_owner_alone(
    people: JupyterServer, ada: httpx.Client, bob: httpx.Client
) -> None:
    with stream(people.client("token-of-ada")) as hers, stream(people.client("token-of-bob")) as his:
        assert next(hers).type == next(his).type == "ready"
        dataset_id = upload(ada, "told.csv")
        told = read_until(hers, lambda one: completed(one) and one.data["dataset_id"] == dataset_id)
        statuses = [one.data["context_status"] for one in told if one.data.get("dataset_id") == dataset_id
                    and one.type == "dataset"]  # fmt: skip
        assert statuses[0] == "pending"
        assert "generating" in statuses
        ada.delete(f"/datasets/{dataset_id}")
        assert read_until(hers, lambda one: one.type == "deleted")[-1].data["dataset_id"] == dataset_id
        other = upload(bob, "his.csv")
        heard = read_until(his, completed)
        assert {named for one in heard for named in ids_of(one)} == {other}


def test_a_reader_who_comes_back_gets_what_it_missed(people: JupyterServer, ada: httpx.Client) -> None:
    with stream(people.client("token-of-ada")) as events:
        last = next(events).id
    dataset_id = upload(ada, "missed.csv")
    wait_for_status(ada, dataset_id)
    for options in ({"headers": {"Last-Event-ID": last}}, {"params": {"last_event_id": last}}):
        with stream(people.client("token-of-ada"), **options) as events:
            missed = read_until(events, lambda one: completed(one) and one.data["dataset_id"] == dataset_id)
            numbers = [int(one.id.split("-")[1]) for one in missed if one.id]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            assert missed[0].type == "ready"


def test_what_becomes_of_a_context_is_told_whether_or_not_it_names_a_dataset(
    people: JupyterServer, ada: httpx.Client
) -> None:
    with stream(people.client("token-of-ada")) as events:
        next(events)
        context_id = ada.post("/contexts", json={"document": {"name": "of nothing"}}).json()["id"]
        ada.put(f"/contexts/{context_id}", json={"document": {"name": "of nothing", "description": "Two"}})
        ada.delete(f"/contexts/{context_id}")
        heard = read_until(events, lambda one: one.data.get("is_deleted") is True)
        told = [one.data for one in heard if one.type == "context" and one.data["context_id"] == context_id]
        assert [one.get("revision") for one in told] == [1, 2, None]


def test_how_far_a_large_upload_has_come_is_told_to_who_sends_it(
    people: JupyterServer, ada: httpx.Client
) -> None:
    rows = b"a,b\n" + b"1,2\n" * 70_000
    form = b'--xx\r\nContent-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'

    def pieces() -> Iterator[bytes]:
        yield form
        for at in range(0, len(rows), 140_001):
            yield rows[at : at + 140_001]
            time.sleep(0.2)  # else it comes as one piece
        yield b"\r\n--xx--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=xx"}
    with stream(people.client("token-of-ada")) as events, stream(people.client("token-of-bob")) as others:
        next(events)
        answer = ada.post("/datasets/upload?session_id=mine", content=pieces(), headers=headers)
        assert (answer.status_code, answer.json()["session_id"]) == (201, "mine")
        heard = [one.data for one in read_until(events, lambda one: one.data.get("state") == "loaded")]
        told = [one for one in heard if one.get("type") == "upload"]
        assert [one["state"] for one in told][-3:] == ["receiving", "reading", "loaded"]
        assert {(one["session_id"], one["filename"]) for one in told} == {("mine", "large.csv")}
        received = [one["received_bytes"] for one in told]
        assert received == sorted(received)
        assert received[-1] > len(rows)
        ada.post("/datasets/upload?session_id=bad", files={"file": ("x.parquet", b"\xff\0" * 140_000)})
        refused = read_until(events, lambda one: one.data.get("state") == "refused")[-1]
        assert refused.data["session_id"] == "bad"
        assert {next(others).type for _ in range(3)} == {"ready", "comment"}
        ada.delete(f"/datasets/{answer.json()['dataset_id']}")


@pytest.mark.parametrize("last", ["0badcafe-3", "x", "-", "9" * 60, "0badcafe-" + "9" * 40, "é"])
def test_an_id_that_nobody_knows_is_answered_with_a_resync(last: str, people: JupyterServer) -> None:
    with stream(people.client("token-of-bob"), params={"last_event_id": last}) as events:
        assert next(events).type == "resync"


def test_a_stream_without_news_says_that_it_is_alive(people: JupyterServer) -> None:
    with stream(people.client("token-of-eve")) as events:
        assert [next(events).type for _ in range(3)] == ["ready", "comment", "comment"]


def test_who_is_not_known_gets_no_stream(people: JupyterServer) -> None:
    assert people.client("").get("/events").status_code == 403


def test_a_person_has_so_many_streams_and_no_more(people: JupyterServer) -> None:
    async def open_many() -> list[int]:
        statuses: list[int] = []
        limits = httpx.Limits(max_connections=STREAMS_OF_A_USER + 10)
        headers = {"Authorization": "token token-of-eve"}
        url = f"{people.address}/autodash/api/events"
        async with httpx.AsyncClient(limits=limits, headers=headers, timeout=60) as client:
            streams = [client.stream("GET", url) for _ in range(STREAMS_OF_A_USER + 1)]
            try:
                for each in streams:
                    statuses.append((await each.__aenter__()).status_code)
            finally:
                for each in streams[: len(statuses)]:
                    await each.__aexit__(None, None, None)
        return statuses

    assert asyncio.run(open_many()) == [200] * STREAMS_OF_A_USER + [429]


def test_a_slow_reader_costs_no_memory_and_is_told_to_start_anew() -> None:
    async def read() -> None:
        feed = StatusFeed()
        with feed.stream("ada", None) as slow:
            assert slow is not None
            publisher = threading.Thread(
                target=lambda: [feed.publish("ada", "dataset", {"n": n}) for n in range(10 * EVENTS_KEPT)]
            )
            publisher.start()
            publisher.join()
            assert feed.after("ada", slow.position) is None
            kept = feed.after("ada", feed.newest("ada") - EVENTS_KEPT)
            assert kept is not None
            assert len(kept) == EVENTS_KEPT

    asyncio.run(read())
