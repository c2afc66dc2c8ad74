"""What the calling line does with a magic's value."""

from __future__ import annotations

import pytest

from autodash_jupyter.assignment import Use, read_use

CALL = "get_ipython().run_line_magic('load_dataset', 'a.csv')"


@pytest.mark.parametrize(
    ("source", "line", "use"),
    [
        (CALL, 1, Use(as_value=False)),
        (f"orders = {CALL}", 1, Use(as_value=True, target="orders")),
        (f"first = 1\norders = {CALL}\nlast = 2", 2, Use(as_value=True, target="orders")),
        (f"if True:\n    orders = {CALL}", 2, Use(as_value=True, target="orders")),
        (f"if True:\n    {CALL}", 2, Use(as_value=False)),
        (f"a = b = {CALL}", 1, Use(as_value=True)),
        (f"a, b = {CALL}", 1, Use(as_value=True)),
        (f"tables['a'] = {CALL}", 1, Use(as_value=True)),
        (f"print({CALL})", 1, Use(as_value=True)),
        (f"rows = len({CALL})", 1, Use(as_value=True)),
        ("orders = get_ipython().run_line_magic('other', 'a.csv')", 1, Use(as_value=False)),
        ("not python at all (", 1, Use(as_value=False)),
    ],
)
def test_the_statement_on_the_line_decides(source: str, line: int, use: Use) -> None:
    assert read_use(source, line, "load_dataset") == use
