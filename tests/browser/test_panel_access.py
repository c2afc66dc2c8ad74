"""The sidebar for everyone: by keyboard alone, in both themes, in high contrast, and 320 px wide."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lab_page import open_new_notebook, open_sidebar, run_all, use_theme, widen_sidebar
from panel_page import dataset_row, picture, serious_faults
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TO_MEND = "%%context penguins\n---\nname: penguins\nmetrics:\n  - {name: M, expression: AVG(mas)}\n---\n"
CELLS = ["%load_ext autodash_jupyter", "%load_dataset sample:penguins", "%context penguins --wait", TO_MEND]


def test_axe_finds_nothing_serious_in_any_appearance(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "appearances.ipynb", CELLS)
    panel = open_sidebar(page)
    run_all(page)
    chip = dataset_row(page, "penguins").locator(".jp-AutoDash-chip")
    expect(chip).to_have_text("to be mended (1)")
    panel.get_by_role("button", name=re.compile("^Columns")).click()
    panel.get_by_role("button", name=re.compile("^Revisions")).click()
    page.get_by_test_id("autodash-chart-sentence").fill("average body mass by species")
    page.get_by_test_id("autodash-chart-draw").click()
    expect(page.get_by_test_id("autodash-chart").locator("canvas, svg").first).to_be_visible()
    for theme in ("Light", "Dark"):
        use_theme(page, f"JupyterLab {theme}")
        assert serious_faults(page) == [], theme
    page.emulate_media(forced_colors="active")
    assert serious_faults(page) == []
    picture(page, "high-contrast", panel)
    page.emulate_media(forced_colors="none")
    widen_sidebar(page, to=320)
    assert serious_faults(page) == []
    picture(page, "narrow-everything", panel)
    assert panel.evaluate("panel => panel.scrollWidth - panel.clientWidth") <= 0


def test_everything_is_done_without_a_mouse(page: Page, lab: Any) -> None:
    cells = ["%load_ext autodash_jupyter", "%load_dataset sample:penguins", "del penguins['year']"]
    open_new_notebook(page, lab, "keyboard.ipynb", cells)
    run_all(page)
    expect(page.locator(".jp-InputPrompt").last).to_have_text("[3]:")
    page.keyboard.press("Control+Alt+d")
    panel = page.get_by_test_id("autodash-panel")
    expect(dataset_row(page, "penguins")).to_have_attribute("data-status", "completed")

    undo = page.get_by_test_id("autodash-undo")
    walk_to(page, undo)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("autodash-message")).to_contain_text("344 × 7 → 344 × 8")
    sentence = page.get_by_test_id("autodash-chart-sentence")
    walk_to(page, sentence)
    page.keyboard.type("body mass by species")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("autodash-chart")).to_be_visible()
    walk_to(page, page.get_by_test_id("autodash-edit"))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("autodash-text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("autodash-edit")).to_be_focused()
    steps = panel.get_by_test_id("autodash-timeline").locator("[data-row-head]")
    walk_to(page, steps.first)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(steps.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("autodash-step").nth(2)).to_have_attribute("data-current", "true")


def walk_to(page: Page, wanted: Any) -> None:
    """Press the tab key until something has the focus, as somebody without a mouse does."""
    for _ in range(80):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused(timeout=1_000)


def test_two_pages_on_one_kernel_are_told_the_same(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "first.ipynb", ["%load_ext autodash_jupyter", "one = 1"])
    open_sidebar(page)
    run_all(page)
    expect(page.get_by_test_id("autodash-step").first).to_contain_text("one = 1")
    second = page.context.new_page()
    second.goto(lab.url("first.ipynb"))
    open_sidebar(second)
    expect(second.get_by_test_id("autodash-step").first).to_contain_text("one = 1")
    page.get_by_test_id("autodash-undo").click()
    expect(page.get_by_test_id("autodash-message")).to_contain_text("one")
    undone = second.get_by_test_id("autodash-step").first
    expect(undone).to_have_attribute("data-undone", "true")
    second.close()
