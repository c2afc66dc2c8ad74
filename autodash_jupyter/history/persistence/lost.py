"""What stands for a value that can't be kept, such as an open file, wherever it was held."""

from __future__ import annotations

__all__ = ["Lost"]


class Lost:
    """Takes the place of a value that did not come back, and says why.

    >>> [Lost("an open file can't be put back")]
    [<not restored: an open file can't be put back>]
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return f"<not restored: {self.reason}>"
