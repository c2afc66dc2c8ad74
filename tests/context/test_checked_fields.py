"""Fields by nearly the right name, and YAML that is no YAML, are said; a person's own fields are not."""

from __future__ import annotations

import pytest

from autodash_jupyter.context.document_text import read_document
from autodash_jupyter.context.validation import validate
from autodash_jupyter.errors import InvalidContextError


def findings(text: str) -> list[str]:
    read = read_document(text, dataset_id="orders", name="orders")
    return [str(one) for one in validate(read.document, {"orders": None}, text=read).findings]


def test_a_misspelt_field_is_said_with_its_line_and_what_was_meant() -> None:
    assert findings("---\nname: orders\ndecription: One row is one order.\n---\n") == [
        "warning, line 3: There is no field 'decription', so it is kept, not used. "
        "Did you mean 'description'?"
    ]


def test_a_misspelt_field_of_a_column_is_said() -> None:
    columns = "    columns:\n      - {name: a, units: EUR}\n"
    text = f"---\nname: orders\ndatasets:\n  - dataset_id: orders\n{columns}---\n"
    assert "warning, line 6: There is no field 'units'" in findings(text)[-1]
    assert "Did you mean 'unit'?" in findings(text)[-1]


@pytest.mark.parametrize("own", ["label", "data_type", "reviewed_on", "expr", "source", "owner_team"])
def test_a_field_of_ones_own_is_left_alone(own: str) -> None:
    text = f"---\nname: orders\n{own}: x\nmetrics:\n  - {{name: n, expression: COUNT(*), {own}: x}}\n---\n"
    assert [one for one in findings(text) if "field" in one] == []


def test_a_field_beside_the_one_it_is_like_is_ones_own() -> None:
    assert findings("---\nname: orders\ntags: [a]\ntag: b\n---\n") == []


def test_yaml_without_its_lines_of_dashes_is_said_to_be_markdown() -> None:
    [said] = findings("name: orders\ndescription: forgot the dashes\n")
    assert said.endswith("The text after 'name:' was read as Markdown; put YAML between two lines of ---.")
    assert findings("Note: orders of May.") == []


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("name: orders\n  version: 2", "Line 3: .* a ':' stands where none can; line the entry up"),
        ("description: He said: yes", "Line 2: .* put a text that has ': ' in it into quotes"),
        ("name: orders\n\tversion: 2", "Line 3: .* a tab stands there; indent with spaces"),
        ("name: @home", "Line 2: .* a text can't begin with @; put it into quotes"),
        ("datasets:\n  - dataset_id: orders\n   columns: [", "its indentation fits no line above"),
        ("tags: [a\nname: orders", r"a bracket is open; close it with \]"),
        ("metrics: [\n  - name: a", "a bracket before it is open; close it"),
        ('name: "orders', "a quote is never closed"),
        ("name: *orders", r"a text can't begin with \*; put it into quotes"),
    ],
)
def test_yaml_that_cannot_be_read_is_said_in_plain_words(yaml: str, said: str) -> None:
    with pytest.raises(InvalidContextError, match=said):
        read_document(f"---\n{yaml}\n---\n")
