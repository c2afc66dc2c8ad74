"""The sidebar's context section in a real JupyterLab: read, edited by one and by two, compared, restored."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lab_page import PICTURES, open_new_notebook, open_sidebar, run_all, run_cell, use_theme, widen_sidebar
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CELLS = ["%load_ext autodash_jupyter", "%load_dataset sample:penguins"]
HOSTILE = "<img src=x onerror=window.hacked=1><script>window.hacked=2</script>"
LINK = "[click](javascript:window.hacked=3)"
WRONG = f"""\
---
name: penguins
description: "{HOSTILE}"
metrics:
  - name: "Mass {HOSTILE}"
    expression: AVG(body_mas_g)
---

{HOSTILE} {LINK}
"""


@pytest.fixture
def panel(page: Page, lab: Any, request: pytest.FixtureRequest) -> Locator:
    """The sidebar of a notebook whose penguins are loaded."""
    home = lab.folder / request.node.name  # each test has a store of its own
    open_new_notebook(page, lab, f"{request.node.name}.ipynb", [f"%env AUTODASH_HOME={home}", *CELLS])
    sidebar = open_sidebar(page)
    widen_sidebar(page, to=420)
    run_all(page)
    expect(row(page)).to_have_attribute("data-status", "completed")
    expect(page.get_by_test_id("autodash-origin")).to_contain_text("Revision 1, written by the profile.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    return sidebar


def row(page: Page, name: str = "penguins") -> Locator:
    return page.locator(f'[data-testid="autodash-dataset"][data-name="{name}"]')


def picture(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"panel-{name}.png", animations="disabled")


def begin_to_edit(page: Page) -> Locator:
    page.get_by_test_id("autodash-edit").click()
    text = page.get_by_test_id("autodash-text")
    expect(text).to_be_focused()
    return text


def test_a_context_is_edited_checked_compared_and_restored(page: Page, panel: Locator) -> None:
    picture(page, "light")
    text = begin_to_edit(page)
    expect(text).to_have_value(re.compile("written_by: profile"))
    picture(page, "editing")
    text.fill(WRONG)
    page.keyboard.press("Control+s")
    expect(text).to_be_hidden()
    expect(page.get_by_test_id("autodash-edit")).to_be_focused()
    findings = page.get_by_test_id("autodash-findings")
    expect(findings).to_contain_text("line 6")
    expect(findings).to_contain_text("Did you mean 'body_mass_g'?")
    expect(page.get_by_test_id("autodash-origin")).to_contain_text("Revision 2, written by a person.")
    picture(page, "findings")

    text = begin_to_edit(page)
    panel.get_by_role("button", name="line 6").click()
    assert text.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)").strip() == (
        "expression: AVG(body_mas_g)"
    )
    picture(page, "line")
    page.keyboard.press("Escape")
    expect(text).to_be_hidden()

    panel.get_by_role("button", name=re.compile("^Revisions")).click()
    panel.get_by_role("button", name="Compare revision 1 with the newest").click()
    comparison = page.get_by_test_id("autodash-comparison")
    expect(comparison).to_contain_text("metrics[")
    comparison.scroll_into_view_if_needed()
    picture(page, "compared")
    page.get_by_test_id("autodash-restore").click()
    expect(page.get_by_test_id("autodash-message")).to_contain_text("revision 1 is in force again")
    expect(page.get_by_test_id("autodash-context")).to_contain_text("Adelie")
    expect(page.get_by_test_id("autodash-revision")).to_have_count(3)
    expect(findings).to_have_count(0)
    assert page.evaluate("window.hacked") is None


def test_a_second_writer_is_shown_both_texts_and_may_take_theirs(page: Page, panel: Locator) -> None:
    text = begin_to_edit(page)
    text.fill("My words.")
    run_cell(page, "%%context penguins\nTheir words.")
    expect(page.locator(".jp-Cell").last).to_contain_text("saved as revision 2")
    expect(text).to_have_value("My words.")
    page.get_by_test_id("autodash-save").click()
    theirs = page.get_by_test_id("autodash-conflict")
    expect(theirs).to_contain_text("Their words.")
    expect(page.get_by_test_id("autodash-edit-error")).to_contain_text("Somebody saved revision 2")
    expect(text).to_have_value("My words.")
    picture(page, "conflict")
    page.get_by_test_id("autodash-overwrite").click()
    expect(page.get_by_test_id("autodash-context")).to_contain_text("My words.")

    text = begin_to_edit(page)
    text.fill("Mine again.")
    run_cell(page, "%%context penguins\nTheirs again.")
    expect(page.locator(".jp-Cell").last).to_contain_text("saved as revision 4")
    page.get_by_test_id("autodash-save").click()
    page.get_by_test_id("autodash-take").click()
    expect(text).to_have_value(re.compile("Theirs again."))
    expect(theirs).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("autodash-context")).to_contain_text("Theirs again.")

    page.get_by_test_id("autodash-regenerate").click()
    expect(page.get_by_test_id("autodash-message")).to_contain_text("writing the context of penguins")
    expect(row(page)).to_have_attribute("data-status", "completed")
    expect(page.get_by_test_id("autodash-context")).to_contain_text("Theirs again.")


def test_an_unsaved_text_is_never_lost(page: Page, panel: Locator) -> None:
    page.get_by_test_id("autodash-edit").focus()
    page.keyboard.press("Enter")
    text = page.get_by_test_id("autodash-text")
    expect(text).to_be_focused()
    page.keyboard.type("Typed. ")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("autodash-editor").get_by_role("status")).to_contain_text("not saved")
    expect(text).to_have_value(re.compile("^Typed. "))

    run_cell(
        page, "%load_dataset sample:seattle_weather"
    )  # events redraw the panel, and another dataset comes
    expect(row(page, "seattle_weather")).to_have_attribute("data-status", "completed")
    expect(text).to_have_value(re.compile("^Typed. "))
    row(page, "seattle_weather").locator("button").first.click()
    row(page).locator("button").first.click()
    expect(text).to_have_count(0)
    expect(row(page)).to_contain_text("unsaved text")
    picture(page, "unsaved")

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(row(page)).to_contain_text("unsaved text")
    expect(text).to_have_value(re.compile("^Typed. "))
    page.get_by_test_id("autodash-leave").click()
    expect(panel.get_by_role("alertdialog")).to_contain_text("not saved")
    picture(page, "question")
    page.get_by_role("button", name="Keep editing").click()
    expect(text).to_be_focused()
    page.get_by_test_id("autodash-leave").click()
    page.get_by_test_id("autodash-drop").click()
    expect(text).to_have_count(0)
    expect(row(page).get_by_test_id("autodash-context")).not_to_contain_text("Typed.")


def test_another_context_is_chosen_in_either_theme_and_a_narrow_window(page: Page, panel: Locator) -> None:
    run_cell(page, "%%context penguins\nAbout penguins.")
    name = f"<b onclick=window.hacked=4>weights</b> {HOSTILE}"
    run_cell(page, f"%%context penguins\n---\nname: '{name}'\n---\n\nAbout weights.")
    select = page.get_by_test_id("autodash-use")
    expect(select).to_have_value(name)
    expect(page.get_by_test_id("autodash-context")).to_contain_text("About weights.")
    select.select_option("penguins")
    expect(page.get_by_test_id("autodash-message")).to_contain_text("penguins is the context that counts")
    expect(page.get_by_test_id("autodash-context")).to_contain_text("About penguins.")
    use_theme(page, "JupyterLab Dark")
    picture(page, "dark")
    begin_to_edit(page)
    picture(page, "dark-editing")
    widen_sidebar(page, to=320)
    picture(page, "narrow-editing")
    page.keyboard.press("Escape")
    picture(page, "narrow")
    overflow = panel.evaluate("panel => panel.scrollWidth - panel.clientWidth")
    assert overflow <= 0
    assert page.evaluate("window.hacked") is None


def test_many_datasets_can_be_searched(page: Page, panel: Locator) -> None:
    run_cell(
        page,
        "import pandas as pd\n"
        "for number in range(9):\n"
        "    globals()[f'table_{number}'] = pd.DataFrame({'x': [number]})\n"
        "    get_ipython().run_line_magic('load_dataset', f'table_{number}')",
    )
    expect(page.get_by_test_id("autodash-dataset")).to_have_count(10)
    search = page.get_by_test_id("autodash-search")
    search.fill("table 7")
    expect(page.get_by_test_id("autodash-dataset")).to_have_count(1)
    picture(page, "search")
    search.fill("nowhere")
    expect(panel).to_contain_text("No dataset has these words.")
    search.press("Escape")
    expect(page.get_by_test_id("autodash-dataset")).to_have_count(10)
