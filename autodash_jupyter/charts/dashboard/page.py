"""A dashboard as one page of HTML that needs no server and no network."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from autodash_jupyter.charts.dashboard.insights import Insight
from autodash_jupyter.charts.saving import ChartError, as_script, viewer

__all__ = ["page"]

STYLE = """
body{font:14px/1.5 system-ui,sans-serif;margin:24px auto;max-width:1040px;padding:0 16px;color:#212121;
background:#fff}
#charts{display:flex;flex-direction:column;overflow-x:auto}
.vega-bindings{order:-1;display:flex;flex-wrap:wrap;gap:8px 20px;margin:0 0 16px}
.vega-bind-name{color:#616161}
.vega-bind select{font:inherit;padding:2px 6px;max-width:20em}
details{margin:24px 0;color:#424242}
pre{background:#f5f5f5;padding:8px;overflow:auto;font-size:12px}
"""


def page(title: str, spec: dict[str, Any], insights: Sequence[tuple[str, Insight]]) -> str:
    """Return the page; ``insights`` are the charts' titles with what they show.

    Raises ChartError where vl-convert is missing.
    """
    try:
        script = viewer()
    except ImportError:
        msg = "saving a dashboard needs vl-convert: pip install 'autodash-jupyter[charts]'"
        raise ChartError(msg) from None
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{STYLE}</style>"
        f"<script>{script}</script></head><body>"
        '<main id="charts"></main>'
        f"{_traces(insights)}"
        f"<script>vegaEmbed('#charts', {as_script(spec)}, "
        "{renderer: 'svg', actions: false});</script></body></html>\n"
    )


def _traces(insights: Sequence[tuple[str, Insight]]) -> str:
    told = "".join(
        f"<h3>{html.escape(title)}</h3><p>{html.escape(each.text)}"
        f"{f' <small>({html.escape(each.how)})</small>' if each.how else ''}</p>"
        f"<pre>{html.escape(each.code)}</pre>"
        for title, each in insights
    )
    return f"<details><summary>How these numbers were computed</summary>{told}</details>" if told else ""
