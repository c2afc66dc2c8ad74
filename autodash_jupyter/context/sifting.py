"""What of a model's answer is true of the table: columns that exist, expressions that run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autodash_jupyter.context.model_words import clean_line
from autodash_jupyter.context.program import shown_name
from autodash_jupyter.errors import AutoDashError, did_you_mean

if TYPE_CHECKING:
    from autodash_jupyter.context.model_answer import (
        ColumnMeaning,
        MetricIdea,
        RelationIdea,
        RuleIdea,
        TermIdea,
    )
    from autodash_jupyter.expressions import ExpressionTable

__all__ = ["Mistake", "Sifted", "sift"]

LONGEST_DESCRIPTION = 500
_LEAST_LETTERS = 20
_LABEL, _SENTENCE = 80, 400  # characters
_MOST = {"metrics": 20, "glossary": 40, "business_rules": 20, "relationships": 20, "questions": 8}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A part of an answer that is wrong: its field and name, what was written, and why it can't be."""

    field: str
    name: str
    wrote: str
    error: str

    def as_told(self) -> dict[str, str]:
        """Return it as the model is told of it."""
        told = {"field": self.field, "name": self.name, "you wrote": self.wrote, "error": self.error}
        return {key: text for key, text in told.items() if text}

    def as_note(self) -> str:
        """Return it as a person is told of what was left out.

        >>> Mistake("metrics", "Revenue", "SUM(prize)", "No column 'prize'.").as_note()
        "metrics: 'Revenue' was left out. No column 'prize'."
        """
        which = f"{self.name!r} was left out" if self.name else "nothing usable was written"
        return f"{self.field}: {which}. {self.error}"


@dataclass(slots=True)
class Sifted:
    """The parts of an answer that hold, as plain values by field, and the mistakes."""

    values: dict[str, Any] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def add(self, other: Sifted) -> None:
        """Take what another answer holds; of two parts of one name the later one counts."""
        for name, value in other.values.items():
            if isinstance(value, dict):
                kept = {**self.values.get(name, {}), **value}
                self.values[name] = dict(list(kept.items())[: _MOST.get(name, len(kept))])
            else:
                self.values[name] = value
        self.mistakes += other.mistakes


def sift(
    answer: Mapping[str, Any], columns: Iterable[str], table: ExpressionTable, *, asked: Iterable[str] = ()
) -> Sifted:
    """Return what of an answer holds for a table with these columns; the expressions are run on ``table``.

    ``asked`` are the columns that the answer was to describe. Texts come out as clean lines.
    """
    found = Sifted()
    names = _Names(columns)
    if "description" in answer:
        _sift_description(answer["description"], found)
    for item in answer.get("columns", ()):
        _sift_column(item, names, found)
    if "columns" in answer and list(asked) and not found.values.get("columns"):
        found.mistakes.append(Mistake("columns", "", "", "None of the listed columns was described."))
    for kind, check in _CHECKS.items():
        kept: dict[str, dict[str, Any]] = {}
        for item in answer.get(kind, ()):
            try:
                told = check(item, names, table)
            except AutoDashError as error:
                said = _without_numbers(str(error), f"{_written(item)} {names}")
                found.mistakes.append(Mistake(kind, _name_of(item), _written(item), said))
            else:
                if told:
                    kept.setdefault(_identity(told), told)
        found.values[kind] = dict(list(kept.items())[: _MOST[kind]])
    questions = [clean_line(text, _SENTENCE) for text in answer.get("questions", ())]
    found.values["questions"] = dict.fromkeys(filter(None, questions[: _MOST["questions"]]), True)
    found.values = {kind: value for kind, value in found.values.items() if value}
    return found


class _Names:
    """The names of columns, as a model may write them."""

    def __init__(self, columns: Iterable[str]) -> None:
        self._known = list(columns)
        self._shown = {shown_name(name): name for name in reversed(self._known)}
        self._folded: dict[str, set[str]] = {}
        for name in self._known:
            self._folded.setdefault(name.casefold(), set()).add(name)

    def __str__(self) -> str:
        return " ".join(self._known)

    def find(self, written: str) -> str:
        """Return the column that is meant.

        Raises:
            AutoDashError: There is none; the nearest is named.
        """
        for name in (written, written.strip().strip("`\"'")):
            if name in self._shown:
                return self._shown[name]
            if name in self._known:
                return name
            if len(same := self._folded.get(name.casefold(), set())) == 1:
                return next(iter(same))
        msg = f"There is no column {written[:_LABEL]!r}.{did_you_mean(written[:_LABEL], self._known)}"
        raise AutoDashError(msg)


