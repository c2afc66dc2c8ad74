"""A context edited in place in a real JupyterLab: by mouse and by keyboard, by one and by two."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lab_page import PICTURES, open_new_notebook, run_all, run_cell, use_theme
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CELLS = ["%load_ext autodash_jupyter", "%load_dataset sample:penguins", "%context penguins --wait"]
HOSTILE = "<img src=x onerror=window.hacked=1>"
WRONG = f"""\
---
name: penguins
metrics:
  - name: Mass
    expression: AVG(body_mas_g)
---

{HOSTILE}
"""


def editor(page: Page) -> Locator:
    return page.locator(".ad-editor")


def click(page: Page, name: str) -> None:
    editor(page).get_by_role("button", name=name, exact=True).click()


def test_a_context_is_edited_compared_and_restored_in_place(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "editing.ipynb", CELLS)
    run_all(page)
    expect(editor(page)).to_contain_text("Adelie (152)")
    expect(page.locator(".ad-kept")).to_be_hidden()
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "context-light.png")

    click(page, "Edit this context")
    text = editor(page).get_by_label("Text of the context")
    expect(text).to_be_focused()
    expect(text).to_have_value(re.compile("written_by: profile"))
    page.screenshot(path=PICTURES / "context-editing.png")
    text.fill(
        f"---\nname: penguins\nmetrics:\n  - name: Mass\n    expression: AVG(body_mas_g)\n---\n\n{HOSTILE}\n"
    )
    page.keyboard.press("Control+s")
    status = editor(page).get_by_role("status")
    expect(status).to_contain_text("Did you mean 'body_mass_g'?")
    expect(editor(page)).to_contain_text(HOSTILE)
    assert page.evaluate("window.hacked") is None
    page.screenshot(path=PICTURES / "context-failed.png")

    editor(page).get_by_label("Compare with a revision").select_option("1")
    expect(editor(page)).to_contain_text("metrics[mass]")
    page.screenshot(path=PICTURES / "context-compared.png")
    click(page, "Make revision 1 the newest")
    expect(status).to_contain_text("Revision 1 is in force again, as revision 3.")
    expect(editor(page)).to_contain_text("Adelie (152)")
    use_theme(page, "JupyterLab Dark")
    page.screenshot(path=PICTURES / "context-dark.png")


def test_a_second_writer_is_shown_both_texts(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "conflict.ipynb", CELLS)
    run_all(page)
    expect(editor(page)).to_contain_text("Adelie (152)")
    click(page, "Edit this context")
    text = editor(page).get_by_label("Text of the context")
    text.fill("My words.")
    text.blur()
    run_cell(page, "%%context penguins\nTheir words.")
    click(page, "Save (Ctrl+S)")
    expect(editor(page).get_by_label("What somebody else saved", exact=True)).to_contain_text("Their words.")
    expect(text).to_have_value("My words.")
    page.screenshot(path=PICTURES / "context-conflict.png")
    click(page, "Save my text as the next revision")
    expect(editor(page).locator(".ad-context")).to_contain_text("My words.")


def test_escape_leaves_the_text_as_it_was(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "leaving.ipynb", CELLS)
    run_all(page)
    expect(editor(page)).to_contain_text("Adelie (152)")
    edit = editor(page).get_by_role("button", name="Edit this context")
    edit.focus()
    page.keyboard.press("Enter")
    text = editor(page).get_by_label("Text of the context")
    expect(text).to_be_focused()
    page.keyboard.press("Escape")
    expect(text).to_be_hidden()
    page.keyboard.press("Enter")
    expect(text).to_be_focused()
    page.keyboard.type("nonsense")
    page.keyboard.press("Escape")
    expect(editor(page).get_by_role("status")).to_contain_text("not saved")
    expect(text).to_be_visible()
    click(page, "Leave the text as it was (Esc)")
    expect(text).to_be_hidden()
    expect(edit).to_be_focused()
    expect(editor(page)).not_to_contain_text("nonsense")
