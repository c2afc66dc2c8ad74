r"""A model's answer read with patience: fields between markers, or JSON; what can't be read is named.

>>> from autodash_jupyter.language_model.tasks import Output
>>> outputs = {"text": Output("-"), "words": Output("-", list[str])}
>>> read_answer('[[ ## text ## ]]\nHello\n[[ ## words ## ]]\n```json\n["a", "b"]\n```', outputs).values
{'text': 'Hello', 'words': ['a', 'b']}
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, get_args, get_origin

from autodash_jupyter.language_model.tasks import Answer, Output, field_names

__all__ = ["MARKER", "is_whole", "read_answer"]

MARKER = re.compile(r"\[\[\s*##\s*(\w+)\s*##\s*\]\]")
_FENCED = re.compile(r"```\w*[ \t]*\n(.*?)(?:\n[ \t]*```|\Z)", re.DOTALL)
_MOST_PROBLEMS = 10
_UNREADABLE = object()


def read_answer(text: str, outputs: Mapping[str, Output]) -> Answer:
    """Return the fields that a text holds, whatever stands around them; never raises.

    A list keeps the items that are of its type; each item, and each field, that isn't is a problem.
    """
    written = _sections(text, outputs) or _json_fields(text, outputs)
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, output in outputs.items():
        if name not in written:
            problems.append(f"{name} is missing")
            continue
        read = _read_text if output.type is str else _read_list
        value = read(name, written[name], output.type, problems.append)
        if value is not None:
            values[name] = value
    return Answer(values, tuple(problems[:_MOST_PROBLEMS]))


def is_whole(text: str) -> bool:
    """Tell whether an answer came to its end, though the server may not have said so.

    >>> is_whole("[[ ## text ## ]] Hello [[ ## completed ## ]]"), is_whole('{"text": "Hel')
    (True, False)
    """
    found = MARKER.findall(text)
    if found:
        return bool(found[-1] == "completed")
    start = text.find("{")
    return start >= 0 and _strictly(text[start:]) is not _UNREADABLE


def _sections(text: str, outputs: Mapping[str, Output]) -> dict[str, Any]:
    """Return the texts after the markers of known fields; a later one of the same field counts more."""
    known = field_names(outputs)
    parts = MARKER.split(text)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return {known[name]: part.strip() for name, part in pairs if name in known and part.strip()}


def _json_fields(text: str, outputs: Mapping[str, Output]) -> dict[str, Any]:
    """Return the known fields of a JSON object, one that wraps it, or nothing."""
    known = field_names(outputs)
    found = _parse(text, "{")
    for _ in range(3):
        if not isinstance(found, dict) or found.keys() & known.keys():
            break
        found = next((value for value in found.values() if isinstance(value, dict)), None)
    return {known[name]: found[name] for name in known if name in found} if isinstance(found, dict) else {}


def _read_text(name: str, value: Any, _: Any, blame: Callable[[str], None]) -> str | None:
    if isinstance(value, str):
        fenced = _FENCED.fullmatch(value.strip())
        text = (fenced[1] if fenced else value).strip()
        if text[:1] == text[-1:] == '"':
            parsed = _strictly(text)
            text = parsed if isinstance(parsed, str) else text
        if text:
            return text
    blame(f"{name} is no text")
    return None


def _read_list(name: str, value: Any, kind: Any, blame: Callable[[str], None]) -> list[Any] | None:
    parsed = _parse(value, "[{") if isinstance(value, str) else value
    if isinstance(parsed, dict):
        parsed = _as_list(name, parsed)
    if parsed is None and isinstance(value, str) and value.strip().lower() in ("none", "null", "n/a", "-"):
        return []
    if not isinstance(parsed, list):
        blame(f"{name} is no JSON list")
        return None
    item_type = get_args(kind)[0] if get_origin(kind) is list else Any
    items: list[Any] = []
    for number, item in enumerate(parsed):
        read = _validated(item, item_type)
        if read is _UNREADABLE:
            blame(f"{name}[{number}] is not of the form asked for")
        else:
            items.append(read)
    return items


def _as_list(name: str, found: dict[str, Any]) -> list[Any]:
    """Return what was written as a mapping as a list: under the field's own name, by name, or one item."""
    if isinstance(found.get(name), list):
        return list(found[name])
    if found and all(isinstance(value, dict) for value in found.values()):
        return [{"name": key, **value} for key, value in found.items()]
    if found and "name" not in found and all(isinstance(value, str) for value in found.values()):
        return [{"name": key, "description": value} for key, value in found.items()]
    return [found]


def _validated(item: Any, kind: Any) -> Any:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_python(item)
    except (ValidationError, ValueError, RecursionError):
        return _UNREADABLE


def _parse(text: str, openers: str) -> Any:
    """Return the first JSON container of a text, mended where it was cut off or is not quite JSON."""
    starts = [place for opener in openers if (place := text.find(opener)) >= 0]
    if not starts:
        return None
    rest = text[min(starts) :]
    found = _strictly(rest)
    return _mended(rest) if found is _UNREADABLE else found


def _strictly(text: str) -> Any:
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return _UNREADABLE


def _mended(text: str) -> Any:
    """Read what is not quite JSON; of a list that was cut off, the last item was cut as well."""
    import json_repair

    try:
        found = json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError, AttributeError, IndexError, TypeError):
        return None
    if isinstance(found, list) and len(found) > 1 and not text.rstrip().rstrip("`").rstrip().endswith("]"):
        found = found[:-1]
    return found if isinstance(found, dict | list) else None
