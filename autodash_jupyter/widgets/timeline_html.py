"""The timeline as HTML: a table of steps, and where it is live, with buttons.

What comes from cells and variables is hostile text: everything is escaped here, and the module that puts
live HTML into the page adds nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from autodash_jupyter.models import Step
from autodash_jupyter.widgets.timeline_rows import TimelineRow, TimelineRows
from autodash_jupyter.widgets.view import escape

__all__ = ["LIVE_STYLE", "OLDER_AT_A_TIME", "STYLE", "first_line", "timeline_html", "toolbar"]

LABEL_CHARACTERS = 60
CHANGES_SHOWN = 3
OLDER_AT_A_TIME = 20
_COLUMNS = ("Step", "When", "Cell", "What changed", "Took")
_PLACES = {"here": "now", "undone": "undone", "branch": "branch", "lost": "not kept"}

STYLE = """
.ad-timeline{max-width:78em}
.ad-timeline table.ad-steps{border-collapse:collapse;width:100%;margin:0;table-layout:auto}
.ad-timeline table.ad-steps th,.ad-timeline table.ad-steps td{text-align:left;padding:4px 12px 4px 0;
vertical-align:top;border:0;background:none;line-height:20px;white-space:normal;max-width:none}
.ad-timeline table.ad-steps thead th{font-weight:600;font-size:12px;white-space:nowrap;
color:var(--jp-ui-font-color2,inherit);border-bottom:1px solid var(--jp-border-color2,#8884)}
.ad-timeline table.ad-steps tbody tr{background:none}
.ad-timeline table.ad-steps tbody tr:hover{background:var(--jp-layout-color2,#8881)}
.ad-timeline table.ad-steps tbody tr.ad-here{background:
color-mix(in srgb,var(--jp-brand-color1,#2196f3) 10%,transparent)}
.ad-timeline table.ad-steps tbody tr:focus{outline:none}
.ad-timeline table.ad-steps tbody tr:focus-visible{outline:2px solid var(--jp-brand-color1,#2196f3);
outline-offset:-2px}
.ad-timeline table.ad-steps th.ad-step{position:relative;font-weight:400;white-space:nowrap;
font-variant-numeric:tabular-nums;padding-left:calc(28px + 16px*var(--ad-depth,0))}
.ad-timeline th.ad-step::before{content:"";position:absolute;left:12px;top:0;bottom:0;width:1px;
background:var(--jp-border-color1,#8888)}
.ad-timeline tbody tr:first-child th.ad-step::before{top:14px}
.ad-timeline tbody tr:last-child th.ad-step::before{bottom:calc(100% - 14px)}
.ad-timeline th.ad-step::after{content:"";position:absolute;box-sizing:border-box;width:9px;height:9px;
left:calc(8px + 16px*var(--ad-depth,0));top:10px;border-radius:50%;
border:1.5px solid var(--jp-ui-font-color2,#888);background:var(--jp-layout-color0,Canvas)}
.ad-timeline tr.ad-here th.ad-step::after{border-color:var(--jp-brand-color1,#2196f3);
background:var(--jp-brand-color1,#2196f3)}
.ad-timeline tr:is(.ad-undone,.ad-branch,.ad-lost) th.ad-step::after{border-style:dashed}
.ad-timeline tr.ad-here th.ad-step{font-weight:700}
.ad-timeline tr:is(.ad-undone,.ad-branch,.ad-lost) td{color:var(--jp-ui-font-color2,inherit)}
.ad-timeline tr.ad-undone td code{text-decoration:line-through;
text-decoration-color:var(--jp-ui-font-color3,#888)}
.ad-timeline .ad-tag{display:inline-block;margin-left:6px;padding:0 6px;border-radius:9px;font-size:11px;
line-height:17px;font-weight:400;color:var(--jp-ui-font-color2,inherit);
border:1px solid var(--jp-border-color1,#8888);max-width:16em;overflow:hidden;text-overflow:ellipsis;
vertical-align:middle}
.ad-timeline .ad-tag.ad-checkpoint{color:var(--jp-ui-font-color1,inherit);
background:var(--jp-layout-color2,#8882)}
.ad-timeline table.ad-steps td.ad-when,.ad-timeline table.ad-steps td.ad-took{white-space:nowrap;
font-variant-numeric:tabular-nums;color:var(--jp-ui-font-color2,inherit)}
.ad-timeline table.ad-steps td.ad-took,.ad-timeline table.ad-steps th.ad-took{text-align:right}
.ad-timeline table.ad-steps td.ad-cell{width:45%;max-width:0;min-width:8em}
.ad-timeline table.ad-steps td.ad-changed{width:55%;max-width:0;min-width:8em;overflow-wrap:anywhere}
.ad-timeline table.ad-steps td.ad-cell code{display:block;overflow:hidden;white-space:nowrap;
text-overflow:ellipsis;unicode-bidi:isolate;color:inherit;background:none;padding:0;font-size:12px;
line-height:20px}
.ad-timeline td.ad-changed>span{display:block;unicode-bidi:isolate}
.ad-timeline table.ad-steps td.ad-actions{white-space:nowrap;text-align:right;padding:3px 6px 3px 0}
.ad-timeline .ad-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
"""

LIVE_STYLE = """
.ad-live .ad-tools{display:flex;align-items:center;gap:6px;padding:2px 0 8px;min-height:26px}
.ad-live button,.ad-live-status button,.ad-live-difference>button{font:inherit;font-size:12px;
line-height:18px;padding:1px 9px;margin:0;border-radius:4px;cursor:pointer;white-space:nowrap;
color:var(--jp-ui-font-color1,inherit);background:var(--jp-layout-color1,transparent);
border:1px solid var(--jp-border-color1,#8888)}
.ad-live td.ad-actions button+button{margin-left:5px}
.ad-live button:hover:not(:disabled),.ad-live-difference>button:hover{
border-color:var(--jp-brand-color1,#2196f3);color:var(--jp-brand-color1,#2196f3)}
.ad-live button:focus-visible,.ad-live-difference>button:focus-visible{
outline:2px solid var(--jp-brand-color1,#2196f3);outline-offset:1px}
.ad-live button:disabled{cursor:default;opacity:.45}
.ad-live .ad-tools>button{padding:2px 12px}
.ad-live .ad-live-status{flex:1 1 auto;min-width:0;margin:0 0 0 6px;overflow:hidden;white-space:nowrap;
text-overflow:ellipsis;color:var(--jp-ui-font-color2,inherit)}
.ad-live .ad-live-status.ad-error{color:var(--jp-error-color1,#c62828);white-space:normal}
.ad-live-difference{position:relative;max-width:78em;margin:10px 0 4px;padding:8px 12px;border-radius:4px;
border:1px solid var(--jp-border-color2,#8884)}
.ad-live-difference>button{position:absolute;top:8px;right:8px}
.ad-live-difference p{margin:2px 0}
.ad-live-difference[hidden]{display:none}
"""


def timeline_html(shown: TimelineRows, *, buttons: bool = False) -> str:
    """Return the rows as a table; with ``buttons``, each has those that act on its step.

    A button says what it does by ``data-action`` and ``data-step``.
    """
    lines = [_row(row, buttons) for row in shown.rows]
    if shown.older:
        lines.insert(shown.gap, _gap(shown.older, buttons))
    names = [*_COLUMNS, *(["Actions"] if buttons else [])]
    head = "".join(_column(name) for name in names)
    caption = '<caption class="ad-hidden">Timeline, newest step first</caption>'
    return (
        f'<table class="ad-steps">{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def toolbar(undoes: Step | None, redoes: Step | None) -> str:
    """Return the undo and redo buttons; each says by its tooltip which step it takes, if there is one."""
    return '<div class="ad-tools">' + _mover("undo", undoes) + _mover("redo", redoes) + "</div>"


def first_line(code: str) -> str:
    """Return the first line of a cell's code, cut where it is long.

    >>> first_line("# join\\nsales = orders.merge(prices)")
    '# join…'
    """
    lines = code.strip().splitlines() or [""]
    cut = len(lines) > 1 or len(lines[0]) > LABEL_CHARACTERS
    return lines[0][:LABEL_CHARACTERS] + ("…" if cut else "")


def _column(name: str) -> str:
    if name == "Actions":
        return f'<th scope="col"><span class="ad-hidden">{name}</span></th>'
    css = ' class="ad-took"' if name == "Took" else ""
    return f'<th scope="col"{css}>{name}</th>'


def _row(row: TimelineRow, buttons: bool) -> str:
    here = row.place == "here"
    current = ' aria-current="step" tabindex="-1"' if here else ""
    return (
        f'<tr class="ad-{row.place}" data-step="{row.step_id}"{current}>'
        f'<th scope="row" class="ad-step" style="--ad-depth:{row.depth}">{_number(row)}</th>'
        f"{_cells(row.step, row.doubts)}"
        + (f'<td class="ad-actions">{_actions(row)}</td>' if buttons else "")
        + "</tr>"
    )


def _number(row: TimelineRow) -> str:
    """Return the step's number, with its names and where it stands as tags."""
    tags = [
        f'<span class="ad-tag ad-checkpoint" title="checkpoint">{escape(name)}</span>' for name in row.names
    ]
    if row.place in _PLACES:
        tags.append(f'<span class="ad-tag">{_PLACES[row.place]}</span>')
    if row.follows is not None:
        tags.append(f'<span class="ad-tag">after {row.follows or "the start"}</span>')
    return ("Start" if row.step is None else str(row.step_id)) + "".join(tags)


def _cells(step: Step | None, doubts: Sequence[str]) -> str:
    if step is None:
        return "".join(f'<td class="ad-{column}"></td>' for column in ("when", "cell", "changed", "took"))
    label = escape(first_line(step.label))
    code = f'<code dir="ltr" title="{escape(step.label[:2000])}">{label}</code>' if label else ""
    return (
        f'<td class="ad-when">{_time(step.recorded_at)}</td><td class="ad-cell">{code}</td>'
        f'<td class="ad-changed">{_changed(step, doubts)}</td><td class="ad-took">{_took(step.seconds)}</td>'
    )


def _changed(step: Step, doubts: Sequence[str]) -> str:
    changes = [str(change) for change in step.changes]
    spans = [f"<span>{escape(change)}</span>" for change in changes[:CHANGES_SHOWN]]
    if len(changes) > CHANGES_SHOWN:
        title = escape("\n".join(changes[CHANGES_SHOWN:]))
        spans.append(f'<span class="ad-muted" title="{title}">and {len(changes) - CHANGES_SHOWN} more</span>')
    spans += [f'<span class="ad-muted">not verified: {escape(doubt)}</span>' for doubt in doubts]
    return "".join(spans)


def _time(moment: datetime) -> str:
    """Return a clock time; a live page shows it in its own time zone."""
    local = moment.astimezone()
    full = local.strftime("%Y-%m-%d %H:%M:%S")
    return f'<time datetime="{moment.isoformat()}" title="{full}">{local.strftime("%H:%M")}</time>'


def _took(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 60 else f"{seconds / 60:.1f} min"


def _actions(row: TimelineRow) -> str:
    if row.place == "here":
        return ""
    if not row.is_kept:
        return '<span class="ad-muted">no longer kept</span>'
    state = f"step {row.step_id}" if row.step_id else "the start"
    return _button("goto", "Go to", f"Go to {state}", row.step_id) + _button(
        "compare", "Compare", f"Compare {state} with now", row.step_id
    )


def _gap(older: int, buttons: bool) -> str:
    count = min(OLDER_AT_A_TIME, older)
    steps = f"{older:,} older step{'' if older == 1 else 's'}"
    more = _button("older", f"Show {count} more", f"Show {count} older steps") if buttons else ""
    columns = len(_COLUMNS) + buttons
    return (
        f'<tr class="ad-gap"><td colspan="{columns}"><span class="ad-muted">{steps} not shown</span>'
        f" {more}</td></tr>"
    )


def _mover(action: str, step: Step | None) -> str:
    verb = action.capitalize()
    if step is None:
        return _button(action, verb, f"Nothing to {action}", enabled=False)
    return _button(action, verb, f"{verb} step {step.step_id}: {first_line(step.label)}")


def _button(action: str, text: str, label: str, step_id: int | None = None, *, enabled: bool = True) -> str:
    step = "" if step_id is None else f' data-step="{step_id}"'
    state = "" if enabled else " disabled"
    return (
        f'<button type="button" data-action="{action}"{step} title="{escape(label)}" '
        f'aria-label="{escape(label)}"{state}>{escape(text)}</button>'
    )
