"""The card is self-contained, complete without scripts, escaped, small, and shows no personal value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd

from autodash_jupyter.models import Finding, FrameProfile
from autodash_jupyter.profiling import profile, render_card

VOID = {"br", "path", "rect", "wbr"}
STRUCTURE = {"table", "thead", "tbody", "tr", "th", "td", "details", "summary", "ul", "li", "dl", "dt", "dd"}
WORDS = {"div", "small", "span", "b", "i", "br", "wbr", "bdi", "abbr", "code"}
PICTURES = {"svg", "path", "rect"}


class Outline(HTMLParser):
    """Collects the tags and the text of a fragment, and checks that every tag is closed."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self._open: list[str] = []
        self.feed(fragment)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.append(dict(attrs))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] or "" for attributes in self.attributes if attribute in attributes]


def without_script(card: str) -> str:
    return re.sub(r"<(script|style)>.*?</\1>", "", card, flags=re.DOTALL)


def profile_of(**columns: object) -> FrameProfile:
    return profile(pd.DataFrame(columns))


def test_a_card_shows_size_roles_numbers_and_findings() -> None:
    card = render_card(profile_of(species=["a", "b", "a", "b"], mass_g=[1.5, 2.5, None, 4.5]), "penguins")
    text = Outline(card).text
    for words in ("penguins", "4 rows × 2 columns", "category", "measure", "1.5 to 4.5 g", "25 %"):
        assert words in text


def test_a_card_loads_nothing_and_its_script_is_the_same_for_every_table() -> None:
    cards = [render_card(profile_of(**{name: [1, 2, 3], "b": ["x", "y", "x"]}), name) for name in "ac"]
    for card in cards:
        assert Outline(without_script(card)).tags <= STRUCTURE | WORDS | PICTURES
        assert not re.search(r"https?:|url\(|@import|\son\w+=|eval|innerHTML|fetch\(", card)
    first, second = (re.findall(r"<script>.*?</script>", card, flags=re.DOTALL) for card in cards)
    assert first == second
    assert len(first) == 1


def test_without_script_and_style_the_card_is_a_table_with_row_and_column_headers() -> None:
    outline = Outline(without_script(render_card(profile_of(species=["a", "b"] * 9, mass_g=range(18)), "t")))
    assert outline.values("scope") == ["col"] * 6 + ["row"] * 2
    assert outline.text.count("Details") == 2
    assert outline.tags.isdisjoint({"input", "button", "select"})  # what only a script can serve, it makes


def test_a_picture_says_what_it_shows_unless_the_words_beside_it_do() -> None:
    outline = Outline(render_card(profile_of(kind=["a", "b", "a"] * 9, mass_g=range(27)), "t"))
    assert outline.values("aria-hidden") == ["true"]  # the words beside it say the shares
    assert "histogram of 24 equal bins" in outline.values("aria-label")


def test_details_hold_quantiles_frequent_values_shapes_and_how_findings_were_made() -> None:
    frame = pd.DataFrame({"mass_g": [*range(1, 60), 900], "city": ["Oslo", "Rome "] * 30})
    text = Outline(render_card(profile(frame), "t")).text
    for words in ("25 % 15.75", "median 30.5", "Rome␣ 50 %", "Shapes of distinct texts"):
        assert words in text
    assert "outliers more than three interquartile ranges beyond the quartiles, on all rows" in text


def test_estimates_are_marked_and_tell_how_far_off_they_may_be() -> None:
    random = np.random.default_rng(0)
    found = profile(pd.DataFrame({"mass_g": random.normal(size=300_000)}))
    column = replace(found.columns[0], distinct=90_000, errors={"distinct": 0.01, "mean": 0.2})
    outline = Outline(render_card(replace(found, columns=(column,)), "t"))
    assert "an estimate, off by at most 1 % in 99.9 % of cases" in outline.values("title")
    assert "≈ 90,000" in outline.text
    assert "≈ marks an estimate" in outline.text
    exact = replace(column, errors={})
    assert "≈" not in Outline(without_script(render_card(replace(found, columns=(exact,)), "t"))).text


def test_a_card_tells_how_a_file_was_read_in_one_line() -> None:
    notes = [
        Finding("reading", words, severity="info", method="noted") for words in ("Not UTF-8.", "Header on 3.")
    ]
    found = replace(profile_of(a=[1, 2]), findings=tuple(notes))
    assert "How the file was read: Not UTF-8. Header on 3." in Outline(render_card(found, "t")).text


def test_codes_and_dtypes_are_written_without_clutter() -> None:
    frame = pd.DataFrame({"zip": range(10_000, 10_040), "when": pd.to_timedelta(range(40), unit="s")})
    text = Outline(render_card(profile(frame), "t")).text
    assert "10000 to 10039" in text
    assert "duration timedelta64 " in text
    assert f"kept as {frame['when'].dtype}" in text


