"""The page on operations names each of them, and shows an example that can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from autodash_jupyter.operations import find_operation, operations, read_parameters
from autodash_jupyter.operations.command_line import example_of
from autodash_jupyter.operations.parameters import validated

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(operations()))
def test_each_operation_stands_on_the_page_with_its_example(name: str) -> None:
    operation = find_operation(name)
    assert f"| `{name}` | {operation.summary} |" in PAGE
    assert f"`{example_of(operation)}`" in PAGE


@pytest.mark.parametrize("name", sorted(operations()))
def test_each_example_is_right(name: str) -> None:
    operation = find_operation(name)
    typed = example_of(operation).removeprefix(f"%op sales {name}")
    validated(operation, read_parameters(operation, typed))
