"""Tells what looks like a credential, by its name or its form, so that it stays in memory only."""

from __future__ import annotations

import re
from typing import Any

__all__ = [
    "FORM",
    "HIDDEN_TEXT",
    "NAME",
    "REASON",
    "has_secret_form",
    "hidden_in",
    "is_opaque",
    "is_secret_name",
    "is_secret_text",
    "without_secrets",
]

REASON = "not kept: it looks like a credential"
HIDDEN_TEXT = "(hidden)"

NAME = (
    r"(?:pass_?(?:word|wd|phrase|code)|passwd|pwd|secret|token|api_?key|access_?key|private_?key|auth_?key"
    r"|credential|signing_?key|connection_?string|conn_?str|bearer|authorization)"
)
_SECRET_NAME = re.compile(NAME, re.IGNORECASE)
_NOT_SECRET_NAME = re.compile(
    r"token(?:s|ize|izer|ized|_count|_ids?|_type)$|(?:count|n|num|max|min)_?tokens?", re.IGNORECASE
)

FORM = (
    r"(?:\bsk-[\w-]{16,}|\b[sr]k_(?:live|test)_\w{10,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}"
    r"|\bxox[abeoprs]-[\w-]{10,}|\b(?:AKIA|ASIA|AROA)[A-Z0-9]{12,}|\bAIza[\w-]{30,}|\bhf_\w{20,}"
    r"|\bglpat-[\w-]{16,}|\bnpm_\w{30,}|\bpypi-[\w-]{30,}|\bdop_v1_\w{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-]*-----END [A-Z ]*PRIVATE KEY-----|[\w+/=\s\\]*)"
    r"|\bAccountKey=[\w+/=]{20,}|://[^/@\s:'\"]*:[^/@\s'\"]+@|\b[Bb]earer [\w.~+/-]{16,}"
    r"|\b[Bb]asic [\w+/]{12,}={1,2}|\b[Aa]uthorization['\"]?\s*[:=]\s*['\"]?[A-Za-z]+ [\w.~+/=-]{3,})"
)
"""What is a credential by its form, as Python's, Arrow's and polars' expressions understand it."""

_SECRET_FORM = re.compile(FORM)
_MARKS = (
    *("sk-", "k_live_", "k_test_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "xox", "AKIA"),
    *("ASIA", "AROA", "AIza", "hf_", "glpat-", "npm_", "pypi-", "dop_v1_", "SG.", "eyJ", "PRIVATE KEY-----"),
    *("AccountKey=", "://", "earer ", "asic ", "uthorization"),
)
"""One of these is in every text of such a form: to look for them first makes a long text cheap."""

_REST = r"[^\s\"'<>{}\[\](),;]"
_SAID = re.compile(  # a word that others follow is prose
    rf"(?<!\w)(?P<name>\w{{0,40}}?{NAME}\w{{0,40}})(?P<between>[\"']?\s{{0,9}}(?::=?|=)\s{{0,9}}[\"']?)"
    r"(?!(?:str|string|int|bool|bytes|list|dict|none|null|true|false|optional|required|the|an?|your|must|should"
    r"|is|not|invalid|missing|expired|ok|any|type)\b)"
    rf"(?P<text>(?={_REST}*[0-9]){_REST}{{3,}}|{_REST}{{3,}}(?=\s*(?:$|[\"'<>{{}}\[\](),;\n])))",
    re.IGNORECASE,
)
_LONG, _NEAR, _AROUND = 1 << 14, 1 << 12, 400
_OPAQUE = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9])\S{16,}")


def is_secret_name(name: object) -> bool:
    """Whether a variable, key or attribute of this name holds a credential.

    >>> is_secret_name("db_password"), is_secret_name("API_KEY"), is_secret_name("max_tokens")
    (True, True, False)
    """
    return (
        type(name) is str and _SECRET_NAME.search(name) is not None and _NOT_SECRET_NAME.search(name) is None
    )


def is_secret_text(text: str | bytes) -> bool:
    """Whether a text has the form of a credential, contains one, or says near its start that it does.

    >>> is_secret_text("postgresql://me:hunter2@db/sales"), is_secret_text("with token: abc1")
    (True, True)
    >>> is_secret_text("a plain text"), is_secret_text("max_tokens: 500")
    (False, False)
    """
    if len(text) < 8:
        return False
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    if has_secret_form(text):
        return True
    start = text[:_NEAR]
    is_said = ":" in start or "=" in start  # which is quicker to see than the rest
    return is_said and any(is_secret_name(found["name"]) for found in _SAID.finditer(start))


def has_secret_form(text: str) -> bool:
    """Whether a text contains a credential that is known by its form, anywhere.

    >>> has_secret_form("x" * 100_000 + " AKIA" + "A1" * 8), has_secret_form("token: abc1")
    (True, False)
    """
    if len(text) <= _LONG:
        return any(mark in text for mark in _MARKS) and _SECRET_FORM.search(text) is not None
    for mark in _MARKS:
        at = text.find(mark)
        while at >= 0:
            if _SECRET_FORM.search(text, max(0, at - _AROUND), at + _AROUND):
                return True
            at = text.find(mark, at + _AROUND)
    return False


def is_opaque(text: object) -> bool:
    """Whether a text is what a machine would make as a key: long, in one piece, of letters and digits.

    >>> is_opaque("9f8a7b6c5d4e3f2a"), is_opaque("unbelievable"), is_opaque("a few words, 12 of them")
    (True, False, False)
    """
    return type(text) is str and (_OPAQUE.fullmatch(text[:_LONG]) is not None or has_secret_form(text))


def hidden_in(text: str) -> str:
    """Return a text with the credentials in it hidden.

    >>> hidden_in("login with token: abc1 now")
    'login with token: (hidden) now'
    """
    text = _SECRET_FORM.sub(HIDDEN_TEXT, text)
    return _SAID.sub(_hide, text)


def _hide(found: re.Match[str]) -> str:
    return f"{found['name']}{found['between']}{HIDDEN_TEXT}" if is_secret_name(found["name"]) else found[0]


def without_secrets(mapping: dict[Any, Any], placeholder: Any) -> dict[Any, Any]:
    """Return a mapping with the texts under such names replaced; the same one where there are none."""
    found = [
        name
        for name, value in mapping.items()
        if type(value) in (str, bytes) and value and is_secret_name(name)
    ]
    return {**mapping, **dict.fromkeys(found, placeholder)} if found else mapping
