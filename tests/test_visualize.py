"""``%visualize`` in a real kernel: drawn, explained, followed up, with a context's words; its mistakes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernel_client import NotebookKernel, Ran, notebook_kernel
from loopback_model import LoopbackModel, say

pytestmark = pytest.mark.kernel

PEOPLE = """\
import pandas as pd
people = pd.DataFrame({"c7": ["young", "old", "young", "old"], "tm_scr": [1.0, 2.0, 3.0, 4.0]})
orders = pd.DataFrame({"region": ["north", "south", "north"], "price": [2.0, 4.0, 6.0]})
"""
DOCUMENT = """\
%%context people
---
name: what people said
datasets:
  - id: people
    columns:
      - {name: c7, business_name: Age group}
      - {name: tm_scr, business_name: Screen time, unit: h}
---
"""
VEGA = "application/vnd.vegalite.v5+json"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookKernel]:
    folder = tmp_path_factory.mktemp("notebook")
    with notebook_kernel(folder, dict(os.environ) | {"AUTODASH_HOME": str(folder / "home")}) as running:
        assert running.run("%load_ext autodash_jupyter").error == ""
        assert running.run(PEOPLE).error == ""
        yield running


def is_renewed(message: dict) -> bool:
    """Whether a message draws a chart anew that is shown already."""
    return message["msg_type"] == "update_display_data" and VEGA in message["content"]["data"]


def drawn(ran: Ran) -> dict:
    assert ran.error == ""
    [spec] = [one["data"][VEGA] for one in ran.displays if VEGA in one["data"]]
    return spec


def test_a_chart_has_a_live_form_a_picture_and_text(kernel: NotebookKernel) -> None:
    ran = kernel.run("%visualize what's the average price by region? --data orders")
    spec = drawn(ran)
    assert spec["$schema"].endswith("/v5.json")
    assert {row["x"]: row["y"] for row in spec["data"]["values"]} == {"north": 4.0, "south": 4.0}
    [chart] = [one["data"] for one in ran.displays if VEGA in one["data"]]
    assert chart["image/svg+xml"].startswith("<svg")
    assert "█" in chart["text/plain"]
    assert "“price” → price, mean" in ran.plain
    assert "--reading 1" in ran.plain


def test_it_is_drawn_of_the_table_that_the_sentence_fits(kernel: NotebookKernel) -> None:
    assert (
        drawn(kernel.run("%visualize total price by region --new"))["encoding"]["y"]["title"] == "Total price"
    )
    assert drawn(kernel.run("%visualize tm_scr by c7 --new"))["encoding"]["x"]["title"] == "C7"


def test_the_active_context_gives_words_and_titles_and_is_counted_as_used(kernel: NotebookKernel) -> None:
    assert "passed" in kernel.run(DOCUMENT).text
    ran = kernel.run("%visualize show average screen time by age group")
    spec = drawn(ran)
    assert spec["encoding"]["y"]["title"] == "Average screen time (h)"
    assert spec["encoding"]["x"]["title"] == "Age group"
    assert "the context gives" in ran.plain
    said = kernel.run(
        "c = %visualize show average screen time by age group\nprint(c.context_used, c.confidence)"
    )
    assert said.text == "True 1.0\n"
    assert "visualize" in kernel.run("%context --usage").plain


def test_a_follow_up_goes_on_and_the_same_cell_again_gives_the_same(kernel: NotebookKernel) -> None:
    kernel.run("%visualize average price by region --data orders --new")
    twice = [drawn(kernel.run("%visualize without south")) for _ in range(2)]
    assert twice[0] == twice[1]
    assert [row["x"] for row in twice[0]["data"]["values"]] == ["north"]
    assert "goes on from: Average price by Region" in kernel.run("%visualize as a line").plain


def test_words_that_only_another_table_knows_go_on_from_no_chart(kernel: NotebookKernel) -> None:
    drawn(kernel.run("%visualize average price by region --data orders"))
    spec = drawn(kernel.run("%visualize total tm_scr by c7 as pie"))
    assert sorted(row["theta"] for row in spec["data"]["values"]) == [4.0, 6.0]


def test_a_number_of_the_tables_name_is_told_where_it_isnt_understood(kernel: NotebookKernel) -> None:
    assert kernel.run("orders_2024 = orders.copy()").error == ""
    ran = kernel.run("%visualize price by region im 2024 --data orders_2024")
    assert "Not understood: im, 2024" in "".join(one["data"].get("text/plain", "") for one in ran.displays)
    assert kernel.run("del orders_2024").error == ""


def test_assigned_it_draws_nothing_and_returns_the_chart(kernel: NotebookKernel) -> None:
    ran = kernel.run("chart = %visualize average price by region --new\nprint(type(chart).__name__)")
    assert (ran.text, ran.displays) == ("Chart\n", [])
    assert VEGA in kernel.run("chart").displays[0]["data"]


def test_it_is_no_step_of_the_timeline(kernel: NotebookKernel) -> None:
    before = kernel.run("%timeline").plain
    kernel.run("%visualize average price by region --new")
    assert "visualize average price by region --new" not in kernel.run("%timeline").plain.replace(before, "")


def test_code_and_files(kernel: NotebookKernel, tmp_path: Path) -> None:
    code = kernel.run("%visualize average price by region --data orders --new --code").text
    assert code.startswith("frame = orders\n")
    assert "groupby" in code
    page = tmp_path / "my chart.html"
    assert "Written" in kernel.run(f"%visualize average price by region --save '{page}'").text
    assert "<script" in page.read_text()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "takes a sentence, for example"),
        ("price --data order", "There is no table 'order'. Did you mean 'orders'?"),
        ("price --sav x.png", "Did you mean '--save'?"),
        ("price --data", "--data needs a value"),
        ("price by region --data orders --reading 99", "--reading takes 1 to"),
        ("price by region --data orders --save chart.exe", "use html, png, svg or json"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(kernel: NotebookKernel, line: str, said: str) -> None:
    ran = kernel.run(f"%visualize {line}")
    assert ran.text.startswith("UsageError: ")
    assert said in ran.text
    assert len(ran.text.splitlines()) == 1


def test_help_has_examples_and_names_are_completed(kernel: NotebookKernel) -> None:
    assert "%visualize average price by region" in kernel.run("%visualize --help").text
    code = "print(get_ipython().complete('or', '%visualize average price --data or')[1])"
    assert "orders" in kernel.run(code).text


def test_a_language_model_is_asked_where_one_is_configured(tmp_path: Path) -> None:
    chart = '[{"mark": "bar", "x": {"field": "region"}, "y": {"field": "price", "aggregate": "max"}}]'
    answer = f"[[ ## charts ## ]]\n{chart}\n\n[[ ## completed ## ]]"
    env = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    with LoopbackModel(say(answer)) as server:
        env |= {"AUTODASH_HOME": str(tmp_path / "home"), "AUTODASH_LM": "openai/loopback"}
        with notebook_kernel(tmp_path, env | {"AUTODASH_LM_API_BASE": server.api_base}) as running:
            running.run("%load_ext autodash_jupyter")
            running.run(PEOPLE)
            ran = running.run(
                "c = %visualize zorp flumen grumph --data orders\nprint(c.intent.mark, c.data.rows)"
            )
    assert "proposed by openai/loopback (127.0.0.1)" in ran.text
    assert "bar ({'x': 'north', 'y': 6.0}" in ran.text
