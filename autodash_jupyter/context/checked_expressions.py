"""Metrics, filters and the conditions of rules: do they parse, and do they run on the data?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.expressions import CheckedExpression, ExpressionError, ExpressionTimeoutError

if TYPE_CHECKING:
    from autodash_jupyter.context.checked_tables import CheckedTables
    from autodash_jupyter.context.findings import Findings
    from autodash_jupyter.documents import ContextDocument

__all__ = ["check_expressions", "home_of"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """An expression of the document: where it stands, what it is called, and which dataset it names."""

    path: tuple[str | int, ...]
    title: str
    expression: str
    dataset_id: str
    is_metric: bool = False
    is_rule: bool = False


def check_expressions(document: ContextDocument, tables: CheckedTables, findings: Findings) -> None:
    """Add a finding for each expression that isn't right, or that couldn't be tried."""
    for asked in _all(document):
        _check(asked, document, tables, findings)


def home_of(
    document: ContextDocument, expression: str, dataset_id: str, tables: CheckedTables, *, is_metric: bool
) -> str | None:
    """Return the dataset an expression is of: the one named, else the only one, else one with its columns.

    ``None`` where no dataset at hand has all the columns. Raises ExpressionError where it is no expression.
    """
    if dataset_id:
        return dataset_id
    candidates = document.dataset_ids or tables.dataset_ids
    if len(candidates) == 1:
        return candidates[0]
    used = tables.used_columns(expression, is_metric=is_metric)
    return next(iter(tables.with_columns(used, candidates)), None)


def _all(document: ContextDocument) -> list[_Asked]:
    metrics = [
        _Asked(("metrics", n, "expression"), f"Metric '{one.name}'", one.expression, one.dataset_id, True)
        for n, one in enumerate(document.metrics)
    ]
    filters = [
        _Asked(("filters", n, "condition"), f"Filter '{one.name}'", one.condition, one.dataset_id)
        for n, one in enumerate(document.filters)
    ]
    rules = [
        _Asked(
            ("business_rules", n, "condition"),
            f"Rule '{one.name}'",
            one.condition,
            one.dataset_id,
            is_rule=True,
        )
        for n, one in enumerate(document.business_rules)
        if one.condition.strip()
    ]
    return [*metrics, *filters, *rules]


def _check(asked: _Asked, document: ContextDocument, tables: CheckedTables, findings: Findings) -> None:
    if asked.dataset_id and not tables.knows(asked.dataset_id):
        hint = did_you_mean(asked.dataset_id, tables.dataset_ids)
        findings.warn(
            (*asked.path[:2], "dataset_id"),
            f"{asked.title} is of dataset '{asked.dataset_id}', which isn't known, so it wasn't tried.{hint}",
        )
    try:
        home = home_of(document, asked.expression, asked.dataset_id, tables, is_metric=asked.is_metric)
        if home is None and any(
            tables.has_table(each) for each in document.dataset_ids or tables.dataset_ids
        ):
            _explain_homeless(asked, document, tables, findings)
            return
        table = tables.open(home if home and tables.can_be_asked(home) else None)
        checked = table.metric(asked.expression) if asked.is_metric else table.condition(asked.expression)
        _say_remarks(asked, checked, findings)
        if asked.is_rule and home and tables.has_table(home) and tables.can_be_asked(home):
            broken = table.condition(f"NOT (\n{asked.expression}\n)").value or 0
            if broken:
                rows = tables.row_count(home)
                findings.warn(
                    asked.path, f"{asked.title} doesn't hold in {broken:,} of {rows:,} rows of '{home}'."
                )
    except ExpressionTimeoutError as error:
        findings.warn(asked.path, f"{asked.title} couldn't be tried to its end. {error}")
    except ExpressionError as error:
        findings.failed(asked.path, f"{asked.title}: {error}")


def _say_remarks(asked: _Asked, checked: CheckedExpression, findings: Findings) -> None:
    for note in checked.notes:
        findings.warn(asked.path, f"{asked.title}: {note}")


def _explain_homeless(
    asked: _Asked, document: ContextDocument, tables: CheckedTables, findings: Findings
) -> None:
    candidates = document.dataset_ids or tables.dataset_ids
    unseen = [each for each in candidates if not tables.has_table(each)]
    if unseen:
        message = f"{asked.title} couldn't be tried: the table of '{unseen[0]}' isn't here."
        findings.warn(asked.path, message)
        return
    used = tables.used_columns(asked.expression, is_metric=asked.is_metric)
    known = {name for each in candidates for name in tables.columns(each)}
    folded = {name.casefold() for name in known}
    missing = [name for name in used if name.casefold() not in folded]
    if missing:
        hint = did_you_mean(missing[0], known) or " Correct the name."
        findings.failed(asked.path, f"{asked.title}: no dataset has a column '{missing[0]}'.{hint}")
    else:
        shown = ", ".join(used)
        findings.failed(
            asked.path, f"{asked.title}: no one dataset has all of {shown}; name columns of one dataset."
        )
