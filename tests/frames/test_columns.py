"""Types of columns: what must come out of what people write into cells, and what has to be told."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest

from autodash_jupyter.frames.columns import TypedColumn, type_column


def typed(values: list[str | None], decimal: str = ".", label: str = "", dates: str = "") -> TypedColumn:
    return type_column(pa.chunked_array([values], pa.string()), decimal, label, dates)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["€ 1.234,50", "€ 0,95"], [1234.5, 0.95]),
        (["$1,200.50", "($3.00)"], [1200.5, -3.0]),
        (["12%", "3.5 %"], [12.0, 3.5]),
        (["1 234,5", "2"], [1234.5, 2.0]),
        (["1\u202f234", "2"], [1234, 2]),
        (["1'234.50", "12"], [1234.5, 12.0]),
        (["1.234.567", "2"], [1234567, 2]),
        (["12,34,567", "1,00,000"], [1234567, 100000]),
        (["-5", "5-", "\u22123"], [-5, -5, -3]),
        (["1", "n/a", "-", "?", "NULL", "2"], [1, None, None, None, None, 2]),
        (["18446744073709551615", "1"], [18446744073709551615, 1]),
        (["9007199254740993", "1"], [9007199254740993, 1]),
        (["1,5E+03", "2,0"], [1500.0, 2.0]),
    ],
)
def test_numbers_are_read_however_they_are_written(written, read):
    assert typed(written).values.to_pylist() == read


@pytest.mark.parametrize(
    "written",
    [
        ["192.168.100.200", "192.168.100.201"],
        ["912 345 678", "912 345 679"],
        ["US$ 5", "€ 4"],
        ["12%", "3"],
        ["1,234.5", "1.234,5"],
        ["-05", "12"],
        ["123456789012345678901", "1"],
        ["12 kg", "3 kg"],
        ["1.2.3", "1.2.4"],
    ],
)
def test_what_is_no_column_of_numbers_stays_text(written):
    assert typed(written).values.to_pylist() == written


def test_units_and_odd_values_are_told():
    assert typed(["€ 5", "€ 4"]).note == "amounts in €"
    assert typed(["5%", "4%"]).note == "in %"
    assert "several units" in typed(["US$ 5", "€ 4"]).note
    assert "'x1' is none" in typed([*"123456789", "x1"]).note
    assert typed(["1", "?"]).note == "'?' read as missing"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["Ja", "nein", ""], [True, False, None]),
        (["t", "f", "t"], [True, False, True]),
        (["YES", "No"], [True, False]),
        (["oui", "non"], [True, False]),
        (["true", "TRUE"], [True, True]),
        (["0", "1"], [0, 1]),
        (["yes", "maybe"], ["yes", "maybe"]),
        (["no", "no"], ["no", "no"]),
    ],
)
def test_flags_are_read_in_many_languages_but_never_from_numbers(written, read):
    assert typed(written).values.to_pylist() == read


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (["31.12.2020", "01.02.2021"], (2020, 12, 31)),
        (["12/31/2020", "1/2/2021"], (2020, 12, 31)),
        (["31 Dec 2020", "1 Jan 2021"], (2020, 12, 31)),
        (["December 31, 2020", "Jan 1, 2021"], (2020, 12, 31)),
        (["31-Dec-20", "1-Jan-21"], (2020, 12, 31)),
        (["31 de dezembro de 2020", "1 de abril de 2021"], (2020, 12, 31)),
        (["31. März 2020", "1. Mai 2021"], (2020, 3, 31)),
        (["2020/1/5", "2020/12/31"], (2020, 1, 5)),
        (["31/12/20", "30/11/20"], (2020, 12, 31)),
        (["2020-12-31", "31/12/2020"], (2020, 12, 31)),
    ],
)
def test_dates_that_mean_one_day_are_read(written, day):
    assert typed(written).values[0].as_py() == datetime.datetime(*day)


def test_times_of_day_with_a_date_are_read():
    assert typed(["12/31/2020 3:30 PM"]).values[0].as_py() == datetime.datetime(2020, 12, 31, 15, 30)
    zoned = typed(["2020-01-01T00:00:00+02:00", "2020-01-01T00:00:00Z"]).values
    assert zoned[0].as_py() == datetime.datetime(2019, 12, 31, 22, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (["03/04/2020", "05/06/2020"], "may be day or month first"),
        (["31/12/2020", "12/31/2020"], "some month first"),
        (["2020-02-30", "2020-01-01"], "'2020-02-30' is no date"),
        (["31/02/2020", "01/02/2020"], "'31/02/2020' is no date"),
        (["0000-00-00", "2020-01-01"], "'0000-00-00' is no date"),
        (["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04", "soon"], "'soon' is no date"),
        (["2020-01-01T00:00:00Z", "2020-01-01T00:00:00"], "time zone"),
    ],
)
def test_dates_that_mean_no_day_or_two_stay_text_and_are_told(written, said):
    found = typed(written)
    assert found.values.to_pylist() == written
    assert said in found.note


def test_a_person_may_say_which_part_is_the_day():
    assert typed(["03/04/2020"], dates="day").values[0].as_py() == datetime.datetime(2020, 4, 3)
    assert typed(["03/04/2020"], dates="month").values[0].as_py() == datetime.datetime(2020, 3, 4)
    assert typed(["13/04/2020"], dates="month").values[0].as_py() == datetime.datetime(2020, 4, 13)


def test_dates_of_digits_alone_are_read_where_the_label_says_date():
    assert typed(["20200131"], label="order_date").values[0].as_py() == datetime.datetime(2020, 1, 31)
    assert typed(["20200131"], label="id").values.to_pylist() == [20200131]


def test_durations_are_read_and_times_of_day_stay_text():
    assert typed(["36:15:00", "01:00:00"]).values[0].as_py() == datetime.timedelta(hours=36, minutes=15)
    assert typed(["PT1H30M", "P1D"]).values[0].as_py() == datetime.timedelta(minutes=90)
    assert typed(["14:30", "15:10"]).values.to_pylist() == ["14:30", "15:10"]


def test_signs_mean_missing_among_words_but_not_among_signs():
    assert typed(["a", "?", "b", "-"]).values.to_pylist() == ["a", None, "b", None]
    assert typed(["+", "-", "+"]).values.to_pylist() == ["+", "-", "+"]
    assert typed(["none", "some"]).values.to_pylist() == ["none", "some"]
