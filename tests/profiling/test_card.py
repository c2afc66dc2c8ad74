"""The card is self-contained, escaped, small, and shows no personal value."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd

from autodash_jupyter.models import FrameProfile
from autodash_jupyter.profiling import profile, render_card

VOID = {"br", "path", "rect"}


class Outline(HTMLParser):
    """Collects the tags and the text of a fragment, and checks that every tag is closed."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(fragment)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def profile_of(**columns: object) -> FrameProfile:
    return profile(pd.DataFrame(columns))


def test_a_card_shows_size_roles_numbers_and_findings() -> None:
    card = render_card(profile_of(species=["a", "b", "a", "b"], mass_g=[1.5, 2.5, None, 4.5]), "penguins")
    text = Outline(card).text
    for words in ("penguins", "4 rows × 2 columns", "category", "measure", "1.5 to 4.5 g", "25 % missing"):
        assert words in text


def test_a_card_runs_nothing_and_loads_nothing() -> None:
    card = render_card(profile_of(a=[1, 2, 3]), "t")
    assert Outline(card).tags <= {"style", "div", "span", "svg", "path", "rect", "title", "b", "br", "i"}
    assert not re.search(r"https?:|url\(|@import|\son\w+=", card)


def test_names_and_values_are_escaped_wherever_they_stand() -> None:
    evil = "\"><script>alert('x')</script><img src=x onerror=alert(1)>"
    frame = pd.DataFrame({evil: [evil, "b", "b"], "c": [evil] * 3, "email": ["a@b.org", "c@d.org", evil]})
    outline = Outline(render_card(profile(frame), evil))
    assert "script" not in outline.tags
    assert "img" not in outline.tags
    assert "<script>" in outline.text


def test_lone_surrogates_can_be_sent_on() -> None:
    frame = pd.DataFrame({"x": pd.Series(["\ud800"] * 3 + ["b"] * 3, dtype=object)})
    assert "\\ud800" in render_card(profile(frame), "\udfff").encode("utf-8").decode("utf-8")


def test_values_of_personal_data_stay_out_of_the_card() -> None:
    card = render_card(profile_of(email=["ann@example.org"] * 3 + ["ben@example.org"]), "t")
    assert "example.org" not in card
    assert "personal data" in card


def test_the_card_of_a_hundred_columns_is_under_200_kilobytes() -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            f"a rather long column name, number {n}": pd.Series(random.standard_cauchy(500)).where(
                random.random(500) > 0.1
            )
            if n % 2
            else random.choice(["an option", "An option", " another option", "N/A"], 500)
            for n in range(100)
        }
    )
    assert len(render_card(profile(frame), "wide").encode()) < 200_000


def test_more_columns_than_can_be_shown_are_counted() -> None:
    text = Outline(render_card(profile(pd.DataFrame(np.eye(300))), "wide")).text
    assert "and 50 more columns" in text


def test_without_a_title_the_heading_is_the_size_alone() -> None:
    assert 'ad-profile-title"' not in render_card(profile_of(a=[1]), "")
