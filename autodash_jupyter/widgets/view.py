"""``View``: one picture of something, as HTML and as text; and the few HTML pieces all views share."""

from __future__ import annotations

import html
from dataclasses import dataclass

__all__ = ["View", "escape", "notice", "page"]

_STYLE = """
.ad-view{font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:13px;line-height:1.5;
color:var(--jp-ui-font-color1,#212121);max-width:64em}
.ad-view .ad-muted{color:var(--jp-ui-font-color2,#616161)}
.ad-view .ad-head{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25em .75em;margin:0 0 .4em}
.ad-view .ad-name{font-size:15px;font-weight:600}
.ad-view .ad-bar{height:4px;border-radius:2px;background:var(--jp-border-color2,#e0e0e0);overflow:hidden;
max-width:24em;margin:.3em 0}
.ad-view .ad-bar>span{display:block;height:100%;background:var(--jp-brand-color1,#2196f3)}
.ad-view .ad-error{color:var(--jp-error-color1,#c62828)}
.ad-view .ad-foot{margin:.5em 0 0;font-size:12px}
.ad-view .ad-context table td,.ad-view .ad-context table th{text-align:left}
.ad-view table.ad-list{border-collapse:collapse;margin:.2em 0}
.ad-view table.ad-list th,.ad-view table.ad-list td{text-align:left;padding:.25em 1em .25em 0;
vertical-align:top;border:0;border-bottom:1px solid var(--jp-border-color2,#e0e0e0);background:none}
.ad-view table.ad-list th{font-weight:600;color:var(--jp-ui-font-color2,#616161);white-space:nowrap}
.ad-view table.ad-list td.ad-number{text-align:right;font-variant-numeric:tabular-nums}
.ad-view table.ad-list tr.ad-undone td{opacity:.5}
.ad-view table.ad-list tr.ad-here td:first-child{font-weight:700}
.ad-view code{font-family:var(--jp-code-font-family,monospace);font-size:12px;background:none;padding:0}
"""


@dataclass(frozen=True, slots=True)
class View:
    """A picture: ``html`` is complete and escaped, ``text`` is for a terminal; ``final`` tells that
    nothing will change it any more.
    """

    html: str
    text: str
    final: bool = True


def page(body: str) -> str:
    """Wrap HTML into the frame and style all views share."""
    return f'<div class="ad-view"><style>{_STYLE}</style>{body}</div>'


def escape(text: object) -> str:
    """Return text that is safe inside HTML and attributes; what can't be encoded is replaced."""
    return html.escape(str(text).encode("utf-8", "replace").decode("utf-8"), quote=True)


def notice(text: str) -> View:
    """Return one plain line as a view."""
    return View(page(f"<p>{escape(text)}</p>"), text)
