"""A chart in a file: HTML that needs no network, PNG, SVG, or its specification."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

from autodash_jupyter.errors import AutoDashError

__all__ = ["ChartError", "as_script", "picture", "render", "save", "viewer"]

VERSION = "5.20"  # of Vega-Lite: the last that vl-convert has of version 5 in all its releases
LARGEST_SVG = 120_000  # bytes; a picture of thousands of points is smaller as PNG
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SCALE = 2.0  # pixels of a picture per unit, so that it is sharp on a dense screen


class ChartError(AutoDashError):
    """A chart can't be drawn or saved: no such format, or what the extra ``charts`` brings is missing."""


def render(spec: dict[str, Any], kind: str) -> bytes:
    """Return a chart as a file of a kind: ``html``, ``png``, ``svg`` or ``json``.

    Raises ChartError for any other kind, or where vl-convert is missing.

    >>> render({"mark": "bar"}, "json").decode().splitlines()[1]
    '  "mark": "bar"'
    """
    if kind == "json":
        return (json.dumps(spec, indent=2, ensure_ascii=False) + "\n").encode()
    if kind not in ("html", "png", "svg"):
        msg = f"a chart can't be saved as {kind!r}: use html, png, svg or json"
        raise ChartError(msg)
    try:
        import vl_convert
    except ImportError:
        msg = f"saving as {kind} needs vl-convert: pip install 'autodash-jupyter[charts]'"
        raise ChartError(msg) from None
    if kind == "html":
        return _page(spec).encode("utf-8", "replace")
    drawable = _drawable(spec)
    if kind == "svg":
        return str(vl_convert.vegalite_to_svg(drawable, vl_version=VERSION)).encode()
    return bytes(vl_convert.vegalite_to_png(drawable, vl_version=VERSION, scale=SCALE))


def viewer() -> str:
    """Return the script that draws a specification in a page, as ``vegaEmbed``. Needs vl-convert."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VERSION))


def as_script(spec: dict[str, Any]) -> str:
    """Return a specification as JSON that can't end the script it stands in.

    >>> print(as_script({"title": "</script>"}))
    {"title":"\\u003c/script>"}
    """
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _page(spec: dict[str, Any]) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Chart</title>'
        f'<script>{viewer()}</script></head><body><div id="chart"></div>'
        f"<script>vegaEmbed('#chart', {as_script(spec)});</script></body></html>\n"
    )


def _drawable(value: Any) -> Any:
    """Return a specification without what XML can't hold: such a character ends vl-convert's process."""
    if isinstance(value, str):
        return NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {_drawable(key): _drawable(each) for key, each in value.items()}
    return [_drawable(each) for each in value] if isinstance(value, list | tuple) else value


def picture(spec: dict[str, Any]) -> dict[str, str]:
    """Return a chart as a picture for where nothing is drawn live, by its mime type: SVG, or PNG if large.

    Raises ChartError where vl-convert is missing.
    """
    svg = render(spec, "svg").decode()
    if len(svg) <= LARGEST_SVG:
        return {"image/svg+xml": svg}
    return {"image/png": base64.b64encode(render(spec, "png")).decode()}


def save(spec: dict[str, Any], path: str | Path, kind: str | None = None) -> Path:
    """Write a chart to a file, its kind being that of the name's ending unless given; return the path.

    Raises ChartError as :func:`render` does, and where the file can't be written.
    """
    target = Path(path)
    content = render(spec, (kind or target.suffix.lstrip(".") or "html").lower())
    try:
        target.write_bytes(content)
    except OSError as error:
        msg = f"can't write the chart to {target}: {error.strerror or error}; choose another place"
        raise ChartError(msg) from None
    return target
