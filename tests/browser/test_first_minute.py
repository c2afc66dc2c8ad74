"""The first minute of a new user, in a real JupyterLab: load, read, break, undo.

The screenshots of the README are made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from lab_page import PICTURES, SLOW, open_notebook, open_sidebar, run_all, run_cell, widen_sidebar
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WATCH_STATUS = """() => {
  window.seen = [];
  const note = () => document.querySelectorAll('[data-testid="autodash-dataset"]').forEach(row => {
    const status = row.dataset.status;
    if (window.seen.at(-1) !== status) window.seen.push(status);
  });
  new MutationObserver(note).observe(document.body,
    {subtree: true, childList: true, attributes: true, attributeFilter: ['data-status']});
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(SLOW)
    yield opened
    context.close()


def open_with_sidebar(page: Page, lab: Any, notebook: str) -> None:
    open_notebook(page, lab, notebook)
    open_sidebar(page)
    widen_sidebar(page, to=350)


def test_load_read_break_and_undo(page: Page, lab: Any) -> None:
    open_with_sidebar(page, lab, "quickstart.ipynb")
    page.evaluate(WATCH_STATUS)
    run_all(page)
    row = page.locator('[data-testid="autodash-dataset"][data-name="penguins"]')
    expect(row).to_have_attribute("data-status", "completed")
    seen = page.evaluate("window.seen")
    assert seen[-1] == "completed"
    assert "generating" in seen, seen
    expect(page.locator(".jp-Cell").last.locator(".ad-live table")).to_be_visible()  # %timeline has run
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.locator(".jp-Cell").nth(2).scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "card.png")
    page.locator(".jp-Cell").nth(6).scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "notebook.png")

    output = run_cell(page, 'del penguins["year"]; print(penguins.shape)')
    expect(output).to_have_text("(344, 7)\n")
    undo = page.get_by_test_id("autodash-undo")
    expect(undo).to_be_enabled()
    undo.click()
    expect(page.get_by_test_id("autodash-message")).to_contain_text("344 × 8")
    page.screenshot(path=PICTURES / "undone.png")
    output = run_cell(page, "print(penguins.shape)")
    expect(output).to_have_text("(344, 8)\n")


def test_the_panel_is_live_while_a_cell_runs_and_survives_reload_and_restart(page: Page, lab: Any) -> None:
    open_with_sidebar(page, lab, "undo_in_depth.ipynb")
    run_cell(page, "%load_ext autodash_jupyter\n%load_dataset sample:penguins\nimport time; time.sleep(25)")
    row = page.locator('[data-testid="autodash-dataset"][data-name="penguins"]')
    expect(row).to_have_attribute("data-status", "completed", timeout=24_000)
    assert page.locator(".jp-Notebook-ExecutionIndicator").first.get_attribute("data-status") == "busy"
    expect(page.get_by_test_id("autodash-busy")).to_be_visible()

    page.reload()
    page.get_by_test_id("autodash-panel").wait_for()
    expect(row).to_have_attribute("data-status", "completed")

    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Restart Kernel…")).click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    expect(page.get_by_test_id("autodash-empty")).to_be_visible(timeout=SLOW)
    run_cell(page, "%load_ext autodash_jupyter")
    expect(row).to_have_attribute("data-status", "completed")
