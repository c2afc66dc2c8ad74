"""Distinct texts kept in Arrow's memory answer as a list of Python's texts does."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from autodash_jupyter.profiling.tallies import ArrowTallies, count_padded, starting_with, text_lengths
from autodash_jupyter.profiling.vocabulary import MISSING_STARTS

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
spaced = st.tuples(st.sampled_from(["", " ", "\t", "\x1c", "\x85", "\u2003"]), texts).map("".join)


@given(st.lists(st.tuples(spaced | texts, st.integers(1, 9)), min_size=1, max_size=30))
def test_texts_in_arrow_answer_as_a_list_of_them_does(pairs: list[tuple[str, int]]) -> None:
    held = ArrowTallies(pa.array([text for text, _ in pairs]), np.array([count for _, count in pairs]))
    assert list(held) == pairs
    assert (held[0], held[::2], held[-3:], len(held)) == (pairs[0], pairs[::2], pairs[-3:], len(pairs))
    assert text_lengths(held) == text_lengths(pairs)
    assert count_padded(held) == count_padded(pairs)
    assert starting_with(held, MISSING_STARTS) == starting_with(pairs, MISSING_STARTS)
