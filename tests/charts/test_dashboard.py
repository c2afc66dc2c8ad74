"""A dashboard: valid and small, its numbers right at every choice of the filters, edited by sentence."""

from __future__ import annotations

import itertools
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vega_lite import check

from autodash_jupyter.charts import ChartError
from autodash_jupyter.charts.dashboard import Dashboard, Plan, make_dashboard

pytest.importorskip("vl_convert", reason="the extra `charts` brings vl-convert")

CARRIERS, PORTS = ("Aquila", "Boreas", "Cirrus"), ("OSL", "FCO", "MAD", "LIS", "VIE")
CONTEXT = {
    "name": "flights",
    "metrics": [
        {"name": "Revenue", "expression": "SUM(revenue)", "unit": "EUR"},
        {"name": "Revenue per km", "expression": "SUM(revenue) / SUM(distance)", "unit": "EUR"},
        {"name": "Typical delay", "expression": "MEDIAN(delay)", "unit": "min"},
        {"name": "Flights", "expression": "COUNT(*)"},
    ],
}


def flights(rows: int = 4_000) -> pd.DataFrame:
    random = np.random.default_rng(1)
    day = pd.Timestamp("2022-01-01") + pd.to_timedelta(random.integers(0, 730, rows), unit="D")
    frame = pd.DataFrame(
        {
            "flight_id": range(rows),
            "day": day,
            "carrier": random.choice(CARRIERS, rows, p=[0.5, 0.3, 0.2]),
            "port": random.choice(PORTS, rows),
            "distance": random.gamma(3, 400, rows).round(),
        }
    )
    late = random.gamma(1.2, 12, rows) + (frame["carrier"] == "Boreas") * 9
    return frame.assign(delay=late.round(1), revenue=(frame["distance"] * random.normal(9, 1, rows)).round(2))


FLIGHTS = flights()


@pytest.fixture(scope="module")
def dashboard() -> Dashboard:
    return make_dashboard(FLIGHTS, CONTEXT, title="Flights")


def of_plan(dashboard: Dashboard, plan: Plan) -> Dashboard:
    """Return a dashboard of the same table that shows something else."""
    return Dashboard(dashboard._table, dashboard._words, [plan])


def shown(dashboard: Dashboard, place: int) -> dict[str, Any]:
    """Return the view of a chart, charts counted from 0."""
    rows = dashboard.spec["vconcat"][1:]
    return dict([view for row in rows for view in row["hconcat"]][place])


def test_it_shows_figures_and_four_to_eight_charts_and_is_valid(dashboard: Dashboard) -> None:
    assert [card.figure.name for card in dashboard.cards] == [
        "Revenue",
        "Revenue per km",
        "Typical delay",
        "Flights",
    ]
    assert 4 <= len(dashboard.plan.tiles) <= 8
    assert len(set(dashboard.charts)) == len(dashboard.charts)
    check(dashboard.spec)
    assert {each.column for each in dashboard.filters} == {"carrier", "port"}


def test_it_finds_what_is_there_and_passes_over_what_is_not(dashboard: Dashboard) -> None:
    intents = [tile.intent for tile in dashboard.plan.tiles]
    assert any({"distance", "revenue"} <= set(each.fields) and each.mark == "point" for each in intents)
    assert any("carrier" in each.fields and "delay" in each.fields for each in intents)
    assert all("flight_id" not in each.fields for each in intents)
    late_by_port = [each for each in intents if {"port", "delay"} <= set(each.fields)]
    assert late_by_port == []  # no port is any later than another


def choices(dashboard: Dashboard) -> list[dict[str, str | None]]:
    values = [[None, *each.values] for each in dashboard.filters]
    names = [each.column for each in dashboard.filters]
    return [dict(zip(names, chosen, strict=True)) for chosen in itertools.product(*values)]


