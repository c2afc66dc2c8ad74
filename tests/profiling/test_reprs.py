"""What a profile's records look like in a terminal, a log, or an error."""

from __future__ import annotations

import pandas as pd

from autodash_jupyter.profiling import profile


def test_a_profile_is_one_short_line_however_many_columns_it_has() -> None:
    wide = profile(pd.DataFrame({f"column_{number}": [number, 1.5, None] for number in range(300)}))
    shown = repr(wide)
    assert shown.startswith("FrameProfile(row_count=3, column_count=300, ")
    assert len(shown) < 200


def test_a_columns_profile_shows_none_of_its_values() -> None:
    [column] = profile(pd.DataFrame({"mail": ["ada@example.org", "eve@example.org", "x" * 10_000]})).columns
    shown = repr(column)
    assert "name='mail'" in shown
    assert "example" not in shown
    assert len(shown) < 600
