"""Is a document true of the data? References, expressions, words, and the name it goes by.

*Failed* is what is wrong in any case: a column that isn't there, an expression that doesn't run,
two parts with one id, an empty or taken name. A *warning* is what may be meant, or couldn't be checked: a
dataset that isn't known, a table that isn't at hand, a rule that some rows break, words that are synonyms
of each other, a name in other letters, a field that is nearly called like another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from autodash_jupyter.context.checked_expressions import check_expressions
from autodash_jupyter.context.checked_fields import check_fields
from autodash_jupyter.context.checked_glossary import check_glossary
from autodash_jupyter.context.checked_tables import CheckedTables
from autodash_jupyter.context.findings import DocumentFinding, Findings, TextPlaces, Validation
from autodash_jupyter.context.staleness import Staleness, stale_parts
from autodash_jupyter.errors import did_you_mean

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument, DatasetContext, Relationship

__all__ = ["DocumentFinding", "Staleness", "Validation", "stale_parts", "validate"]

Taken = Callable[[str, str], bool] | Collection[tuple[str, str]]


def validate(
    document: ContextDocument,
    tables: Mapping[str, Any],
    *,
    text: TextPlaces | None = None,
    taken: Taken | None = None,
) -> Validation:
    """Check a document against the tables it speaks of, and against itself.

    ``tables`` has a table for each dataset id, ``None`` where the dataset is known and its table isn't at
    hand. ``text`` gives findings their lines. ``taken`` tells the names and versions of the user's other
    contexts.

    >>> import pandas as pd
    >>> from autodash_jupyter.documents import ContextDocument
    >>> document = ContextDocument(
    ...     name="sales", datasets=["s1"], metrics=[{"name": "Revenue", "expression": "SUM(prise)"}]
    ... )
    >>> found = validate(document, {"s1": pd.DataFrame({"price": [1.0]})})
    >>> found.status, str(found.findings[0])
    ('failed', "failed: Metric 'Revenue': No column 'prise'. Did you mean 'price'?")
    """
    findings = Findings(document, text)
    _check_identity(document, taken, findings)
    _check_doubles(document, findings)
    check_fields(document, findings)
    with CheckedTables(tables) as checked:
        for index, dataset in enumerate(document.datasets):
            _check_dataset(index, dataset, document, checked, findings)
        for index, relationship in enumerate(document.relationships):
            _check_relationship(index, relationship, checked, findings)
        check_expressions(document, checked, findings)
        check_glossary(document, checked, findings)
    return findings.validation()


def _check_identity(document: ContextDocument, taken: Taken | None, findings: Findings) -> None:
    if not document.name.strip():
        findings.failed(("name",), "The document has no name; give it one.")
    if not document.version.strip():
        findings.failed(("version",), "The version is empty; write one, such as 1.0.0.")
    statuses = get_args(type(document).model_fields["status"].annotation)
    if document.status not in statuses:
        hint = did_you_mean(str(document.status), statuses)
        known = ", ".join(statuses)
        findings.failed(("status",), f"The status '{document.status}' is none of {known}.{hint}")
    name, version = document.name, document.version
    if taken is not None and (taken(name, version) if callable(taken) else (name, version) in taken):
        findings.failed(
            ("name",),
            f"Another context is named '{name}' with version {version}; change the name or the version.",
        )


def _check_doubles(document: ContextDocument, findings: Findings) -> None:
    """Find parts of one kind that share what tells them apart."""
    kinds: list[tuple[str, str, Iterable[str]]] = [
        ("datasets", "Dataset", (each.dataset_id for each in document.datasets)),
        ("metrics", "Metric id", (each.id for each in document.metrics)),
        ("filters", "Filter id", (each.id for each in document.filters)),
        ("business_rules", "Rule id", (each.id for each in document.business_rules)),
        ("glossary", "Term", (" ".join(each.term.split()).casefold() for each in document.glossary)),
    ]
    for field, title, names in kinds:
        for index, name in _doubles(names):
            findings.failed((field, index), f"{title} '{name}' is there twice; keep one, or rename it.")
    for at, dataset in enumerate(document.datasets):
        for index, name in _doubles(column.name for column in dataset.columns):
            findings.failed(
                ("datasets", at, "columns", index),
                f"Column '{name}' of dataset '{dataset.dataset_id}' is there twice; keep one.",
            )


def _doubles(names: Iterable[str]) -> list[tuple[int, str]]:
    seen: set[str] = set()
    return [(index, name) for index, name in enumerate(names) if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def _check_dataset(
    index: int, dataset: DatasetContext, document: ContextDocument, tables: CheckedTables, findings: Findings
) -> None:
    dataset_id, path = dataset.dataset_id, ("datasets", index)
    if not tables.knows(dataset_id):
        hint = did_you_mean(dataset_id, tables.dataset_ids) or " Load it, or correct the id."
        findings.warn((*path, "dataset_id"), f"Dataset '{dataset_id}' isn't known, so it isn't linked.{hint}")
        return
    if not tables.has_table(dataset_id):
        if dataset.columns or document.metrics or document.filters:
            message = (
                f"The table of '{dataset_id}' isn't here, so what is said of it wasn't checked; load it."
            )
            findings.warn((*path, "dataset_id"), message)
        return
    if not tables.can_be_asked(dataset_id):
        message = (
            f"The table of '{dataset_id}' is of a kind that expressions don't run on; they weren't tried."
        )
        findings.warn((*path, "dataset_id"), message)
    for position, column in enumerate(dataset.columns):
        problem = tables.problem(dataset_id, column.name)
        if problem:
            is_missing, said = problem
            tell = findings.failed if is_missing else findings.warn
            tell((*path, "columns", position, "name"), f"Column '{column.name}': {said}")


def _check_relationship(
    index: int, relationship: Relationship, tables: CheckedTables, findings: Findings
) -> None:
    path = ("relationships", index)
    left, right = relationship.left_columns, relationship.right_columns
    if len(left) != len(right):
        message = f"A relationship joins {len(left)} columns to {len(right)}; name as many on both sides."
        findings.failed((*path, "right_columns"), message)
    for side in ("left", "right"):
        dataset_id: str = getattr(relationship, f"{side}_dataset")
        columns: list[str] = getattr(relationship, f"{side}_columns")
        if not dataset_id:
            findings.failed(path, f"A relationship names no dataset on its {side}; write {side}_dataset.")
        elif not tables.knows(dataset_id):
            hint = did_you_mean(dataset_id, tables.dataset_ids)
            message = f"A relationship names dataset '{dataset_id}', which isn't known.{hint}"
            findings.warn((*path, f"{side}_dataset"), message)
        elif tables.has_table(dataset_id):
            for position, column in enumerate(columns):
                problem = tables.problem(dataset_id, column)
                if problem:
                    tell = findings.failed if problem[0] else findings.warn
                    tell((*path, f"{side}_columns", position), f"Relationship: {problem[1]}")
