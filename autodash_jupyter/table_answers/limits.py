"""How much an answer holds at the most: what a model can read at once, and a client can show."""

from __future__ import annotations

__all__ = [
    "LARGEST_EXACT",
    "LONGEST_CELL",
    "LONGEST_LABEL",
    "MOST_CHARACTERS",
    "MOST_COLUMNS",
    "MOST_COLUMNS_DESCRIBED",
    "MOST_ROWS",
]

MOST_ROWS = 200
MOST_COLUMNS = 60
MOST_COLUMNS_DESCRIBED = 40
MOST_CHARACTERS = 40_000  # of all cells together
LONGEST_CELL = 300
LONGEST_LABEL = 300
LARGEST_EXACT = 2**53  # JSON readers take longer integers for floats
