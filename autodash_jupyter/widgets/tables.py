"""The tables of ``%datasets`` and ``%timeline``."""

from __future__ import annotations

from collections.abc import Sequence

from autodash_jupyter.models import Step
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.view import View, escape, notice, page

__all__ = ["datasets_table", "timeline_table"]

LABEL_CHARACTERS = 60


def datasets_table(session: Session) -> View:
    """Draw what is registered, newest first."""
    datasets = session.list_datasets()
    if not datasets:
        return notice("No datasets yet. %load_dataset sample:penguins loads the first.")
    header = ("name", "rows × columns", "context", "from", "id")
    rows = [(one.name, one.shape, one.context_status, one.filename, one.dataset_id) for one in datasets]
    return View(page(_html_table(header, rows)), _text_table(header, rows))


def timeline_table(session: Session) -> View:
    """Draw the steps, newest first, with what each changed; the present one is marked."""
    timeline = session.timeline
    if not timeline.steps:
        return notice("No steps yet: a cell that changes a variable is one.")
    header = ("", "step", "cell", "changed", "seconds")
    behind = _line_of(timeline.steps, timeline.position)
    rows, classes = [], []
    for step in reversed(timeline.steps):
        here = "→" if step.step_id == timeline.position else "" if step.step_id in behind else "undone"
        rows.append((here, str(step.step_id), _label(step), _changes(step), f"{step.seconds:.2f}"))
        classes.append({"→": "ad-here", "undone": "ad-undone"}.get(here, ""))
    rows.append(("" if timeline.position else "→", "0", "(start)", "", ""))
    classes.append("" if timeline.position else "ad-here")
    return View(page(_html_table(header, rows, classes)), _text_table(header, rows))


def _line_of(steps: Sequence[Step], position: int) -> set[int]:
    """Return the steps that led to a position, that one included."""
    parents = {step.step_id: step.parent for step in steps}
    line = set()
    while position in parents:
        line.add(position)
        position = parents[position]
    return line


def _label(step: Step) -> str:
    first = step.label.strip().splitlines()[0] if step.label.strip() else ""
    more = len(step.label.strip()) > len(first)
    return first[:LABEL_CHARACTERS] + ("…" if more or len(first) > LABEL_CHARACTERS else "")


def _changes(step: Step) -> str:
    return "; ".join(str(change) for change in step.changes)


def _html_table(header: Sequence[str], rows: Sequence[Sequence[str]], classes: Sequence[str] = ()) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    lines = []
    for row, css in zip(rows, classes or [""] * len(rows), strict=True):
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row)
        lines.append(f'<tr class="{css}">{cells}</tr>')
    return f'<table class="ad-list"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'


def _text_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
