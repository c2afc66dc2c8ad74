"""What a column means is told from its values, helped by its name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.profiling import profile

ROWS = 60
random = np.random.default_rng(3)

MEANINGS = {
    "identifier by sequence": ("Unnamed: 0", range(ROWS), "identifier"),
    "identifier by name": ("customer_id", random.integers(1, 40, ROWS), "identifier"),
    "identifier by form": ("reference", [f"AB-{n:05d}" for n in range(ROWS)], "identifier"),
    "digits with leading zeros": ("naics", [f"{n:05d}" for n in range(ROWS)], "identifier"),
    "universal identifiers": (
        "x",
        [f"{n:08x}-0000-4000-8000-000000000000" for n in range(ROWS)],
        "identifier",
    ),
    "measure with unit": ("Body Mass (g)", random.integers(2700, 6300, ROWS), "measure"),
    "measure by default": ("v17", random.normal(0, 30, ROWS), "measure"),
    "money by name": ("total_bill", random.gamma(2, 10, ROWS), "money"),
    "money by sign": ("x", [f"${n}.50" for n in range(ROWS)], "money"),
    "ratio by name": ("interest_rate", random.uniform(1, 20, ROWS), "ratio"),
    "ratio between 0 and 1": ("v", random.uniform(0, 1, ROWS), "ratio"),
    "count by name": ("num_accounts", random.integers(3, 90, ROWS), "count"),
    "count by its tail": ("x", np.round(random.lognormal(2, 1.2, ROWS)).astype(int).clip(0), "count"),
    "category": ("island", ["Biscoe", "Dream", "Torgersen"] * (ROWS // 3), "category"),
    "category by repetition": ("k", ["red", "green", "blue"] * (ROWS // 3), "category"),
    "codes with a name": ("treatment", [1, 2, 3] * (ROWS // 3), "category"),
    "ordinal by scale": ("size", ["low", "medium", "high"] * (ROWS // 3), "ordinal"),
    "ordinal by name": ("rating", [1, 2, 3, 4, 5] * (ROWS // 5), "ordinal"),
    "weekdays": ("d", ["Mon", "Tue", "Wed", "Thu", "Fri"] * (ROWS // 5), "ordinal"),
    "flag of numbers": ("survived", [0, 1] * (ROWS // 2), "flag"),
    "flag of words": ("smoker", ["Yes", "No"] * (ROWS // 2), "flag"),
    "flag of booleans": ("b", [True, False] * (ROWS // 2), "flag"),
    "date": ("d", pd.date_range("2020-01-01", periods=ROWS), "date"),
    "date in a number": ("yyyymmdd", [20200101.0 + n % 28 for n in range(ROWS)], "date"),
    "date in text": ("d", [f"{n % 28 + 1:02d}.03.2021" for n in range(ROWS)], "date"),
    "datetime": ("d", pd.date_range("2020-01-01", periods=ROWS, freq="h"), "datetime"),
    "Unix time": ("created_at", random.integers(1_500_000_000, 1_600_000_000, ROWS), "datetime"),
    "time of day": ("t", [f"{n % 24:02d}:30" for n in range(ROWS)], "time"),
    "duration": ("d", pd.to_timedelta(range(ROWS), unit="min"), "duration"),
    "year by name": ("year", [2007, 2008, 2009] * (ROWS // 3), "year"),
    "year by values": ("vintage of", [1990 + n % 30 for n in range(ROWS)], "year"),
    "latitude": ("lat", random.uniform(-60, 60, ROWS), "latitude"),
    "longitude": ("longitude", random.uniform(-170, 170, ROWS), "longitude"),
    "place by values": (
        "x",
        ["France", "Peru", "Chile", "Kenya", "Japan", "Norway"] * (ROWS // 6),
        "country",
    ),
    "region by values": ("x", ["Ohio", "Texas", "Utah", "Maine"] * (ROWS // 4), "region"),
    "region by name": ("province", ["Tyrol", "Styria", "Vienna"] * (ROWS // 3), "region"),
    "city": ("city", ["Oslo", "Bergen", "Bodø"] * (ROWS // 3), "place"),
    "postal code": ("zip", random.integers(10_000, 99_999, ROWS), "postal code"),
    "email": ("x", [f"user{n}@example.org" for n in range(ROWS)], "email"),
    "url": ("x", [f"https://example.org/{n}" for n in range(ROWS)], "url"),
    "phone": ("phone", [f"+49 30 12345{n:02d}" for n in range(ROWS)], "phone"),
    "phone in a number": ("mobile", random.integers(5_550_000_000, 5_559_999_999, ROWS), "phone"),
    "address of a machine": ("x", [f"10.0.0.{n}" for n in range(ROWS)], "ip"),
    "person": (
        "passenger",
        [f"{first} Miller{n}" for n, first in enumerate(["Ann", "John", "Maria"] * 20)],
        "name",
    ),
    "text": ("comment", [f"The parcel number {n} came late, and was open." for n in range(ROWS)], "text"),
    "lists": ("tags", [["a", "b"]] * ROWS, "list"),
    "objects": ("x", [{"a": n} for n in range(ROWS)], "json"),
    "objects in text": ("tags", [f'{{"a": {n}}}' for n in range(ROWS)], "json"),
    "lists in text": ("tags", [f'["a", {n}]' for n in range(ROWS)], "list"),
    "constant": ("source", ["web"] * ROWS, "constant"),
    "mixed": ("x", [1, "a", 2.5, "b", "c", "d"] * (ROWS // 6), "mixed"),
    "numbers with a word": ("depth", ["1.5", "2.5", "3.5", "4.5", "nil"] * (ROWS // 5), "measure"),
    "empty": ("x", [None] * ROWS, "empty"),
}


@pytest.mark.parametrize("situation", MEANINGS)
def test_a_column_is_known_for_what_it_means(situation: str) -> None:
    name, values, meaning = MEANINGS[situation]
    (column,) = profile(pd.DataFrame({name: pd.Series(values)})).columns
    assert column.semantic_type == meaning, column.evidence
    assert column.evidence
    assert 0 < column.confidence <= 1


def test_values_decide_where_the_name_says_otherwise() -> None:
    frame = pd.DataFrame(
        {"latitude": [1500.0, 2500.5, 9000.25], "email": ["red", "blue", "red"], "year": [1.5, 2.25, 7.0]}
    )
    types = [column.semantic_type for column in profile(frame).columns]
    assert "latitude" not in types
    assert "email" not in types
    assert "year" not in types


@pytest.mark.parametrize(
    "situation", ["email", "phone", "phone in a number", "address of a machine", "person"]
)
def test_what_looks_personal_is_marked(situation: str) -> None:
    name, values, _ = MEANINGS[situation]
    assert profile(pd.DataFrame({name: values})).columns[0].personal


@pytest.mark.parametrize(
    "sellers", [["Maria Lopez", "John Smith", "Anna Weber"], ["Lopez, Maria", "Smith, John"]]
)
def test_persons_who_come_back_are_personal_whatever_their_column_is_taken_for(sellers: list[str]) -> None:
    rows = [sellers[n % len(sellers)] for n in range(ROWS)]
    frame = pd.DataFrame({"seller": rows, "declared": pd.Categorical(rows)})
    assert all(column.personal for column in profile(frame).columns)


@pytest.mark.parametrize(
    "situation", ["measure with unit", "category by repetition", "text", "date", "place by values"]
)
def test_what_is_not_personal_is_not_marked(situation: str) -> None:
    name, values, _ = MEANINGS[situation]
    assert not profile(pd.DataFrame({name: values})).columns[0].personal


def test_a_free_text_that_holds_an_address_is_marked() -> None:
    notes = ["all fine", "please write to ann@example.org", "nothing to add"]
    assert profile(pd.DataFrame({"note": notes})).columns[0].personal


def test_declared_categories_of_numbers_are_categories_and_ordered_ones_ordinal() -> None:
    frame = pd.DataFrame(
        {
            "numbers": pd.Categorical([10, 200, 3000] * 20),
            "ordered": pd.Categorical(["x", "y", "z"] * 20, ["z", "y", "x"], ordered=True),
        }
    )
    assert [column.semantic_type for column in profile(frame).columns] == ["category", "ordinal"]


MORE_MEANINGS = {
    "years with fractions": ("date", [2000 + n / 12 for n in range(ROWS)], "year"),
    "years of two digits": ("model yr", [70 + n % 13 for n in range(ROWS)], "year"),
    "start of a term": ("start", [1800 + 4 * (n // 2) for n in range(ROWS)], "year"),
    "a rate of pay": ("DailyRate", random.integers(100, 1500, ROWS), "money"),
    "a price that is least": ("Min.Price", random.gamma(2, 10, ROWS), "money"),
    "things in the plural": ("wheels", random.integers(0, 5, ROWS), "count"),
    "so many of a thousand": ("births_per_1000", random.uniform(8, 40, ROWS), "ratio"),
    "an average below one": ("bat_avg", random.uniform(0.1, 0.4, ROWS), "ratio"),
    "a total of a quantity": ("total_fat", random.integers(0, 90, ROWS), "measure"),
    "a difference of latitudes": ("delta_lat", random.uniform(-1, 1, ROWS), "measure"),
    "the size of a plot": ("lotsize", random.integers(1600, 16000, ROWS), "measure"),
    "a span in one word": ("futime", random.integers(0, 5000, ROWS), "duration"),
    "numbered subjects": ("subject", range(1, ROWS + 1), "identifier"),
    "a code glued to its word": ("cowcode2", random.permutation(np.arange(2, 2 + 7 * ROWS, 7)), "identifier"),
    "ranges of numbers": ("agegp", ["25-34", "35-44", "45-54", "75+"] * (ROWS // 4), "ordinal"),
    "Roman numerals": ("tgrade", ["I", "II", "III"] * (ROWS // 3), "ordinal"),
    "a class of persons": ("patient_class", ["inpatient", "emergency", "other"] * (ROWS // 3), "category"),
    "the time until something": ("TimeToRecurrence", random.uniform(0.3, 100, ROWS), "duration"),
    "numbers of subjects": ("Subject", [3 * (n % 12) + 1 for n in range(ROWS)], "identifier"),
    "numbers of states": ("state", [1 + n % 48 for n in range(ROWS)], "identifier"),
    "a number glued to its word": ("villnum", [3 * (n % 40) + 1 for n in range(ROWS)], "identifier"),
    "a part of the calendar numbered": ("quarter_num", [1, 2, 3, 4] * (ROWS // 4), "ordinal"),
    "the square of something": ("agesq", random.integers(18, 90, ROWS) ** 2, "measure"),
    "what is in the air": ("NO2", random.integers(9, 105, ROWS), "measure"),
    "read off a scale": ("x", 5 * random.integers(4, 900, ROWS), "measure"),
    "a count with its number first": ("nr_events", random.integers(0, 9, ROWS), "count"),
    "a share of a hundred": ("support", np.linspace(3.25, 97.75, ROWS), "ratio"),
    "a length below a hundred": ("foot_length", np.linspace(3.25, 97.75, ROWS), "measure"),
    "people with fractions": ("women", np.linspace(0.25, 33.5, ROWS), "ratio"),
    "two years of two digits": ("year", [72, 78] * (ROWS // 2), "year"),
    "levels that begin with a rank": ("pain", ["0_none", "1_mild", "2_strong"] * (ROWS // 3), "ordinal"),
    "ranges in words": ("seen", ["1", "2-10", "11-100", "Over 100"] * (ROWS // 4), "ordinal"),
    "comparisons": ("x", ["Much worse", "worse", "average", "better"] * (ROWS // 4), "ordinal"),
    "Unix time without a name": ("x", 1_500_000_000 + random.integers(0, 10**8, ROWS), "datetime"),
    "Unix time in milliseconds": ("x", 1_500_000_000_000 + random.integers(0, 10**11, ROWS), "datetime"),
    "percentages with a comma": ("Anteil", [f"{n},{n % 10} %" for n in range(ROWS)], "ratio"),
    "hours and minutes": ("x", [f"{n % 5}h {n}m" for n in range(ROWS)], "duration"),
    "a German number glued to its word": ("Bestellnr", [10_000 + n // 2 for n in range(ROWS)], "identifier"),
    "a code that looks like a count": ("dept_code", [100, 200, 310] * (ROWS // 3), "identifier"),
    "decimals in text": ("a", [f"{n / 7:.3f}" for n in range(ROWS)], "measure"),
}


@pytest.mark.parametrize("situation", MORE_MEANINGS)
def test_a_name_is_read_as_a_person_reads_it(situation: str) -> None:
    name, values, meaning = MORE_MEANINGS[situation]
    (column,) = profile(pd.DataFrame({name: pd.Series(values)})).columns
    assert column.semantic_type == meaning, column.evidence
