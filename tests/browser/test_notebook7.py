"""The sidebar in Notebook 7: the same panel, beside the same notebook."""

from __future__ import annotations

import importlib.util
from typing import Any

import nbformat
import pytest
from panel_page import dataset_row, picture
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.skipif(importlib.util.find_spec("notebook") is None, reason="Notebook 7 is not installed"),
]

CELLS = ["%load_ext autodash_jupyter", "%load_dataset sample:penguins", "del penguins['year']"]


def test_load_read_break_and_undo_in_notebook_7(page: Page, lab: Any) -> None:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cells = [nbformat.v4.new_code_cell(cell) for cell in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab.folder / "seven.ipynb")
    page.goto(f"{lab.address}/notebooks/seven.ipynb?token={lab.token}")
    page.locator(".jp-Notebook").wait_for()
    expect(page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').first).to_be_visible()
    page.get_by_role("menuitem", name="View", exact=True).click()
    page.locator(".lm-Menu-itemLabel", has_text="Show AutoDash").click()
    panel = page.get_by_test_id("autodash-panel")
    expect(panel).to_be_visible()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(dataset_row(page, "penguins")).to_have_attribute("data-status", "completed")
    undo = page.get_by_test_id("autodash-undo")
    expect(undo).to_be_enabled()
    expect(page.get_by_test_id("autodash-step").first).to_contain_text("del penguins")
    picture(page, "notebook7")
    undo.click()
    expect(page.get_by_test_id("autodash-message")).to_contain_text("344 × 7 → 344 × 8")
