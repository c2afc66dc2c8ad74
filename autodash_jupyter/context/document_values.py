"""Plain values made a document, and a document made plain values again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import InvalidContextError, did_you_mean

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from autodash_jupyter.documents import ContextDocument

__all__ = ["document_of", "values_of"]


def document_of(
    values: Mapping[str, Any], line_of: Callable[..., int | None] | None = None
) -> ContextDocument:
    """Return the document that these values are; ``line_of`` tells the line of an entry by its path.

    Raises:
        InvalidContextError: They are none; the message says what is wrong first, and its line where known.

    >>> document_of({"name": "sales", "status": "actve"})
    Traceback (most recent call last):
    autodash_jupyter.errors.InvalidContextError: status can't be 'actve'; it is one of draft, active, \
archived. Did you mean 'active'?
    """
    from pydantic import ValidationError

    from autodash_jupyter.documents import ContextDocument

    try:
        return ContextDocument.model_validate(dict(values))
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
        first = details[0]
        line = line_of(*first["loc"]) if line_of is not None else None
        where = f"Line {line}: " if line else ""
        more = f" ({len(details) - 1} more)" if len(details) > 1 else ""
        msg = f"{where}{_what_is_wrong(first)}{more}"
        raise InvalidContextError(msg, line) from None


def values_of(document: ContextDocument) -> dict[str, Any]:
    """Return what a file has to say of a document, without its body and what a reader would assume anyway."""
    from autodash_jupyter.context.merging import PARTS

    values = document.model_dump(exclude_defaults=True)
    values.pop("body", None)
    values.pop("context_type", None)
    several = len(document.datasets) > 1
    if document.context_type != ("multi_dataset" if several else "single_dataset"):
        values["context_type"] = document.context_type
    for name in values.keys() & {"datasets", *PARTS}:
        values[name] = [_with_author_last(part) for part in values[name]]
    for dataset in values.get("datasets", ()):
        if "columns" in dataset:
            dataset["columns"] = [_with_author_last(column) for column in dataset["columns"]]
    order = list(type(document).model_fields)
    return dict(
        sorted(values.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))
    )


def _with_author_last(part: dict[str, Any]) -> dict[str, Any]:
    """Return a part's values as one reads them: what it is called first, who wrote it last."""
    said = {name: value for name, value in part.items() if name != "written_by"}
    return said | {name: part[name] for name in part.keys() & {"written_by"}}


def _what_is_wrong(error: ErrorDetails) -> str:
    path = "".join(_path_parts(error["loc"]))
    if error["type"] == "missing":
        return f"{path} is missing."
    if error["loc"] == ("name",):
        return "The document has no name; give it one: `name: ...`."
    if error["type"] == "literal_error":
        allowed = re.findall(r"'([^']*)'", error["msg"])
        return f"{path} can't be {error['input']!r}; it is one of {', '.join(allowed)}." + (
            did_you_mean(str(error["input"]), allowed)
        )
    if error["type"] in ("model_type", "dict_type"):
        return f"{path} has to be `name: value` entries, and is {error['input']!r:.40}."
    if error["type"] == "list_type":
        return f"{path} has to be a list, and is {error['input']!r:.40}."
    said = error["msg"].partition(",")[-1].strip() or error["msg"]
    return f"{path}: {said[:1].lower()}{said[1:]}."


def _path_parts(location: tuple[str | int, ...]) -> Iterator[str]:
    for position, part in enumerate(location):
        if isinstance(part, int):
            yield f"[{part + 1}]"
        else:
            yield f".{part}" if position else part
