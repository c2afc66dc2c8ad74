"""Families of semantic types that are treated alike: what is counted, drawn or compared in the same way."""

from __future__ import annotations

__all__ = ["LEVELS", "NESTED", "PLACES"]

PLACES = frozenset(("place", "country", "region", "postal code"))
"""Where something is, by its name or code; latitude and longitude are numbers and stay by themselves."""

LEVELS = frozenset(("category", "ordinal", "flag")) | PLACES
"""Values that come back, so that the frequent ones describe a column."""

NESTED = frozenset(("nested", "json", "list"))
"""Values that hold values."""
