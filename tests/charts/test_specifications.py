"""Every chart is valid Vega-Lite, is drawn by its renderer, and shows what it shows well."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vega_lite import check

from autodash_jupyter.charts import ChartError, from_natural_language
from autodash_jupyter.charts.specification import PALETTE

altair = pytest.importorskip("altair", reason="the extra `charts` brings altair")
vl_convert = pytest.importorskip("vl_convert", reason="the extra `charts` brings vl-convert")

SHOP = pd.DataFrame(
    {
        "day": pd.date_range("2023-01-01", periods=40, freq="9D"),
        "shop_name": ["Quay Street", "Harbour", "Old Town and Market Square"] * 13 + ["Harbour"],
        "kind": ["tea", "coffee"] * 20,
        "revenue": [12_000.0 + 731 * each for each in range(40)],
        "guests": [each % 17 for each in range(40)],
        "opened_year": [1998 + each % 9 for each in range(40)],
    }
)
SENTENCES = (
    "revenue by shop",
    "revenue by shop and kind stacked",
    "average revenue by shop and kind",
    "100% stacked revenue by shop and kind",
    "revenue by month for each kind",
    "histogram of revenue",
    "histogram of revenue by kind",
    "revenue vs guests coloured by kind",
    "small multiples of revenue vs guests for each kind",
    "small multiples of revenue by month for each kind",
    "density of revenue in a panel for each kind",
    "pie of revenue by shop",
    "heatmap of shop and kind",
    "heatmap of guests and revenue",
    "box plot of revenue by shop",
    "box plot of revenue",
    "strip plot of revenue by kind",
    "density curve of revenue by kind",
    "average revenue over opened year",
    "bar chart of revenue by opened year",
    "average revenue by weekday",
    "what is the total revenue?",
    "area chart of revenue by quarter",
    "nothing of the kind",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_chart_and_its_alternatives_are_valid_and_drawn(sentence: str) -> None:
    chart = from_natural_language(SHOP, sentence)
    for each in (chart, *chart.alternatives[:3]):
        check(each.spec)
        assert "<svg" in vl_convert.vegalite_to_svg(each.spec, vl_version="5.20")


@pytest.mark.parametrize(
    "sentence", ["histogram of revenue", "revenue by shop", "histogram of revenue by kind"]
)
def test_bars_have_a_width_and_a_height(sentence: str) -> None:
    svg = vl_convert.vegalite_to_svg(from_natural_language(SHOP, sentence).spec, vl_version="5.20")
    bars = re.findall(r'aria-roledescription="bar" d="([^"]+)"', svg)
    assert bars
    assert not [bar for bar in bars if "h0" in bar]


def test_bars_start_at_zero_and_points_do_not() -> None:
    bar, points = (
        from_natural_language(SHOP, each).spec for each in ("revenue by kind", "revenue vs guests")
    )
    assert bar["encoding"]["y"]["scale"] == {"zero": True}
    assert points["encoding"]["x"]["scale"] == {"zero": False}


def test_sums_are_stacked_and_averages_stand_side_by_side() -> None:
    total, mean = (
        from_natural_language(SHOP, f"{each} revenue by kind and shop").spec for each in ("total", "average")
    )
    assert "zero" in {total["encoding"][axis].get("stack") for axis in "xy"}
    assert "xOffset" in mean["encoding"] or "yOffset" in mean["encoding"]


def test_long_labels_lie_down() -> None:
    assert from_natural_language(SHOP, "revenue by shop").spec["encoding"]["y"]["field"] == "x"


def test_titles_and_formats_suit_the_numbers() -> None:
    spec = from_natural_language(SHOP, "average revenue by kind").spec
    assert spec["encoding"]["y"]["title"] == "Average revenue"
    assert spec["encoding"]["y"]["axis"]["format"] == ".3~s"
    assert tuple(spec["config"]["range"]["category"]) == PALETTE


def test_the_bundle_has_vega_lite_5_a_picture_and_text() -> None:
    bundle = from_natural_language(SHOP, "revenue by kind")._repr_mimebundle_()
    assert bundle["application/vnd.vegalite.v5+json"]["$schema"].endswith("v5.json")
    assert bundle["image/svg+xml"].startswith("<svg")
    assert "revenue" in bundle["text/plain"]


def test_a_chart_is_saved_in_each_form(tmp_path: Path) -> None:
    chart = from_natural_language(SHOP, "revenue by kind")
    for ending in ("html", "png", "svg", "json"):
        assert chart.save(tmp_path / f"chart.{ending}").stat().st_size > 500
    page = (tmp_path / "chart.html").read_text()
    assert not re.search(r'<script[^>]+src="http', page)
    with pytest.raises(ChartError, match="use html, png, svg or json"):
        chart.save(tmp_path / "chart.exe")


def test_it_becomes_an_altair_chart() -> None:
    assert from_natural_language(SHOP, "revenue by kind").to_altair().to_dict()["mark"]["type"] == "bar"


SAID = (
    "average total count of by per over 5 2020 top 3 histogram scatter pie line heatmap box plot stacked "
    "and or not between 1 10 last month year a b c name value excluding zorp which most bins group = > ≤ ,"
)
WORDS = st.sampled_from([*SAID.split(), ";", "'", '"', "\\", "{", "}"])
NAMES = st.text(min_size=0, max_size=12)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(),
    st.text(max_size=8),
    st.datetimes(),
)
COLUMNS = st.one_of(
    *(
        st.lists(kind, min_size=4, max_size=4)
        for kind in (st.floats(), st.integers(-99, 2100), st.text(max_size=5))
    ),
    st.lists(st.datetimes(pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")), min_size=4, max_size=4),
    st.lists(CELLS, min_size=4, max_size=4),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.one_of(NAMES, st.sampled_from(["a", "b", "value", "name", "year"])), COLUMNS, max_size=4
    ),
    st.lists(st.one_of(WORDS, NAMES), max_size=10),
)
def test_no_frame_and_no_sentence_makes_it_fail(columns: dict[str, list[Any]], words: list[str]) -> None:
    frame = pd.DataFrame(columns)
    named = [*words, *list(columns)[:2]]
    chart = from_natural_language(frame, " ".join(named))
    for each in (chart, *chart.alternatives[:2]):
        json.dumps(each.spec, allow_nan=False)
        vl_convert.vegalite_to_vega(each.spec, vl_version="5.20")
        assert 0 <= each.confidence <= 1
        assert each.explanation
        compile(each.code, "code", "exec")


def test_a_chart_brings_the_paper_that_its_ink_is_read_on() -> None:
    look = from_natural_language(SHOP, "revenue by shop").spec["config"]
    inks = {
        colour
        for part in ("title", "axis", "legend", "header")
        for name, colour in look[part].items()
        if name in ("color", "subtitleColor", "labelColor", "titleColor")
    }
    assert len(inks) > 1
    for ink in inks:
        assert (luminance(look["background"]) + 0.05) / (luminance(ink) + 0.05) >= 4.5, ink


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as the rules for accessible pages define it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_densities_of_groups_lie_one_before_the_other_and_areas_that_add_up_are_stacked() -> None:
    densities = from_natural_language(SHOP, "density of revenue by kind").spec
    assert densities["encoding"]["y"]["stack"] is None
    assert densities["mark"]["opacity"] < 0.5
    added = from_natural_language(SHOP, "stacked area of total revenue by month and kind").spec
    assert "stack" not in added["encoding"]["y"] or added["encoding"]["y"]["stack"] == "zero"
