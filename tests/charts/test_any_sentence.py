"""Whatever is said of whatever table: a chart, an explanation, and never an exception."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from six_tables import tables

from autodash_jupyter.charts import from_natural_language

ODD = {
    "no columns": pd.DataFrame(),
    "no rows": tables()["sales"].iloc[:0],
    "names like words": pd.DataFrame({"": [1, 2], "by": ["a", "b"], "count": [3, 4], "x y": [None, None]}),
    "one name twice": pd.DataFrame([[1, 2, "a"]], columns=["a", "a", "b"]),
    "no numbers": pd.DataFrame({"v": [np.inf, -np.inf, np.nan, 1.0], "k": list("abca")}),
    "a missing date": pd.DataFrame({"date": pd.to_datetime(["2020-01-01", None]), "n": [1, 2]}),
}
FRAMES = tables() | ODD
SAID = """
average total sum by per of and in the for each top bottom 3 5 10 2021 over under between 20 200k March
April Q3 Q9 2022-13-45 2022-02-31 31 February since before last quarter month year excluding not North
Toys women bar pie line scatter heatmap boxplot histogram count how many which highest lowest bins groups
share trend distribution -5 1e9 99999999999999999999 ' " ; , ? % ≥ <= SELECT ids type one two cheapest
oldest ١٢ sorted from to side a b k v date n
""".split()  # noqa: SIM905 - so many words are easier to read as text
COLUMNS = sorted({str(column) for frame in FRAMES.values() for column in frame.columns})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    table=st.sampled_from(sorted(FRAMES)),
    words=st.lists(st.one_of(st.sampled_from(SAID), st.sampled_from(COLUMNS)), max_size=14),
)
def test_any_words_about_any_table_give_a_chart(table: str, words: list[str]) -> None:
    chart = from_natural_language(FRAMES[table], " ".join(words))
    assert chart.spec["data"] is not None
    assert 0.0 <= chart.confidence <= 1.0
    assert chart.explanation
    assert all(each.intent != chart.intent for each in chart.alternatives)


@pytest.mark.parametrize("moment", ["2022-02-31", "31 February 2022", "2022-13-01", "Q7 2022"])
def test_a_day_that_never_was_filters_nothing_and_is_not_said_to(moment: str) -> None:
    chart = from_natural_language(tables()["sales"], f"orders by region since {moment}")
    assert not any("month" in str(each) for each in chart.intent.transform)
