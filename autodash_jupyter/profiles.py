"""The records of a profile: a table's columns, what goes together, and what a person should know of it.

Like all records they are frozen dataclasses; ``models`` offers them beside the others. Their ``repr`` is
short whatever the table holds, and shows none of its values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Association", "ColumnProfile", "Finding", "FrameProfile"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a table or one of its columns that a person should know.

    ``column`` is the column's label, or ``None`` for the table as a whole; ``kind`` is a stable
    word (``missing``, ``outliers``, ``duplicate_rows``, ``unreadable``...); ``message`` is a
    sentence fit to be shown; ``approximate`` tells that it was seen on a sample; ``method`` is a phrase
    that says how it was found.
    """

    kind: str
    message: str
    column: str | None = None
    severity: Literal["info", "warning"] = "warning"
    approximate: bool = False
    method: str = ""


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What one pass over one column found.

    Counts are in rows. ``distinct`` leaves missing values out and is ``None`` where it can't be
    had; ``minimum`` and ``maximum`` are plain Python values (numbers, datetimes or strings);
    ``top_values`` are (text, count) pairs, most frequent first; ``histogram`` has counts of
    equally wide bins from minimum to maximum. ``personal`` marks values that look like a person's
    data: they stay out of prompts.

    ``errors`` names each statistic that is approximate and how far it may be off (in 99.9 % of cases):
    ``distinct`` in relation to itself; ``quantiles``, ``top_values`` and ``histogram`` as a share of the
    rows; ``mean`` in its own unit; ``minimum`` and ``maximum`` as the share of rows that may lie beyond.
    What it doesn't name is exact; ``approximate`` tells that it names any.

    ``order`` is ``ascending`` or ``descending`` where the rows are sorted so; ``zeros`` and ``negatives``
    count rows of numbers; ``lengths`` are the least, mean and most characters of texts, and ``patterns``
    their most frequent shapes with the share of distinct texts (``A`` a capital, ``a`` a small letter,
    ``9`` a digit); ``method`` is a phrase that says how the numbers were had.
    """

    name: str
    position: int
    dtype: str
    semantic_type: str
    evidence: str = field(default="", repr=False)
    confidence: float = 0.0
    count: int = 0
    missing: int = 0
    distinct: int | None = None
    minimum: Any = field(default=None, repr=False)
    maximum: Any = field(default=None, repr=False)
    mean: float | None = None
    std: float | None = None
    quantiles: dict[str, float] = field(default_factory=dict, repr=False)
    top_values: tuple[tuple[str, int], ...] = field(default=(), repr=False)
    histogram: tuple[int, ...] = field(default=(), repr=False)
    unit: str | None = None
    granularity: str | None = None
    personal: bool = False
    approximate: bool = False
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    errors: dict[str, float] = field(default_factory=dict, repr=False)
    order: Literal["ascending", "descending"] | None = None
    zeros: int | None = None
    negatives: int | None = None
    lengths: tuple[int, float, int] | None = None
    patterns: tuple[tuple[str, float], ...] = field(default=(), repr=False)
    method: str = field(default="", repr=False)

    @property
    def missing_share(self) -> float:
        """The share of rows without a value, from 0.0 to 1.0."""
        total = self.count + self.missing
        return self.missing / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Association:
    """How strongly two columns go together, from 0 (not at all; -1 for opposite numbers) to 1.

    ``measure`` is ``pearson`` or ``spearman`` for two numbers (whichever is farther from 0),
    ``correlation_ratio`` for a number within categories, ``cramers_v`` for two categories; ``rows`` is how
    many rows it was worked out on, and ``approximate`` tells that these are a sample.
    """

    first: str
    second: str
    measure: Literal["pearson", "spearman", "correlation_ratio", "cramers_v"]
    value: float
    rows: int
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class FrameProfile:
    """What one pass over a table found: its columns in order, and what only the whole shows.

    ``candidate_keys`` are the smallest column groups found whose values tell rows apart;
    ``duplicate_rows`` counts rows equal to an earlier one (``None``: not looked at); ``associations`` are
    the strongest ones between columns, the strongest first; ``engine`` names what holds the table.
    """

    row_count: int
    column_count: int
    memory_bytes: int
    columns: tuple[ColumnProfile, ...] = field(repr=False)
    duplicate_rows: int | None = None
    candidate_keys: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    seconds: float = 0.0
    associations: tuple[Association, ...] = field(default=(), repr=False)
    engine: str = "pandas"

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Findings of the table, then those of its columns, in order."""
        return self.findings + tuple(found for column in self.columns for found in column.findings)
