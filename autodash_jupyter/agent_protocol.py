"""What an agent's server and a notebook's kernel say to each other, over two comms for each agent.

The server opens both: first ``ANSWERS_TARGET``, which only the kernel writes, then ``REQUESTS_TARGET``, which
only the server writes, with ``{"protocol", "answers"}``: the version, and the other comm's id. Two, because
ipykernel sends what comes on a comm to the thread that last wrote on it.

A request is ``{"request_id", "action", "actor", "params"}``: ``actor`` is who acts, ``action`` one of
``ACTIONS``, or ``cancel`` with the ``request_id`` of one that still waits. The kernel answers ``hello`` (with
the ``notebook``'s path, ``""`` where nobody knows it) to the opening, and to each request
``progress`` (a ``message`` for the agent, as often as there is one), then one of ``answer`` (its ``result``),
``refused`` (a ``message``) and ``cancelled``. It sends ``changed`` when a table did, and ``goodbye`` when
the extension is unloaded. All are JSON; nothing of it is ever run as code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["ACTIONS", "ANSWERS_TARGET", "NOTEBOOK_SESSION", "PROTOCOL", "REQUESTS_TARGET", "Message"]

PROTOCOL = 1
REQUESTS_TARGET = "autodash.agents"
ANSWERS_TARGET = "autodash.agents.answers"
NOTEBOOK_SESSION = "notebook"
"""What a notebook's own session is called: a server that is attached to one has no other."""

ACTIONS = frozenset(
    {
        *("list_tables", "summary", "rows", "context", "history", "query", "visualize"),
        *("load", "copy", "set_context", "run", "undo", "redo"),
    }
)
"""The methods of ``mcp.tables.Tables`` that a notebook answers, by their names."""

Message = Mapping[str, Any]
