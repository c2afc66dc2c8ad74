"""Markdown to HTML, for text that nobody vouches for: column names, cell values, a model's words."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable
from typing import Any

__all__ = ["render_html"]

_SAFE_LINK = re.compile(r"(?:https?://|mailto:|#|/(?!/)|\./|\.\./)", re.IGNORECASE)
_STYLE = """<style>
.ad-context{font:13px/1.55 var(--jp-ui-font-family,system-ui,sans-serif);max-width:56rem;
overflow-wrap:anywhere;color:var(--jp-ui-font-color1,var(--vscode-foreground,inherit));
--ad-line:color-mix(in srgb,currentColor 15%,transparent)}
.ad-context h1{font-size:19px;margin:.4em 0 .5em}
.ad-context h2{font-size:15px;margin:1.3em 0 .4em;padding-bottom:3px;border-bottom:1px solid var(--ad-line)}
.ad-context h3{font-size:13px;margin:1em 0 .3em}
.ad-context p,.ad-context ul,.ad-context ol{margin:.45em 0}
.ad-context ul,.ad-context ol{padding-left:1.6em}
.ad-context table{color:inherit;border-collapse:collapse;font-size:12.5px;margin:.5em 0;display:block;
overflow-x:auto}
.ad-context th,.ad-context td{text-align:left;vertical-align:top;padding:4px 12px 4px 0;border:0;
border-bottom:1px solid var(--ad-line);background:none;white-space:normal;max-width:34rem}
.ad-context th{font-weight:600}
.ad-context code{font-size:12px;padding:1px 4px;border-radius:4px;color:inherit;
background:color-mix(in srgb,currentColor 8%,transparent)}
.ad-context a{color:var(--jp-content-link-color,#2563eb)}
</style>"""


def render_html(markdown: str) -> str:
    """Return Markdown (with tables) as HTML in a container that brings its own style.

    HTML in the text is shown, not obeyed. Links lead to web, mail and relative addresses only, and an
    image becomes a link, so that showing a text loads nothing.

    >>> "<script>" in render_html("<script>alert(1)</script> [x](javascript:alert(1))")
    False
    """
    clean = markdown.encode("utf-8", "backslashreplace").decode("utf-8")
    return f'{_STYLE}<div class="ad-context">{_converter()(clean)}</div>'


@functools.lru_cache(maxsize=1)
def _converter() -> Callable[[str], Any]:
    import mistune

    class SafeRenderer(mistune.HTMLRenderer):
        """Draws links that lead nowhere dangerous, and images as links."""

        def link(self, text: str, url: str, title: str | None = None) -> str:
            """Return a link, or its text alone where the address isn't one of the safe kinds."""
            if not is_safe_link(url):
                return text
            hint = f' title="{html.escape(title)}"' if title else ""
            rel = 'rel="noopener noreferrer nofollow" target="_blank"'
            return f'<a href="{html.escape(url)}" {rel}{hint}>{text}</a>'

        def image(self, text: str, url: str, title: str | None = None) -> str:
            """Return a link to the image: showing a text must not tell its host."""
            return self.link(html.escape(text or url), url, title)

    return mistune.create_markdown(renderer=SafeRenderer(escape=True), plugins=["table", "strikethrough"])


def is_safe_link(url: str) -> bool:
    """Tell whether a link's address is a web, mail or relative one, after its disguises are taken off.

    >>> is_safe_link("https://example.org"), is_safe_link("java\\tscript:alert(1)"), is_safe_link("data.csv")
    (True, False, True)
    """
    plain = re.sub(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff]", "", html.unescape(url))
    if plain.startswith(("//", "\\")):
        return False
    before_path = re.split(r"[/?#]", plain, maxsplit=1)[0]
    return bool(_SAFE_LINK.match(plain)) or (":" not in before_path and "%3a" not in before_path.lower())
