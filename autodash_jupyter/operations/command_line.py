"""Reads the parameters of an operation as a person types them after ``%op``: ``columns=price,qty how=any``.

The parameter model says what each value is: a list is divided by commas, a dict by commas and colons; quotes
keep what they enclose together, and JSON is understood too. Words without ``=`` go to parameters in order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, get_args, get_origin

from autodash_jupyter.operations.failures import OperationError
from autodash_jupyter.operations.parameters import parameter_of
from autodash_jupyter.operations.registry import TableOperation
from autodash_jupyter.operations.wording import one_line_text

__all__ = ["complete_parameter", "describe_operation", "read_parameters", "split_outside_quotes"]

_NAMED = re.compile(r"(?:--)?([A-Za-z_]\w*)=(.*)", re.DOTALL)
_FLAG = re.compile(r"--([A-Za-z_]\w*)")
_CLOSING = {"[": "]", "{": "}", "(": ")"}
_WORDS = {"true": True, "false": False, "null": None, "none": None}


def read_parameters(operation: TableOperation, text: str) -> dict[str, Any]:
    """Return what was typed after an operation's name, by parameter; the model checks the values.

    Raises OperationError where a quote isn't closed, or there are more words than parameters.

    >>> from autodash_jupyter.operations.registry import find_operation
    >>> read_parameters(find_operation("drop_missing"), "columns=price,'unit cost' how=any")
    {'columns': ['price', 'unit cost'], 'how': 'any'}
    >>> read_parameters(find_operation("filter_rows"), "price > 10 and status = 'open'")
    {'expression': "price > 10 and status = 'open'"}
    """
    fields = operation.parameters.model_fields
    text, given = _take_expression(operation, text.strip())
    waiting = [name for name in fields if name not in given]
    for word in split_outside_quotes(text, " \t"):
        named, flag = _NAMED.fullmatch(word), _FLAG.fullmatch(word)
        name, raw = (named[1], named[2]) if named else (flag[1], "true") if flag else ("", word)
        if not name:
            name, more = _next_parameter(operation, waiting, given, word)
            if more:
                given[name] += _value(fields[name].annotation, raw)
                continue
        elif name in given:
            raise OperationError(f"{operation.name}: {one_line_text(name)}= is there twice; leave one out.")
        given[name] = _value(fields[name].annotation, raw) if name in fields else raw
        waiting = [each for each in waiting if each != name]
    return given


def _next_parameter(
    operation: TableOperation, waiting: list[str], given: dict[str, Any], word: str
) -> tuple[str, bool]:
    """Return the parameter a word without ``=`` is for, and whether it is one more item of its list."""
    last = next(reversed(given), "")
    if last and isinstance(given[last], list):
        return last, True
    if not waiting:
        raise OperationError(f"{operation.name} has no parameter for '{one_line_text(word)}'; see --help.")
    return waiting[0], False


def _take_expression(operation: TableOperation, text: str) -> tuple[str, dict[str, Any]]:
    """Take an expression, which holds spaces and ``=`` of its own, out of a line."""
    fields = operation.parameters.model_fields
    name = next((each for each in fields if parameter_of(operation, each) == "expression"), None)
    if name is None or not text:
        return text, {}
    others = "|".join(re.escape(each) for each in fields if each != name)
    start = re.search(rf"(?:^|\s){re.escape(name)}=", text)
    if start is None:
        first = split_outside_quotes(text, " \t")[0]
        if others and re.match(rf"(?:{others})=", first):
            return text, {}
        return "", {name: _unquoted(text)}
    rest = text[start.end() :]
    stop = re.search(rf"\s(?:{others})=", rest) if others else None
    end = stop.start() if stop else len(rest)
    return text[: start.start()] + rest[end:], {name: _unquoted(rest[:end].strip())}


def split_outside_quotes(text: str, separators: str) -> list[str]:
    """Return the parts of a text between separators that stand outside quotes and brackets.

    Raises OperationError where a quote or a bracket isn't closed.

    >>> split_outside_quotes("a,'b,c',[d,e]", ",")
    ['a', "'b,c'", '[d,e]']
    """
    parts, part, quote, open_brackets = [], "", "", []
    previous = ""
    for character in text:
        if quote:
            quote = "" if character == quote and previous != "\\" else quote
        elif character in "\"'" and (not part or not previous.isalnum()):  # not the apostrophe of a word
            quote = character
        elif character in _CLOSING:
            open_brackets.append(_CLOSING[character])
        elif open_brackets and character == open_brackets[-1]:
            open_brackets.pop()
        previous = character
        if character in separators and not quote and not open_brackets:
            parts.append(part)
            part = ""
        else:
            part += character
    if quote or open_brackets:
        raise OperationError(f"A {quote or open_brackets[-1]} isn't closed in: {one_line_text(text)}")
    return [each for each in [*parts, part] if each.strip()]


def _unquoted(text: str) -> str:
    if (
        len(text) > 1
        and text[0] == text[-1]
        and text[0] in "\"'"
        and text[0] not in text[1:-1].replace(f"\\{text[0]}", "")
    ):
        return text[1:-1].replace(f"\\{text[0]}", text[0])
    return text


def _value(annotation: Any, raw: str) -> Any:
    kinds = [annotation, *get_args(annotation)]
    lists = next((each for each in kinds if get_origin(each) is list), None)
    dicts = next((each for each in kinds if get_origin(each) is dict), None)
    if raw[:1] in ("[", "{") and (lists or dicts):
        try:
            return json.loads(raw)
        except ValueError:
            raw = raw.strip()[1:-1]
    if raw.lower() in ("none", "null") and type(None) in kinds and not lists:
        return None
    if dicts is not None:
        return dict(_pair(each, get_args(dicts)[1]) for each in split_outside_quotes(raw, ","))
    if lists is not None:
        [item] = get_args(lists)
        return [_scalar(item, each.strip()) for each in split_outside_quotes(raw, ",")]
    return _scalar(annotation, raw)


def _pair(text: str, kind: Any) -> tuple[str, Any]:
    parts = split_outside_quotes(text, ":")
    if len(parts) != 2:
        raise OperationError(
            f"'{one_line_text(text)}' is no pair; write name:value, quoted where it holds a colon."
        )
    return _unquoted(parts[0].strip()), _scalar(kind, parts[1].strip())


def _scalar(kind: Any, raw: str) -> Any:
    """Return a word as the number, flag or text it looks like, where any of these may stand."""
    text = _unquoted(raw)
    if text != raw or not {str, float} <= set(get_args(kind)):
        return text
    if raw.lower() in _WORDS:
        return _WORDS[raw.lower()]
    for number in (int, float):
        try:
            return number(raw)
        except ValueError:
            continue
    return text


def complete_parameter(operation: TableOperation, typed: str, labels: Iterable[object]) -> list[str]:
    """Return how a word of ``%op`` may go on: a parameter, or after its ``=`` the choices or columns.

    >>> from autodash_jupyter.operations.registry import find_operation
    >>> complete_parameter(find_operation("drop_missing"), "columns=price,", ["price", "unit cost"])
    ['columns=price,price', "columns=price,'unit cost'"]
    >>> complete_parameter(find_operation("drop_missing"), "how=", [])
    ['how=any', 'how=all']
    """
    fields = operation.parameters.model_fields
    name, equals, begun = typed.partition("=")
    if not equals or name not in fields:
        return [f"{each}=" for each in fields]
    before = begun[: begun.rfind(",") + 1]
    offered: list[str] = _choices(fields[name].annotation)
    if parameter_of(operation, name) == "column" and ":" not in begun[len(before) :]:
        offered = [str(label) if str(label).isidentifier() else repr(str(label)) for label in labels]
    return [f"{name}={before}{each}" for each in offered]


def describe_operation(operation: TableOperation) -> str:
    """Return an operation's help: what it does, its parameters, and an example.

    >>> from autodash_jupyter.operations.registry import find_operation
    >>> print(describe_operation(find_operation("head")).splitlines()[0])
    %op TABLE head [rows=...]
    """
    fields = operation.parameters.model_fields
    usage = [f"{name}=..." if field.is_required() else f"[{name}=...]" for name, field in fields.items()]
    lines = [" ".join(["%op TABLE", operation.name, *usage]), "", operation.summary, ""]
    for name, field in fields.items():
        default = "" if field.is_required() or field.default is None else f" (default: {field.default})"
        choices = "|".join(_choices(field.annotation))
        lines.append(f"  {name}{f' {choices}' if choices else ''}: {field.description}{default}")
    return "\n".join([*lines, "", f"example: {example_of(operation)}"])


def _choices(kind: Any) -> list[str]:
    found: list[str] = []
    for each in get_args(kind):
        found += [each] if isinstance(each, str) else _choices(each)
    return found


def example_of(operation: TableOperation) -> str:
    """Return a line that shows how an operation is typed."""
    fields = operation.parameters.model_fields
    words = [_EXAMPLES.get(f"{operation.name}.{name}", _EXAMPLES.get(name, "")) for name in fields]
    given = [
        f"{name}={word}"
        for (name, field), word in zip(fields.items(), words, strict=True)
        if word and (field.is_required() or f"{operation.name}.{name}" in _EXAMPLES)
    ]
    return " ".join(["%op sales", operation.name, *given])


_EXAMPLES = {
    "rows": "0,1",
    "columns": "price",
    "column": "price",
    "by": "region",
    "old": "n/a,-",
    "types": "price:number,day:date",
    "index": "day",
    "values": "price",
    "window": "7",
    "other": "shops",
    "others": "march,april",
    "expression": "\"price > 10 and status = 'open'\"",
    "rename.columns": "prc:price",
    "head.rows": "10",
    "tail.rows": "10",
    "sample.rows": "100",
    "slice.start": "10",
    "slice.stop": "20",
    "fill_missing.columns": "price",
    "fill_missing.method": "median",
    "drop_missing.columns": "price",
    "drop_missing.how": "any",
    "pivot_table.columns": "region",
    "group_by_agg.aggregations": "price:mean",
    "apply_custom.column": "total",
    "apply_custom.expression": '"price * qty"',
    "date_features.column": "day",
    "merge.on": "shop",
    "bin.bins": "4",
    "interaction.columns": "price,qty",
}
