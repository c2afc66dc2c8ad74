"""The keys of a session: which there are, and how the name of a table stands in them.

Of a table: ``{id}:{table}:data`` (its present cells), ``:history:N`` (those of its other states) and
``:column:HASH`` (a big column, for all states that have it), each with ``:1``, ``:2``, ... for what is too
long for one value; ``:history_index`` (the number of its present state), ``:operations``, ``:undo_stack`` and
``:redo_stack``. Of the session: ``{id}:metadata``. On a cluster the id stands in braces, so that a session
lies on one node.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from autodash_jupyter.models import UserId
from autodash_jupyter.sessions.records import SessionRecord, Snapshot, TableRecord
from autodash_jupyter.stores.keys import key_address

__all__ = [
    "Cells",
    "SessionKeys",
    "columns_of",
    "columns_of_state",
    "content_of",
    "head_of",
    "places",
    "table_part",
    "user_index",
]

LONGEST_PLAIN = 200  # characters of a table's name, as it stands in keys
DATA, INDEX, OPERATIONS, UNDO, REDO = "data", "history_index", "operations", "undo_stack", "redo_stack"


@dataclass(frozen=True, slots=True)
class SessionKeys:
    """The keys of one session; all begin with ``prefix``.

    >>> keys = SessionKeys("0c9e2b5e-35c5-4b4c-9a3b-2f0c5b1c9d7e", is_cluster=False)
    >>> keys.metadata
    '0c9e2b5e-35c5-4b4c-9a3b-2f0c5b1c9d7e:metadata'
    """

    session_id: str
    is_cluster: bool

    @property
    def prefix(self) -> str:
        """What every key begins with."""
        return f"{{{self.session_id}}}:" if self.is_cluster else f"{self.session_id}:"

    @property
    def metadata(self) -> str:
        """The Hash of what the session is: ``tables``, ``user`` and so on."""
        return f"{self.prefix}metadata"

    def table(self, name: str, part: str) -> str:
        """Return the key of a part of a table."""
        return f"{self.prefix}{table_part(name)}:{part}"

    def cells(self, name: str, place: str, cells: Cells) -> list[str]:
        """Return the keys of the chunks of a part: of ``data``, of ``history:N``, of ``column:HASH``."""
        first = self.table(name, place)
        return [first, *(f"{first}:{number}" for number in range(1, cells.chunks))]

    def column(self, name: str, column: Cells) -> list[str]:
        """Return the keys of the chunks of a column that is kept apart."""
        return self.cells(name, f"column:{column.name}", column)

    def upload(self, cells: Cells, token: str) -> list[str]:
        """Return the keys of cells that no table has yet; no table's name is empty."""
        return [f"{self.prefix}:upload:{token}:{cells.name}:{number}" for number in range(cells.chunks)]

    def mark(self, token: str) -> str:
        """Return the key that tells for a minute that a change was made."""
        return f"{self.prefix}:done:{token}"

    def of_table(self, table: TableRecord) -> list[str]:
        """Return all keys that a table has."""
        name = table.name
        keys = [self.table(name, INDEX)]
        keys += [self.table(name, OPERATIONS)] * bool(table.logged)
        keys += [self.table(name, UNDO)] * bool(table.undo) + [self.table(name, REDO)] * bool(table.redo)
        for place, snapshot in places(table):
            keys += self.cells(name, place, head_of(snapshot))
        for column in columns_of(table):
            keys += self.column(name, column)
        return keys

    def of_session(self, session: SessionRecord) -> list[str]:
        """Return all keys of all tables."""
        return [key for table in session.tables.values() for key in self.of_table(table)]


def places(table: TableRecord) -> Iterator[tuple[str, Snapshot]]:
    """Iterate over a table's states, each with the part of the key under which its cells are."""
    for snapshot in table.snapshots:
        yield (DATA if snapshot is table.current else f"history:{snapshot.number}"), snapshot


def table_part(name: str) -> str:
    """Return how a table's name stands in keys: as it is if it is plain, and no two names alike.

    >>> table_part("sales_2024"), table_part("a:b*"), len(table_part("x" * 10_000))
    ('sales_2024', 'a%3Ab%2A', 66)
    """
    quoted = quote(name, safe="")
    if len(quoted) <= LONGEST_PLAIN:
        return quoted
    # Cryptographic, so that nobody can make up a name that falls on another one's keys.
    return f"%~{hashlib.sha256(name.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Cells:
    """Bytes on Redis that never change: their name, and the number of their chunks."""

    name: str
    chunks: int


def content_of(head: Cells, columns: Iterable[Cells]) -> str:
    """Return how a state's record names its cells: first those of the state alone.

    >>> content_of(Cells("5f1c", 1), [Cells("9f4b06", 2)])
    '5f1c/1+9f4b06/2'
    """
    return "+".join(f"{cells.name}/{cells.chunks}" for cells in (head, *columns))


def head_of(snapshot: Snapshot) -> Cells:
    """Return the cells that a state has alone."""
    return _cells(snapshot.content.partition("+")[0])


def columns_of(table: TableRecord | None) -> list[Cells]:
    """Return the columns that are kept apart for any state of a table, each once."""
    snapshots = table.snapshots if table else ()
    return list(dict.fromkeys(column for each in snapshots for column in columns_of_state(each)))


def columns_of_state(snapshot: Snapshot) -> list[Cells]:
    """Return the columns of a state that are kept apart."""
    return [_cells(text) for text in snapshot.content.split("+")[1:]]


def _cells(text: str) -> Cells:
    name, _, chunks = text.partition("/")
    return Cells(name, int(chunks))


def user_index(user_id: UserId) -> str:
    """Return the key of the sorted set of a user's sessions, by the moment at which they expire.

    >>> user_index("ada"), user_index(7)
    ('autodash:sessions:"ada"', 'autodash:sessions:7')
    """
    return f"autodash:sessions:{key_address(user_id)}"
