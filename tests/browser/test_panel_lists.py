"""A thousand datasets and five thousand steps: only what is in view is drawn, and everything is reached."""

from __future__ import annotations

from typing import Any

import pytest
from lab_page import open_new_notebook, open_sidebar, run_all, widen_sidebar
from panel_page import dataset_row, picture, serious_faults
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MANY = """
import pandas as pd
from autodash_jupyter import extension
session = extension.current().session
user, frame = session.settings.user_id, pd.DataFrame({"x": [1]})
for number in range(1_000):
    session.datasets.store_dataset(user, f"many_{number:04}", frame, f"table_{number:04}.csv")
for number in range(5_000):
    x = number
    session.timeline.record(f"x = {number}")
"""
DRAWN = "document.querySelectorAll('[data-testid=\"{}\"]').length"


def test_long_lists_are_drawn_in_part_and_reached_whole_by_keys(page: Page, lab: Any) -> None:
    cells = ["%env STORAGE_BACKEND=memory", "%load_ext autodash_jupyter", MANY]
    open_new_notebook(page, lab, "many.ipynb", cells)
    panel = open_sidebar(page)
    widen_sidebar(page, to=350)
    run_all(page)
    newest = dataset_row(page, "table_0999")
    expect(newest).to_be_visible()
    expect(panel.get_by_role("button", name="Timeline 5,000")).to_be_visible()
    assert page.evaluate(DRAWN.format("autodash-dataset")) < 60
    assert page.evaluate(DRAWN.format("autodash-step")) < 60
    picture(page, "many", panel)

    head = newest.locator("button").first
    head.focus()
    page.keyboard.press("End")
    oldest = dataset_row(page, "table_0000")
    expect(oldest.locator("button").first).to_be_focused()
    expect(oldest).to_be_in_viewport()
    expect(oldest).to_have_attribute("aria-posinset", "1000")
    expect(oldest).to_have_attribute("aria-setsize", "1000")
    page.keyboard.press("ArrowUp")
    expect(dataset_row(page, "table_0001").locator("button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(dataset_row(page, "table_0001").locator("button").first).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Home")
    expect(head).to_be_focused()

    steps = page.get_by_test_id("autodash-timeline")
    steps.locator("[data-row-head]").first.focus()
    page.keyboard.press("End")
    expect(steps.locator("[aria-posinset='5001'] button")).to_be_focused()
    expect(steps.locator("[aria-posinset='5001']")).to_be_in_viewport()
    assert serious_faults(page) == []

    search = page.get_by_test_id("autodash-search")
    search.fill("table 0500")
    expect(page.get_by_test_id("autodash-dataset")).to_have_count(1)
    assert page.evaluate(DRAWN.format("autodash-step")) < 60
