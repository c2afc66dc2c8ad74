"""The views of ``%timeline``: the steps with their branches, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Sequence

from autodash_jupyter.history import Difference, TableDifference, VariableDifference
from autodash_jupyter.models import Step
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.tables import html_table, text_table
from autodash_jupyter.widgets.view import View, escape, notice, page

__all__ = ["difference_view", "timeline_table"]

LABEL_CHARACTERS = 60
_CLASSES = {"→": "ad-here", "undone": "ad-undone", "branch": "ad-undone"}


def timeline_table(session: Session) -> View:
    """Draw the steps, newest first, with what each changed; the present one is marked.

    ``undone`` steps are those that redo would take, ``branch`` ones lie on another branch; ``after`` tells
    where a branch began.
    """
    timeline = session.timeline
    left_out = f"Left out: {', '.join(sorted(timeline.ignored))}." if timeline.ignored else ""
    if not timeline.steps:
        return notice(f"No steps yet: a cell that changes a variable is one. {left_out}".strip())
    names: dict[int, str] = {}
    for name, step_id in timeline.checkpoints.items():
        names[step_id] = f"{names[step_id]}, {name}" if step_id in names else name
    header = ("", "step", "after", "cell", "changed", "seconds")
    behind, ahead = _line_of(timeline.steps, timeline.position), timeline.undone
    rows, classes = [], []
    for step in reversed(timeline.steps):
        here = "→" if step.step_id == timeline.position else ""
        here = here or ("" if step.step_id in behind else "undone" if step.step_id in ahead else "branch")
        after = "" if step.parent == step.step_id - 1 else str(step.parent)
        number = f"{step.step_id} {names.get(step.step_id, '')}".strip()
        rows.append((here, number, after, _label(step), _changes(step), f"{step.seconds:.2f}"))
        classes.append(_CLASSES.get(here, ""))
    rows.append(("" if timeline.position else "→", f"0 {names.get(0, '')}".strip(), "", "(start)", "", ""))
    classes.append("" if timeline.position else "ad-here")
    foot = f'<p class="ad-foot ad-muted">{escape(left_out)}</p>' if left_out else ""
    text = "\n".join(filter(None, (text_table(header, rows), left_out)))
    return View(page(html_table(header, rows, classes) + foot), text)


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


def difference_view(difference: Difference) -> View:
    """Draw what became of each variable between two steps: its value, of a table its columns and cells."""
    start, end = (
        f"step {number}" if number else "the start" for number in (difference.start, difference.end)
    )
    if not difference.variables:
        return notice(f"Nothing differs between {start} and {end}.")
    title = f"From {start} to {end}"
    html, lines = [f'<p class="ad-muted">{escape(title)}</p>'], [title]
    for each in difference.variables:
        html.append(f'<p class="ad-name">{escape(each.change.name)}</p><p>{escape(_sentence(each))}</p>')
        lines += ["", f"{each.change.name}: {_sentence(each)}"]
        if each.table is not None and each.table.sample:
            header = ("row", "column", "before", "after")
            cells = [(cell.row, cell.column, cell.before, cell.after) for cell in each.table.sample]
            html.append(html_table(header, cells))
            lines += [f"  {line}" for line in text_table(header, cells).splitlines()]
    return View(page("".join(html)), "\n".join(lines))


def _sentence(each: VariableDifference) -> str:
    """Return what became of a variable, in one line."""
    if each.table is not None:
        return _table_sentence(each.table)
    if each.change.kind == "added":
        return f"added: {each.after}"
    if each.change.kind == "removed":
        return f"removed: it was {each.before}"
    detail = f" ({each.change.detail})" if each.change.detail and each.before == each.after else ""
    return f"{each.before} → {each.after}{detail}"


def _table_sentence(table: TableDifference) -> str:
    before, after = (" × ".join(f"{length:,}" for length in shape) for shape in _shapes(table))
    parts = [f"{before} → {after}" if before != after else after]
    parts += [f"+{', +'.join(table.columns_added)}"] if table.columns_added else []
    parts += [f"−{', −'.join(table.columns_removed)}"] if table.columns_removed else []
    parts += [f"{name} from {was} to {now}" for name, was, now in table.columns_retyped]
    parts += [f"{table.rows_added:,} rows added"] if table.rows_added else []
    parts += [f"{table.rows_removed:,} rows removed"] if table.rows_removed else []
    counts = ((name, f"{count:,} {'cell' if count == 1 else 'cells'}") for name, count in table.changed_cells)
    parts += [f"{cells} changed in {name}" for name, cells in counts]
    return "; ".join(parts)


def _shapes(table: TableDifference) -> tuple[tuple[int, int], tuple[int, int]]:
    return table.shape_before, table.shape_after
