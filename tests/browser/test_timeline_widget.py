"""The live ``%timeline`` in a real JupyterLab: what a click does, and what is left without a kernel."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from lab_page import PICTURES, open_new_notebook, run_all, run_cell, use_theme
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

STEPS = [
    "%load_ext autodash_jupyter",
    "%load_dataset sample:penguins --no-context",
    'penguins["ratio"] = penguins["bill_length_mm"] / penguins["bill_depth_mm"]\nrate = 0.19',
    "%checkpoint before-join",
    'penguins = penguins.dropna(subset=["sex"])',
    "%undo",
    'note = "<img src=x onerror=window.hacked=1>"  # </code><script>window.hacked=1</script>',
    "del rate",
]


def button(page: Page, name: str) -> Locator:
    return page.locator(".ad-live").get_by_role("button", name=name, exact=True)


def present(page: Page) -> Locator:
    return page.locator(".ad-live tr[aria-current=step]")


def test_clicks_move_the_variables_and_the_table_stays_live(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "clicks.ipynb", [*STEPS, "%timeline"])
    run_all(page)
    expect(present(page)).to_have_attribute("data-step", "5")
    expect(page.locator(".ad-kept")).to_be_hidden()
    assert page.evaluate("window.hacked") is None
    expect(page.locator(".ad-live")).to_contain_text("<img src=x onerror=window.hacked=1>")
    expect(page.locator(".ad-live tr[data-step='3']")).to_contain_text("branch")
    expect(page.locator(".ad-live tr[data-step='2']")).to_contain_text("before-join")
    PICTURES.mkdir(parents=True, exist_ok=True)
    present(page).scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "timeline-light.png")

    button(page, "Go to step 3").click()
    expect(present(page)).to_have_attribute("data-step", "3")
    expect(page.locator(".ad-live-status")).to_contain_text("penguins: 344 × 9 → 333 × 9")
    expect(run_cell(page, "print(penguins.shape, 'note' in globals())")).to_have_text("(333, 9) False\n")
    button(page, "Compare step 1 with now").click()
    difference = page.locator(".ad-live-difference")
    expect(difference).to_contain_text("From step 1 to now")
    expect(difference).to_contain_text("+ratio")
    page.screenshot(path=PICTURES / "timeline-compared.png")
    use_theme(page, "JupyterLab Dark")
    page.screenshot(path=PICTURES / "timeline-dark.png")
    use_theme(page, "JupyterLab Light")
    difference.get_by_role("button", name="Close the comparison").click()
    expect(difference).to_be_hidden()

    run_cell(page, "later = [1]")
    expect(present(page)).to_have_attribute("data-step", "6")
    expect(difference).to_be_hidden()
    expect(page.locator(".ad-live-status")).to_have_text("")
    undo = page.locator(".ad-live button[data-action=undo]")
    expect(undo).to_have_attribute("aria-label", "Undo step 6: later = [1]")
    undo.focus()
    page.keyboard.press("Enter")
    expect(present(page)).to_have_attribute("data-step", "3")
    expect(undo).to_be_focused()
    button(page, "Redo step 6: later = [1]").click()
    expect(present(page)).to_have_attribute("data-step", "6")
    expect(run_cell(page, "print(later)")).to_have_text("[1]\n")


def test_a_click_during_a_cell_waits_for_it_and_can_be_taken_back(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "waiting.ipynb", [STEPS[0], "x = 1", "x = 2", "%timeline"])
    run_all(page)
    expect(present(page)).to_have_attribute("data-step", "2")
    status = page.locator(".ad-live-status")
    run_cell(page, "import time; time.sleep(4)")
    page.get_by_text(re.compile("Busy$")).first.wait_for()
    button(page, "Go to step 1").click()
    expect(status).to_contain_text("Going to step 1: waiting for the running cell")
    expect(button(page, "Go to the start")).to_be_disabled()
    status.get_by_role("button", name="Cancel").click()
    expect(status).to_have_text("")
    page.get_by_text(re.compile("Idle$")).first.wait_for()
    expect(run_cell(page, "print(x); time.sleep(3)")).to_have_text("2\n")
    page.get_by_text(re.compile("Busy$")).first.wait_for()
    button(page, "Go to step 1").click()
    expect(status).to_contain_text("waiting for the running cell")
    expect(status).to_contain_text("x: int 2 → int 1")
    expect(run_cell(page, "print(x)")).to_have_text("1\n")


def test_only_the_newest_steps_are_shown_until_more_are_asked_for(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "many.ipynb", [STEPS[0], *(f"x = {n}" for n in range(45)), "%timeline"])
    run_all(page)
    rows = page.locator(".ad-live tr[data-step]")
    expect(rows).to_have_count(20)
    button(page, "Show 20 older steps").click()
    expect(rows).to_have_count(40)
    button(page, "Show 5 older steps").click()
    expect(rows).to_have_count(46)
    button(page, "Go to the start").click()
    expect(present(page)).to_have_attribute("data-step", "0")


def test_a_table_is_left_after_a_restart_and_in_the_saved_notebook(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "kept.ipynb", [*STEPS, "%timeline"])
    run_all(page)
    expect(present(page)).to_have_attribute("data-step", "5")
    run_cell(page, "newest = 1")
    expect(present(page)).to_have_attribute("data-step", "6")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    deadline = time.monotonic() + 20
    while "newest" not in (saved := (lab.folder / "kept.ipynb").read_text()) and time.monotonic() < deadline:
        time.sleep(0.2)
    outputs = json.loads(saved)["cells"][len(STEPS)]["outputs"]
    assert "+newest: int 1" in "".join(outputs[0]["data"]["text/plain"])

    page.reload()  # the kernel is alive: so is the widget
    expect(present(page)).to_have_attribute("data-step", "6")
    expect(page.locator(".ad-kept")).to_be_hidden()

    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Restart Kernel…")).click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    kept = page.locator(".ad-kept table")
    expect(kept).to_be_visible()
    expect(kept).to_contain_text("+newest: int 1")
    expect(page.locator(".ad-live")).to_have_count(0)

    page.reload()
    expect(kept).to_be_visible()
    page.screenshot(path=PICTURES / "timeline-kept.png")
    expect(page.get_by_text("model not found")).to_be_hidden()
    expect(page.get_by_text("Loading widget")).to_be_hidden()