def _sift_description(text: str, found: Sifted) -> None:
    line = clean_line(text, LONGEST_DESCRIPTION)
    if sum(map(str.isalpha, line)) >= _LEAST_LETTERS:
        found.values["description"] = line
    else:
        found.mistakes.append(
            Mistake("description", "", line, "It must be a paragraph of 200 to 500 characters.")
        )


def _sift_column(item: ColumnMeaning, names: _Names, found: Sifted) -> None:
    try:
        name = names.find(item.name)
    except AutoDashError as error:
        found.mistakes.append(Mistake("columns", item.name[:_LABEL], "", str(error)))
        return
    told = {
        "business_name": clean_line(item.business_name, _LABEL),
        "description": clean_line(item.description, _SENTENCE),
        "unit": clean_line(item.unit, 20),
        "synonyms": _lines(item.synonyms),
    }
    found.values.setdefault("columns", {})[name] = {key: value for key, value in told.items() if value}


def _metric(item: MetricIdea, _: _Names, table: ExpressionTable) -> dict[str, Any]:
    expression = item.expression.strip().strip("`").strip().rstrip(";").strip()
    table.metric(expression)
    return {
        "name": clean_line(item.name, _LABEL) or expression[:_LABEL],
        "expression": expression,
        "description": _sentence(item.description),
        "unit": clean_line(item.unit, 20),
    }


def _rule(item: RuleIdea, _: _Names, table: ExpressionTable) -> dict[str, Any]:
    description = _sentence(item.description or item.name)
    condition = item.condition.strip().strip("`").rstrip(";").strip()
    if condition:
        table.condition(condition)
    if not description:
        return {}
    name = clean_line(item.name, _LABEL) or clean_line(description, 60)
    return {"name": name, "description": description, "condition": condition}


def _relation(item: RelationIdea, names: _Names, _: ExpressionTable) -> dict[str, Any]:
    left, right = list(map(names.find, item.columns)), list(map(names.find, item.refers_to))
    if not left or len(left) != len(right):
        msg = "columns and refers_to must name columns of this table, as many each; else leave it out."
        raise AutoDashError(msg)
    if left == right:
        return {}
    return {
        "left_columns": left,
        "right_columns": right,
        "kind": item.kind if item.kind in _KINDS else "",
        "description": _sentence(item.description),
    }


def _term(item: TermIdea, names: _Names, _: ExpressionTable) -> dict[str, Any]:
    term, definition = clean_line(item.term, _LABEL), _sentence(item.definition)
    if not term or not definition:
        return {}
    synonyms = [word for word in _lines(item.synonyms) if word.casefold() != term.casefold()]
    related = list(dict.fromkeys(_known(names, item.related_columns)))
    return {"term": term, "definition": definition, "synonyms": synonyms, "related_columns": related}


_KINDS = ("many_to_one", "one_to_one", "one_to_many", "many_to_many")
_CHECKS: dict[str, Callable[[Any, _Names, ExpressionTable], dict[str, Any]]] = {
    "relationships": _relation,
    "metrics": _metric,
    "glossary": _term,
    "business_rules": _rule,
}


def _known(names: _Names, written: Iterable[str]) -> Iterator[str]:
    for name in written:
        try:
            yield names.find(name)
        except AutoDashError:
            continue


def _sentence(text: str) -> str:
    line = clean_line(text, _SENTENCE)
    return f"{line}." if line[-1:].isalnum() or line[-1:] in (")", "`", '"') else line


def _without_numbers(message: str, written: str) -> str:
    """Return an error without numbers that only the data can have told: a phone number, say."""
    return re.sub(r"\d+(?:[.,]\d+)*", lambda found: found[0] if found[0] in written else "…", message)


def _lines(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, (clean_line(word, _LABEL) for word in words))))


def _identity(told: Mapping[str, Any]) -> str:
    name = told.get("name") or told.get("term") or f"{told.get('left_columns')}{told.get('right_columns')}"
    return str(name).casefold()


def _name_of(item: Any) -> str:
    return clean_line(str(getattr(item, "name", "") or getattr(item, "term", "")), _LABEL)


def _written(item: Any) -> str:
    return str(getattr(item, "expression", "") or getattr(item, "condition", ""))[:300]
