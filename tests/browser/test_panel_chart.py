"""The sidebar's box that asks for a chart: drawn, explained, read another way, and told by the notebook."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lab_page import PICTURES, open_new_notebook, open_sidebar, run_all, use_theme, widen_sidebar
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HOSTILE = "<img src=x onerror=window.hacked=1>"
CELLS = [
    "%load_ext autodash_jupyter",
    "%load_dataset sample:penguins",
    f"import pandas as pd\nodd = pd.DataFrame({{'{HOSTILE}': ['{HOSTILE}', 'b'], 'n': [1, 2]}})",
    "%load_dataset odd",
]


def test_a_sentence_becomes_a_chart_that_the_notebook_can_tell(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "chart.ipynb", CELLS[:2])
    open_sidebar(page)
    widen_sidebar(page, to=420)
    run_all(page)
    penguins = page.locator('[data-testid="autodash-dataset"][data-name="penguins"]')
    expect(penguins).to_have_attribute("data-status", "completed")
    sentence = page.get_by_test_id("autodash-chart-sentence")
    sentence.fill("average body mass by species")
    sentence.press("Enter")
    chart = page.get_by_test_id("autodash-chart")
    expect(chart.locator("canvas, svg").first).to_be_visible()
    expect(chart.locator("figcaption")).to_have_text(re.compile("body.mass", re.IGNORECASE))
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "panel-chart.png", animations="disabled")

    first = chart.locator("figcaption").inner_text()
    page.get_by_test_id("autodash-chart-reading").nth(1).click()
    expect(page.get_by_test_id("autodash-chart-reading").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(chart.locator("figcaption")).not_to_have_text(first)
    expect(page.get_by_test_id("autodash-chart-explanation")).to_be_visible()
    page.get_by_test_id("autodash-chart-insert").click()
    code = page.locator(".jp-Notebook .cm-content").last
    expect(code).to_have_text("%visualize average body mass by species --data penguins --reading 1")
    use_theme(page, "JupyterLab Dark")
    chart.locator("figcaption").scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "panel-chart-dark.png", animations="disabled")


def test_names_and_values_that_would_be_markup_are_text(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "hostile_chart.ipynb", CELLS)
    open_sidebar(page)
    run_all(page)
    odd = page.locator('[data-testid="autodash-dataset"][data-name="odd"]')
    expect(odd).to_have_attribute("data-status", "completed")
    page.get_by_test_id("autodash-chart-dataset").select_option("odd")
    sentence = page.get_by_test_id("autodash-chart-sentence")
    sentence.fill(f"sum of n by {HOSTILE}")
    sentence.press("Enter")
    chart = page.get_by_test_id("autodash-chart")
    expect(chart.locator("canvas, svg").first).to_be_visible()
    chart.locator("canvas, svg").first.hover(position={"x": 60, "y": 60})
    odd.locator("button").first.click()
    odd.get_by_role("button", name="Columns").click()
    expect(odd.get_by_test_id("autodash-column").first).to_contain_text("<img")
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.querySelectorAll('.jp-AutoDash img').length") == 0
