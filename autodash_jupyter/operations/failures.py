"""What can be wrong with an operation, as one line for the person who asked for it."""

from __future__ import annotations

from autodash_jupyter.errors import AutoDashError

__all__ = ["OperationError"]


class OperationError(AutoDashError):
    """An operation, parameter or column doesn't exist, or the table can't be treated so; nothing changed."""
