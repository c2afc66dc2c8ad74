"""The words of a sentence while it is being read: which are understood already."""

from __future__ import annotations

import re
from dataclasses import dataclass

from autodash_jupyter.charts.words import Word

__all__ = ["Draft"]


@dataclass(slots=True)
class Draft:
    """What is being put together: the words not yet understood shrink as pieces are found."""

    words: tuple[Word, ...]
    taken: set[int]

    def claim(self, sentence: str, pattern: str) -> re.Match[str] | None:
        """Return where the pattern stands in words that are still free, and take these."""
        for found in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", sentence, re.IGNORECASE):
            covered = self.covered(found)
            if covered and not covered & self.taken:
                self.taken |= covered
                return found
        return None

    def covered(self, found: re.Match[str]) -> set[int]:
        """Return the numbers of the words that a match covers."""
        return {
            i for i, word in enumerate(self.words) if word.start < found.end() and word.end > found.start()
        }
