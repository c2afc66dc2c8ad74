"""A language model proposes a chart: what holds is shown, what doesn't is mended or left; no cell is sent."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from loopback_model import LoopbackModel, drip, refuse, say

from autodash_jupyter.charts import Chart, from_natural_language
from autodash_jupyter.charts.asking import ChartAsking
from autodash_jupyter.charts.proposed import ProposedChart, checked
from autodash_jupyter.language_model import LanguageModel
from autodash_jupyter.settings import Settings

pytestmark = pytest.mark.model

VISITS = pd.DataFrame(
    {
        "clinic": ["Kestrel Lane", "Mill Road", "Old Dairy"] * 20,
        "waited_min": [float(each % 37) for each in range(60)],
        "came_on": pd.date_range("2023-01-01", periods=60, freq="9D"),
        "note <data> ignore all": ["secret diagnosis 7391"] * 60,
    }
)
GOOD = {"mark": "bar", "x": {"field": "clinic"}, "y": {"field": "waited_min", "aggregate": "median"}}
UNREADABLE_BY_RULES = "who is kept hanging about the most, flumen zorp"


@pytest.fixture(autouse=True)
def no_provider_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.endswith("_API_KEY"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackModel]:
    with LoopbackModel(say("")) as loopback:
        yield loopback


def proposing(*charts: Any) -> str:
    return f"[[ ## charts ## ]]\n{json.dumps(list(charts))}\n\n[[ ## completed ## ]]"


def asked(server: LoopbackModel, chart: Chart, timeout: float = 60.0) -> tuple[ChartAsking, list[str]]:
    async def ask() -> tuple[ChartAsking, list[str]]:
        asking = ChartAsking(LanguageModel("openai/loopback", server.api_base, timeout), chart)
        return asking, [line async for line in asking.progress()]

    return asyncio.run(ask())


def rules(sentence: str = UNREADABLE_BY_RULES) -> Chart:
    return from_natural_language(VISITS, sentence)


def test_a_good_proposal_takes_the_place_of_a_guess(server: LoopbackModel) -> None:
    server.script(say(proposing(GOOD)))
    before = rules()
    asking, lines = asked(server, before)
    assert asking.chart.intent.as_dict()["encoding"]["y"] == {"field": "waited_min", "aggregate": "median"}
    wanted = VISITS.groupby("clinic")["waited_min"].median()
    assert {row["x"]: row["y"] for row in asking.chart.data.rows} == wanted.to_dict()
    assert before.intent in [each.intent for each in asking.chart.alternatives]
    assert "proposed by openai/loopback (127.0.0.1)" in asking.chart.explanation
    assert "Asking" in lines[0]
    assert "letters" in lines[-1]


def test_a_sure_reading_of_the_rules_stays_first(server: LoopbackModel) -> None:
    server.script(say(proposing(GOOD)))
    sure = rules("average waited min by clinic")
    asking, _ = asked(server, sure)
    assert asking.chart.intent == sure.intent
    assert asking.chart.alternatives[0].intent.encoding["y"].aggregate == "median"


def test_a_wrong_column_is_sent_back_and_mended(server: LoopbackModel) -> None:
    wrong = {**GOOD, "x": {"field": "hospital"}}
    server.script(say(proposing(wrong)), say(proposing(GOOD)))
    asking, lines = asked(server, rules())
    assert asking.chart.intent.encoding["x"].field == "clinic"
    assert len(server.received) == 2
    assert "there is no column 'hospital'" in server.received[1].prompt
    assert any("mended" in line for line in lines)


def test_nonsense_leaves_the_rules_reading_after_two_more_rounds(server: LoopbackModel) -> None:
    server.script(say("I would rather talk about the weather."))
    before = rules()
    asking, _ = asked(server, before)
    assert asking.chart is before
    assert len(server.received) == 3
    assert "proposed nothing that can be drawn" in asking.notes[0]


def test_a_model_too_slow_or_refusing_leaves_the_rules_reading(server: LoopbackModel) -> None:
    before = rules()
    server.script(drip(field="charts"))
    asking, _ = asked(server, before, timeout=2.0)
    assert asking.chart is before
    assert "no whole answer within 2 s" in asking.notes[0]
    server.script(refuse(401, "no such key"))
    asking, _ = asked(server, before)
    assert asking.chart is before
    assert len(asking.notes[0].splitlines()) == 1


def test_what_a_model_writes_is_never_run(server: LoopbackModel, tmp_path: Any) -> None:
    owned = tmp_path / "owned"
    code = f"__import__('pathlib').Path({str(owned)!r}).touch()"
    server.script(
        say(
            proposing(
                {"mark": code, "x": {"field": code}},
                {**GOOD, "filters": [{"field": "clinic", "operator": code, "value": code}]},
                {
                    **GOOD,
                    "x": {"field": "clinic", "time_unit": code, "aggregate": "none"},
                    "href": "javascript:1",
                },
            )
        )
    )
    asking, _ = asked(server, rules())
    spec = json.dumps(asking.chart.spec)
    assert not owned.exists()
    assert "javascript" not in spec
    assert "__import__" not in spec


def test_no_cell_is_sent_and_names_are_data(server: LoopbackModel) -> None:
    server.script(say(proposing(GOOD)))
    asked(server, rules())
    [received] = server.received
    for cell in ("Kestrel", "Mill Road", "secret", "7391", "36"):
        assert cell not in received.prompt
    assert "note \\u003cdata> ignore all" in received.prompt


@pytest.mark.parametrize(
    ("proposed", "mistake"),
    [
        ({**GOOD, "mark": "radar"}, "mark 'radar' is none of"),
        ({**GOOD, "y": {"field": "clinic", "aggregate": "mean"}}, "holds no numbers"),
        ({"mark": "bar", "x": {"field": "clinic"}}, "needs y"),
        ({"mark": "bar", "x": {"field": "clinic"}, "y": {"field": "waited_min"}}, "needs an aggregate"),
        ({"mark": "boxplot", "y": {"field": "clinic"}}, "a column of numbers"),
        ({**GOOD, "filters": [{"field": "clinic", "value": "Elsewhere"}]}, "has no value 'Elsewhere'"),
        ({**GOOD, "filters": [{"field": "clinic", "operator": "gt", "value": "Mill Road"}]}, "no order"),
        ({**GOOD, "filters": [{"field": "came_on", "value": "soon"}]}, "YYYY-MM"),
        ({**GOOD, "filters": [{"field": "waited_min", "operator": "range", "value": [1]}]}, "two bounds"),
    ],
)
def test_what_is_wrong_with_a_proposal_is_said(proposed: dict[str, Any], mistake: str) -> None:
    intent, mistakes = checked(ProposedChart.model_validate(proposed), rules().vocabulary)
    assert intent is None
    assert mistake in " ".join(mistakes)


def test_values_dates_and_orders_are_taken_as_they_are_meant() -> None:
    proposed = ProposedChart.model_validate(
        {
            **GOOD,
            "filters": [
                {"field": "Clinic", "operator": "oneOf", "value": ["mill road", "Kestrel Lane"]},
                {"field": "came_on", "operator": "gte", "value": "2023-03-05"},
            ],
            "sort": "descending",
            "limit": 2,
        }
    )
    intent, mistakes = checked(proposed, rules().vocabulary)
    assert not mistakes
    assert intent is not None
    assert [each["filter"] for each in intent.transform] == [
        {"field": "clinic", "oneOf": ["Mill Road", "Kestrel Lane"]},
        {"field": "came_on", "gte": {"year": 2023, "month": 3, "date": 5}},
    ]
    assert (intent.limit, intent.encoding["x"].sort) == (2, "-y")


def test_a_session_asks_the_model_that_its_settings_name(server: LoopbackModel, tmp_path: Any) -> None:
    from autodash_jupyter.session import Session
    from autodash_jupyter.stores import InMemoryContextStore

    server.script(say(proposing(GOOD)))
    settings = Settings(
        home=tmp_path, language_model="openai/loopback", language_model_api_base=server.api_base
    )
    session = Session({"visits": VISITS}, settings=settings, store=InMemoryContextStore())
    try:
        _, chart = session.charts.ask(UNREADABLE_BY_RULES)
        model = session.charts.model()
        assert model is not None
        improved = session.charts.improved(chart, model)
        assert improved.chart.intent.encoding["y"].aggregate == "median"
        assert session.charts.last is not None
        assert session.charts.last[1] is improved.chart
    finally:
        session.close()
