"""What can be wrong with an operation, as one line for the person who asked for it."""

from __future__ import annotations

from autodash_jupyter.errors import AutoDashError

__all__ = ["InexpressibleError", "OperationError"]


class OperationError(AutoDashError):
    """An operation, parameter or column doesn't exist, or the table can't be treated so; nothing changed."""


class InexpressibleError(OperationError):
    """This variant of an operation can't be told to the library that holds the table; pandas can do it."""
