"""The table of ``%datasets``, and how any table is drawn, as HTML and as text."""

from __future__ import annotations

from collections.abc import Sequence

from autodash_jupyter.session import Session
from autodash_jupyter.widgets.view import View, escape, notice, page

__all__ = ["datasets_table", "html_table", "text_table"]


def datasets_table(session: Session) -> View:
    """Draw what is registered, newest first."""
    datasets = session.list_datasets()
    if not datasets:
        return notice("No datasets yet. %load_dataset sample:penguins loads the first.")
    header = ("name", "rows × columns", "context", "from", "id")
    rows = [(one.name, one.shape, one.context_status, one.filename, one.dataset_id) for one in datasets]
    return View(page(html_table(header, rows)), text_table(header, rows))


def html_table(header: Sequence[str], rows: Sequence[Sequence[str]], classes: Sequence[str] = ()) -> str:
    """Return rows as HTML, every cell escaped; ``classes`` gives each row its CSS class."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    lines = []
    for row, css in zip(rows, classes or [""] * len(rows), strict=True):
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
        lines.append(f'<tr class="{css}">{cells}</tr>')
    return f'<table class="ad-list"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'


def text_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows as text, in aligned columns."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
