"""How a chart's sentence was read, as HTML and as text, with its other readings to click or to copy."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from autodash_jupyter.widgets.clickable import hides_kept
from autodash_jupyter.widgets.view import View, escape, page

if TYPE_CHECKING:
    from autodash_jupyter.charts import Chart

__all__ = ["chart_html", "chart_view"]

OFFERED = 4
UNSURE = 0.5
STYLE = """
.ad-chart{max-width:60em}
.ad-chart p{margin:0 0 .35em}
.ad-chart .ad-warning{color:var(--jp-warn-color0,#8a5000)}
.ad-chart details{margin:.2em 0}
.ad-chart summary{cursor:pointer;color:var(--jp-ui-font-color2,#616161)}
.ad-chart ul{margin:.2em 0 .2em 1.2em;padding:0}
.ad-chart ul.ad-others{list-style:none;margin:.3em 0 0;display:flex;flex-wrap:wrap;gap:.35em}
.ad-chart ul.ad-others button,.ad-chart ul.ad-others code{font:inherit;font-size:12px;padding:2px 10px;
border-radius:11px;border:1px solid var(--jp-border-color1,#8888);background:none;color:inherit}
.ad-chart ul.ad-others button:hover:enabled{background:var(--jp-layout-color2,#8882);cursor:pointer}
.ad-chart ul.ad-others button:focus-visible{outline:2px solid var(--jp-brand-color1,#2196f3);
outline-offset:1px}
.ad-chart ul.ad-others code{font-family:var(--jp-code-font-family,monospace)}
"""


def chart_view(chart: Chart, table: str, status: str = "") -> View:
    """Return how a chart was read, where nothing can be clicked: other readings as lines to copy."""
    lines = [*filter(None, [status, *_warnings(chart)]), *chart.explanation.splitlines()]
    lines += [f"{name}: {line}" for _, name, line in _others(chart, table)]
    return View(chart_html(chart, table, status), "\n".join(lines))


def chart_html(chart: Chart, table: str, status: str = "", *, live: str = "") -> str:
    """Return how a chart was read as HTML; ``live`` is the id of a widget, with buttons."""
    style = STYLE + (hides_kept(live) if live else "")
    warnings = "".join(f'<p class="ad-warning" role="alert">{escape(line)}</p>' for line in _warnings(chart))
    read = "".join(f"<li>{escape(line)}</li>" for line in chart.explanation.splitlines())
    opened = " open" if chart.unread or chart.confidence < UNSURE else ""
    how = "with the context of " if chart.context_used else "from the columns of "
    summary = f"<summary>How it was read, {how}<code>{escape(table)}</code></summary>"
    return page(
        f'<div class="ad-chart"><style>{style}</style>{_status(status)}{warnings}'
        f"<details{opened}>{summary}<ul>{read}</ul></details>{_buttons(chart, table, live=bool(live))}</div>"
    )


def _status(status: str) -> str:
    return f'<p class="ad-muted" role="status">{escape(status)}</p>' if status else ""


def _warnings(chart: Chart) -> Iterator[str]:
    if chart.unread:
        yield f"Not understood: {', '.join(chart.unread)}."
    if chart.confidence < UNSURE and len(chart.alternatives):
        yield "This reading is a guess; it may be one of the others."


def _others(chart: Chart, table: str) -> Iterator[tuple[int, str, str]]:
    """Go through the other readings: the place of each, what it shows, and the line that draws it."""
    others = chart.alternatives
    for number, place in enumerate(islice(others.places, OFFERED), start=1):
        other = chart.at(place)
        name = f"{other.kind}: {other.title}"
        yield place, name, f"%visualize {chart.sentence} --data {shlex.quote(table)} --reading {number}"


def _buttons(chart: Chart, table: str, *, live: bool) -> str:
    def item(place: int, name: str, line: str) -> str:
        if not live:
            return f"<li>{escape(name)}<br><code>{escape(line)}</code></li>"
        return (
            f'<li><button type="button" data-action="take" data-place="{place}" title="{escape(line)}">'
            f"{escape(name)}</button></li>"
        )

    items = "".join(item(*each) for each in _others(chart, table))
    return f'<p class="ad-muted">Or:</p><ul class="ad-others">{items}</ul>' if items else ""
