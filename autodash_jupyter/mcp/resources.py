"""Previews, profiles and contexts of tables as resources, each with an address of its own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from autodash_jupyter.errors import AutoDashError, did_you_mean
from autodash_jupyter.mcp.tables import TableChanged, Tables
from autodash_jupyter.table_answers.limits import MOST_COLUMNS_DESCRIBED
from autodash_jupyter.table_answers.records import answer_as_dict

if TYPE_CHECKING:
    import mcp_types as types

__all__ = ["TableAddress", "addresses_of", "list_resources", "read_resource", "resource_templates"]

KINDS = {
    "preview": ("application/json", "The first rows of the table"),
    "profile": ("application/json", "What each column of the table is, personal values masked"),
    "context": ("text/markdown", "What is written about the table"),
}
_ADDRESS = re.compile(r"autodash://sessions/([^/]+)/tables/([^/]+)/([a-z]+)")
_PREVIEW_ROWS = 20
_PAGE = 300


@dataclass(frozen=True, slots=True)
class TableAddress:
    """What a resource is about: a session, a table, and ``preview``, ``profile`` or ``context``.

    >>> str(TableAddress("1", "unit prices", "preview"))
    'autodash://sessions/1/tables/unit%20prices/preview'
    >>> TableAddress.of("autodash://sessions/1/tables/unit%20prices/preview").table
    'unit prices'
    """

    session_id: str
    table: str
    kind: str

    def __str__(self) -> str:
        session_id, table = quote(self.session_id, safe=""), quote(self.table, safe="")
        return f"autodash://sessions/{session_id}/tables/{table}/{self.kind}"

    @classmethod
    def of(cls, uri: str) -> TableAddress:
        """Return what an address means; raises AutoDashError where it means nothing."""
        found = _ADDRESS.fullmatch(uri)
        if found is None or found[3] not in KINDS:
            hint = did_you_mean(found[3], KINDS) if found is not None else ""
            msg = (
                f"There is no such resource.{hint} Addresses are like "
                "autodash://sessions/SESSION/tables/TABLE/preview (or profile, or context)."
            )
            raise AutoDashError(msg)
        return cls(unquote(found[1]), unquote(found[2]), found[3])


def addresses_of(change: TableChanged) -> tuple[str, ...]:
    """Return the addresses of what a change made another."""
    kinds = ("context", "profile") if change.what == "context" else tuple(KINDS)
    return tuple(str(TableAddress(change.session_id, change.table, kind)) for kind in kinds)


def list_resources(tables: Tables, cursor: str | None) -> types.ListResourcesResult:
    """Return a part of the resources there are; ``cursor`` is where the last part ended.

    Raises:
        AutoDashError: The cursor is none.
    """
    import mcp_types as types

    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        msg = "That cursor is none of this server's; leave it out to begin anew."
        raise AutoDashError(msg)
    start = int(cursor or 0)
    found = [
        TableAddress(session_id, table, kind)
        for session_id, names in tables.names().items()
        for table in names
        for kind in KINDS
    ]
    part = found[start : start + _PAGE]
    return types.ListResourcesResult(
        resources=[
            types.Resource(
                uri=str(address),
                name=f"{address.table} {address.kind}",
                description=KINDS[address.kind][1],
                mime_type=KINDS[address.kind][0],
            )
            for address in part
        ],
        next_cursor=str(start + _PAGE) if start + _PAGE < len(found) else None,
    )


def resource_templates() -> types.ListResourceTemplatesResult:
    """Return how the addresses of resources are made."""
    import mcp_types as types

    return types.ListResourceTemplatesResult(
        resource_templates=[
            types.ResourceTemplate(
                uri_template=f"autodash://sessions/{{session_id}}/tables/{{table}}/{kind}",
                name=f"table {kind}",
                description=description,
                mime_type=mime_type,
            )
            for kind, (mime_type, description) in KINDS.items()
        ]
    )


def read_resource(tables: Tables, uri: str) -> types.ReadResourceResult:
    """Return what is at an address, as it is now; raises AutoDashError where there is nothing."""
    import mcp_types as types

    at = TableAddress.of(uri)
    if at.kind == "context":
        text = tables.context(at.session_id, at.table).document
    else:
        answer = (
            tables.rows(at.session_id, at.table, offset=0, limit=_PREVIEW_ROWS, columns=())
            if at.kind == "preview"
            else tables.summary(at.session_id, at.table, column_offset=0, columns=MOST_COLUMNS_DESCRIBED)
        )
        text = json.dumps(answer_as_dict(answer), ensure_ascii=False)
    content = types.TextResourceContents(uri=uri, mime_type=KINDS[at.kind][0], text=text)
    return types.ReadResourceResult(contents=[content])
