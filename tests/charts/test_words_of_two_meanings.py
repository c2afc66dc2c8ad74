"""Words that may name a column, and mean the rows, the day of the week or the kind of chart instead."""

from __future__ import annotations

import pandas as pd
import pytest
from six_tables import notation

from autodash_jupyter.charts import from_natural_language

STAYS = pd.DataFrame(
    {
        "patient_age": [20 + each % 60 for each in range(100)],
        "passenger_count": [each % 7 for each in range(100)],
        "users_active": [each % 9 for each in range(100)],
        "insurance": ["private", "public"] * 50,
        "ward": ["A", "B", "C", "D", "E"] * 20,
        "admitted": pd.date_range("2024-01-01", periods=100),
    }
)
CITIES = pd.DataFrame(
    {
        "country": ["Peru", "Chile", "Bolivia"] * 10,
        "population_density": [each * 1.5 for each in range(30)],
        "ring_size": [each + 0.25 for each in range(30)],
    }
)


def read(frame: pd.DataFrame, sentence: str) -> str:
    return notation(from_natural_language(frame, sentence).intent)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("private patients by ward", "bar x=ward y=count() where insurance = private"),
        ("number of private patients by ward", "bar x=ward y=count() where insurance = private"),
        ("how many patients per ward", "bar x=ward y=count()"),
        ("how many private patients", "text text=count() where insurance = private"),
        (
            "average age of private patients by ward",
            "bar x=ward y=mean(patient_age) where insurance = private",
        ),
        ("patients by age", "bar x=patient_age:bins y=count()"),
        ("average patient age by ward", "bar x=ward y=mean(patient_age)"),
        ("total passengers by ward", "bar x=ward y=sum(passenger_count)"),
        ("number of passengers by ward", "bar x=ward y=sum(passenger_count)"),
        ("average users by ward", "bar x=ward y=mean(users_active)"),
    ],
)
def test_people_are_rows_unless_a_column_counts_them(sentence: str, expected: str) -> None:
    assert read(STAYS, sentence) == expected


@pytest.mark.parametrize("said", ["weekday", "day of the week", "day of week", "days of the week"])
@pytest.mark.parametrize("column", ["", "weekday", "day_of_week", "DayOfWeek"])
def test_a_weekday_is_the_column_called_so_or_else_that_of_the_dates(said: str, column: str) -> None:
    frame = STAYS.assign(**{column: STAYS["admitted"].dt.day_name()}) if column else STAYS
    shown = from_natural_language(frame, f"heat map of average age by ward and {said}").intent.encoding
    days = {(each.field, each.timeUnit) for each in (shown["x"], shown["y"])} - {("ward", None)}
    assert days == {(column, None) if column else ("admitted", "day")}
    assert (shown["color"].field, shown["color"].aggregate) == ("patient_age", "mean")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("density of population by country", "bar x=country y=mean(population_density)"),
        ("average ring size by country", "bar x=country y=mean(ring_size)"),
    ],
)
def test_a_kind_of_chart_is_left_to_the_column_that_is_called_so(sentence: str, expected: str) -> None:
    assert read(CITIES, sentence) == expected
