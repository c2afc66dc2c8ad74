"""``%visualize`` in a real JupyterLab: drawn, another reading a click away, followed up, and saved."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from lab_page import PICTURES, open_new_notebook, run_all, run_cell
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CELLS = ["%load_ext autodash_jupyter", "%load_dataset sample:penguins --no-context"]


def drawn(page: Page) -> Locator:
    """Return the marks of Vega's own drawing: the picture kept beside it has none."""
    return page.locator(".vega-embed canvas.marks")


def saved_notebook(page: Page, path: Path, wanted: str) -> str:
    """Save the notebook until its file holds what is wanted: a page that is being drawn may miss a key."""
    deadline = time.monotonic() + 60
    while wanted not in (saved := path.read_text()):
        assert time.monotonic() < deadline
        page.keyboard.press("Escape")
        page.keyboard.press("Control+s")
        page.wait_for_timeout(500)
    return saved


def test_a_chart_is_drawn_and_another_reading_takes_its_place(page: Page, lab: Any) -> None:
    cells = [*CELLS, "%visualize average body mass by species"]
    open_new_notebook(page, lab, "asked.ipynb", cells)
    run_all(page)
    expect(drawn(page)).to_be_visible()
    reading = page.locator(".ad-live.ad-chart-reading")
    expect(reading).to_contain_text("How it was read")
    expect(page.locator(".ad-kept")).to_be_hidden()
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "visualize.png")

    reading.get_by_role("button", name=re.compile("line chart")).first.click()
    expect(page.locator(".ad-live-status")).to_contain_text("Shown: Average body mass (g) by Species")
    reading.locator("summary").click()
    expect(reading.get_by_role("button", name=re.compile("bar chart")).first).to_be_visible()

    run_cell(page, "%visualize now by island")
    expect(drawn(page)).to_have_count(2)
    newest = page.locator(".ad-live.ad-chart-reading")
    newest.locator("summary").click()
    expect(newest).to_contain_text("goes on from: Average body mass (g) by Species")
    page.screenshot(path=PICTURES / "visualize-follow-up.png")
    expect(run_cell(page, "chart = %visualize as a pie\nprint(chart.intent.mark)")).to_have_text("arc\n")


def test_a_saved_notebook_has_a_picture_and_lines_to_copy(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "saved.ipynb", [*CELLS, "%visualize average body mass by species"])
    run_all(page)
    expect(drawn(page)).to_be_visible()
    expect(page.locator(".ad-chart-reading summary")).to_be_visible()
    saved = saved_notebook(page, lab.folder / "saved.ipynb", "--reading 1")
    outputs = json.loads(saved)["cells"][len(CELLS)]["outputs"]
    assert "<svg" in "".join(outputs[0]["data"]["image/svg+xml"])
    assert "--reading 1" in "".join(outputs[1]["data"]["text/plain"])
