"""Which dataset of a document each expression is of, from the document alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodash_jupyter.context.document_expressions import DocumentExpression, expressions_of
from autodash_jupyter.expressions import ExpressionError, ExpressionTable

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["expression_homes"]


def expression_homes(document: ContextDocument) -> dict[tuple[str, int], str | None]:
    """Return the dataset id of each metric and filter, by kind and position; ``None`` where it can't be told.

    It is the one named, else the only one, else the first whose described columns hold all that are used.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> document = ContextDocument(
    ...     name="sales",
    ...     datasets=[{"dataset_id": "a", "columns": ["x"]}, {"dataset_id": "b", "columns": ["y"]}],
    ...     metrics=[{"name": "M", "expression": "SUM(y)"}],
    ... )
    >>> expression_homes(document)
    {('metrics', 0): 'b'}
    """
    named = [each for each in expressions_of(document) if each.kind != "business_rules"]
    ids = document.dataset_ids
    if len(ids) == 1 or all(each.dataset_id for each in named):
        return {(each.kind, each.position): each.dataset_id or ids[0] for each in named}
    described = {
        one.dataset_id: {column.name.casefold() for column in one.columns} for one in document.datasets
    }
    with ExpressionTable(None) as syntax:
        return {
            (each.kind, each.position): each.dataset_id or _first_with_columns(syntax, each, described)
            for each in named
        }


def _first_with_columns(
    syntax: ExpressionTable, expression: DocumentExpression, described: dict[str, set[str]]
) -> str | None:
    try:
        used = {name.casefold() for name in expression.check(syntax).columns}
    except ExpressionError:
        return None
    return next((dataset_id for dataset_id, names in described.items() if used <= names), None)
