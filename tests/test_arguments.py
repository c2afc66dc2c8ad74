"""How the magics read their lines: comments, quotes, and mistakes in one line."""

from __future__ import annotations

import os

import pytest
from IPython.core.error import UsageError

from autodash_jupyter import arguments


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("sample:penguins          # `penguins` is a DataFrame now", ["sample:penguins"]),
        ("real.csv # it's mine", ["real.csv"]),
        ("'real # 2.csv' # quoted", ["real # 2.csv"]),
        ("my real #2.csv", ["my", "real", "#2.csv"]),
        ("c#.csv", ["c#.csv"]),
    ],
)
def test_a_comment_behind_a_magic_is_no_argument(line: str, words: list[str]) -> None:
    assert arguments.load_dataset().parse_line(line).source == words


def test_a_line_of_a_comment_alone_has_no_arguments() -> None:
    assert arguments.move("undo").parse_line("# back to before the join").words == []
    assert arguments.context().parse_line("#").name is None


@pytest.mark.skipif(os.name == "nt", reason="a lone quote is a letter there")
def test_an_open_quote_is_still_a_mistake() -> None:
    with pytest.raises(UsageError, match="quote a path with spaces"):
        arguments.load_dataset().parse_line("it's.csv # mine")


def test_a_guess_ends_as_a_question() -> None:
    with pytest.raises(UsageError) as error:
        arguments.context().parse_line("orders --exprt .")
    assert str(error.value) == (
        "%context: there is no '--exprt' here; did you mean '--export'? %context --help shows how it is used."
    )
