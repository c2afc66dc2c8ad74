"""What tests do on a page of a real JupyterLab: open notebooks, run cells, change the theme."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page, expect

__all__ = [
    "PICTURES",
    "SLOW",
    "open_new_notebook",
    "open_notebook",
    "open_sidebar",
    "run_all",
    "run_cell",
    "use_theme",
    "widen_sidebar",
]

PICTURES = Path(__file__).parents[1] / "build" / "screenshots"
SLOW = 60_000
SOON = 4_000
expect.set_options(timeout=SLOW)


def open_new_notebook(page: Page, lab: Any, name: str, cells: list[str]) -> None:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel}
    )
    nbformat.write(notebook, lab.folder / name)
    open_notebook(page, lab, name)


def open_notebook(page: Page, lab: Any, name: str) -> None:
    page.goto(lab.url(name))
    page.locator(".jp-Notebook").wait_for()
    choose = page.get_by_role("button", name="Select Kernel")  # asked where Lab was slow to list kernels
    expect(page.get_by_text(re.compile("Idle$")).first.or_(choose)).to_be_visible()
    if choose.is_visible():
        choose.click()
    expect(page.get_by_text(re.compile("Idle$")).first).to_be_visible()


def open_sidebar(page: Page) -> Locator:
    """Show AutoDash's panel, and return it."""
    page.locator('.jp-SideBar [data-id="autodash-jupyter-panel"]').click()
    panel = page.get_by_test_id("autodash-panel")
    panel.wait_for()
    return panel


def widen_sidebar(page: Page, to: int) -> None:
    """Drag the sidebar's edge until it has this width."""
    edge = page.locator("#jp-left-stack").bounding_box()
    assert edge is not None
    right, middle = edge["x"] + edge["width"] + 1, edge["y"] + edge["height"] / 2
    page.mouse.move(right, middle)
    page.mouse.down()
    page.mouse.move(edge["x"] + to, middle, steps=4)
    page.mouse.up()


def run_all(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Run All Cells")).click()


def run_cell(page: Page, code: str) -> Locator:
    """Append a cell, run it, and return its outputs.

    A page that is being drawn may miss a key: each is pressed until what it should do is seen.
    """
    active = page.locator(".jp-Cell.jp-mod-active .cm-content")
    last = page.locator(".jp-Cell").last
    count = page.locator(".jp-Cell").count()

    def append() -> None:
        last.locator(".jp-InputPrompt").click()
        page.keyboard.press("Escape")
        if page.locator(".jp-Cell").count() == count:
            page.keyboard.press("b")
        expect(page.locator(".jp-Cell")).to_have_count(count + 1, timeout=SOON)

    def write() -> None:
        last.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(code)
        expect(active).to_contain_text(code.splitlines()[0], timeout=SOON)

    def run() -> None:
        page.keyboard.press("Control+Enter")
        expect(last.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[[\d*]+\]"), timeout=SOON)

    for step in (append, write, run):
        until_it_works(step)
    return last.locator(".jp-OutputArea-output")


def until_it_works(step: Callable[[], None]) -> None:
    for _ in range(5):
        with contextlib.suppress(AssertionError):
            step()
            return
    step()


def use_theme(page: Page, name: str) -> None:
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Theme$")).hover()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{name}$")).click()
    expect(page.locator(f"body[data-jp-theme-name='{name}']")).to_have_count(1)
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)
