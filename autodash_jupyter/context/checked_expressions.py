"""Metrics, filters and the conditions of rules: do they parse, and do they run on the data?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodash_jupyter.context.document_expressions import DocumentExpression, expressions_of
from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.expressions import CheckedExpression, ExpressionError, ExpressionTimeoutError

if TYPE_CHECKING:
    from autodash_jupyter.context.checked_tables import CheckedTables
    from autodash_jupyter.context.findings import Findings
    from autodash_jupyter.documents import ContextDocument

__all__ = ["check_expressions"]


def check_expressions(document: ContextDocument, tables: CheckedTables, findings: Findings) -> None:
    """Add a finding for each expression that isn't right, or that couldn't be tried."""
    for asked in expressions_of(document):
        _check(asked, document, tables, findings)


def _home_of(asked: DocumentExpression, document: ContextDocument, tables: CheckedTables) -> str | None:
    """Return the dataset an expression is of: the one named, else the only one, else one with its columns.

    ``None`` where no dataset at hand has all the columns. Raises ExpressionError where it is no expression.
    """
    if asked.dataset_id:
        return asked.dataset_id
    candidates = document.dataset_ids or tables.dataset_ids
    if len(candidates) == 1:
        return candidates[0]
    return next(iter(tables.with_columns(tables.used_columns(asked), candidates)), None)


def _check(
    asked: DocumentExpression, document: ContextDocument, tables: CheckedTables, findings: Findings
) -> None:
    if asked.dataset_id and not tables.knows(asked.dataset_id):
        hint = did_you_mean(asked.dataset_id, tables.dataset_ids)
        findings.warn(
            (*asked.path[:2], "dataset_id"),
            f"{asked.title} is of dataset '{asked.dataset_id}', which isn't known, so it wasn't tried.{hint}",
        )
    try:
        home = _home_of(asked, document, tables)
        if home is None and any(
            tables.has_table(each) for each in document.dataset_ids or tables.dataset_ids
        ):
            _explain_homeless(asked, document, tables, findings)
            return
        table = tables.open(home if home and tables.can_be_asked(home) else None)
        checked = asked.check(table)
        _say_remarks(asked, checked, findings)
        if asked.kind == "business_rules" and home and tables.has_table(home) and tables.can_be_asked(home):
            broken = table.condition(f"NOT (\n{asked.text}\n)").value or 0
            if broken:
                rows = tables.row_count(home)
                findings.warn(
                    asked.path, f"{asked.title} doesn't hold in {broken:,} of {rows:,} rows of '{home}'."
                )
    except ExpressionTimeoutError as error:
        findings.warn(asked.path, f"{asked.title} couldn't be tried to its end. {error}")
    except ExpressionError as error:
        findings.failed(asked.path, f"{asked.title}: {error}")


def _say_remarks(asked: DocumentExpression, checked: CheckedExpression, findings: Findings) -> None:
    for note in checked.notes:
        findings.warn(asked.path, f"{asked.title}: {note}")


def _explain_homeless(
    asked: DocumentExpression, document: ContextDocument, tables: CheckedTables, findings: Findings
) -> None:
    candidates = document.dataset_ids or tables.dataset_ids
    unseen = [each for each in candidates if not tables.has_table(each)]
    if unseen:
        message = f"{asked.title} couldn't be tried: the table of '{unseen[0]}' isn't here."
        findings.warn(asked.path, message)
        return
    used = tables.used_columns(asked)
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
