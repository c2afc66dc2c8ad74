"""The profile card in a real browser: read, searched, sorted, in both themes, narrow, and in a JupyterLab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from lab_page import PICTURES, SLOW, open_new_notebook, run_all, use_theme
from playwright.sync_api import Browser, Page, expect

from autodash_jupyter.frames.sources import read_source
from autodash_jupyter.profiling import profile, render_card

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LEAST_CONTRAST = 4.5  # of small text, as WCAG 2.2 asks at level AA
CONTRASTS = """() => {
  const paint = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const over = (color, below) => {
    paint.fillStyle = `rgb(${below.join(',')})`; paint.fillRect(0, 0, 1, 1);
    paint.fillStyle = color; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const paper = part => over(getComputedStyle(part).backgroundColor,
    part.parentElement ? paper(part.parentElement) : [255, 255, 255]);
  const light = color => color.map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  return [...document.querySelectorAll('.ad-profile *')]
    .filter(part => [...part.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .filter(part => !part.closest('script, style, summary') && part.offsetParent)
    .map(part => {
      const below = paper(part), ink = light(over(getComputedStyle(part).color, below)), back = light(below);
      return [part.textContent, (Math.max(ink, back) + 0.05) / (Math.min(ink, back) + 0.05)];
    });
}"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def card() -> str:
    [table] = read_source("sample:market_orders")
    return render_card(profile(table.frame), "market_orders")


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    contexts = []

    def open_page(html: str = "", *, width: int = 1000, theme: str = "light", scripts: bool = True) -> Page:
        contexts.append(
            browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=theme,  # type: ignore[arg-type]
                java_script_enabled=scripts,
            )
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(SLOW)
        page.set_content(f'<!doctype html><body style="margin:8px">{html}')
        return page

    yield open_page
    for context in contexts:
        context.close()


def names(page: Page) -> list[str]:
    return [name.strip() for name in page.locator(".adp-table tbody:visible th").all_inner_texts()]


def test_columns_are_found_by_name_type_and_finding(opened: Open, card: str) -> None:
    page = opened(card)
    search = page.get_by_role("searchbox", name="Search columns")
    search.fill("money")
    assert names(page) == ["Unit Price (€)"]
    search.fill("STORED as text qty")
    assert names(page) == ["Qty"]
    expect(page.locator(".adp-tools output")).to_have_text("1 of 15 columns")
    search.fill("no such column")
    assert names(page) == []
    search.fill("")
    assert len(names(page)) == 15


def test_columns_with_warnings_are_shown_alone_and_then_all_again(opened: Open, card: str) -> None:
    page = opened(card)
    button = page.get_by_role("button", name="With warnings")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert 0 < len(names(page)) < 15
    assert "Order ID" not in names(page)
    button.click()
    assert len(names(page)) == 15


@pytest.fixture(scope="module")
def wide_card() -> str:
    columns: dict[str, Any] = {}
    for number in range(4):
        columns[f"price_{number}"] = [1.5 * row + number for row in range(40)]
        columns[f"color_{number}"] = ["red", "green", "blue", "red"] * 10
        columns[f"is_{number}"] = [True, False] * 20
    return render_card(profile(pd.DataFrame({**columns, "note": [None] * 40})), "wide")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_columns_of_a_kind_are_shown_alone_by_their_count(opened: Open, wide_card: str, theme: str) -> None:
    page = opened(wide_card, theme=theme)
    expect(page.locator(".adp-kinds")).to_contain_text("and 1 other")
    money, flags = (page.get_by_role("button", name=f"{kind} 4") for kind in ("money", "flag"))
    money.click()
    assert names(page) == [f"price_{number}" for number in range(4)]
    flags.press("Enter")
    assert len(names(page)) == 8
    expect(page.locator(".adp-tools output")).to_have_text("8 of 13 columns")
    assert [text for text, ratio in page.evaluate(CONTRASTS) if ratio < LEAST_CONTRAST] == []
    money.click()
    flags.click()
    assert len(names(page)) == 13


def test_columns_are_sorted_by_name_and_number_both_ways_and_back(opened: Open, card: str) -> None:
    page = opened(card)
    before = names(page)
    by_name = page.get_by_role("columnheader", name="Column").get_by_role("button")
    by_name.click()
    assert names(page)[:2] == ["category", "Category"] or names(page)[:2] == ["Category", "category"]
    by_missing = page.get_by_role("columnheader", name="Missing")
    by_missing.get_by_role("button").click()
    expect(by_missing).to_have_attribute("aria-sort", "descending")
    assert names(page)[:2] == ["comments", "Übermittelt am"]
    by_missing.get_by_role("button").click()
    expect(by_missing).to_have_attribute("aria-sort", "ascending")
    assert names(page)[-1] == "comments"
    by_missing.get_by_role("button").click()
    assert names(page) == before


def test_a_column_opens_by_click_and_by_keyboard(opened: Open, card: str) -> None:
    page = opened(card)
    chevron = page.get_by_label("Details of Weight(kg)")
    expect(page.get_by_text("12.79")).to_be_hidden()
    chevron.click()
    expect(page.get_by_text("12.79")).to_be_visible()  # the 95 % quantile
    chevron.press("Enter")
    expect(page.get_by_text("12.79")).to_be_hidden()
    page.get_by_role("rowheader", name="Weight(kg)").click()  # or anywhere on its row
    expect(page.get_by_text("12.79")).to_be_visible()


def test_a_screen_reader_meets_a_table_with_headers(opened: Open, card: str) -> None:
    page = opened(card)
    table = page.get_by_role("table")
    assert table.get_by_role("columnheader").count() == 6
    assert table.get_by_role("rowheader").count() == 15
    expect(page.get_by_role("region", name="Columns of market_orders")).to_be_visible()


def test_where_scripts_do_not_run_all_is_there_and_nothing_is_dead(opened: Open, card: str) -> None:
    page = opened(card, scripts=False)
    assert page.locator("tbody th").count() == 15
    assert page.locator("input, button").count() == 0
    page.locator("summary", has_text="Details").nth(9).click()
    expect(page.get_by_text("12.79")).to_be_visible()


def test_two_cards_on_a_page_and_their_scripts_do_not_mix(opened: Open, card: str) -> None:
    page = opened(card + card)
    assert page.get_by_role("searchbox").count() == 2
    page.get_by_role("searchbox").first.fill("money")
    assert len(names(page)) == 16


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 640, 320])
def test_it_fits_and_can_be_read_in_any_theme_and_width(
    opened: Open, card: str, theme: str, width: int
) -> None:
    page = opened(card, theme=theme, width=width)
    page.locator(".adp-table summary").nth(3).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    faint = [(text, round(ratio, 2)) for text, ratio in page.evaluate(CONTRASTS) if ratio < LEAST_CONTRAST]
    assert faint == []
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"profile-{theme}-{width}.png")


