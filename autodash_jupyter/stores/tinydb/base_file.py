"""The plain TinyDB file under a journal, ``{table: {id: document}}`` in JSON, to and from texts.

A document's text is cut out of the file as it is. Parsing shows where it ends, and that it is sound;
rendering each again would take three times as long.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from autodash_jupyter.stores.tinydb.tables import Table, Tables

__all__ = ["parse_base", "render_base"]

WHITESPACE = re.compile(r"[ \t\n\r]*")
parse_at = json.JSONDecoder().raw_decode


def parse_base(text: str) -> Tables:
    """Return the state in the text of a TinyDB file; ``ValueError`` where it is none.

    >>> parse_base('{"people": {"1": {"name": "Ada"}, "2": {}}}')
    {'people': {'1': '{"name": "Ada"}', '2': '{}'}}
    """
    tables: Tables = {}

    def cut_table(name: str, position: int) -> int:
        if not text.startswith("{", position):
            tables[name], end = _cut(text, position)
            return end
        documents: dict[str, str] = {}
        tables[name] = documents

        def cut_document(doc_id: str, position: int) -> int:
            documents[doc_id], end = _cut(text, position)
            return end

        return _walk_object(text, position, cut_document)

    end = _walk_object(text, _skip(text, 0), cut_table) if text else 0  # to TinyDB, an empty file is one too
    if _skip(text, end) != len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return tables


def render_base(tables: Tables) -> bytes:
    """Return the text of a TinyDB file, with one document a line."""
    texts = (f"{json.dumps(name)}: {_render_table(content)}" for name, content in tables.items())
    return ("{" + ",\n".join(texts) + "}\n").encode("utf-8")


def _render_table(content: Table) -> str:
    if isinstance(content, str):
        return content
    if not content:
        return "{}"
    return "{\n" + ",\n".join(f"{json.dumps(doc_id)}: {text}" for doc_id, text in content.items()) + "\n}"


def _walk_object(text: str, position: int, walk_value: Callable[[str, int], int]) -> int:
    """Call ``walk_value(name, start)``, which returns the end, for each member; return the object's end."""
    position = _expect(text, position, "{")
    while not text.startswith("}", position):
        name, position = parse_at(text, position)
        if not isinstance(name, str):
            raise json.JSONDecodeError("Expecting a name", text, position)
        position = _skip(text, walk_value(name, _expect(text, _skip(text, position), ":")))
        if not text.startswith("}", position):
            position = _expect(text, position, ",")
    return position + 1


def _cut(text: str, position: int) -> tuple[str, int]:
    _, end = parse_at(text, position)
    return text[position:end], end


def _expect(text: str, position: int, mark: str) -> int:
    if not text.startswith(mark, position):
        raise json.JSONDecodeError(f"Expecting {mark!r}", text, position)
    return _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    match = WHITESPACE.match(text, position)
    return match.end() if match else position
