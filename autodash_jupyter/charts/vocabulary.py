"""What a context adds to a table's own words: business names, synonyms, metrics, named filters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as with_default
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.words import name_words, plain_words

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument, DatasetContext

__all__ = ["NamedFilter", "Vocabulary", "vocabulary"]

PLAIN_METRIC = re.compile(
    r'\s*(SUM|AVG|MEAN|MEDIAN|MIN|MAX)\s*\(\s*(?:"((?:[^"]|"")+)"|([^()"]+?))\s*\)\s*', re.IGNORECASE
)
AGGREGATES = {"sum": "sum", "avg": "mean", "mean": "mean", "median": "median", "min": "min", "max": "max"}


@dataclass(frozen=True, slots=True)
class NamedFilter:
    """A filter of the context: the name that intents give it, its names as words, its condition."""

    name: str
    names: tuple[tuple[str, ...], ...]
    condition: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The columns with all their names, the metrics as columns of their own, and the named filters."""

    fields: tuple[Field, ...]
    metrics: Mapping[str, str] = with_default(default_factory=dict)
    filters: tuple[NamedFilter, ...] = ()

    @property
    def conditions(self) -> dict[str, str]:
        """The condition of each named filter."""
        return {each.name: each.condition for each in self.filters}


def vocabulary(fields: Sequence[Field], context: ContextDocument | Mapping[str, Any] | None) -> Vocabulary:
    """Return the words for a table's columns, with those its context gives them.

    A document may be given as a dict. Raises pydantic's ValidationError where that is no document.

    >>> price = Field("p1", 0, "quantitative", 9, (("p1",),))
    >>> column = {"name": "p1", "synonyms": ["price"]}
    >>> document = {"name": "shop", "datasets": [{"id": "a", "columns": [column]}]}
    >>> vocabulary([price], document).fields[0].names
    (('p1',), ('price',))
    """
    if context is None:
        return Vocabulary(tuple(fields))
    from autodash_jupyter.documents import ContextDocument

    document = context if isinstance(context, ContextDocument) else ContextDocument.model_validate(context)
    dataset = _dataset(document, fields)
    known = {field.name.lower(): field for field in fields}
    named = tuple(_named(field, dataset, document) for field in fields)
    ids = {"", dataset.dataset_id} if dataset is not None else None
    metrics = [each for each in document.metrics if ids is None or each.dataset_id in ids]
    filters = [each for each in document.filters if ids is None or each.dataset_id in ids]
    return Vocabulary(
        named + tuple(_as_field(each, known) for each in metrics),
        {each.name: each.expression for each in metrics},
        tuple(
            NamedFilter(each.name, _spoken_names(each.name, each.synonyms), each.condition)
            for each in filters
        ),
    )


def _dataset(document: ContextDocument, fields: Sequence[Field]) -> DatasetContext | None:
    """Return the dataset of the document whose columns are most like the table's."""
    names = {field.name for field in fields}
    return max(document.datasets, key=lambda each: len({c.name for c in each.columns} & names), default=None)


def _all_names(name: str, synonyms: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(words for each in (name, *synonyms) if (words := name_words(each))))


def _spoken_names(name: str, synonyms: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return names as a sentence says them too: "long-haul" is no longitude, though ``long`` may be."""
    plain = (tuple(plain_words(each).split()) for each in (name, *synonyms))
    return tuple(dict.fromkeys((*filter(None, plain), *_all_names(name, synonyms))))


def _named(field: Field, dataset: DatasetContext | None, document: ContextDocument) -> Field:
    said = dataset.column(field.name) if dataset is not None else None
    others: list[str] = []
    if said is not None:
        others += [said.business_name, *said.synonyms]
    for term in document.glossary:
        if [name.rpartition(".")[2] for name in term.related_columns] == [field.name]:
            others += [term.term, *term.synonyms]
    names = tuple(dict.fromkeys([field.names[0], *(words for each in others if (words := name_words(each)))]))
    if said is None:
        return replace(field, names=names)
    return replace(field, names=names, title=said.business_name, unit=said.unit)


def _as_field(metric: Any, known: Mapping[str, Field]) -> Field:
    plain = PLAIN_METRIC.fullmatch(metric.expression)
    column = (plain[3] or plain[2].replace('""', '"')).strip() if plain else ""
    measured = known.get(column.lower())
    names = _all_names(metric.name, metric.synonyms) or ((metric.name.lower(),),)
    return Field(
        metric.name,
        -1,
        "quantitative",
        0,
        names,
        unit=metric.unit,
        metric=(measured.name, AGGREGATES[plain[1].lower()]) if plain and measured else ("", ""),
    )
