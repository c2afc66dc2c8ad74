"""The state of a TinyDB database, and changes to it, as plain values.

A document is kept as its JSON text. Text can be handed out without a copy, compared exactly (to
``==``, ``{"a": 1}`` and ``{"a": true}`` are one), and written without being rendered again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from autodash_jupyter.errors import ContextStoreError

__all__ = [
    "Change",
    "Tables",
    "apply_changes",
    "copy_tables",
    "differences",
    "from_record",
    "parse_tables",
    "render_tables",
    "to_base",
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


def to_base(tables: Tables) -> bytes:
    """Return the text of a TinyDB file: JSON, with one document a line."""
    texts = (f"{json.dumps(name)}: {_table_text(content)}" for name, content in tables.items())
    return ("{" + ",\n".join(texts) + "}\n").encode("ascii")


def apply_changes(tables: Tables, changes: Iterable[Change]) -> None:
    """Make the changes in place, in order; making the same ones again changes nothing."""
    for table, doc_id, text in changes:
        if doc_id is None:
            tables.pop(table, None) if text is None else tables.update(
                {table: _parse_table(json.loads(text))}
            )
            continue
        documents = tables.get(table)
        if not isinstance(documents, dict):
            tables[table] = documents = {}
        documents.pop(doc_id, None) if text is None else documents.update({doc_id: text})


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
        yield from (
            Change(table, doc_id, text) for doc_id, text in content.items() if before.get(doc_id) != text
        )


def to_record(changes: Iterable[Change]) -> str:
    """Return changes as one line of JSON: a list of ``[table, id]`` or ``[table, id, content]``."""
    items = []
    for table, doc_id, text in changes:
        address = f"{json.dumps(table)}, {json.dumps(doc_id)}"
        items.append(f"[{address}]" if text is None else f"[{address}, {text}]")
    return f"[{', '.join(items)}]"


def from_record(record: str) -> list[Change]:
    """Return the changes that ``to_record`` wrote; ``ContextStoreError`` where it holds others."""
    try:
        return [
            Change(table, doc_id, json.dumps(content[0]) if content else None)
            for table, doc_id, *content in json.loads(record)
        ]
    except (ValueError, TypeError) as error:
        msg = "the journal has a record of a kind not known here: update autodash-jupyter to read it"
        raise ContextStoreError(msg) from error


def _parse_table(content: Any) -> Table:
    if not isinstance(content, dict):
        return json.dumps(content)
    return {str(doc_id): json.dumps(document) for doc_id, document in content.items()}


def _table_text(content: Table) -> str:
    if isinstance(content, str):
        return content
    if not content:
        return "{}"
    return "{\n" + ",\n".join(f"{json.dumps(doc_id)}: {text}" for doc_id, text in content.items()) + "\n}"
