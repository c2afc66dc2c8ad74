"""From the file browser and from the panel into the notebook: by mouse, and always as code that stays."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from lab_page import PICTURES, open_new_notebook, open_sidebar, run_all, run_cell, widen_sidebar
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HOSTILE = "it's {x} $HOME <b>1.csv"


def file_row(page: Page, name: str) -> Locator:
    return page.locator(".jp-DirListing-item", has_text=name).first


def dataset_row(page: Page, name: str) -> Locator:
    return page.locator(f'[data-testid="autodash-dataset"][data-name="{name}"]')


def show_files(page: Page) -> None:
    files = page.locator(".jp-DirListing-item").first
    for _ in range(5):  # a workspace that is being restored may yet show or hide it
        with contextlib.suppress(AssertionError):
            expect(files).to_be_visible(timeout=3_000)
            return
        page.locator('.jp-SideBar [data-id="filebrowser"]').click()
    expect(files).to_be_visible()


def drag(page: Page, source: Locator, target: Locator) -> None:
    """Drag as the platform's own drags want it: a few small moves, then onto the target."""
    start, end = source.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    x, y = start["x"] + 30, start["y"] + start["height"] / 2
    to_x, to_y = end["x"] + end["width"] / 2, end["y"] + end["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y + 4, steps=4)
    page.mouse.move(to_x, to_y, steps=12)
    page.mouse.move(to_x + 1, to_y)
    page.mouse.up()


def test_a_file_is_loaded_from_its_context_menu_by_a_cell_whatever_its_name(page: Page, lab: Any) -> None:
    (lab.folder / "data").mkdir()
    (lab.folder / "data" / HOSTILE).write_text("a,b\n1,2\n3,4\n")
    (lab.folder / "data" / "readme.md").write_text("no table")
    open_new_notebook(page, lab, "context_menu.ipynb", ["x = 'wrong'"])
    show_files(page)
    file_row(page, "data").dblclick()
    file_row(page, "readme.md").click(button="right")
    expect(page.locator(".lm-Menu-itemLabel", has_text="Rename").first).to_be_visible()
    expect(page.locator(".lm-Menu-itemLabel", has_text="Load as Dataset")).to_be_hidden()
    page.keyboard.press("Escape")
    file_row(page, HOSTILE).click(button="right")
    page.locator(".lm-Menu-itemLabel", has_text="Load as Dataset").click()
    open_sidebar(page)
    widen_sidebar(page, to=350)
    expect(page.get_by_test_id("autodash-dataset")).to_have_attribute("data-status", "completed")
    cells = page.locator(".jp-Notebook .cm-content")
    expect(cells.first).to_have_text("%load_ext autodash_jupyter")
    expect(cells.nth(2)).to_have_text('%load_dataset "data/it\'s {{x}} $$HOME <b>1.csv"')
    assert page.evaluate("document.querySelectorAll('.jp-AutoDash b').length") == 0


def test_a_file_without_a_notebook_offers_to_open_one(page: Page, lab: Any) -> None:
    (lab.folder / "alone.csv").write_text("a,b\n1,2\n3,4\n")
    page.goto(lab.url("").replace("/tree/", ""))
    show_files(page)
    file_row(page, "alone.csv").click(button="right")
    page.locator(".lm-Menu-itemLabel", has_text="Load as Dataset").click()
    page.get_by_role("button", name="New Notebook").click()
    open_sidebar(page)
    expect(dataset_row(page, "alone")).to_have_attribute("data-status", "completed")


def test_files_datasets_and_columns_become_code_where_they_are_dropped(page: Page, lab: Any) -> None:
    (lab.folder / "dropped.csv").write_text("amount,my city\n1,A\n2,B\n")
    cells = ["%load_ext autodash_jupyter", "%load_dataset dropped.csv", "1 + 1"]
    open_new_notebook(page, lab, "drops.ipynb", cells)
    run_all(page)
    code = page.locator(".jp-Notebook .cm-content")
    show_files(page)
    drag(page, file_row(page, "dropped.csv"), page.locator(".jp-Cell").nth(2).locator(".jp-InputPrompt"))
    expect(code.nth(3)).to_have_text("%load_dataset dropped.csv")

    open_sidebar(page)
    widen_sidebar(page, to=380)
    expect(dataset_row(page, "dropped")).to_have_attribute("data-status", "completed")
    columns = page.get_by_role("button", name="Columns")
    if not columns.is_visible():
        dataset_row(page, "dropped").locator("button").first.click()  # the only one is open from the start
    columns.click()
    column = page.get_by_test_id("autodash-column").nth(1)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "panel-columns.png", animations="disabled")
    drag(page, column, code.nth(2))
    expect(code.nth(2)).to_contain_text('dropped["my city"]')
    drag(page, dataset_row(page, "dropped").locator("button").first, page.locator(".jp-InputPrompt").nth(3))
    expect(code.nth(4)).to_have_text("dropped.head()")
    column.get_by_role("button").click()
    expect(code.nth(5)).to_have_text('dropped["my city"].describe()')


def test_what_was_done_by_mouse_can_be_told_by_the_notebook(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "told.ipynb", ["%load_ext autodash_jupyter", "x = 1", "x = 2"])
    open_sidebar(page)
    run_all(page)
    undo = page.get_by_test_id("autodash-undo")
    expect(page.get_by_test_id("autodash-step")).to_have_count(3)
    undo.click()
    expect(page.get_by_test_id("autodash-message")).to_contain_text("x: int 2 → int 1")
    page.get_by_test_id("autodash-insert").click()
    expect(page.locator(".jp-Notebook .cm-content").last).to_have_text("%undo")


def test_undo_redo_and_show_have_shortcuts(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "shortcuts.ipynb", ["%load_ext autodash_jupyter", "x = 1", "x = 2"])
    run_all(page)
    page.keyboard.press("Control+Alt+d")
    expect(page.get_by_test_id("autodash-step")).to_have_count(3)
    page.locator(".jp-Cell").last.locator(".jp-InputPrompt").click()
    page.keyboard.press("Control+Alt+z")
    expect(page.get_by_test_id("autodash-message")).to_contain_text("x: int 2 → int 1")
    page.keyboard.press("Control+Alt+Shift+z")
    expect(page.get_by_test_id("autodash-message")).to_contain_text("x: int 1 → int 2")
    expect(run_cell(page, "print(x)")).to_have_text("2\n")
