"""Metric, filter and column expressions: parsed, checked against a table, and run read-only in DuckDB.

It may import ``errors``, ``models`` and ``frames``.
It never evaluates Python, and what it runs reaches no file, no network and no setting.
"""

from __future__ import annotations

__all__: list[str] = []
