"""Is the base what was last written? The journal's header remembers, and here both are compared.

A base is plain JSON, so it has no room for checksums of its own, and a person or another program may
edit it. One of three things is then true:

- every byte is as it was written: nothing to say;
- the file was written since (its time differs) and is sound JSON: somebody edited it. It is taken as it
  is, and the documents that differ are named;
- it is no JSON, or differs although nobody wrote it: it is damaged. Documents whose own checksum still
  fits are good; of the others the text is kept, as ``{"damaged": TEXT}``, which no record is. So a
  damaged record is an error for who asks for it, and costs nobody else anything.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import xxhash

from autodash_jupyter.errors import ContextStoreError
from autodash_jupyter.regular_files import open_regular
from autodash_jupyter.stores.tinydb.base_file import parse_base
from autodash_jupyter.stores.tinydb.tables import Tables

__all__ = ["Examined", "Fingerprint", "examine", "fingerprint", "parse_fingerprint", "read_base"]

DIGITS = 16  # of one checksum
TABLE_LINE = re.compile(r'\{?("(?:[^"\\]|\\.)*"): \{')
DOCUMENT_LINE = re.compile(r'("(?:[^"\\]|\\.)*"): (.*?),?', re.DOTALL)


class Fingerprint(NamedTuple):
    """What a base was: the checksum of all of it, when it was written (in nanoseconds), and for each table
    the checksums of its documents, one after the other.
    """

    digest: str
    modified: int
    documents: Mapping[str, str]

    @property
    def size(self) -> int:
        """How many documents there were."""
        return sum(len(checksums) // DIGITS for checksums in self.documents.values())


@dataclass(frozen=True, slots=True)
class Examined:
    """A base's state, and which documents (table and id) are not what was written."""

    tables: Tables
    edited: list[tuple[str, str]] = field(default_factory=list)
    damaged: list[tuple[str, str]] = field(default_factory=list)
    missing: int = 0
    is_damaged: bool = False


def read_base(path: Path, remembered: Fingerprint | None) -> Examined:
    """Return the state in a TinyDB file; empty where there is no file, or nothing in it.

    ``remembered`` is its fingerprint, where one is known. Raises ``ContextStoreError`` for a file that
    holds anything else, or is missing though it held something, ``OSError`` for one that can't be read.
    """
    try:
        with open_regular(path) as file:
            data, modified = file.read(), os.fstat(file.fileno()).st_mtime_ns
    except FileNotFoundError:
        if remembered is None or not remembered.size:
            return Examined({})
        msg = (
            f"{path} is missing, and held {remembered.size} documents: put it or a backup back, "
            f"or move {path.name}.journal away too to start afresh"
        )
        raise ContextStoreError(msg) from None
    try:
        if remembered is not None:
            return examine(data, remembered, modified)
        return Examined(parse_base(data.decode("utf-8")))
    except (ValueError, RecursionError) as error:
        msg = f"{path} is damaged ({error}): put a backup in its place, or move it away to start afresh"
        raise ContextStoreError(msg) from error


def fingerprint(data: bytes, tables: Tables, modified: int) -> Fingerprint:
    """Return what to remember of a base whose bytes and state are these."""
    documents = {table: "".join(_checksum(*each) for each in _of_table(tables, table)) for table in tables}
    return Fingerprint(xxhash.xxh3_64_hexdigest(data), modified, documents)


def parse_fingerprint(node: Any) -> Fingerprint | None:
    """Return the fingerprint in a journal's header; ``None`` where there is none that makes sense."""
    try:
        found = Fingerprint(*node)
    except TypeError:
        return None
    sound = isinstance(found.documents, dict) and all(isinstance(v, str) for v in found.documents.values())
    return found if sound else None


def examine(data: bytes, remembered: Fingerprint, modified: int) -> Examined:
    """Return the state in a base, and what in it is not as it was written.

    Raises ``ValueError`` for a file that holds nothing of what it held.
    """
    if xxhash.xxh3_64_hexdigest(data) == remembered.digest:
        return Examined(parse_base(data.decode("utf-8")))
    if not data.strip() and remembered.size:
        msg = f"it is empty, and held {remembered.size} documents"
        raise ValueError(msg)
    problem = "none of its documents is as it was written"
    try:
        tables, parses = parse_base(data.decode("utf-8")), True
    except (ValueError, RecursionError) as error:
        tables, parses, problem = _salvage(data, remembered), False, str(error)
    known = {table: _split(checksums) for table, checksums in remembered.documents.items()}
    strange, good = [], 0
    for table in tables:
        for doc_id, text in _of_table(tables, table):
            if _checksum(doc_id, text) in known.get(table, ()):
                good += 1
            else:
                strange.append((table, doc_id))
    missing = max(0, remembered.size - good - len(strange))
    if parses and modified != remembered.modified:
        return Examined(tables, edited=strange, missing=missing)
    if not good:
        raise ValueError(problem)
    return Examined(_marked(tables, strange), damaged=strange, missing=missing, is_damaged=True)


def _salvage(data: bytes, remembered: Fingerprint) -> Tables:
    """Return what can be made out in a base that is no JSON: ``render_base`` puts one document a line."""
    owner = {checksum: table for table, all_ in remembered.documents.items() for checksum in _split(all_)}
    tables: dict[str, dict[str, str]] = {table: {} for table in remembered.documents or ("",)}
    current = next(iter(tables))
    for line in data.split(b"\n"):
        text = line.decode("utf-8", "backslashreplace")
        if opening := TABLE_LINE.fullmatch(text):
            name = _parse_name(opening[1])
            current = name if name in tables else current
        elif document := DOCUMENT_LINE.fullmatch(text):
            doc_id = _parse_name(document[1])
            # Should the table's own line be damaged, a good document tells by its checksum where it belongs.
            tables[owner.get(_checksum(doc_id, document[2]), current)][doc_id] = document[2]
    return dict(tables)


def _marked(tables: Tables, damaged: list[tuple[str, str]]) -> Tables:
    for table, doc_id in damaged:
        documents = tables[table]
        if isinstance(documents, dict):
            documents[doc_id] = json.dumps({"damaged": documents[doc_id]})
        else:
            tables[table] = {"": json.dumps({"damaged": documents})}
    return tables


def _of_table(tables: Tables, table: str) -> Iterator[tuple[str, str]]:
    content = tables[table]
    return iter(content.items()) if isinstance(content, dict) else iter([("", content)])


def _checksum(doc_id: str, text: str) -> str:
    return xxhash.xxh3_64_hexdigest(f"{doc_id} {text}".encode("utf-8", "surrogatepass"))


def _split(checksums: str) -> frozenset[str]:
    return frozenset(checksums[start : start + DIGITS] for start in range(0, len(checksums), DIGITS))


def _parse_name(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text
