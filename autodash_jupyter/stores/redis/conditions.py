"""What the script that writes on a condition is told of each record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autodash_jupyter.stores.encoded import Entry
from autodash_jupyter.stores.redis.layout import tail
from autodash_jupyter.stores.redis.scripts import ANY

__all__ = ["condition_arguments"]


def condition_arguments(
    digests: Sequence[str],
    changes: Mapping[str, Entry | None],
    expected: Mapping[str, str],
    orders: Mapping[str, str],
) -> list[str]:
    """Return the arguments of ``PUT_IF`` for these records.

    ``changes`` has what is to be put, or ``None`` to remove it; ``expected`` the revisions, or ``""`` where
    nothing may be there. A record may be in either of them, or in both.

    >>> condition_arguments(["5a", "5b"], {"5a": Entry("1", "1", "{}")}, {"5b": "c0ffee"}, {"5a": "7"})
    ['5a', '*', 'put', '7', '2:...:1', '{}', '5b', 'c0ffee', '', '', '', '']
    """
    arguments: list[str] = []
    for digest in digests:
        arguments += digest, expected.get(digest, ANY)
        entry = changes.get(digest)
        if entry is not None:
            arguments += "put", orders[digest], tail(entry), entry.value
        else:
            arguments += ("remove" if digest in changes else ""), "", "", ""
    return arguments
