"""Tells what looks like a credential, by its name or its form, so that it stays in memory only."""

from __future__ import annotations

import dis
import re
import types
from itertools import pairwise
from typing import Any

__all__ = ["REASON", "has_secret", "is_secret_name", "is_secret_text", "masked", "without_secrets"]

REASON = "not kept: it looks like a credential"

_NAME = (
    r"(?:pass_?(?:word|wd|phrase|code)|passwd|pwd|secret|token|api_?key|access_?key|private_?key|auth_?key"
    r"|credential|signing_?key|connection_?string|conn_?str|bearer)"
)
_SECRET_NAME = re.compile(_NAME, re.IGNORECASE)
_NOT_SECRET_NAME = re.compile(
    r"token(?:s|ize|izer|ized|_count|_ids?|_type)$|(?:count|n|num|max|min)_?tokens?", re.IGNORECASE
)
_FORM = (
    r"(?:\bsk-[\w-]{16,}|\b[sr]k_(?:live|test)_\w{10,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}"
    r"|\bxox[abeoprs]-[\w-]{10,}|\b(?:AKIA|ASIA|AROA)[A-Z0-9]{12,}|\bAIza[\w-]{30,}|\bhf_\w{20,}"
    r"|\bglpat-[\w-]{16,}|\bnpm_\w{30,}|\bpypi-[\w-]{30,}|\bdop_v1_\w{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\bAccountKey=[\w+/=]{20,}|://[^/@\s:'\"]*:[^/@\s'\"]+@|\b[Bb]earer [\w.~+/-]{16,})"
)
_SECRET_FORM = re.compile(_FORM)
_ASSIGNED = re.compile(
    rf"(?P<name>\w*{_NAME}\w*)(?P<between>[\"']?\]?\s*"
    r"(?::[ \w\[\].|]+=|[=!]=|[:=]|,)\s*[(\[]?\s*[rbfuRBFU]{0,2})"
    r"(?P<quote>\"\"\"|'''|\"|')(?P<text>.*?)(?P=quote)",
    re.IGNORECASE | re.DOTALL,
)
_ENVIRONMENT = re.compile(
    rf"^(?P<start>\s*[%!]\s*(?:env|set_env|export|set)\s+(?P<name>\w*{_NAME}\w*)\s*[= ]\s*)(?P<text>.+)$",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST = 1 << 14
_HIDDEN = "(hidden)"


def is_secret_name(name: object) -> bool:
    """Whether a variable, key or attribute of this name holds a credential.

    >>> is_secret_name("db_password"), is_secret_name("API_KEY"), is_secret_name("max_tokens")
    (True, True, False)
    """
    return (
        type(name) is str and _SECRET_NAME.search(name) is not None and _NOT_SECRET_NAME.search(name) is None
    )


def is_secret_text(text: str | bytes) -> bool:
    """Whether a text has the form of a credential, or contains one.

    >>> is_secret_text("postgresql://me:hunter2@db/sales"), is_secret_text("a plain text")
    (True, False)
    """
    if len(text) < 8:
        return False
    start = text[:_LONGEST]
    return _SECRET_FORM.search(start if isinstance(start, str) else start.decode("latin-1")) is not None


def masked(code: str) -> str:
    """Return a cell's code with its credentials hidden.

    >>> masked("password = 'hunter2'; n = 1")
    "password = '(hidden)'; n = 1"
    """
    hidden = _ENVIRONMENT.sub(lambda found: found["start"] + _HIDDEN, code)
    hidden = _ASSIGNED.sub(_hide_text, hidden)
    return _SECRET_FORM.sub(_HIDDEN, hidden)


def _hide_text(found: re.Match[str]) -> str:
    if not is_secret_name(found["name"]):
        return found[0]
    return f"{found['name']}{found['between']}{found['quote']}{_HIDDEN}{found['quote']}"


def without_secrets(mapping: dict[Any, Any], placeholder: Any) -> dict[Any, Any]:
    """Return a mapping with the texts under such names replaced; the same one where there are none."""
    found = [
        name
        for name, value in mapping.items()
        if type(value) in (str, bytes) and value and is_secret_name(name)
    ]
    return {**mapping, **dict.fromkeys(found, placeholder)} if found else mapping


def has_secret(code: types.CodeType) -> bool:
    """Whether compiled code has a credential among its constants.

    >>> has_secret(compile("token = 'abc'", "", "exec")), has_secret(compile("name = 'abc'", "", "exec"))
    (True, False)
    """
    for constant in code.co_consts:
        if type(constant) is types.CodeType and has_secret(constant):
            return True
        if type(constant) in (str, bytes) and is_secret_text(constant):
            return True
        if type(constant) is tuple and any(map(is_secret_name, constant)) and _has_texts(code):
            return True  # the names of a call's arguments, or of a dict's keys
    steps = [each for each in dis.get_instructions(code) if each.opname not in ("CACHE", "RESUME")]
    return any(
        type(before.argval) in (str, bytes)
        and before.opname.startswith("LOAD_CONST")
        and (
            (after.opname.startswith("STORE_") and is_secret_name(after.argval))
            or (
                after.opname.startswith("LOAD_CONST")
                and is_secret_name(before.argval)
                and type(after.argval) is str
            )
        )
        for before, after in pairwise(steps)
    )


def _has_texts(code: types.CodeType) -> bool:
    return any(type(constant) is str and constant for constant in code.co_consts[1:])
