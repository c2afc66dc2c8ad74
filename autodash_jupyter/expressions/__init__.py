"""Metric, filter and column expressions: parsed, checked against a table, and run read-only in DuckDB.

It may import ``errors``, ``models`` and ``frames``.
It never evaluates Python, and what it runs reaches no file, no network and no setting.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autodash_jupyter.expressions.evaluation import (
        check_condition,
        check_metric,
        columns_of,
        evaluate_condition,
        evaluate_metric,
    )
    from autodash_jupyter.expressions.expression_table import CheckedExpression, ExpressionTable
    from autodash_jupyter.expressions.failures import ExpressionError, ExpressionTimeoutError

__all__ = [
    "check_metric",
    "check_condition",
    "evaluate_metric",
    "evaluate_condition",
    "columns_of",
    "CheckedExpression",
    "ExpressionTable",
    "ExpressionError",
    "ExpressionTimeoutError",
]

# Imported when they are first asked for: most sessions evaluate no expression.
_HOMES = {
    "check_metric": "evaluation",
    "check_condition": "evaluation",
    "evaluate_metric": "evaluation",
    "evaluate_condition": "evaluation",
    "columns_of": "evaluation",
    "CheckedExpression": "expression_table",
    "ExpressionTable": "expression_table",
    "ExpressionError": "failures",
    "ExpressionTimeoutError": "failures",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.expressions.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter.expressions' has no attribute {name!r}"
    raise AttributeError(msg)
