"""Lines as they lie in a file to lines whose cells one character separates, where they aren't so already."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "CELL_MARK",
    "LineRules",
    "Row",
    "comment_prefix",
    "fixed_width_fields",
    "is_rule",
    "split_by_spaces",
]

CELL_MARK = "\x1f"  # the "unit separator", which no text holds
COMMENT_PREFIXES = ("#", "//", "%", "--", "!")
RULE = re.compile(r"[\s|+:=\-_,;]*(-{3}|={3}|-\+-|_{5})[\s|+:=\-_,;]*")
COUNTED = ",;\t|"
LINES_LOOKED_AT = 200


class Row(NamedTuple):
    """A row's cells, and how many lines of the file come before it."""

    lines_before: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class LineRules:
    """How a line becomes one that ``CELL_MARK`` separates, or an empty one if it belongs to no row.

    ``split`` returns its cells; without it the line stays, and only comments and rules are emptied.
    """

    comment: str = ""
    rules: bool = False
    split: Callable[[str], Sequence[str]] | None = None

    @property
    def apply(self) -> bool:
        """Return whether any line would be another."""
        return bool(self.comment or self.rules or self.split)

    def clean(self, line: str) -> str:
        """Return the line as it is to be read.

        >>> LineRules(comment="#", split=lambda line: line.split("||")).clean("a||b\\n")
        'a\\x1fb\\n'
        """
        if (self.comment and line.lstrip().startswith(self.comment)) or (self.rules and is_rule(line)):
            return "\n"
        if self.split is None:
            return line
        body = line.rstrip("\r\n")
        return CELL_MARK.join(self.split(body)) + "\n" if body.strip() else "\n"


def is_rule(line: str) -> bool:
    """Return whether a line is only drawn, such as ``-----+-----`` below a header.

    >>> is_rule("|---|:--|"), is_rule("-,-,-")
    (True, False)
    """
    return RULE.fullmatch(line.rstrip("\r\n")) is not None


def comment_prefix(lines: Sequence[str]) -> str:
    """Return what begins the lines of a text that are comments, or ``""``.

    >>> comment_prefix(["# made by hand", "a,b", "1,2"]), comment_prefix(["a,b", "#1,2", "#3,4", "5,6"])
    ('#', '')
    """
    filled = [line for line in lines if line.strip()]
    for prefix in COMMENT_PREFIXES:
        marked = [line for line in filled if line.lstrip().startswith(prefix) and not is_rule(line)]
        others = [line for line in filled if not line.lstrip().startswith(prefix)]
        if not marked or not others:
            continue
        leading = filled[0].lstrip().startswith(prefix)
        mark = max(
            COUNTED, key=lambda sign: Counter(line.count(sign) for line in others if sign in line).total()
        )
        usual, _ = Counter(line.count(mark) for line in others).most_common(1)[0]
        alike = sum(line.count(mark) == usual for line in marked)
        if (usual == 0 and not leading) or (leading and alike == len(marked) == 1):
            continue
        if (usual and alike <= 0.5 * len(marked)) or (leading and len(marked) <= len(others) + 5):
            return prefix
        if all(line.startswith(f"{prefix} ") for line in marked) and _begin_with_digits(others[1:]):
            return prefix
    return ""


def _begin_with_digits(lines: Sequence[str]) -> bool:
    return bool(lines) and all(line.lstrip()[:1].isdigit() for line in lines)


def split_by_spaces(line: str) -> list[str]:
    """Return the words of a line; quotes hold some together.

    >>> split_by_spaces('  "Mazda RX4"  21   6')
    ['Mazda RX4', '21', '6']
    """
    if '"' in line:
        return next(csv.reader([line.strip().expandtabs(1)], delimiter=" ", skipinitialspace=True))
    return line.split()


def fixed_width_fields(lines: Sequence[str]) -> list[tuple[int, int | None]]:
    """Return where the columns of a text with aligned columns begin and end, empty if there are no such.

    >>> fixed_width_fields(["name      age", "Ana Lima   34", "Bo          5"])
    [(0, 10), (10, None)]
    """
    lines = [line.rstrip("\r\n").expandtabs() for line in lines[:LINES_LOOKED_AT] if line.strip()]
    if len(lines) < 3 or not any("  " in line.strip() for line in lines):
        return []  # of lines of prose, each has a blank somewhere too
    length = max(map(len, lines))
    used = [
        any(position < len(line) and line[position] != " " for line in lines) for position in range(length)
    ]
    starts = [at for at in range(length) if used[at] and (at == 0 or not used[at - 1])]
    fields = [(start, end) for start, end in zip(starts, [*starts[1:], length], strict=True)]
    joined: list[tuple[int, int]] = []
    for start, end in fields:  # a second word of a label, or of values
        lonely = not any(line[start:end].strip() for line in lines[1:])
        unnamed = not lines[0][start:end].strip() and start > 1 and used[start - 2]
        if joined and (lonely or unnamed):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    if len(joined) < 2:
        return []
    ends: list[int | None] = [start for start, _ in joined[1:]]
    return list(zip([0, *(start for start, _ in joined[1:])], [*ends, None], strict=True))
