"""Dates, times and durations in every form: read where they are sure, else kept as text and told."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

from typing import Any

from zoo import Case, at, every

JANUARY, MARCH = at("2024-01-31"), at("2024-03-02")


def dates(
    about: str,
    values: list[str],
    wanted: list[Any] | None,
    *,
    label: str = "day",
    said: str = "",
    **options: str,
) -> Case:
    """Return a case of one column; without ``wanted`` it stays the text it is."""
    rows = "".join(f"{number};{value}\n" for number, value in enumerate(values))
    columns = {"n": list(range(len(values))), label: values if wanted is None else wanted}
    return Case(about, f"n;{label}\n{rows}", columns, said=said, options=options)


READ = [
    dates("ISO", ["2024-01-31", "2024-03-02"], [JANUARY, MARCH]),
    dates("ISO with slashes", ["2024/01/31", "2024/03/02"], [JANUARY, MARCH]),
    dates("ISO with points", ["2024.01.31", "2024.03.02"], [JANUARY, MARCH]),
    dates("without marks in a column of dates", ["20240131", "20240302"], [JANUARY, MARCH], label="date"),
    dates("without marks in another column", ["20240131", "20240302"], [20240131, 20240302], label="code"),
    dates("day first with points", ["31.01.2024", "02.03.2024"], [JANUARY, MARCH]),
    dates("day first with slashes, one beyond 12", ["31/01/2024", "02/03/2024"], [JANUARY, MARCH], said="day first"),
    dates("month first, one beyond 12", ["01/31/2024", "03/02/2024"], [JANUARY, MARCH], said="month first"),
    dates("day first with hyphens", ["31-01-2024", "02-03-2024"], [JANUARY, MARCH]),
    dates("one digit", ["31.1.2024", "2.3.2024"], [JANUARY, MARCH]),
    dates("years of two digits", ["31.01.24", "02.03.24"], [JANUARY, MARCH], said="two digits"),
    dates("month names", ["31 Jan 2024", "2 Mar 2024"], [JANUARY, MARCH]),
    dates("month names with hyphens", ["31-Jan-2024", "02-Mar-2024"], [JANUARY, MARCH]),
    dates("month names of Oracle", ["31-JAN-24", "02-MAR-24"], [JANUARY, MARCH]),
    dates("month names first", ["January 31, 2024", "March 2, 2024"], [JANUARY, MARCH]),
    dates("short month names first", ["Jan 31 2024", "Mar 2 2024"], [JANUARY, MARCH]),
    dates("German month names", ["31. Januar 2024", "2. März 2024"], [JANUARY, MARCH]),
    dates("French month names", ["31 janvier 2024", "2 mars 2024"], [JANUARY, MARCH]),
    dates("Spanish month names", ["31 de enero de 2024", "2 de marzo de 2024"], [JANUARY, MARCH]),
    dates("Italian month names", ["31 gennaio 2024", "2 marzo 2024"], [JANUARY, MARCH]),
    dates("Portuguese month names", ["31 de janeiro de 2024", "2 de março de 2024"], [JANUARY, MARCH]),
    dates("Dutch month names", ["31 januari 2024", "2 maart 2024"], [JANUARY, MARCH]),
    dates("Polish month names", ["31 stycznia 2024", "2 marca 2024"], [JANUARY, MARCH]),
    dates("Russian month names", ["31 января 2024", "2 марта 2024"], [JANUARY, MARCH]),
    dates("Swedish month names", ["31 januari 2024", "2 mars 2024"], [JANUARY, MARCH]),
    dates("ordinals", ["31st January 2024", "2nd March 2024"], [JANUARY, MARCH]),
    dates("weekdays", ["Wed, 31 Jan 2024", "Sat, 2 Mar 2024"], [JANUARY, MARCH]),
    dates("Chinese and Japanese", ["2024年1月31日", "2024年3月2日"], [JANUARY, MARCH]),
    dates("ISO with times", ["2024-01-31 12:30:45", "2024-03-02 00:00:01"], [at("2024-01-31T12:30:45"), at("2024-03-02T00:00:01")]),
    dates("ISO with T and fractions", ["2024-01-31T12:30:45.125", "2024-03-02T00:00:01.5"],
          [at("2024-01-31T12:30:45.125"), at("2024-03-02T00:00:01.5")]),
    dates("ISO with Z", ["2024-01-31T12:30:45Z", "2024-03-02T00:00:01Z"],
          [at("2024-01-31T12:30:45+00:00"), at("2024-03-02T00:00:01+00:00")]),
    dates("ISO with offsets", ["2024-01-31T12:30:00+01:00", "2024-03-02T00:00:00-05:00"],
          [at("2024-01-31T11:30:00+00:00"), at("2024-03-02T05:00:00+00:00")]),
    dates("American with a half of the day", ["1/31/2024 1:30 PM", "3/2/2024 12:05 AM"],
          [at("2024-01-31T13:30:00"), at("2024-03-02T00:05:00")]),
    dates("German with times", ["31.01.2024 13:30", "02.03.2024 00:05"], [at("2024-01-31T13:30:00"), at("2024-03-02T00:05:00")]),
    dates("gaps", ["2024-01-31", "", "2024-03-02"], [JANUARY, None, MARCH]),
    dates("several sure forms", ["2024-01-31", "31.01.2024", "2 Mar 2024"], [JANUARY, JANUARY, MARCH], said="several forms"),
    dates("before 1677", ["1492-10-12", "1066-10-14"], [at("1492-10-12"), at("1066-10-14")]),
    dates("a leap day", ["2024-02-29", "2000-02-29"], [at("2024-02-29"), at("2000-02-29")]),
    dates("open order decided by a person for the day", ["01/02/2024", "03/04/2024"],
          [at("2024-02-01"), at("2024-04-03")], dates="day"),
    dates("open order decided by a person for the month", ["01/02/2024", "03/04/2024"],
          [at("2024-01-02"), at("2024-03-04")], dates="month"),
    dates("what a log of a web server writes", ["31/Jan/2024:12:30:45 +0000", "02/Mar/2024:00:00:01 +0000"],
          [at("2024-01-31T12:30:45+00:00"), at("2024-03-02T00:00:01+00:00")]),
    dates("what mail writes", ["Wed, 31 Jan 2024 12:30:45 +0000", "Sat, 02 Mar 2024 00:00:01 +0000"],
          [at("2024-01-31T12:30:45+00:00"), at("2024-03-02T00:00:01+00:00")]),
    dates("ctime", ["Wed Jan 31 12:30:45 2024", "Sat Mar  2 00:00:01 2024"], [at("2024-01-31T12:30:45"), at("2024-03-02T00:00:01")]),
    dates("ISO without seconds", ["2024-01-31 12:30", "2024-03-02 00:05"], [at("2024-01-31T12:30"), at("2024-03-02T00:05")]),
    dates("nanoseconds", ["2024-01-31T12:30:45.123456789", "2024-03-02T00:00:01.000000001"],
          [at("2024-01-31T12:30:45.123456789"), at("2024-03-02T00:00:01.000000001")]),
]  # fmt: skip

KEPT = [
    dates("every date open", ["01/02/2024", "03/04/2024"], None, said="day or month first"),
    dates("every date open with hyphens", ["01-02-2024", "03-04-2024"], None, said="day or month first"),
    dates("open years of two digits", ["01/02/24", "03/04/24"], None, said="day or month first"),
    dates("contradicting orders", ["31/01/2024", "01/31/2024"], None, said="some day first.*some month first|some month"),
    dates("a day that never was", ["2020-01-31", "2020-02-30"], None, said="2020-02-30"),
    dates("no leap year", ["2023-02-28", "2023-02-29"], None, said="2023-02-29"),
    dates("a thirteenth month", ["2024-01-31", "2024-13-01"], None, said="2024-13-01"),
    dates("the thirty-first of April", ["30.04.2024", "31.04.2024"], None, said="31.04.2024"),
    dates("year zero", ["2024-01-31", "0000-00-00"], None, said="0000-00-00"),
    dates("a word among dates", ["2024-01-31", "2024-03-02", "2024-03-03", "2024-03-04", "2024-03-05", "soon"], None, said="soon"),
    dates("some with time zones", ["2024-01-31T12:00:00Z", "2024-03-02T00:00:00"], None, said="time zone"),
    dates("an hour that never was", ["2024-01-31 25:00:00", "2024-03-02 00:00:00"], None, said="25:00"),
    dates("quarters", ["2024Q1", "2024Q2"], None, label="quarter"),
    dates("quarters the other way", ["Q1 2024", "Q2 2024"], None, label="quarter"),
    dates("weeks", ["2024-W05", "2024-W09"], None, label="week"),
    dates("times of day", ["12:30", "23:59"], None, label="time"),
    dates("times of day with seconds", ["12:30:00", "23:59:59"], None, label="time"),
    dates("years are numbers", ["2023", "2024"], [2023, 2024], label="year"),
    dates("epochs are numbers", ["1706659200", "1709337600"], [1706659200, 1709337600], label="timestamp"),
    dates("Excel's numbers of days are numbers", ["45322", "45353"], [45322, 45353], label="date"),
    dates("month names are words", ["Jan", "Feb", "Mar"], None, label="month"),
    dates("versions are no dates", ["1.2.24", "1.10.24", "2.0.1"], None, label="version"),
    dates("numbers of parts are no dates", ["12-34-5678", "11-22-3333"], None, label="ssn"),
    dates("impossible and markers together", ["2020-02-30", "-", "2020-03-01"], None, said="2020-02-30"),
]  # fmt: skip

DURATIONS = [
    dates("beyond a day", ["36:15:00", "1:00:30"], ["1 days 12:15:00", "0 days 01:00:30"], label="duration"),
    dates("as ISO 8601 writes them", ["PT1H30M", "P1DT2H"], ["0 days 01:30:00", "1 days 02:00:00"], label="lasted"),
    dates("as pandas writes them", ["0 days 01:30:00", "1 days 02:00:00"], ["0 days 01:30:00", "1 days 02:00:00"], label="lasted"),
]  # fmt: skip


@every(READ)
def test_sure_dates_are_read(case, tmp_path):
    case.check(tmp_path)


@every(KEPT)
def test_what_is_open_or_impossible_stays_and_is_told(case, tmp_path):
    case.check(tmp_path)


@every(DURATIONS)
def test_durations_are_read(case, tmp_path):
    case.check(tmp_path)