def at(
    rows: list[dict[str, Any]], dashboard: Dashboard, chosen: dict[str, str | None]
) -> list[dict[str, Any]]:
    """Return the rows that are drawn at a choice."""
    places = {
        each.channel: each.place(chosen[each.column]) if chosen[each.column] else 0
        for each in dashboard.filters
    }
    return [row for row in rows if all(row.get(name, 0) == place for name, place in places.items())]


def matching(chosen: dict[str, str | None]) -> pd.DataFrame:
    frame = FLIGHTS
    for column, value in chosen.items():
        frame = frame if value is None else frame[frame[column] == value]
    return frame


def test_each_choice_of_the_filters_shows_the_numbers_that_pandas_gives(dashboard: Dashboard) -> None:
    bars = of_plan(dashboard, Plan("Bars", filters=("carrier", "port")))
    bars = bars.edit("add average delay by carrier as bars").edit("add box plot of delay by port")
    average, boxes = shown_without_cards(bars, 0), shown_without_cards(bars, 1)
    for chosen in choices(bars):
        rows = matching(chosen)
        drawn = {row["x"]: row["y"] for row in at(average["data"]["values"], bars, chosen)}
        assert drawn == pytest.approx(rows.groupby("carrier")["delay"].mean().to_dict())
        medians = {row["x"]: row["median"] for row in at(boxes["data"]["values"], bars, chosen)}
        assert medians == pytest.approx(rows.groupby("port")["delay"].median().to_dict())


def test_a_choice_shows_the_same_groups_as_all_rows_and_shares_of_its_own_rows() -> None:
    random = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "product": random.choice([f"P{number:02}" for number in range(60)], 3_000),
            "shop": random.choice(["east", "west", None], 3_000),
            "month": pd.Timestamp("2023-01-31") + pd.to_timedelta(random.integers(0, 150, 3_000), unit="D"),
            "kind": random.choice(["new", "used"], 3_000),
            "price": random.gamma(3, 20, 3_000),
        }
    )
    page = of_plan(make_dashboard(frame), Plan("Many", filters=("shop",))).edit(
        "add average price by product"
    )
    page = page.edit("add a pie of price by product").edit("add percentage of price by month and kind")
    west = page.filters[0].place("west")
    means, slices, shares = (list(shown_without_cards(page, place)["data"]["values"]) for place in range(3))
    rows = frame[frame["shop"] == "west"]
    drawn = {row["x"] for row in means if row["filter0"] == 0}
    expected = rows[rows["product"].isin(drawn)].groupby("product")["price"].mean()
    assert {row["x"]: row["y"] for row in means if row["filter0"] == west} == pytest.approx(
        expected.to_dict()
    )
    named = {row["color"] for row in slices if row["filter0"] == 0}
    sums = rows.groupby(rows["product"].where(rows["product"].isin(named), "Other"))["price"].sum()
    assert {row["color"]: row["theta"] for row in slices if row["filter0"] == west} == pytest.approx(
        sums.to_dict()
    )
    totals: dict[str, float] = {}
    for row in shares:
        if row["filter0"] == west:
            totals[row["x"]] = totals.get(row["x"], 0.0) + row["y"]
    assert totals == pytest.approx(dict.fromkeys(totals, 1.0))


def shown_without_cards(dashboard: Dashboard, place: int) -> dict[str, Any]:
    return dict([view for row in dashboard.spec["vconcat"] for view in row["hconcat"]][place])


def test_figures_follow_the_filters_too(dashboard: Dashboard) -> None:
    per_km = next(card for card in dashboard.cards if card.figure.name == "Revenue per km")
    assert per_km.total == pytest.approx(FLIGHTS["revenue"].sum() / FLIGHTS["distance"].sum())
    for chosen in choices(dashboard):
        rows = matching(chosen)
        [value] = at([dict(row) for row in per_km.values], dashboard, chosen)
        assert value["value"] == f"€ {rows['revenue'].sum() / rows['distance'].sum():.3g}"


