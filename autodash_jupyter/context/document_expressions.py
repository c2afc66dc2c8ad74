"""The SQL expressions of a document: its metrics, its filters, and the conditions of its rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.expressions import CheckedExpression, ExpressionTable

__all__ = ["DocumentExpression", "expressions_of"]

_FIELDS = {"metrics": "expression", "filters": "condition", "business_rules": "condition"}
_TITLES = {"metrics": "Metric", "filters": "Filter", "business_rules": "Rule"}


@dataclass(frozen=True, slots=True)
class DocumentExpression:
    """An expression: the list it stands in and its position there, whose it is, and the dataset it names."""

    kind: Literal["metrics", "filters", "business_rules"]
    position: int
    id: str
    name: str
    text: str
    dataset_id: str

    @property
    def path(self) -> tuple[str | int, ...]:
        """Where it stands in the document."""
        return self.kind, self.position, _FIELDS[self.kind]

    @property
    def title(self) -> str:
        """What it is called in a sentence."""
        return f"{_TITLES[self.kind]} '{self.name}'"

    def check(self, table: ExpressionTable) -> CheckedExpression:
        """Check it on a table, as what it is; raises ExpressionError."""
        return table.metric(self.text) if self.kind == "metrics" else table.condition(self.text)


def expressions_of(document: ContextDocument) -> list[DocumentExpression]:
    """Return all expressions of a document, metrics first; a rule in words alone has none.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> document = ContextDocument(
    ...     name="sales", metrics=[{"name": "Revenue", "expression": "SUM(price)"}], business_rules=["Sell."]
    ... )
    >>> [(each.title, each.text) for each in expressions_of(document)]
    [("Metric 'Revenue'", 'SUM(price)')]
    """
    metrics = [
        DocumentExpression("metrics", n, one.id, one.name, one.expression, one.dataset_id)
        for n, one in enumerate(document.metrics)
    ]
    filters = [
        DocumentExpression("filters", n, one.id, one.name, one.condition, one.dataset_id)
        for n, one in enumerate(document.filters)
    ]
    rules = [
        DocumentExpression("business_rules", n, one.id, one.name, one.condition, one.dataset_id)
        for n, one in enumerate(document.business_rules)
        if one.condition.strip()
    ]
    return [*metrics, *filters, *rules]
