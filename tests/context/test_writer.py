"""The context written from a profile alone: what it says, and what it never says."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.context.html import render_html
from autodash_jupyter.context.writer import draft_document, write_context
from autodash_jupyter.expressions import ExpressionTable
from autodash_jupyter.profiling import profile


def write(frame: pd.DataFrame, name: str = "table", source: str = "") -> str:
    return write_context(profile(frame), name=name, source=source)


def section(text: str, title: str) -> str:
    return re.split(r"^## ", text.split(f"## {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.fixture(scope="module")
def penguins() -> pd.DataFrame:
    rows, random = 344, np.random.default_rng(0)
    mass = pd.Series(random.normal(4200, 800, rows)).where(np.arange(rows) > 1)
    sex = pd.Series(random.choice(["male", "female"], rows)).where(np.arange(rows) > 10)
    return pd.DataFrame(
        {
            "species": random.choice(["Adelie", "Chinstrap", "Gentoo"], rows),
            "bill_length_mm": pd.Series(random.normal(44, 5, rows).round(0)).where(np.arange(rows) > 1),
            "body_mass_g": mass,
            "sex": sex,
            "year": random.choice([2007, 2008, 2009], rows),
        }
    )


def test_the_summary_says_size_grain_time_and_what_stands_out(penguins: pd.DataFrame) -> None:
    title, summary = write(penguins, "penguins", "penguins.csv").split("\n\n")[:2]
    assert title == "# penguins"
    assert 200 <= len(summary) <= 500
    for words in (
        "344 rows",
        "one row per observation",
        "years 2007 to 2009",
        "`species` (3 values)",
        "3.2 %",
    ):
        assert words in summary


def test_the_columns_are_told_by_role_range_and_levels(penguins: pd.DataFrame) -> None:
    columns = section(write(penguins), "Columns")
    assert "| `body_mass_g` | measure (g) |" in columns
    assert "| `year` | year | 2007 to 2009 (3 years) |" in columns
    assert re.search(r"\| `species` \| category \| \w+ \(\d+\), \w+ \(\d+\) and \w+ \(\d+\) \|", columns)


def test_missing_values_of_like_columns_are_told_in_one_sentence(penguins: pd.DataFrame) -> None:
    quality = section(write(penguins), "Quality")
    assert "`sex` is missing in 11 rows (3.2 %)." in quality
    assert "`bill_length_mm` and `body_mass_g` are each missing in 2 rows (0.6 %)." in quality


def test_metrics_follow_from_the_roles(penguins: pd.DataFrame) -> None:
    metrics = section(write(penguins), "Metrics")
    assert "- **Mean body_mass_g**: `AVG(body_mass_g)`: Compare it by `species`." in metrics
    assert "SUM(" not in metrics


def test_amounts_are_summed_over_time_and_prices_are_not() -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "Sold on": pd.date_range("2022-01-01", periods=300).repeat(2),
            "Total Revenue": random.gamma(2, 50, 600),
            "unit_price": random.gamma(2, 5, 600),
            "region": random.choice(["north", "south"], 600),
        }
    )
    metrics = section(write(frame), "Metrics")
    assert '`SUM("Total Revenue")`' in metrics
    assert "Compare it by month of `Sold on` and `region`." in metrics
    assert "`AVG(unit_price)`" in metrics
    assert "SUM(unit_price)" not in metrics


def test_a_key_names_the_thing_a_row_stands_for() -> None:
    text = write(
        pd.DataFrame({"order_id": range(50), "customer_id": [1, 2] * 25, "amount": np.linspace(1, 9, 50)})
    )
    assert "one row per order." in text
    assert "`order_id` tells the rows apart." in section(text, "Keys and grain")
    assert "`customer_id` comes back" in section(text, "Keys and grain")


def test_a_table_without_problems_is_said_to_have_none() -> None:
    assert (
        section(write(pd.DataFrame({"id": range(9), "k": list("abcabcabc")})), "Quality").strip()
        == "No problems found."
    )


def test_personal_values_never_appear() -> None:
    names = ["Ann Smith", "John Miller", "Maria Stone", "Paul Wood", "Laura Lake", "Peter Hill"]
    frame = pd.DataFrame(
        {
            "customer": names * 5,
            "email": [f"{name.split()[0].lower()}@example.org" for name in names] * 5,
            "phone": [f"+49 30 555 01{n:02d}" for n in range(6)] * 5,
            "ip": [f"192.168.7.{n}" for n in range(6)] * 5,
            "note": ["call +49 30 555 0177", "mail zoe@example.org", "fine", "ok", "late", "early"] * 5,
            "status": ["open", "closed", "by kim@example.org", "open", "open", "open"] * 5,
            "zoe@example.org": range(30),
            "amount": [1.5, 2.5, 3.5, 4.5, 5.5, 6.5] * 5,
        }
    )
    text = write(frame, "orders")
    for value in ("example.org", "555", "192.168", "Smith", "Maria"):
        assert value not in text


def test_names_and_values_can_not_break_out_of_the_text() -> None:
    evil = (
        "a|b`c\n## Injected\n<script>alert(1)</script> [x](javascript:alert(1)) "
        "![y](https://e.org/p.png) $x$ **b**"
    )
    frame = pd.DataFrame({evil: [evil, "b", "b", evil], "k": [evil] * 4})
    text = write(frame, evil, evil)
    assert "\n## Injected" not in text
    columns = section(text, "Columns").strip().split("\n")
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 4 for line in columns)
    html = render_html(text)
    assert "<script>" not in html
    assert "<img" not in html
    assert "javascript:" not in re.sub(r">[^<]*<", "><", html)


def test_hundreds_of_numbered_columns_are_told_as_one() -> None:
    frame = pd.DataFrame(
        np.random.default_rng(0).normal(size=(40, 500)), columns=[f"sensor_{n}" for n in range(500)]
    )
    text = write(frame)
    assert "| `sensor_0` … `sensor_499` | measure | 500 columns of one kind" in text
    assert len(text) < 5000


def test_hundreds_of_different_columns_are_capped_and_counted() -> None:
    letters = "abcdefghij"
    names = [a + b + c for a in letters for b in letters for c in letters][:500]
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(40, 500)), columns=names)
    text = write(frame)
    assert "The table stops at 60 entries; 440 more columns are in the document." in text
    assert len(text) < 12_000


def test_the_same_profile_gives_the_same_text(penguins: pd.DataFrame) -> None:
    assert write(penguins) == write(penguins.copy())


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"a": []}), pd.DataFrame(index=[1, 2])])
def test_an_empty_table_still_has_a_readable_context(frame: pd.DataFrame) -> None:
    text = write(frame, "nothing")
    assert text.startswith("# nothing\n\n**nothing** has ")
    assert "## Quality" in text


def test_the_document_says_of_each_part_that_the_profile_wrote_it(penguins: pd.DataFrame) -> None:
    document = draft_document(profile(penguins), dataset_id="upload_1", name="penguins")
    assert document.dataset_ids == ["upload_1"]
    assert [column.name for column in document.datasets[0].columns] == list(penguins.columns)
    parts = [*document.datasets, *document.datasets[0].columns, *document.metrics]
    assert {part.written_by for part in parts} == {"profile"}
    assert document.written_by == {"description": "profile", "body": "profile", "questions": "profile"}
    assert 200 <= len(document.description) <= 500
    mass = document.datasets[0].column("body_mass_g")
    assert mass is not None
    assert (mass.semantic_type, mass.unit, mass.personal) == ("measure", "g", None)


ODD = pd.DataFrame(
    {
        'say "hi"': np.linspace(1, 9, 40),
        "select": np.arange(40) * 2.5,
        "Größe (cm)": np.linspace(150, 190, 40),
        "a": [True, False] * 20,
        "A": ["x", "y"] * 20,
        "when": pd.date_range("2024-01-01", periods=40, freq="D", tz="UTC"),
        "revenue $": np.linspace(1, 100, 40),
    }
)


@pytest.mark.parametrize(
    "engine", [pd.DataFrame, lambda frame: frame.convert_dtypes(dtype_backend="pyarrow")]
)
def test_every_metric_runs_in_sql_whatever_the_columns_are_called(
    engine: Callable[..., pd.DataFrame],
) -> None:
    frame = engine(ODD)
    document = draft_document(profile(frame), dataset_id="upload_1", name="odd")
    assert len(document.metrics) >= 4
    assert len({metric.id for metric in document.metrics}) == len(document.metrics)
    with ExpressionTable(frame) as table:
        assert all(table.metric(metric.expression).value is not None for metric in document.metrics)


@pytest.mark.parametrize(
    "name", ["x" * 500, "<script>alert(1)</script>" * 9, "ann@example.org", "*" * 60, "\n#"]
)
def test_the_summary_has_200_to_500_characters_whatever_the_table_is_called(name: str) -> None:
    frame = pd.DataFrame({f"{name} {number}": range(number, 12 + number) for number in range(5)})
    document = draft_document(profile(frame), dataset_id="upload_1", name=name, source=name)
    assert 200 <= len(document.description) <= 500
    assert "example.org" not in document.description + document.name
    assert len(document.name) <= 80


def test_a_column_that_is_named_after_a_person_is_left_out() -> None:
    frame = pd.DataFrame({"zoe@example.org": range(30), "a": range(30), "": range(30)})
    frame = pd.concat([frame, frame[["a"]]], axis=1)
    document = draft_document(profile(frame), dataset_id="upload_1", name="people")
    assert [column.name for column in document.datasets[0].columns] == ["a"]
