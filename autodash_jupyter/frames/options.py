"""What a person may say of how a source is to be read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["ReadOptions"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a source; what is left out is found out.

    ``sheet`` is one sheet of a workbook, ``file_format`` one of ``formats.FORMATS``, ``table`` one table of a
    database, ``query`` what a database is asked, ``encoding`` that of a text, ``delimiter`` what separates
    its cells, ``dates`` what comes first in 03/04/2020: ``"day"`` or ``"month"``.
    """

    sheet: str | None = None
    file_format: str | None = None
    table: str | None = None
    query: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    dates: str | None = None

    def said(self) -> dict[str, Any]:
        """Return what was said, as a dict that a store can keep.

        >>> ReadOptions(sheet="North").said()
        {'sheet': 'North'}
        """
        return {name: value for name, value in asdict(self).items() if value is not None}