def test_a_picture_has_its_size_and_ink_where_styles_are_taken_out() -> None:
    outline = Outline(without_script(render_card(profile_of(kind=["a", "b", "a"] * 9), "t")))
    assert outline.values("stroke") == ["currentColor"]
    assert "132" in outline.values("width")


def test_the_head_tells_of_gaps_keys_repeated_rows_and_what_goes_together() -> None:
    sizes = [2.5 + n % 7 for n in range(40)]
    frame = pd.DataFrame({"id": range(40), "height": sizes, "weight": [2 * size for size in sizes]})
    text = Outline(render_card(profile(frame), "t")).text
    for words in ("no cell missing", "no repeated row", "key: id", "goes together", "height – weight"):
        assert words in text
    twice = Outline(render_card(profile(pd.concat([frame, frame])), "t")).text
    assert "40 rows repeat an earlier one" in twice


def test_what_only_the_table_shows_of_a_column_stands_in_its_row() -> None:
    found = profile_of(a=[1, 2, 3], b=[1, 2, 3])
    note = Finding("dependency", "Each value of 'a' has one value here.", "b", method="distinct pairs")
    card = render_card(replace(found, findings=(note,)), "t")
    assert "Each value of" in card.split('scope="row"')[2]
    assert "Each value of" not in card.split('scope="row"')[1]


def test_what_is_invisible_or_turns_the_text_around_is_written_out() -> None:
    smeared = "Z" + "\u0336" * 50
    frame = pd.DataFrame({"a\u202eb\nc\x07": [smeared, "\u2067x", "y"] * 5})
    outline = Outline(render_card(profile(frame), "\u202et"))
    shown = outline.text + " ".join(outline.values("title") + outline.values("aria-label"))
    assert not {"\u202e", "\u2067", "\x07"} & set(shown)
    assert "a\\u202eb↵c\\u0007" in outline.text
    assert sum(map(unicodedata.combining, smeared)) > 0
    assert "\u0336" * 5 not in shown


def test_a_card_that_grows_names_the_columns_still_to_come() -> None:
    found = profile_of(a=[1, 2, 3], b=["x", "y", "x"])
    growing = replace(found, columns=found.columns[:1], findings=(), associations=())
    outline = Outline(render_card(growing, "t", awaited=["b"]))
    assert outline.values("scope") == ["col"] * 6 + ["row"] * 2
    assert outline.tags.isdisjoint({"script", "details"})
    assert "cell missing" not in outline.text  # not known before all columns are


def test_names_and_values_are_escaped_wherever_they_stand() -> None:
    evil = "\"><script>alert('x')</script><img src=x onerror=alert(1)>"
    frame = pd.DataFrame({evil: [evil, "b", "b"], "c": [evil] * 3, "email": ["a@b.org", "c@d.org", evil]})
    outline = Outline(without_script(render_card(profile(frame), evil)))
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
    assert "•••@•••.•••" in card


def test_a_personal_value_among_others_is_masked() -> None:
    found = profile_of(note=["call back", "fine", "late", "none"] * 40)
    column = replace(found.columns[0], top_values=(("write to ann@example.org", 90),), personal=False)
    card = render_card(replace(found, columns=(column,)), "t")
    assert "ann@" not in card
    assert "[email address]" in card


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
    card = render_card(profile(frame), "wide")
    assert len(card.encode()) < 200_000
    assert card.count("<details>") > 60


def test_each_of_a_hundred_ordinary_columns_has_its_details() -> None:
    random = np.random.default_rng(0)
    kinds = [
        random.normal(size=500),
        random.choice(["red", "green", "blue"], 500),
        random.integers(0, 9, 500),
    ]
    card = render_card(profile(pd.DataFrame({f"column_{n}": kinds[n % 3] for n in range(100)})), "wide")
    assert len(card.encode()) < 200_000
    assert card.count("<details>") == 100


def test_even_names_and_values_that_grow_when_escaped_keep_the_card_below_400_kilobytes() -> None:
    frame = pd.DataFrame({f"{n}" + '"' * 200: ["'" * 200, " '", "\u202e" * 90] * 4 for n in range(100)})
    assert len(render_card(profile(frame), '"' * 900).encode()) < 400_000


def test_more_columns_than_can_be_shown_are_counted() -> None:
    text = Outline(render_card(profile(pd.DataFrame(np.eye(300))), "wide")).text
    assert "and 50 more columns" in text
    few = render_card(replace(profile_of(a=[1]), column_count=9), "t", awaited=[f"c{n}" for n in range(900)])
    assert "and 841 more columns" in few


def test_without_a_title_the_heading_is_the_size_alone() -> None:
    assert 'class="adp-title"' not in render_card(profile_of(a=[1]), "")
