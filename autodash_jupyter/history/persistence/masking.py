"""Hides credentials in a cell's code, before it is written as a step's label.

Python is read as a tree: whatever text goes into something called a password is hidden, however it is put
together. Magics, other languages and what doesn't parse are searched line by line.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from itertools import pairwise

from autodash_jupyter.history.credentials import (
    HIDDEN_TEXT,
    NAME,
    hidden_in,
    is_secret_name,
    is_secret_text,
)

__all__ = ["masked"]

_MAGIC_LINE = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
_OTHER_LANGUAGE = re.compile(r"\s*%%(?!time\b|timeit\b|capture\b|prun\b|python3?\b|notify\b)")
_ENVIRONMENT = re.compile(
    rf"^(?P<start>\s*[%!]\s*(?:env|set_env|export|set)\s+(?P<name>\w*{NAME}\w*)\s*[= ]\s*)(?P<text>.+)$",
    re.IGNORECASE | re.MULTILINE,
)
_TOLD_LINE = re.compile(rf"^.*{NAME}.*$", re.IGNORECASE | re.MULTILINE)
_TEXT = re.compile(
    r"[rbfu]{0,2}(?:\"\"\".*?\"\"\"|'''.*?'''|\"[^\"\n]*\"|'[^'\n]*')", re.IGNORECASE | re.DOTALL
)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")

Span = tuple[int, int, int, int]


def masked(code: str) -> str:
    """Return a cell's code with its credentials hidden.

    >>> masked("password = 'hunter2'; n = 1")
    "password = '(hidden)'; n = 1"
    >>> masked("token = user + 'abc'  # token: abc")
    "token = user + '(hidden)'  # token: (hidden)"
    """
    code = _ENVIRONMENT.sub(lambda found: found["start"] + HIDDEN_TEXT, code)
    if _OTHER_LANGUAGE.match(code):
        return _masked_lines(code)
    code = _MAGIC_LINE.sub(lambda found: _masked_lines(found[0]), code)
    python = _MAGIC_LINE.sub(lambda found: "#" * len(found[0].encode()), code)
    try:
        spans = [*_spans(ast.parse(python)), *_comments(python)]
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError):
        return _masked_lines(code)
    return _replaced(code, spans)


def _masked_lines(code: str) -> str:
    """Hide every text on a line that names a credential, and what has the form of one."""
    return hidden_in(_TOLD_LINE.sub(lambda found: _TEXT.sub(_hidden_text, found[0]), code))


def _hidden_text(found: re.Match[str]) -> str:
    return found[0] if _is_variable(found[0].strip("rbfuRBFU\"'")) else repr(HIDDEN_TEXT)


def _replaced(code: str, spans: Iterable[tuple[Span, str]]) -> str:
    lines = code.encode().split(b"\n")
    for (line, column, end_line, end_column), text in reversed(_outermost(spans)):
        rest = lines[end_line - 1][end_column:]
        lines[line - 1 : end_line] = [lines[line - 1][:column] + text.encode() + rest]
    return b"\n".join(lines).decode()


def _outermost(spans: Iterable[tuple[Span, str]]) -> list[tuple[Span, str]]:
    """Return spans in order, without those that lie within others."""
    found: list[tuple[Span, str]] = []
    end = (0, 0)
    for span, text in sorted(spans, key=lambda each: (each[0][:2], (-each[0][2], -each[0][3]))):
        if span[:2] >= end:
            found.append((span, text))
            end = span[2:]
    return found


def _comments(code: str) -> Iterator[tuple[Span, str]]:
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT and (text := hidden_in(token.string)) != token.string:
            line, start = token.start[0], len(token.line[: token.start[1]].encode())
            yield (line, start, line, start + len(token.string.encode())), text


def _spans(tree: ast.AST) -> Iterator[tuple[Span, str]]:
    """Yield where texts to be hidden are, and what is to be there; some lie within others."""
    for node in ast.walk(tree):
        for value in _values_of_credentials(node):
            yield from _texts(value)
        text = _own_text(node)
        if text is not None and is_secret_text(text):
            yield from _texts(node, every=True)


def _values_of_credentials(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901, PLR0912 - a case for each way
    """Yield the expressions whose value goes into something that is called a credential."""
    match node:
        case ast.Assign(targets=targets, value=value):
            if any(_is_credential(each) for each in targets):
                yield value
        case (
            ast.AnnAssign(target=target, value=ast.AST() as value) | ast.AugAssign(target=target, value=value)
        ):
            if _is_credential(target):
                yield value
        case ast.NamedExpr(target=target, value=value):
            if _is_credential(target):
                yield value
        case ast.keyword(arg=str(name), value=value):
            if is_secret_name(name):
                yield value
        case ast.Dict(keys=keys, values=values):
            yield from (value for key, value in zip(keys, values, strict=True) if _is_credential(key))
        case ast.Compare(left=left, comparators=others):
            if any(map(_is_credential, (left, *others))):
                yield from (left, *others)
        case ast.Call(args=items) | ast.Tuple(elts=items) | ast.List(elts=items):
            yield from (after for before, after in pairwise(items) if _is_credential_name(before))
        case ast.arguments():
            yield from _defaults(node)
        case ast.FunctionDef(name=name, body=body) if is_secret_name(name):
            yield from (each for part in body for each in ast.walk(part) if isinstance(each, ast.Return))


def _defaults(node: ast.arguments) -> Iterator[ast.AST]:
    by_place = [*node.posonlyargs, *node.args]
    pairs = [*zip(reversed(by_place), reversed(node.defaults), strict=False)]
    pairs += [(one, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value]
    yield from (value for one, value in pairs if is_secret_name(one.arg))


def _is_credential(node: ast.AST | None) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return is_secret_name(name)
        case ast.Subscript(slice=key):
            return _is_credential_name(key)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return any(map(_is_credential, parts))
        case ast.Starred(value=value):
            return _is_credential(value)
    return _is_credential_name(node)


def _is_credential_name(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and is_secret_name(node.value)


def _own_text(node: ast.AST) -> str | None:
    """Return a text written in the code; of a formatted one, a brace for each value."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{" for part in node.values)
    text = node.value if isinstance(node, ast.Constant) else None
    if isinstance(text, bytes):
        return text.decode("latin-1")
    return text if isinstance(text, str) else None


def _texts(value: ast.AST, *, every: bool = False) -> Iterator[tuple[Span, str]]:
    """Yield where the texts of an expression are, but for names of environment variables."""
    text = _own_text(value)
    if text is not None:
        if text and (every or not _is_variable(text)):
            span = value.lineno, value.col_offset, value.end_lineno, value.end_col_offset  # type: ignore[attr-defined]
            is_bytes = isinstance(value, ast.Constant) and type(value.value) is bytes
            yield span, f"{'b' if is_bytes else ''}{HIDDEN_TEXT!r}"
        return
    for part in ast.iter_child_nodes(value):
        yield from _texts(part)


def _is_variable(text: str) -> bool:
    return _VARIABLE.fullmatch(text) is not None and is_secret_name(text)
