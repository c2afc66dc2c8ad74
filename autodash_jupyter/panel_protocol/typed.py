"""Typed dicts whose attributes' docstrings go into their JSON Schema."""

from __future__ import annotations

from typing import TypeVar

__all__ = ["documented"]

T = TypeVar("T")


def documented(kind: type[T]) -> type[T]:
    """Let pydantic take the docstrings of a typed dict's attributes for their descriptions.

    What pydantic's own decorator does, without importing it.
    """
    kind.__pydantic_config__ = {"use_attribute_docstrings": True}  # type: ignore[attr-defined]
    return kind
