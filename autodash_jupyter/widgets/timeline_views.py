"""The views of ``%timeline``: the steps with their branches, and what differs between two of them."""

from __future__ import annotations

from autodash_jupyter.history import Difference, TableDifference, VariableDifference
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.clickable import hides_kept
from autodash_jupyter.widgets.tables import html_table, text_table
from autodash_jupyter.widgets.timeline_html import LIVE_STYLE, STYLE, first_line, timeline_html, toolbar
from autodash_jupyter.widgets.timeline_rows import TimelineRow, timeline_rows
from autodash_jupyter.widgets.view import View, escape, notice, page

__all__ = ["difference_view", "live_timeline_html", "timeline_table"]

_NO_STEPS = "No steps yet: a cell that changes a variable is one."
_MARKS = {"here": "→", "behind": "", "undone": "undone", "branch": "branch", "lost": "not kept"}


def timeline_table(session: Session, most: int | None = None) -> View:
    """Draw the steps, newest first, with what each changed; the present one is marked.

    ``undone`` steps are those that redo would take, ``branch`` ones lie on another branch; ``after`` tells
    where a branch began. ``most`` is how many of the newest are drawn.
    """
    timeline = session.timeline
    left_out = f"Left out: {', '.join(sorted(timeline.ignored))}." if timeline.ignored else ""
    if not timeline.steps:
        return notice(f"{_NO_STEPS} {left_out}".strip())
    shown = timeline_rows(timeline, most)
    header = ("", "step", "after", "cell", "changed", "seconds")
    lines = [_line(row) for row in shown.rows]
    older = f"{shown.older:,} older not shown." if shown.older else ""
    text = "\n".join(filter(None, (text_table(header, lines), older, left_out)))
    return View(_page(timeline_html(shown) + _foot(session)), text)


def live_timeline_html(session: Session, most: int, display_id: str) -> str:
    """Draw the timeline with its buttons; where this is shown, the table kept beside it is hidden."""
    timeline = session.timeline
    steps = {step.step_id: step for step in timeline.steps}
    undoes = steps.get(timeline.position) if timeline.can_undo else None
    redoes = steps.get(timeline.undone[0]) if timeline.can_redo and timeline.undone else None
    rows = (
        timeline_html(timeline_rows(timeline, most), buttons=True) if steps else f"<p>{escape(_NO_STEPS)}</p>"
    )
    hides = hides_kept(display_id)
    return _page(
        f"<style>{hides}{LIVE_STYLE}</style>{toolbar(undoes, redoes)}{rows}{_foot(session)}", "ad-live"
    )


def _foot(session: Session) -> str:
    names = ", ".join(sorted(session.timeline.ignored))
    return f'<p class="ad-foot ad-muted">Left out: {escape(names)}.</p>' if names else ""


def _page(body: str, classes: str = "") -> str:
    return page(f'<style>{STYLE}</style><div class="ad-timeline {classes}">{body}</div>')


def _line(row: TimelineRow) -> tuple[str, ...]:
    """Return a row as text."""
    number = " ".join((str(row.step_id), ", ".join(row.names))).strip()
    after = "" if row.follows is None else str(row.follows)
    if row.step is None:
        return (_MARKS[row.place], number, after, "(start)", "", "")
    code = "  " * row.depth + first_line(row.step.label)
    changes = "; ".join(str(change) for change in row.step.changes)
    return (_MARKS[row.place], number, after, code, changes, f"{row.step.seconds:.2f}")


def difference_view(difference: Difference) -> View:
    """Draw what became of each variable between two steps: its value, of a table its columns and cells."""
    start, end = _state(difference.start), _state(difference.end)
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


def _state(step_id: int | None) -> str:
    if step_id is None:
        return "now"
    return f"step {step_id}" if step_id else "the start"


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
    parts += [f"{_counted(table.rows_added, 'row')} added"] if table.rows_added else []
    parts += [f"{_counted(table.rows_removed, 'row')} removed"] if table.rows_removed else []
    parts += [f"{_counted(count, 'cell')} changed in {name}" for name, count in table.changed_cells]
    return "; ".join(parts)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _shapes(table: TableDifference) -> tuple[tuple[int, int], tuple[int, int]]:
    return table.shape_before, table.shape_after