def test_hostile_names_and_values_run_nothing(opened: Open) -> None:
    evil = "\"'><script>window.ran=1</script><img src=x onerror=window.ran=1>"
    frame = pd.DataFrame({evil: [evil, "b", "b"] * 9, "</style></table>": range(27), "c": [evil] * 27})
    page = opened(render_card(profile(frame), evil), width=320)
    page.get_by_role("searchbox").fill("script")
    assert names(page) == [evil]
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_in_jupyterlab_the_card_fills_and_is_then_searched_and_sorted(opened: Open, lab: Any) -> None:
    page = opened(width=1400)
    cells = ["%load_ext autodash_jupyter", "%load_dataset sample:penguins"]
    open_new_notebook(page, lab, "card.ipynb", cells)
    run_all(page)
    expect(page.get_by_text("shows what is known about it")).to_be_visible()  # the card is drawn no more
    search = page.get_by_role("searchbox", name="Search columns")
    search.fill("measure")
    assert names(page) == ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    page.get_by_role("columnheader", name="Distinct").get_by_role("button").first.click()
    assert names(page)[0] == "bill_length_mm"
    search.fill("")
    page.get_by_label("Details of body_mass_g").click()
    expect(page.get_by_text("5,650")).to_be_visible()
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "profile-lab.png")
    use_theme(page, "JupyterLab Dark")
    page.screenshot(path=PICTURES / "profile-lab-dark.png")
