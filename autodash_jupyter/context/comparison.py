"""What differs between two versions of a document, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from autodash_jupyter.context.markdown import shorten
from autodash_jupyter.profiling.wording import counted

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["Difference", "compare", "missing_parts"]

_LONGEST = 80
_KEYS = ("id", "term", "dataset_id", "name")  # a metric has its own id, and that of its dataset


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that was added, removed or changed; ``before`` and ``after`` are its values as text.

    >>> print(Difference("version", "changed", "1.0", "1.1"))
    version: 1.0 → 1.1
    """

    path: str
    kind: Literal["added", "removed", "changed"]
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        if self.kind == "added":
            return f"+ {self.path}: {_short(self.after)}"
        if self.kind == "removed":
            return f"− {self.path}: {_short(self.before)}"
        return f"{self.path}: {_short(self.before)} → {_short(self.after)}"


def compare(before: ContextDocument, after: ContextDocument) -> list[Difference]:
    """Return what differs, in the document's order; parts are told apart by their ids or names.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> old = ContextDocument(name="sales", metrics=[{"name": "n", "expression": "COUNT(*)"}])
    >>> new = ContextDocument(name="sales", metrics=[{"name": "n", "expression": "SUM(x)"}], tags=["q3"])
    >>> [str(difference) for difference in compare(old, new)]
    ['+ tags[q3]: q3', 'metrics[n].expression: COUNT(*) → SUM(x)']
    """
    return list(_compare("", before.model_dump(mode="json"), after.model_dump(mode="json")))


def missing_parts(before: ContextDocument, after: ContextDocument) -> tuple[str, ...]:
    """Return how much of each kind a later version lacks, in words; what only changed isn't missing.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> old = ContextDocument(name="s", datasets=[{"id": "s", "columns": ["a", "b"]}], description="Sales.")
    >>> missing_parts(old, ContextDocument(name="s", datasets=[{"id": "s", "columns": ["b"]}]))
    ('1 column', 'the description')
    """
    later = _parts(after)
    lost = {kind: sum(name not in later[kind] for name in names) for kind, names in _parts(before).items()}
    prose = {"description": "the description", "body": "the text below the fields"}
    return (
        *(counted(number, kind) for kind, number in lost.items() if number),
        *(said for name, said in prose.items() if getattr(before, name) and not getattr(after, name)),
    )


def _parts(document: ContextDocument) -> dict[str, list[object]]:
    """Return what tells the parts of each kind apart."""
    return {
        "column": [(each.dataset_id, one.name) for each in document.datasets for one in each.columns],
        "metric": [one.identity for one in document.metrics],
        "filter": [one.identity for one in document.filters],
        "rule": [one.identity for one in document.business_rules],
        "term": [one.identity for one in document.glossary],
        "relationship": [one.identity for one in document.relationships],
        "question": list(document.questions),
    }


def _compare(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _compare_named(before, after, lambda name: f"{path}.{name}" if path else name)
    elif isinstance(before, list) and isinstance(after, list):
        old, new = _named(before), _named(after)
        yield from _compare_named(old, new, lambda name: f"{path}[{name}]")
        if list(old) != list(new) and set(old) == set(new):  # the same parts in another order
            yield Difference(path, "changed", ", ".join(old), ", ".join(new))
    elif _is_empty(before):
        yield Difference(path, "added", after=_text(after))
    elif _is_empty(after):
        yield Difference(path, "removed", _text(before))
    else:
        yield Difference(path, "changed", _text(before), _text(after))


def _compare_named(
    before: dict[str, Any], after: dict[str, Any], place: Callable[[str], str]
) -> Iterator[Difference]:
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after:
            if not _is_empty(before[name]):
                yield Difference(place(name), "removed", _text(before[name]))
        elif name not in before:
            if not _is_empty(after[name]):
                yield Difference(place(name), "added", after=_text(after[name]))
        else:
            yield from _compare(place(name), before[name], after[name])


def _named(items: list[Any]) -> dict[str, Any]:
    """Return items by what tells them apart; a second one of a name gets its number."""
    named: dict[str, Any] = {}
    for item in items:
        name = base = _name(item)
        number = 1
        while name in named:
            number += 1
            name = f"{base} #{number}"
        named[name] = item
    return named


def _name(item: Any) -> str:
    if isinstance(item, dict):
        for key in _KEYS:
            if item.get(key):
                return str(item[key])
    return _short(_text(item))


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _text(value: Any) -> str:
    if isinstance(value, dict):
        said = {key: each for key, each in value.items() if not _is_empty(each) and key != "written_by"}
        return ", ".join(f"{key}: {_text(each)}" for key, each in said.items())
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value)
    return str(value)


def _short(text: str) -> str:
    return shorten(" ".join(text.split()), _LONGEST)
