"""Answers as the protocol has them: structured content, a short text, and for charts a picture."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autodash_jupyter.mcp.wording import told
from autodash_jupyter.table_answers.records import ContextAnswer, TableChart, answer_as_dict

if TYPE_CHECKING:
    import mcp_types as types

__all__ = ["failed", "result_of"]

_MOST_POINTS = 300  # of a chart's data that are told: a model can't read more
_LONGEST_MESSAGE = 2_000


def result_of(answer: Any) -> types.CallToolResult:
    """Return an answer as a tool's result; a document that wasn't saved is an error."""
    import mcp_types as types

    content: list[types.ContentBlock] = []
    if isinstance(answer, TableChart):
        picture = _picture(answer)
        answer = _with_fewer_points(answer)
        content = [*picture]
    content.insert(0, types.TextContent(type="text", text=told(answer)))
    return types.CallToolResult(
        content=content,
        structured_content=answer_as_dict(answer),
        is_error=isinstance(answer, ContextAnswer) and answer.status == "failed",
    )


def failed(message: str) -> types.CallToolResult:
    """Return what went wrong, for the model to read and to mend; on one line that steers no terminal."""
    import mcp_types as types

    text = " ".join(message.split())[:_LONGEST_MESSAGE]
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=True)


def _picture(chart: TableChart) -> list[types.ImageContent]:
    import mcp_types as types

    from autodash_jupyter.charts.saving import ChartError, render

    try:
        drawn = render(dict(chart.spec), "png")
    except (ChartError, ValueError):  # without vl-convert, or a spec it refuses, the text has to do
        return []
    return [
        types.ImageContent(type="image", data=base64.b64encode(drawn).decode("ascii"), mime_type="image/png")
    ]


def _with_fewer_points(chart: TableChart) -> TableChart:
    spec: dict[str, Any] = json.loads(json.dumps(chart.spec, default=str))
    data: dict[str, Any] = spec.get("data") or {}
    values = data.get("values")
    if not isinstance(values, list) or len(values) <= _MOST_POINTS:
        return replace(chart, spec=spec)
    spec["data"] = {**data, "values": values[:_MOST_POINTS]}
    note = f"the first {_MOST_POINTS} of the chart's {len(values):,} points are told; the picture has all"
    return replace(chart, spec=spec, notes=(*chart.notes, note))
