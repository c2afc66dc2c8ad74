"""Tells whether compiled code has a credential among its constants."""

from __future__ import annotations

import dis
import re
import types
from itertools import pairwise

from autodash_jupyter.history.credentials import has_secret_form, is_secret_name, is_secret_text

__all__ = ["has_secret"]

_NAME_OF_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_ENDS = ("STORE_", "POP_", "RETURN_", "CALL", "LOAD_ATTR")
"""After these, a text that was loaded before is another value's, or was an argument."""


def has_secret(code: types.CodeType) -> bool:
    """Whether a credential is among the constants, by its form or by where it goes.

    >>> has_secret(compile("token = 'abc'", "", "exec")), has_secret(compile("name = 'abc'", "", "exec"))
    (True, False)
    >>> has_secret(compile("token = user + '-abc'", "", "exec"))
    True
    >>> has_secret(compile("token = os.environ['TOKEN']", "", "exec"))
    False
    """
    for place, constant in enumerate(code.co_consts):
        if type(constant) is types.CodeType and has_secret(constant):
            return True
        if type(constant) in (str, bytes) and _is_secret(constant, may_be_documentation=place == 0):
            return True
        if type(constant) is tuple and any(map(is_secret_name, constant)) and _has_texts(code):
            return True  # the names of a call's arguments, or of a dict's keys
    steps = [each for each in dis.get_instructions(code) if each.opname not in ("CACHE", "RESUME", "NOP")]
    return _puts_text_into_secret(steps) or any(
        _is_text(before)
        and is_secret_name(before.argval)
        and _is_text(after)
        and not _NAME_OF_VARIABLE.fullmatch(str(after.argval))
        for before, after in pairwise(steps)
    )


def _is_secret(constant: str | bytes, *, may_be_documentation: bool) -> bool:
    if may_be_documentation and type(constant) is str:
        return has_secret_form(constant)  # "token: what it is for" is no credential
    return is_secret_text(constant)


def _puts_text_into_secret(steps: list[dis.Instruction]) -> bool:
    """Whether a text, alone or joined with others, is stored under a name of a credential."""
    has_text = False
    for step in steps:
        if _is_text(step):
            has_text |= bool(step.argval) and not _NAME_OF_VARIABLE.fullmatch(str(step.argval))
        elif step.opname.startswith("STORE_") and has_text and is_secret_name(step.argval):
            return True
        elif step.opname.startswith(_ENDS) or step.opname == "BINARY_SUBSCR":
            has_text = False
    return False


def _is_text(step: dis.Instruction) -> bool:
    return step.opname.startswith("LOAD_CONST") and type(step.argval) in (str, bytes)


def _has_texts(code: types.CodeType) -> bool:
    return any(type(constant) is str and constant for constant in code.co_consts[1:])
