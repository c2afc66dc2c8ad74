"""Markdown becomes HTML that shows what it is given and obeys none of it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from autodash_jupyter.context.html import render_html


class Elements(HTMLParser):
    """Collects tags and links."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(fragment)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def test_headings_tables_and_code_are_drawn_in_a_container_of_their_own() -> None:
    html = render_html("# Title\n\n| a | b |\n|---|---|\n| `x` | 1 |\n")
    assert '<div class="ad-context">' in html
    assert {"h1", "table", "th", "td", "code"} <= set(Elements(html).tags)


def test_a_pipe_escaped_in_a_table_cell_stays_in_its_cell() -> None:
    html = render_html("| a | b |\n|---|---|\n| x\\|y | 1 |\n")
    assert "<td>x|y</td>" in html
    assert Elements(html).tags.count("td") == 2


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<div onclick='alert(1)'>x</div>",
        "a <iframe src=//evil.org></iframe> b",
        "<svg/onload=alert(1)>",
        "</div><style>body{display:none}</style>",
        "<!-- --><base href=//evil.org>",
        "| a |\n|---|\n| <script>alert(1)</script> |",
    ],
)
def test_html_in_the_text_is_shown_and_not_obeyed(hostile: str) -> None:
    elements = Elements(render_html(hostile))
    assert set(elements.tags) <= {"style", "div", "p", "table", "thead", "tbody", "tr", "th", "td"}
    assert elements.tags.count("style") == 1
    assert not any(name.startswith("on") for name in elements.attributes)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#115;cript:alert(1)",
        "java&Tab;script:alert(1)",
        "&#x6A;avascript:alert(1)",
        "javascript&colon;alert(1)",
        "%6aavascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "//evil.org/x",
    ],
)
@pytest.mark.parametrize(
    "form", ["[text]({})", "[text](<{}>)", "![text]({})", "<{}>", "[text][1]\n\n[1]: {}"]
)
def test_links_to_dangerous_addresses_lead_nowhere(address: str, form: str) -> None:
    elements = Elements(render_html(form.format(address)))
    assert "img" not in elements.tags
    assert elements.links == []


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c", "mailto:ann@example.org", "#quality", "data.csv"]
)
def test_links_to_ordinary_addresses_work(address: str) -> None:
    assert Elements(render_html(f"[text]({address})")).links == [address]


def test_an_image_becomes_a_link_and_is_not_loaded() -> None:
    elements = Elements(render_html("![a chart](https://example.org/chart.png)"))
    assert "img" not in elements.tags
    assert elements.links == ["https://example.org/chart.png"]


def test_lone_surrogates_can_be_sent_on() -> None:
    assert "\\ud800" in render_html("a \ud800 b").encode("utf-8").decode("utf-8")
