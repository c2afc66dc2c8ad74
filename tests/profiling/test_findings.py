"""What a person should know about a table before using it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.models import Finding
from autodash_jupyter.profiling import profile


def find(frame: pd.DataFrame, kind: str) -> list[Finding]:
    return [finding for finding in profile(frame).all_findings if finding.kind == kind]


def test_a_notable_share_of_missing_values_is_a_warning_and_a_small_one_is_not() -> None:
    frame = pd.DataFrame(
        {"much": [1.0, None] * 50, "little": [1.0, 2.0] * 49 + [None, 3.0], "none": range(100)}
    )
    much, little = find(frame, "missing")
    assert (much.column, much.severity) == ("much", "warning")
    assert much.message == "50 of 100 values are missing (50 %)."
    assert (little.column, little.severity) == ("little", "info")


def test_a_column_without_values_is_found() -> None:
    assert [
        finding.column for finding in find(pd.DataFrame({"a": [None, None], "b": [1, 2]}), "all_missing")
    ] == ["a"]


def test_values_far_from_the_rest_are_counted() -> None:
    values = [*np.random.default_rng(0).normal(50, 5, 500), 500.0, -300.0]
    (finding,) = find(pd.DataFrame({"weight": values}), "outliers")
    assert finding.message.startswith("2 values lie far from the rest")


def test_numbers_kept_as_text_are_found_with_what_can_not_be_read() -> None:
    (finding,) = find(pd.DataFrame({"depth": ["1.5", "2", "3", "4", "5", "about six"]}), "numbers_as_text")
    assert "'about six'" in finding.message


def test_numbers_that_stand_for_a_missing_value_are_found_and_no_outliers() -> None:
    frame = pd.DataFrame({"temp": [*np.random.default_rng(0).normal(15, 5, 200), -999.0, -999.0]})
    (finding,) = find(frame, "sentinel")
    assert finding.message.startswith("2 values are -999")
    assert find(frame, "outliers") == []


def test_a_code_among_the_few_levels_of_a_scale_is_found_and_a_level_is_not() -> None:
    levels = [1, 2, 3, 4, 5] * 40
    frame = pd.DataFrame({"Menge": [*levels, -999, -999], "mood": [-1, 0, 1, 0, 1] * 40 + [-1, 1]})
    assert [column.semantic_type for column in profile(frame).columns] == ["ordinal", "ordinal"]
    (finding,) = find(frame, "sentinel")
    assert finding.column == "Menge"
    assert finding.message.endswith("It is counted in: without it the mean is 3.")


def test_words_and_dates_that_stand_for_a_missing_value_are_found() -> None:
    dates = pd.to_datetime([*pd.date_range("2020-01-01", periods=20), "1900-01-01", "1900-01-01"])
    frame = pd.DataFrame({"city": ["Oslo", "N/A", "Rome", "unknown"] * 5 + ["Oslo"] * 2, "on": dates})
    assert [finding.column for finding in find(frame, "sentinel")] == ["city", "on"]


def test_spaces_and_several_spellings_are_found() -> None:
    frame = pd.DataFrame({"status": ["open", "Open", "closed ", "closed", "open"] * 4})
    (spaces,) = find(frame, "spaces")
    (variants,) = find(frame, "case_variants")
    assert spaces.message == "4 values begin or end with a space."
    assert variants.message.startswith("2 values come in more than one spelling")


def test_infinite_and_mixed_values_and_constants_are_found() -> None:
    frame = pd.DataFrame({"a": [1.0, np.inf, 2.0], "b": [1, "x", "y"], "c": ["same"] * 3})
    assert [(finding.kind, finding.column) for finding in profile(frame).all_findings if finding.column] == [
        ("infinite", "a"),
        ("mixed_types", "b"),
        ("constant", "c"),
    ]


def test_a_finding_on_personal_data_names_no_value() -> None:
    frame = pd.DataFrame(
        {
            "customer name": [
                "Ann Smith",
                "ANN SMITH",
                " John Miller",
                "Maria Stone",
                "Paul Wood",
                "Ida Lake",
            ]
            * 3
        }
    )
    messages = [finding.message for finding in profile(frame).all_findings]
    assert messages
    assert not any("smith" in message.lower() or "miller" in message.lower() for message in messages)


def test_repeated_rows_are_counted_as_pandas_counts_them() -> None:
    random = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "a": random.integers(0, 12, 3000),
            "b": random.choice(["x", "y", None], 3000),
            "c": random.choice([1.5, np.nan], 3000),
            "d": pd.Series(random.integers(0, 5, 3000), dtype="Int64"),
            "e": pd.Categorical(random.choice(["k", "l"], 3000)),
        }
    )
    assert profile(frame).duplicate_rows == int(frame.duplicated().sum())


def test_rows_that_differ_in_a_cell_nobody_can_compare_are_not_called_equal() -> None:
    assert profile(pd.DataFrame({"a": [1, 1], "b": [[1], [2]]})).duplicate_rows is None


def test_the_key_is_the_smallest_group_of_columns_that_tells_rows_apart() -> None:
    years, countries = range(2000, 2020), ["France", "Peru", "Chile", "Kenya", "Japan"]
    panel = pd.DataFrame(
        [(c, y, 1.5 * n) for n, c in enumerate(countries) for y in years], columns=["country", "year", "x"]
    )
    found = profile(panel)
    assert found.candidate_keys == (("country", "year"),)
    assert find(panel, "grain")[0].message == "One row for each country and year."
    assert profile(panel.assign(row_id=range(len(panel)))).candidate_keys[0] == ("row_id",)


def test_a_measure_is_no_key_however_different_its_values() -> None:
    frame = pd.DataFrame({"x": np.random.default_rng(0).normal(size=100), "y": ["a", "b"] * 50})
    assert profile(frame).candidate_keys == ()


def test_columns_that_say_the_same_are_found_and_alike_flags_are_not() -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=400)
    rare = (random.random((400, 2)) < 0.005).astype(int)
    frame = pd.DataFrame(
        {"x": x, "again": np.where(np.arange(400) < 3, 0, x), "p": rare[:, 0], "q": rare[:, 1]}
    )
    (finding,) = find(frame, "near_identical")
    assert (finding.column, finding.message) == ("again", "It holds nearly the same values as 'x'.")


def test_time_covered_and_its_gaps_are_told() -> None:
    days = pd.date_range("2021-01-01", "2021-03-31").delete(range(40, 45))
    frame = pd.DataFrame({"on": days, "n": range(len(days))})
    assert find(frame, "time_coverage")[0].message == "It runs from 2021-01-01 to 2021-03-31."
    assert find(frame, "time_gaps")[0].message == (
        "5 days have no rows, of 90; the longest gap is 2021-02-10 to 2021-02-14."
    )


def test_dates_in_text_have_gaps_too_and_scattered_dates_have_none() -> None:
    months = [f"2021-{month:02d}" for month in (1, 2, 3, 5, 6)]
    assert "2021-04" in find(pd.DataFrame({"month": months}), "time_gaps")[0].message
    births = pd.to_datetime(["1950-05-05", "1980-01-20", "2001-12-31"])
    assert find(pd.DataFrame({"born": births}), "time_gaps") == []


def test_a_key_hidden_by_repeated_rows_is_told() -> None:
    frame = pd.DataFrame({"order_id": [*range(40), 3, 7], "item": [*["a", "b"] * 20, "b", "b"]})
    (finding,) = find(frame, "grain")
    assert finding.column == "order_id"
    assert finding.message == "One row for each value, once the 2 repeated rows are dropped."
    assert profile(frame).candidate_keys == ()


def test_codes_for_missing_values_are_found_among_numbers_kept_as_text_too() -> None:
    frame = pd.DataFrame({"qty": ["1", "2", "3", "4", "5", "6", "two", "-999", "-999"] * 3})
    assert profile(frame).columns[0].semantic_type == "count"
    assert [finding.message for finding in find(frame, "sentinel")] == [
        "6 values are -999, far from the rest: it may stand for a missing one. "
        "It is counted in: without it the mean is 3.5."
    ]


def test_every_finding_on_a_column_says_how_it_was_made() -> None:
    frame = pd.DataFrame(
        {
            "temp": [*np.random.default_rng(0).normal(15, 5, 200), -999.0, -999.0],
            "city": ["Oslo", "oslo ", "N/A", "Rome"] * 50 + ["Rome"] * 2,
            "day": [f"2021-01-{n % 28 + 1:02d}" for n in range(202)],
        }
    )
    found = [finding for column in profile(frame).columns for finding in column.findings]
    assert {finding.kind for finding in found} >= {"sentinel", "case_variants", "spaces", "dates_as_text"}
    assert all("all rows" in finding.method for finding in found)


def test_a_slip_of_the_finger_among_categories_is_found_and_numbered_names_are_not() -> None:
    frame = pd.DataFrame(
        {
            "land": ["Germany"] * 60 + ["France"] * 40 + ["Germny", "Frannce"],
            "group": ["group 1"] * 60 + ["group 2"] * 40 + ["group 3", "group 4"],
            "word": ["male"] * 60 + ["female"] * 40 + ["house", "houses"],
        }
    )
    (finding,) = find(frame, "near_duplicates")
    assert finding.column == "land"
    assert finding.message == (
        "2 rare values are one letter from a frequent one, for example 'Germny' and 'Germany'."
    )


def test_rows_in_order_are_told() -> None:
    frame = pd.DataFrame({"up": [1.5 * n for n in range(30)], "no": [n % 7 for n in range(30)]})
    assert [(finding.column, finding.message) for finding in find(frame, "sorted")] == [
        ("up", "The rows are in its ascending order.")
    ]


def test_a_column_that_follows_from_another_is_found() -> None:
    cities = {"Oslo": "Norway", "Bergen": "Norway", "Rome": "Italy", "Milan": "Italy", "Lima": "Peru"}
    names = np.random.default_rng(4).choice(list(cities), 400)
    frame = pd.DataFrame({"city": names, "country": [cities[name] for name in names]})
    frame["other"] = np.random.default_rng(5).choice(["a", "b", "c"], 400)
    (finding,) = find(frame, "dependency")
    assert (finding.column, finding.message) == ("country", "Each value of 'city' has one value here.")
    assert finding.method == "distinct pairs among 400 rows"
    assert not finding.approximate


def test_what_goes_together_is_measured_by_what_the_columns_are() -> None:
    random = np.random.default_rng(6)
    x, kind = random.normal(size=600), random.choice(["a", "b", "c"], 600)
    frame = pd.DataFrame(
        {
            "height": x,
            "weight": 2 * x + random.normal(0, 0.1, 600),
            "size": np.exp(3 * x),
            "kind": kind,
            "level": np.select([kind == "a", kind == "b"], [10.0, 20.0], 30.0) + random.normal(0, 1, 600),
            "twin": np.char.add(kind.astype(str), "x"),
            "noise": random.normal(size=600),
        }
    )
    found = {(one.first, one.second): one for one in profile(frame).associations}
    assert found["height", "weight"].measure == "pearson"
    assert found["height", "weight"].value == round(np.corrcoef(x, frame["weight"])[0, 1], 3)
    assert (found["height", "size"].measure, found["height", "size"].value) == ("spearman", 1.0)
    assert found["kind", "level"].measure == "correlation_ratio"
    assert found["kind", "level"].value > 0.95
    assert (found["kind", "twin"].measure, found["kind", "twin"].value) == ("cramers_v", 1.0)
    assert not [pair for pair in found if "noise" in pair]
    assert {finding.column for finding in find(frame, "association")} >= {"weight", "twin"}


def test_chance_does_not_make_an_association_of_small_categories() -> None:
    random = np.random.default_rng(8)
    frame = pd.DataFrame(
        {
            "area": random.choice([f"a{n}" for n in range(25)], 60),
            "kind": random.choice([f"k{n}" for n in range(20)], 60),
            "level": random.normal(size=60),
        }
    )
    assert profile(frame).associations == ()


def test_every_finding_of_a_table_says_how_it_was_had() -> None:
    days = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-06"] * 10)
    frame = pd.DataFrame({"day": days, "amount": range(40), "again": range(40)})
    frame["label"] = "x"
    frame.columns = ["day", "amount", "again", "amount"]
    repeated = pd.DataFrame({"a": [1, 1, 2, 2] * 30, "b": ["x", "x", "y", "y"] * 30})
    once_more = pd.DataFrame({"user_id": [*range(100, 200), 100], "city": ["Oslo"] * 101})
    tables = [frame, repeated, once_more, frame.head(0), pd.DataFrame()]
    found = [finding for table in tables for finding in profile(table).findings]
    assert {finding.kind for finding in found} >= {
        "duplicate_rows", "no_key", "near_identical", "duplicate_name", "time_coverage", "time_gaps",
        "grain", "no_rows", "no_columns",
    }  # fmt: skip
    assert [finding.kind for finding in found if not finding.method] == []


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([20.5, 21.0, -999.0], "1 value is -999"),
        ([20.5, 21.0, -999.0, -999.0], "2 values are -999"),
        ([3, 9999, 4, 9999, 5, 6], "2 values are 9999"),
        ([5, 6, 7, 8, 9999], None),  # one large number may be right
        ([-500.0, -200.0, -999.0], None),
        ([3, -1, 5, 4, 6, 2, -1], None),
    ],
)
def test_a_code_for_a_missing_number_is_seen_in_a_table_of_few_rows(
    cells: list[float], said: str | None
) -> None:
    messages = [finding.message for finding in find(pd.DataFrame({"temperature": cells}), "sentinel")]
    assert [message.partition(",")[0] for message in messages] == ([] if said is None else [said])
