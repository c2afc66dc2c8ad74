"""Reads from the calling statement what becomes of a magic's value.

``orders = %load_dataset real.csv`` reaches Python as
``orders = get_ipython().run_line_magic('load_dataset', 'real.csv')``. What the statement does with the
value stands in the caller's own instructions, right after the call: they are there also where no source
is, as under ``%%time``, and they tell two calls on one line apart.
"""

from __future__ import annotations

import dis
import sys
from dataclasses import dataclass
from types import CodeType, FrameType

__all__ = ["Use", "find_use", "read_use"]

_ASSIGNS = {"STORE_NAME", "STORE_GLOBAL", "STORE_FAST", "STORE_DEREF"}
_DROPS = {"POP_TOP", "PRINT_EXPR", "CALL_INTRINSIC_1"}  # a statement alone; as a cell's last, it is printed


@dataclass(frozen=True, slots=True)
class Use:
    """What the calling statement does with the value.

    ``as_value`` is false where the magic stands alone; ``target`` is the one plain name it is assigned
    to, else ``None``.
    """

    as_value: bool
    target: str | None = None


def find_use(namespace: object) -> Use:
    """Return how the nearest caller whose globals are the notebook's uses the value of what it calls."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the interpreter's one way to see the caller
    while frame is not None and frame.f_globals is not namespace:
        frame = frame.f_back
    return Use(as_value=False) if frame is None else read_use(frame.f_code, frame.f_lasti)


def read_use(code: CodeType, offset: int) -> Use:
    """Return how code uses the value of the call at an offset (in bytes) of its instructions.

    >>> code = compile("orders = load()", "<cell>", "exec")
    >>> call = max(one.offset for one in dis.get_instructions(code) if one.opname == "CALL")
    >>> read_use(code, call)
    Use(as_value=True, target='orders')
    """
    following = (one for one in dis.get_instructions(code) if one.offset > offset)
    after = next(following, None)
    if after is None or after.opname in _DROPS:
        return Use(as_value=False)
    if after.opname in _ASSIGNS:
        return Use(as_value=True, target=str(after.argval))
    # %%time evaluates a cell that is one expression, and so returns its value
    is_whole_cell = after.opname == "RETURN_VALUE" and code.co_name == "<module>"
    return Use(as_value=not is_whole_cell)