def test_a_change_is_that_of_the_last_whole_month(dashboard: Dashboard) -> None:
    revenue = dashboard.cards[0]
    months = FLIGHTS.groupby(FLIGHTS["day"].dt.to_period("M"))["revenue"].sum()
    share = abs(months.iloc[-1] / months.iloc[-2] - 1) * 100
    [change] = [
        row["change"]
        for row in at([dict(row) for row in revenue.values], dashboard, dict.fromkeys(("carrier", "port")))
    ]
    assert change.startswith("Dec 2023: ")
    assert change.endswith(f"{share:.2g} % on Nov 2023")


def test_a_chart_of_rows_is_filtered_by_what_each_row_is(dashboard: Dashboard) -> None:
    place = next(n for n, tile in enumerate(dashboard.plan.tiles) if tile.intent.mark == "point")
    view = shown(dashboard, place)
    [transform] = view["transform"]
    assert transform["filter"].startswith("(filter0 === 0 || datum.filter0 === filter0)")
    carrier = next(each for each in dashboard.filters if each.column == "carrier")
    pairs = set(zip(FLIGHTS["distance"], FLIGHTS["revenue"], FLIGHTS["carrier"], strict=True))
    x = dashboard.plan.tiles[place].intent.encoding["x"].field
    for row in view["data"]["values"]:
        distance, revenue = (row["x"], row["y"]) if x == "distance" else (row["y"], row["x"])
        assert (distance, revenue, carrier.values[row[carrier.channel] - 1]) in pairs


def test_what_it_says_can_be_traced(dashboard: Dashboard) -> None:
    for insight in dashboard.insights:
        variables: dict[str, Any] = {"frame": FLIGHTS}
        exec(insight.code, variables)
        assert len(np.atleast_1d(variables["result"])) > 0
    told = dashboard.edit("replace chart 1 by total revenue by carrier").insights[0]
    sums = FLIGHTS.groupby("carrier")["revenue"].sum()
    assert told.text.startswith("Aquila is highest")
    assert told.values["share"] == pytest.approx(sums["Aquila"] / sums.sum())
    assert told.values["times_lowest"] == pytest.approx(sums.max() / sums.min())


@pytest.mark.parametrize(
    "sentence",
    ["replace the line by a pie of revenue by carrier", "swap chart 1 with pie of revenue by carrier"],
)
def test_a_chart_is_replaced_by_sentence_and_the_edit_undone(dashboard: Dashboard, sentence: str) -> None:
    empty = of_plan(dashboard, Plan("Small"))
    before = empty.edit("add revenue by month as a line").edit("add average delay by port")
    after = before.edit(sentence)
    assert [tile.intent.mark for tile in after.plan.tiles] == ["arc", "bar"]
    check(after.spec)
    back = after.undo()
    assert back.plan == before.plan
    assert back.redo().plan == after.plan
    assert back.undo().undo().plan == empty.plan
    with pytest.raises(ChartError, match="nothing to undo"):
        back.undo().undo().undo()


def test_charts_are_moved_removed_filtered_and_the_whole_is_named(dashboard: Dashboard) -> None:
    titles = dashboard.charts
    assert dashboard.edit("move the last chart to the front").charts == (titles[-1], *titles[:-1])
    assert dashboard.edit("remove chart 2").charts == (titles[0], *titles[2:])
    assert dashboard.edit("drop the Flights card").cards[-1].figure.name == "Typical delay"
    assert dashboard.edit("call it Winter flights").plan.title == "Winter flights"
    assert [each.column for each in dashboard.edit("remove the filters").filters] == []
    assert [each.column for each in dashboard.edit("remove the filter by port").filters] == ["carrier"]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("make it nicer somehow", "isn't understood"),
        ("remove chart 40", "no place"),
        ("remove the map of unicorns", "no chart fits"),
        ("filter by distance", "too many values"),
        ("filter by carier", "'carrier'"),
        ("add xyzzy", "isn't understood"),
        ("", "isn't understood"),
    ],
)
def test_what_cant_be_done_is_one_line_and_changes_nothing(
    dashboard: Dashboard, sentence: str, said: str
) -> None:
    before = dashboard.plan
    with pytest.raises(ChartError, match=said) as raised:
        dashboard.edit(sentence)
    assert "\n" not in str(raised.value)
    assert dashboard.plan is before


