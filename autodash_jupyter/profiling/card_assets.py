"""The style and the script of the card, which lie beside this module and are the same for every table."""

from __future__ import annotations

import functools
from importlib.resources import files

__all__ = ["script", "style"]


@functools.cache
def style() -> str:
    """Return the style element; colours follow the theme, and every class begins with ``adp-``."""
    return f"<style>{_read('card.css')}</style>"


@functools.cache
def script() -> str:
    """Return the script element: it adds search and sort where scripts run; no data is in it."""
    return f"<script>{_read('card.js')}</script>"


def _read(name: str) -> str:
    text = files("autodash_jupyter.profiling").joinpath(name).read_text("utf-8")
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
