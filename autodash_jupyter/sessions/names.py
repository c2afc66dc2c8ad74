"""The ids of sessions, the names of tables, and tables: what may be one."""

from __future__ import annotations

import uuid

from autodash_jupyter.sessions.failures import InvalidSessionIdError, SessionError

__all__ = ["check_frame", "checked_session_id", "checked_table_name", "new_session_id", "shown"]

LONGEST_SHOWN = 80


def new_session_id() -> str:
    """Return a new id, which nobody can guess."""
    return str(uuid.uuid4())


def checked_session_id(session_id: object) -> str:
    """Return an id as sessions are kept under it; ``InvalidSessionIdError`` for what is no UUID.

    >>> checked_session_id("0C9E2B5E-35C5-4B4C-9A3B-2F0C5B1C9D7E")
    '0c9e2b5e-35c5-4b4c-9a3b-2f0c5b1c9d7e'
    """
    text = str(session_id) if isinstance(session_id, str | uuid.UUID) else ""
    try:
        plain = str(uuid.UUID(text))
    except ValueError:
        plain = ""
    if not plain or plain != text.lower():
        msg = (
            f"{shown(session_id)} is no id of a session: give a UUID such as "
            "0c9e2b5e-35c5-4b4c-9a3b-2f0c5b1c9d7e, or none to get a new one"
        )
        raise InvalidSessionIdError(msg)
    return plain


def checked_table_name(name: object) -> str:
    """Return the name of a table; ``SessionError`` for what is no text, or an empty one.

    >>> checked_table_name("sales: *2024*")
    'sales: *2024*'
    """
    if not isinstance(name, str):
        msg = f"a table's name is a text, not a {type(name).__name__}"
        raise SessionError(msg)
    if not name.strip():
        msg = "a table's name can't be empty: call it current, for example"
        raise SessionError(msg)
    try:
        name.encode()
    except UnicodeEncodeError:
        msg = f"the table's name {shown(name)} holds half a character: write it anew"
        raise SessionError(msg) from None
    return name


def check_frame(frame: object) -> None:
    """Raise ``SessionError`` for what is no frame of pandas."""
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        kind = f"{type(frame).__module__.partition('.')[0]}.{type(frame).__name__}"
        msg = f"a session keeps frames of pandas, and this is a {kind}: give its .to_pandas(), if it has one"
        raise SessionError(msg)


def shown(value: object) -> str:
    """Return a value as a message shows it: in quotes, on one line, not too long.

    >>> shown("two\\nlines"), len(shown("x" * 10_000))
    ("'two\\\\nlines'", 85)
    """
    text = value if isinstance(value, str) else repr(value)
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}...")
