"""Reads what a page sends, and checks values against the schema."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.panel_protocol.requests import Request, Requests

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["adapter", "read_request"]


@functools.cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return what checks values against one of these types, and gives its JSON Schema."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def read_request(data: object) -> Request:
    """Return a page's message as a request whose parameters are of the right kinds.

    Raises:
        AutoDashError: It is none, or this kernel doesn't know what is asked for; the message says which.

    >>> sent = {"type": "request", "request_id": "1", "action": "undo", "params": {"steps": 2}}
    >>> read_request(sent)["params"]
    {'steps': 2}
    """
    from pydantic import ValidationError

    try:
        request: Request = adapter(Request).validate_python(data)
        if request["action"] not in Requests.__annotations__:
            msg = f"This kernel doesn't know {request['action']!r}; restart it to load the installed version."
            raise AutoDashError(msg)
        request["params"] = adapter(_params_of(request["action"])).validate_python(request["params"])
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        wrong = [f"{'.'.join(map(str, one['loc'])) or 'it'}: {one['msg']}" for one in found[:3]]
        msg = f"The request could not be read: {'; '.join(wrong)}."
        raise AutoDashError(msg) from None
    return request


def _params_of(action: str) -> Any:
    from typing_extensions import get_type_hints

    return get_type_hints(Requests)[action]
