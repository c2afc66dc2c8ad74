"""Which dataset of a document each expression is of, from the document alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    named = [("metrics", n, one.dataset_id, one.expression) for n, one in enumerate(document.metrics)]
    named += [("filters", n, one.dataset_id, one.condition) for n, one in enumerate(document.filters)]
    ids = document.dataset_ids
    if len(ids) == 1 or all(each[2] for each in named):
        return {(kind, n): dataset_id or ids[0] for kind, n, dataset_id, _ in named}
    described = {
        one.dataset_id: {column.name.casefold() for column in one.columns} for one in document.datasets
    }
    found: dict[tuple[str, int], str | None] = {}
    with ExpressionTable(None) as syntax:
        for kind, n, dataset_id, expression in named:
            found[kind, n] = dataset_id or _first_with_columns(
                syntax, expression, described, kind == "metrics"
            )
    return found


def _first_with_columns(
    syntax: ExpressionTable, expression: str, described: dict[str, set[str]], is_metric: bool
) -> str | None:
    try:
        checked = syntax.metric(expression) if is_metric else syntax.condition(expression)
    except ExpressionError:
        return None
    used = {name.casefold() for name in checked.columns}
    return next((dataset_id for dataset_id, names in described.items() if used <= names), None)
