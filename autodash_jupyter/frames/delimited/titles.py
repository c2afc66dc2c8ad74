"""Where a table begins below its titles: what is a row of labels, and what stands above."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autodash_jupyter.frames.delimited.lines import CELL_MARK, Row

__all__ = ["are_values", "below_titles", "is_titled", "numbers_below"]

MOST_LINES_ABOVE = 60
LINES_BELOW = 5
YEAR = re.compile(r"\s*(18|19|20|21)\d\d\s*")
LABEL_THAT_IS_A_NUMBER = re.compile(r"\s*[+-]?[0-9.,]*[0-9]\s*")


def are_values(labels: Sequence[str], delimiter: str) -> bool:
    """Return whether numbers are among what should be labels; years may be, beside words and not in prose."""
    numbers = [label for label in labels if LABEL_THAT_IS_A_NUMBER.fullmatch(label)]
    return bool(numbers) and (
        delimiter == CELL_MARK or len(numbers) == len(labels) or not all(map(YEAR.fullmatch, numbers))
    )


def is_titled(rows: Sequence[Row], width: int) -> bool:
    """Return whether shorter rows above the first full one are titles: several of them, or a blank line
    after."""
    at = next((at for at, row in enumerate(rows) if len(row.cells) == width), 0)
    lines = sum(cell.count("\n") for cell in rows[0].cells) + 1
    return at > 1 or (at == 1 and rows[1].lines_before - rows[0].lines_before > lines)


def numbers_below(rows: Sequence[Row]) -> bool:
    """Return whether two columns under titles are sure to be two: words above, numbers below."""
    header, *body = [row.cells[-1] for row in rows if len(row.cells) == 2]
    return not LABEL_THAT_IS_A_NUMBER.fullmatch(header) and all(map(LABEL_THAT_IS_A_NUMBER.fullmatch, body))


def below_titles(rows: Sequence[Row], index: int, width: int) -> int:
    """Return where the header is below titles that were filled up with empty cells, as spreadsheets save
    them."""
    filled = [sum(bool(cell.strip()) for cell in row.cells) for row in rows[: index + MOST_LINES_ABOVE]]
    usual = max(2, round(0.6 * width))
    if width == 2:
        return _below_titles_of_two(rows, index)
    if width < 2 or index >= len(filled) or filled[index] >= usual:
        return index
    start = next((at for at in range(index, len(filled)) if filled[at] >= usual), index)
    start = _after_gap(filled, start, width)
    above = rows[start - 1] if start > index else None
    if above is not None and (
        filled[start - 1] > 1 or (filled[start - 1] == 1 and not above.cells[0].strip())
    ):
        return start - 1  # the upper of two rows of labels
    return start


def _below_titles_of_two(rows: Sequence[Row], index: int) -> int:
    """Return where the labels of two columns stand below titles, which fill the first cell alone."""
    start = next((at for at, row in enumerate(rows) if at >= index and all(map(str.strip, row.cells))), index)
    if start == index or start + 1 >= len(rows) or any(row.cells[1].strip() for row in rows[index:start]):
        return index
    gap = rows[start].lines_before - rows[index].lines_before > start - index
    labels = rows[start].cells
    words = not any(map(LABEL_THAT_IS_A_NUMBER.fullmatch, labels))
    body = [row.cells for row in rows[start + 1 :] if len(row.cells) > 1]
    numbers = any(
        cells[at].strip() and LABEL_THAT_IS_A_NUMBER.fullmatch(cells[at]) for cells in body for at in (0, 1)
    )
    return start if words and (numbers or gap) else index


def _after_gap(filled: Sequence[int], start: int, width: int) -> int:
    """Return the first full row after an empty one, if none before it is full: what is above are titles."""
    gap = next((at for at in range(start, min(start + LINES_BELOW, len(filled))) if not filled[at]), None)
    if gap is None or gap + 1 >= len(filled) or filled[gap + 1] < width or max(filled[start:gap]) >= width:
        return start
    return gap + 1
