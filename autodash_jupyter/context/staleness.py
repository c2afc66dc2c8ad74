"""What a changed schema makes stale: the columns that came, went and changed, and who speaks of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.context.document_expressions import DocumentExpression, expressions_of
from autodash_jupyter.expressions import ExpressionError, ExpressionTable

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["SchemaChange", "StalePart", "Staleness", "stale_parts"]

_ALIKE = 0.75  # of two names' letters, from which on one looks like the other renamed


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """What changed in a table's columns; ``renamed`` are guesses, in neither of the other two."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    retyped: tuple[tuple[str, str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.renamed or self.retyped)

    def __str__(self) -> str:
        lines = [f"~ {before} → {after} (looks renamed)" for before, after in self.renamed]
        lines += [f"− {name}" for name in self.removed]
        lines += [f"+ {name}" for name in self.added]
        lines += [f"~ {name}: {before} → {after}" for name, before, after in self.retyped]
        return "\n".join(lines) or "No column changed."


@dataclass(frozen=True, slots=True)
class StalePart:
    """A part of a document that names a column which is gone, and what to do about it."""

    path: str
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Staleness:
    """What changed in the columns, and the parts of the document that this makes stale."""

    change: SchemaChange
    parts: tuple[StalePart, ...]

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __str__(self) -> str:
        return "\n".join([str(self.change), *(f"stale: {part.message}" for part in self.parts)])


def stale_parts(
    document: ContextDocument,
    dataset_id: str,
    columns_before: Iterable[object] | Mapping[str, Any],
    columns_after: Iterable[object] | Mapping[str, Any],
) -> Staleness:
    """Compare a dataset's columns as they were with those it has, and find the parts that name those gone.

    Columns are given by name, or as a mapping of names to types (texts, or dicts with ``dtype``).

    >>> from autodash_jupyter.documents import ContextDocument
    >>> document = ContextDocument(
    ...     name="sales", datasets=["s1"], metrics=[{"name": "Revenue", "expression": "SUM(price)"}]
    ... )
    >>> print(stale_parts(document, "s1", {"price": "float", "n": "int"}, {"prices": "float", "n": "str"}))
    ~ price → prices (looks renamed)
    ~ n: int → str
    stale: Metric 'Revenue' uses column 'price', which is gone; perhaps it is 'prices' now.
    """
    change = _change(_types(columns_before), _types(columns_after))
    gone = [*change.removed, *(before for before, _ in change.renamed)]
    known = list(_types(columns_before))
    parts = []
    for path, title, column in _uses(document, dataset_id, known, gone):
        renamed = dict(change.renamed).get(column)
        advice = f"perhaps it is '{renamed}' now" if renamed else "correct it or take it out"
        parts.append(StalePart(path, column, f"{title} uses column '{column}', which is gone; {advice}."))
    return Staleness(change, tuple(parts))


def _types(columns: Iterable[object] | Mapping[str, Any]) -> dict[str, str]:
    if not isinstance(columns, Mapping):
        return {str(name): "" for name in columns}
    return {
        str(name): str(kind.get("dtype", "") if isinstance(kind, Mapping) else kind or "")
        for name, kind in columns.items()
    }


def _change(before: dict[str, str], after: dict[str, str]) -> SchemaChange:
    removed = [name for name in before if name not in after]
    added = [name for name in after if name not in before]
    renamed = _renamed(removed, added, before, after)
    taken = {name for pair in renamed for name in pair}
    return SchemaChange(
        tuple(name for name in added if name not in taken),
        tuple(name for name in removed if name not in taken),
        tuple(renamed),
        tuple(
            (name, before[name], after[name])
            for name in before
            if name in after and before[name] and after[name] and before[name] != after[name]
        ),
    )


def _renamed(
    removed: list[str], added: list[str], before: dict[str, str], after: dict[str, str]
) -> list[tuple[str, str]]:
    likeness = sorted(
        (
            (-_likeness(old, new), removed.index(old), old, new)
            for old in removed
            for new in added
            if before[old] == after[new] or not before[old] or not after[new]
        ),
    )
    found: dict[str, str] = {}
    for negative, _, old, new in likeness:
        if -negative >= _ALIKE and old not in found and new not in found.values():
            found[old] = new
    return [(old, found[old]) for old in removed if old in found]


def _likeness(old: str, new: str) -> float:
    first, second = (re.sub(r"[\W_]+", "", name.casefold()) for name in (old, new))
    if first == second:
        return 1.0
    if min(len(first), len(second)) > 2 and (first in second or second in first):
        return 0.9
    return difflib.SequenceMatcher(None, first, second).ratio()


def _uses(
    document: ContextDocument, dataset_id: str, known: list[str], gone: list[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield each use of a column that is gone: the part's path, what it is called, and the column."""
    dataset = document.dataset(dataset_id)
    for column in dataset.columns if dataset else ():
        if column.name in gone:
            yield f"datasets[{dataset_id}].columns[{column.name}]", "The columns' table", column.name
    yield from _uses_in_expressions(document, dataset_id, known, gone)
    for relationship in document.relationships:
        ends = (
            (relationship.left_dataset, relationship.left_columns),
            (relationship.right_dataset, relationship.right_columns),
        )
        for end, columns in ends:
            for name in columns if end == dataset_id else ():
                if name in gone:
                    path = f"relationships[{relationship.identity}]"
                    yield path, f"Relationship {relationship.identity}", name
    for term in document.glossary:
        for name in term.related_columns:
            bare = name.removeprefix(f"{dataset_id}.")
            if bare in gone:
                yield f"glossary[{term.term}].related_columns", f"Term '{term.term}'", bare


def _uses_in_expressions(
    document: ContextDocument, dataset_id: str, known: list[str], gone: list[str]
) -> Iterator[tuple[str, str, str]]:
    expressions = expressions_of(document)
    if not expressions or not gone:
        return
    with ExpressionTable(known, name=dataset_id) as table:
        for one in expressions:
            if one.dataset_id in ("", dataset_id):
                for name in _columns(table, one):
                    if name in gone:
                        yield f"{one.kind}[{one.id}]", one.title, name


def _columns(table: ExpressionTable, expression: DocumentExpression) -> tuple[str, ...]:
    try:
        return expression.check(table).columns
    except ExpressionError:
        return ()  # it is of another table, or was wrong before