def test_the_file_needs_no_network_and_stays_under_two_megabytes(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    rows = 30_000
    wide = pd.DataFrame(
        {f"kind_{k}": random.choice([f"{k} value {n}" for n in range(4 + k)], rows) for k in range(6)}
    )
    wide["moment"] = pd.Timestamp("2010-01-01") + pd.to_timedelta(random.integers(0, 5000, rows), unit="D")
    for k in range(8):
        wide[f"amount_{k}"] = random.gamma(2, 100, rows) + wide["kind_0"].str[-1].astype(int) * 30 * k
    saved = make_dashboard(wide).save(tmp_path / "wide.html")
    html = saved.read_text()
    assert saved.stat().st_size < 2_000_000
    assert 'src="http' not in html
    assert "<link" not in html


def test_other_libraries_tables_give_the_same_dashboard(dashboard: Dashboard) -> None:
    import pyarrow as pa

    other = make_dashboard(pa.Table.from_pandas(FLIGHTS, preserve_index=False), CONTEXT, title="Flights")
    assert other.charts == dashboard.charts
    assert [card.total for card in other.cards] == pytest.approx([card.total for card in dashboard.cards])


HOSTILE = "</script><script>window.hacked=1</script>{{datum}}`${1}`'\\"


def test_hostile_names_and_values_are_only_text(tmp_path: Path) -> None:
    kinds = [HOSTILE, "plain"] * 60
    frame = pd.DataFrame(
        {HOSTILE: kinds, "price": [float(len(kind)) + n % 7 for n, kind in enumerate(kinds)]}
    )
    made = make_dashboard(frame, title=HOSTILE)
    tests = [
        t["filter"]
        for row in made.spec["vconcat"]
        for view in row["hconcat"]
        for t in view.get("transform", ())
    ]
    assert all(HOSTILE not in test for test in tests)
    assert "<script>window.hacked" not in made.save(tmp_path / "it.html").read_text()
    check(made.spec)


COLUMNS = st.sampled_from(
    [
        list("abab") * 3,
        [1.5, None, float("inf"), -2.0] * 3,
        [None] * 12,
        list(range(12)),
        [True, False, None] * 4,
        pd.date_range("2021-01-01", periods=12, freq="17D"),
        [{"a": 1}, [2], "x", 3] * 3,
        [2020, 2021, 2022] * 4,
        pd.Categorical(["p", "q", "p"] * 4),
        pd.Series(["\ud800", "ok"] * 6, dtype=object),
    ]
)


@given(st.lists(COLUMNS, min_size=0, max_size=5), st.integers(0, 12), st.text(max_size=30))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_table_gives_a_valid_dashboard_and_any_sentence_an_answer(
    columns: list[Any], rows: int, sentence: str
) -> None:
    frame = pd.DataFrame({n: pd.Series(each) for n, each in enumerate(columns)}).head(rows)
    made = make_dashboard(frame)
    json.dumps(made.spec, allow_nan=False)
    assert str(made)
    with suppress(ChartError):
        made.edit(sentence)


def test_a_metric_that_cant_be_computed_is_left_out() -> None:
    wrong = {"name": "f", "metrics": [{"name": "Wrong", "expression": "SUM(nowhere)"}, CONTEXT["metrics"][0]]}
    made = make_dashboard(FLIGHTS, wrong)
    assert made.cards[0].figure.name == "Revenue"
    assert all("Wrong" not in title for title in made.charts)


def test_a_tile_tells_how_strong_what_it_shows_is() -> None:
    heat = [(1.0 if n % 2 else 90.0) + n / 50 for n in range(100)]
    frame = pd.DataFrame({"kind": ["a", "b"] * 50, "heat": heat, "noise": [n * 37 % 101 for n in range(100)]})
    best = max(make_dashboard(frame).plan.tiles, key=lambda tile: tile.information)
    assert set(best.intent.fields) == {"kind", "heat"}
    assert best.information > 0.9
    assert "%" in best.reason


def test_of_a_table_that_changed_it_shows_what_is_left(dashboard: Dashboard) -> None:
    edited = dashboard.edit("call it Fewer")
    fewer = edited.of(FLIGHTS.drop(columns=["port", "delay"]).head(1000))
    assert fewer.plan.title == "Fewer"
    assert [each.column for each in fewer.filters] == ["carrier"]
    assert [card.figure.name for card in fewer.cards] == ["Revenue", "Revenue per km", "Flights"]
    assert fewer.cards[-1].total == 1000
    assert fewer.undo().plan.title == "Flights"
    check(fewer.spec)


def test_a_share_is_never_parted_by_what_it_is_the_share_of() -> None:
    random = np.random.default_rng(3)
    start = pd.Timestamp("2015-01-01") + pd.to_timedelta(random.integers(0, 3500, 120), unit="D")
    staff = pd.DataFrame({"start": start, "remote": random.random(120) < 0.6})
    metric = {"name": "Share of remote", "expression": "AVG(CAST(remote AS INT))"}
    shown = make_dashboard(staff, {"name": "staff", "metrics": [metric]}).charts
    assert any("remote" in title for title in shown)
    assert not [title for title in shown if title.startswith("Share of") and title.lower().endswith("remote")]


def test_whole_numbers_with_gaps_are_named_as_they_are_written() -> None:
    staff = pd.DataFrame({"team": ["a", "b", "c", "d"] * 30, "rating": [1.0, 2.0, 3.0, 3.0] * 30})
    staff.loc[::7, "rating"] = None
    dashboard = make_dashboard(staff, title="staff").edit("add a heat map of rating and team")
    assert dashboard.insights[-1].text == "Most often: Team b with Rating 2, 25% of the rows"


def test_a_column_without_a_name_is_no_time() -> None:
    frame = FLIGHTS[["carrier", "delay"]].head(200).set_axis(["", None], axis=1)
    check(make_dashboard(frame).spec)


@pytest.mark.parametrize(
    ("sentence", "lost"),
    [
        ("please remove the first chart", 1),
        ("could you get rid of chart 1, please?", 1),
        ("I don't want chart 2", 1),
        ("I'd like to see total revenue by port", -1),
    ],
)
def test_edits_are_asked_for_as_people_speak(dashboard: Dashboard, sentence: str, lost: int) -> None:
    assert len(dashboard.edit(sentence).charts) == len(dashboard.charts) - lost


def test_edits_are_taken_back_by_sentence_too(dashboard: Dashboard) -> None:
    renamed = dashboard.edit("rename the dashboard to Air").edit("clear all filters")
    assert (renamed.plan.title, renamed.plan.filters) == ("Air", ())
    assert renamed.edit("undo that").edit("undo").edit("redo").plan.title == "Air"
    assert renamed.edit("reset").plan == dashboard.plan
    assert renamed.edit("start over").edit("undo").plan == renamed.plan
    with pytest.raises(ChartError, match="name one at a time"):
        dashboard.edit("delete the charts 1 and 2")


def test_a_column_of_another_kind_takes_its_charts_along(dashboard: Dashboard) -> None:
    page = dashboard.edit("add average delay by port").edit("add total revenue by port")
    texts = FLIGHTS.assign(delay=FLIGHTS["delay"].astype(str) + " min", day="unknown")
    changed = page.of(texts)
    assert "Total revenue by Port" in changed.charts
    assert not [title for title in changed.charts if "elay" in title or "Day" in title]
    check(changed.spec)


def test_each_of_many_lying_bars_has_room_for_its_name() -> None:
    frame = pd.DataFrame({"product": [f"Product {number}" for number in range(25)] * 4, "price": range(100)})
    page = of_plan(make_dashboard(frame), Plan("Many")).edit("add average price by product")
    assert shown_without_cards(page, 0)["height"] >= 25 * 12
