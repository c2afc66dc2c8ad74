"""No value of a person leaves: every byte of every request is searched for every value that was planted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pandas as pd
import pytest
from loopback_model import LoopbackModel, document, say

from autodash_jupyter.context.generate import generate
from autodash_jupyter.events import ContextEvent
from autodash_jupyter.language_model import LanguageModel

pytestmark = pytest.mark.model

PEOPLE = ["Ann Smith", "John Miller", "Maria Stone", "Paul Wood", "Laura Lake", "Peter Hill"]
EMAILS = [f"{name.split()[0].lower()}.{name.split()[1].lower()}@corp.example" for name in PEOPLE]
PHONES = [f"+49 30 5550{number}" for number in range(101, 107)]
PLAIN_PHONES = [49305550201 + number for number in range(6)]
ADDRESSES = [f"10.20.30.{number}" for number in range(41, 47)]
STREETS = [f"{number} Elm Street" for number in range(701, 707)]
CARDS = [f"4111 1111 1111 11{number}" for number in range(11, 17)]
NOTES = [f"call {phone} or mail {email}" for phone, email in zip(PHONES, EMAILS, strict=True)]
PLANTED = [*PEOPLE, *EMAILS, *PHONES, *map(str, PLAIN_PHONES), *ADDRESSES, *STREETS, *CARDS]


@pytest.fixture
def customers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer": PEOPLE * 5,
            "sales_rep": pd.Categorical(PEOPLE[:2] * 15),
            "keeper": PEOPLE[:3] * 10,
            "email": EMAILS * 5,
            "phone": PHONES * 5,
            "mobile": PLAIN_PHONES * 5,
            "ip": ADDRESSES * 5,
            "street": STREETS * 5,
            "card": CARDS * 5,
            "note": NOTES * 5,
            "status": ["open", "closed", EMAILS[0], "open", PHONES[0], "open"] * 5,
            "contact": [{"name": name, "email": email} for name, email in zip(PEOPLE, EMAILS, strict=True)]
            * 5,
            "amount": [1.5, 2.5, 3.5, 4.5, 5.5, 6.5] * 5,
            EMAILS[2]: range(30),
            f"reached at {PHONES[3]}": range(30),
        }
    )


@pytest.fixture
def server() -> Iterator[LoopbackModel]:
    with LoopbackModel(say(document())) as loopback:
        yield loopback


def run(frame: pd.DataFrame, server: LoopbackModel) -> list[ContextEvent]:
    model = LanguageModel("openai/loopback", server.api_base, 60)

    async def collect() -> list[ContextEvent]:
        events = generate(
            frame,
            dataset_id="upload_1",
            name=f"customers of {EMAILS[4]}",
            source=f"/home/{EMAILS[4]}/customers {PHONES[4]}.csv",
            language_model=model,
        )
        return [event async for event in events]

    return asyncio.run(collect())


def leaked(server: LoopbackModel) -> set[str]:
    sent = "".join(json.dumps(request.body, ensure_ascii=False) for request in server.received)
    return {value for value in PLANTED if value in sent or value.lower() in sent.lower()}


def test_no_planted_value_is_in_any_request(customers: pd.DataFrame, server: LoopbackModel) -> None:
    run(customers, server)
    assert len(server.received) == 3
    assert leaked(server) == set()
    assert "sales_rep" in server.received[0].prompt


def test_what_the_data_said_of_a_wrong_expression_is_no_part_of_its_correction(
    customers: pd.DataFrame, server: LoopbackModel
) -> None:
    expressions = [
        "SUM(CAST(email AS DOUBLE))",
        "SUM(CAST(customer AS INTEGER))",
        "MAX(CAST(mobile AS TINYINT))",
        "AVG(CAST(note AS DATE))",
        "SUM(CAST(sales_rep AS BOOLEAN))",
        "SUM(mobile * 99999999999999)",
        "AVG(error(email))",
        "SUM(strptime(phone, '%Y'))",
        "MIN(CAST(contact AS INTEGER))",
    ]
    metrics = [{"name": f"m{number}", "expression": text} for number, text in enumerate(expressions)]
    conditions = ["email::INT > 0", "error(customer) = 1", "card::BOOLEAN"]
    rules = [{"description": f"rule {number}", "condition": text} for number, text in enumerate(conditions)]
    wrong = document("word " * 50, metrics=metrics, business_rules=rules)
    server.script(say(wrong))
    run(customers, server)
    assert len(server.received) == 3
    assert "you wrote" in server.received[1].prompt
    assert leaked(server) == set()


def test_nothing_but_the_prompt_says_who_asks(
    customers: pd.DataFrame, server: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTODASH_USER", PEOPLE[0])
    run(customers, server)
    headers = json.dumps([request.headers for request in server.received])
    assert [value for value in PLANTED if value in headers] == []
    assert all(
        set(request.body) <= {"model", "messages", "stream", "stream_options"} for request in server.received
    )
