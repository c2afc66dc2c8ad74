"""A chart in a file: HTML that needs no network, PNG, SVG, or its specification."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from autodash_jupyter.errors import AutoDashError

__all__ = ["ChartError", "picture", "render", "save"]

VERSION = "5.20"  # of Vega-Lite: the last that vl-convert has of version 5 in all its releases
LARGEST_SVG = 120_000  # bytes; a picture of thousands of points is smaller as PNG
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
        return str(vl_convert.vegalite_to_html(spec, vl_version=VERSION, bundle=True)).encode()
    if kind == "svg":
        return str(vl_convert.vegalite_to_svg(spec, vl_version=VERSION)).encode()
    return bytes(vl_convert.vegalite_to_png(spec, vl_version=VERSION, scale=SCALE))


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
