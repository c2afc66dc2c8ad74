"""A saved dashboard in a real browser: drawn without a network, filtered together, hostile text only text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lab_page import PICTURES
from playwright.sync_api import Page, expect

from autodash_jupyter.charts.dashboard import make_dashboard

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HOSTILE = "<img src=x onerror=window.hacked=1></script><script>window.hacked=2</script>"


def sales() -> pd.DataFrame:
    random = np.random.default_rng(3)
    region = random.choice(["north", "south", HOSTILE], 2_000, p=[0.5, 0.3, 0.2])
    price = random.gamma(4, 20, 2_000) + (region == "south") * 60
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300, 2_000), unit="D")
    return pd.DataFrame({"day": day, "region": region, "price": price.round(2)})


def test_a_saved_page_draws_and_filters_without_a_network(page: Page, tmp_path: Path) -> None:
    frame = sales()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    saved = make_dashboard(frame, title=f"Sales {HOSTILE}").save(tmp_path / "sales.html")
    page.goto(saved.as_uri())
    chart = page.locator("#charts svg")
    expect(chart).to_contain_text("2,000")
    choose = page.locator(".vega-bind select")
    expect(choose).to_have_count(1)
    choose.select_option(label="south")
    expect(chart).to_contain_text(f"{(frame['region'] == 'south').sum():,}")
    choose.select_option(label=HOSTILE)
    expect(chart).to_contain_text(f"{(frame['region'] == HOSTILE).sum():,}")
    choose.select_option(label="All")
    page.get_by_text("How these numbers were computed").click()
    expect(page.locator("pre").first).to_contain_text("import pandas as pd")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "dashboard.png", full_page=True)
    assert page.evaluate("window.hacked") is None
    assert [url for url in asked if not url.startswith("file:") and not url.startswith("data:")] == []
