"""The shipped samples: whole, readable, and reproducible where they are made."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.frames import read_source, sample_names, sample_path


def test_penguins_are_whole_and_typed():
    [table] = read_source("sample:penguins")
    frame = table.frame
    assert (table.name, table.source, table.filename) == ("penguins", "sample:penguins", "penguins.csv")
    assert frame.shape == (344, 8)
    assert frame["species"].value_counts().to_dict() == {"Adelie": 152, "Gentoo": 124, "Chinstrap": 68}
    assert frame.isna().sum().to_dict() == {
        "species": 0, "island": 0, "bill_length_mm": 2, "bill_depth_mm": 2, "flipper_length_mm": 2,
        "body_mass_g": 2, "sex": 11, "year": 0,
    }  # fmt: skip
    assert frame["year"].dtype == "int64"
    assert frame["body_mass_g"].mean() == pytest.approx(4201.754, abs=0.001)
    assert frame["species"].dtype == pd.Series(["x"]).dtype


def test_seattle_weather_has_a_row_for_each_day_of_four_years():
    [table] = read_source("sample:seattle_weather")
    assert table.frame["date"].is_unique
    assert (table.frame["date"].min(), table.frame["date"].max()) == (
        pd.Timestamp("2012-01-01"),
        pd.Timestamp("2015-12-31"),
    )
    assert len(table.frame) == 1461


def test_market_orders_are_messy():
    [table] = read_source("sample:market_orders")
    frame = table.frame
    assert any("'category '" in note for note in table.notes)
    assert 290 <= len(frame) <= 320
    assert frame.duplicated().sum() >= 5
    assert {"Category", "category", "discount %", "Ciudad / Région"} <= set(frame.columns)
    assert (frame["Lead time"] == -999).any()
    assert frame["Postcode"].str.startswith("0").any()
    assert frame["Unit Price (€)"].str.contains("€").any()
    assert frame["Category"].str.endswith(" ").any()
    assert frame["Customer e-mail"].dropna().str.endswith("@example.com").all()


def test_regional_sales_is_a_workbook_of_three_sheets():
    tables = read_source("sample:regional_sales")
    assert [table.name for table in tables] == ["north", "south", "islands"]
    assert {table.frame.shape for table in tables} == {(144, 7)}
    assert tables[0].frame["store code"].iloc[0] == "017"
    assert tables[0].frame["month"].dtype == "datetime64[us]"


def test_made_samples_are_what_their_script_makes(tmp_path: Path):
    script = sample_path("penguins").with_name("make_samples.py")
    spec = importlib.util.spec_from_file_location("make_samples", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write_samples(tmp_path)
    assert (tmp_path / "market_orders.csv").read_bytes() == sample_path("market_orders").read_bytes()
    for made, shipped in zip(
        read_source(str(tmp_path / "regional_sales.xlsx")), read_source("sample:regional_sales"), strict=True
    ):
        pd.testing.assert_frame_equal(made.frame, shipped.frame)


def test_every_sample_has_a_source_and_the_whole_is_small():
    folder = sample_path("penguins").parent
    sources = (folder / "SOURCES.md").read_text(encoding="utf-8")
    assert all(f"`{sample_path(name).name}`" in sources for name in sample_names())
    assert sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) < 200_000
