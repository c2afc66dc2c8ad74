"""JSON as it is found: one value, one on each line, one after another, and with what doesn't belong there."""

from __future__ import annotations

import json
import re
from typing import Any

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.naming import printable

__all__ = ["parse"]

GUARD = re.compile(r"\s*(\)\]\}',?|while\s*\(1\);|for\s*\(;;\);)")
CALL = re.compile(r"\s*(?:/\*\*/)?\s*[\w$.]+\s*\((.*)\)\s*;?\s*", re.DOTALL)
STRING_OR_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])', re.DOTALL)
LINES_NAMED = 5
MOST_BAD_LINES = 0.5


def parse(text: str, notes: list[str], *, lines: bool = False) -> Any:
    """Return the value of a JSON text, with ``lines`` a list of those on its lines; remarks go to ``notes``.

    Raises ``SourceError`` where it is none.

    >>> notes = []
    >>> parse('{"a": 1}\\n{"a": oops}\\n{"a": 3}', notes, lines=True), notes
    ([{'a': 1}, {'a': 3}], ['1 line that is no JSON left out: line 2'])
    """
    if not text.strip():
        msg = "it holds nothing but blank lines"
        raise SourceError(msg)
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        return _in_pieces(text, notes, error, lines=lines)
    return [whole] if lines and not isinstance(whole, list) else whole


def _in_pieces(text: str, notes: list[str], error: json.JSONDecodeError, *, lines: bool) -> Any:
    """Return the values of a text that is not one value."""
    if error.msg == "Extra data" or lines:  # a second value after the first
        if not lines:
            notes.append("several JSON values in one file, read as NDJSON")
        values = _one_after_another(text)
        return _on_lines(text, notes) if values is None else values
    loose = _loose(text, notes)
    if loose is not None:
        return loose
    msg = f"line {error.lineno:,} is no JSON: {error.msg}"
    if error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated"):
        msg += "; it seems to be cut off"
    raise SourceError(msg) from error


def _on_lines(text: str, notes: list[str]) -> list[Any]:
    """Return the values on lines; those that are none are told, unless they are the most."""
    values, bad, first = [], [], ""
    filled = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    for number, line in filled:
        try:
            values.append(json.loads(line))
        except json.JSONDecodeError as error:
            bad.append(number)
            first = first or f"line {number:,} is no JSON: {error.msg}"
    if len(bad) > MOST_BAD_LINES * len(filled):
        raise SourceError(first)
    if bad:
        named = ", ".join(f"{number:,}" for number in bad[:LINES_NAMED]) + " ..." * (len(bad) > LINES_NAMED)
        notes.append(
            f"{len(bad):,} line{'s that are' if len(bad) > 1 else ' that is'} no JSON left out: "
            f"line{'s' * (len(bad) > 1)} {named}"
        )
        if bad[-1] == filled[-1][0]:
            notes.append(f"the last line, {bad[-1]:,}, is no whole value: the file seems to be cut off")
    return values


def _one_after_another(text: str) -> list[Any] | None:
    """Return values that follow each other on as many lines as they want, ``None`` where there are others."""
    decoder, at, values = json.JSONDecoder(), 0, []
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            return None
        values.append(value)
        rest = text[at : at + 64].lstrip(" \t\r\n,\x1e")
        while at < len(text) and text[at] in " \t\r\n,\x1e":
            at += 1
        if not rest and at >= len(text):
            break
    return values


def _loose(text: str, notes: list[str]) -> Any:
    """Return the value in a text with comments, commas too many, or code around it, ``None`` if that is not
    it."""
    bare = GUARD.sub("", text, count=1)
    call = CALL.fullmatch(bare)
    bare = call[1] if call else bare
    without = STRING_OR_COMMENT.sub(lambda found: found[1] or " ", bare)
    cleaned = STRING_OR_COMMA.sub(lambda found: found[1] or "", without)
    try:
        value = json.loads(cleaned)
    except json.JSONDecodeError:
        return None
    what = [
        "code around it" if bare != text else "",
        "comments" if without != bare else "",
        "commas too many" if cleaned != without else "",
    ]
    notes.append(f"no strict JSON: {printable(' and '.join(filter(None, what)))} left out")
    return value
