"""The state of a TinyDB database, and changes to it, as plain values.

A document is kept as its JSON text. Text can be handed out without a copy, compared exactly (to
``==``, ``{"a": 1}`` and ``{"a": true}`` are one), and written without being rendered again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

__all__ = [
    "Change",
    "Table",
    "Tables",
    "apply_changes",
    "copy_tables",
    "differences",
    "from_record",
    "parse_tables",
    "render_tables",
    "to_record",
]

# A table is its documents' texts by id; anything else that somebody put at its place is a text itself.
Table: TypeAlias = dict[str, str] | str
Tables: TypeAlias = dict[str, Table]


class Change(NamedTuple):
    """One document, or with ``doc_id=None`` one table, put or (``text=None``) removed."""

    table: str
    doc_id: str | None
    text: str | None


def parse_tables(data: Mapping[str, Any]) -> Tables:
    """Return TinyDB's own form of a state, ``{table: {id: document}}``, as texts.

    >>> parse_tables({"people": {1: {"name": "Ada"}}})
    {'people': {'1': '{"name": "Ada"}'}}
    """
    return {str(name): _parse_table(content) for name, content in data.items()}


def render_tables(tables: Tables) -> dict[str, Any]:
    """Return a state in TinyDB's own form; all of it new, to be changed freely."""
    return {
        name: {doc_id: json.loads(text) for doc_id, text in content.items()}
        if isinstance(content, dict)
        else json.loads(content)
        for name, content in tables.items()
    }


def copy_tables(tables: Tables) -> Tables:
    """Return a state that later changes don't reach."""
    return {name: dict(content) if isinstance(content, dict) else content for name, content in tables.items()}


def apply_changes(tables: Tables, changes: Iterable[Change]) -> None:
    """Make the changes in place, in order; making the same ones again changes nothing."""
    for table, doc_id, text in changes:
        if doc_id is None and text is None:
            tables.pop(table, None)
        elif doc_id is None and text is not None:
            tables[table] = _parse_table(json.loads(text))
        else:
            _change_document(tables, table, str(doc_id), text)


def differences(old: Tables, new: Tables) -> Iterator[Change]:
    """Yield the changes that lead from one state to another.

    >>> list(differences({"t": {"1": "{}", "2": "{}"}}, {"t": {"1": "{}", "3": "{}"}}))
    [Change(table='t', doc_id='2', text=None), Change(table='t', doc_id='3', text='{}')]
    """
    for table in old.keys() - new.keys():
        yield Change(table, None, None)
    for table, content in new.items():
        before = old.get(table)
        if content == before:
            continue
        if isinstance(content, str):
            yield Change(table, None, content)
            continue
        if not content:
            yield Change(table, None, "{}")
            continue
        if isinstance(before, str):
            yield Change(table, None, None)
        before = before if isinstance(before, dict) else {}
        yield from (Change(table, doc_id, None) for doc_id in before if doc_id not in content)
        for doc_id, text in content.items():
            if not _same_json(before.get(doc_id), text):
                yield Change(table, doc_id, text)


def to_record(changes: Iterable[Change]) -> str:
    """Return changes as one line of JSON: a list of ``[table, id]`` or ``[table, id, content]``."""
    items = []
    for table, doc_id, text in changes:
        address = f"{json.dumps(table)}, {json.dumps(doc_id)}"
        items.append(f"[{address}]" if text is None else f"[{address}, {text}]")
    return f"[{', '.join(items)}]"


def from_record(record: str) -> list[Change]:
    """Return the changes that ``to_record`` wrote; ``ValueError`` or ``TypeError`` where it wrote none."""
    return [_parse_change(*item) for item in json.loads(record)]


def _parse_change(table: Any, doc_id: Any, *content: Any) -> Change:
    if not isinstance(table, str) or not isinstance(doc_id, str | None) or len(content) > 1:
        msg = "a change is a table, an id, and perhaps a content"
        raise TypeError(msg)
    return Change(table, doc_id, json.dumps(content[0]) if content else None)


def _change_document(tables: Tables, table: str, doc_id: str, text: str | None) -> None:
    documents = tables.get(table)
    if not isinstance(documents, dict):
        tables[table] = documents = {}
    if text is None:
        documents.pop(doc_id, None)
    else:
        documents[doc_id] = text


def _parse_table(content: Any) -> Table:
    if not isinstance(content, dict):
        return json.dumps(content)
    return {str(doc_id): json.dumps(document) for doc_id, document in content.items()}


def _same_json(text: str | None, rendered: str) -> bool:
    # The text of a file that another program wrote may be laid out in another way.
    return text == rendered or (text is not None and json.dumps(json.loads(text)) == rendered)
