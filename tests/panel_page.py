"""What tests do with the sidebar on a page: find its rows, look for faults of access, put it into a state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lab_page import PICTURES
from playwright.sync_api import Locator, Page

__all__ = ["FIND_MODEL", "dataset_row", "picture", "serious_faults"]

AXE = Path(__file__).parents[1] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
FIND_MODEL = """(() => {
  const panel = [...window.jupyterapp.shell.widgets('left'), ...window.jupyterapp.shell.widgets('right')]
    .find(widget => widget.id === 'autodash-jupyter-panel');
  return panel._autodash.current.model;
})()"""
RUN_AXE = """async () => {
  const found = await window.axe.run('.jp-AutoDash', {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']
  });
  return found.violations
    .filter(one => one.impact === 'serious' || one.impact === 'critical')
    .map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 160)
       + (node.any[0] ? ' ' + node.any[0].message : '')).join(' | ')}`);
}"""


def dataset_row(page: Page, name: str) -> Locator:
    return page.locator(f'[data-testid="autodash-dataset"][data-name="{name}"]')


def picture(page: Page, name: str, panel: Locator | None = None) -> None:
    """Keep a picture of the page, or of the panel alone."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"panel-{name}.png"
    (panel or page).screenshot(path=path, animations="disabled")


def serious_faults(page: Page) -> Any:
    """Return what axe finds in the panel that keeps somebody from using it."""
    if not page.evaluate("'axe' in window"):
        # Lab's pages have an AMD loader, which axe would hand itself to.
        page.evaluate("source => { const define = undefined; (0, eval)(source); }", AXE.read_text())
    return page.evaluate(RUN_AXE)
