"""A saved context as callers see it, and as a store keeps it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import ContextStoreError, InvalidContextError
from autodash_jupyter.models import UserId, utc_now

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["CONTEXT", "REVISION", "ContextRecord"]

CONTEXT, REVISION = "context", "context_revision"
_GENERATED = ("generated", "regenerated")  # causes of saves
FORMAT = 1  # of the record; a document's unknown fields need no newer one


@dataclass(frozen=True)
class ContextRecord:
    """One revision of a context: the document, who saved it when and why, and what it is linked to.

    ``values`` is the document as plain values (``content`` as JSON: a look-up needn't parse what nobody asks
    for), ``text`` as its author wrote it. ``linked`` are the ids of the user's datasets that it names,
    ``skipped`` those it names that the user doesn't have. ``check`` validates one that came
    from a service. Fields can also be read as of a dict.

    >>> record = ContextRecord("ctx_1", "ada", '{"name": "sales", "datasets": [{"dataset_id": "sample_1"}]}')
    >>> record.name, record.id, record["context_id"], record.document.dataset_ids
    ('sales', 'ctx_1', 'ctx_1', ['sample_1'])
    """

    context_id: str
    user_id: UserId
    content: str = field(repr=False)
    text: str = field(default="", repr=False)
    revision: int = 1
    linked: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    author: str = ""
    cause: str = ""
    created_at: datetime = field(default_factory=utc_now)
    updated_at: datetime = field(default_factory=utc_now)
    check: Callable[[ContextRecord], Any] | None = field(default=None, repr=False, compare=False)

    @property
    def id(self) -> str:
        """The context's id, under the name every record has for it."""
        return self.context_id

    @cached_property
    def values(self) -> dict[str, Any]:
        """The document as plain values, parsed when they are first asked for; none where it is damaged."""
        try:
            values = json.loads(self.content)
        except ValueError:
            values = None
        return values if isinstance(values, dict) else {}

    @property
    def name(self) -> str:
        """The name its author gave it."""
        return str(self.values.get("name", ""))

    @property
    def version(self) -> str:
        """Its author's label; what counts the saves is ``revision``."""
        return str(self.values.get("version", "1.0.0"))

    @property
    def status(self) -> str:
        """Whether it is a ``draft``, ``active`` or ``archived``."""
        return str(self.values.get("status", "active"))

    @cached_property
    def document(self) -> ContextDocument:
        """The document, read when it is first asked for.

        Raises ``InvalidContextError`` where another program put something else there.
        """
        from pydantic import ValidationError

        from autodash_jupyter.documents import ContextDocument

        try:
            return ContextDocument.model_validate(self.values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            msg = f"The stored context {self.name!r} can't be read ({where}: {first['msg']}); save it anew."
            raise InvalidContextError(msg) from error

    @property
    def validation(self) -> Any:
        """What is found of it in its tables as they are now, which is looked at when it is asked for.

        ``None`` of a record that came from no service.
        """
        return None if self.check is None else self.check(self)

    @property
    def readable_document(self) -> ContextDocument | None:
        """The document, or ``None`` where it can't be read."""
        try:
            return self.document
        except InvalidContextError:
            return None

    @property
    def is_generated(self) -> bool:
        """Whether a generator saved this revision, rather than a person."""
        return self.cause in _GENERATED

    @property
    def dataset_ids(self) -> tuple[str, ...]:
        """The ids of the datasets it names, the user's own first."""
        return (*self.linked, *self.skipped)

    def __getitem__(self, name: str) -> Any:
        if name in _NAMES:
            return getattr(self, name)
        raise KeyError(name)

    def as_info(self) -> dict[str, Any]:
        """Return what a caller is told of the context: plain values, times as datetimes."""
        return {
            "id": self.context_id,
            "context_id": self.context_id,
            "user_id": self.user_id,
            "name": self.name,
            "version": self.version,
            "status": self.status,
            "revision": self.revision,
            "document": self.values,
            "text": self.text,
            "linked": list(self.linked),
            "skipped": list(self.skipped),
            "author": self.author,
            "cause": self.cause,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }

    def as_record(self) -> dict[str, Any]:
        """Return what a store keeps."""
        return {
            "format": FORMAT,
            "context_id": self.context_id,
            "user_id": self.user_id,
            "revision": self.revision,
            "document": self.content,
            "text": self.text,
            "links": list(self.linked),
            "skipped": list(self.skipped),
            "author": self.author,
            "cause": self.cause,
            # As texts: a store reads a record without any datetime three times as fast.
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }

    @classmethod
    def from_record(
        cls, record: Mapping[str, Any], check: Callable[[ContextRecord], Any] | None = None
    ) -> ContextRecord:
        """Return the context a store kept; fields an older version lacked get their defaults.

        Raises:
            ValueError: A field is missing, or holds something of another type.
            ContextStoreError: A newer version wrote it.

        >>> record = ContextRecord("ctx_1", 1, '{"name": "sales"}', linked=("sample_1",))
        >>> ContextRecord.from_record(record.as_record()) == record
        True
        """
        written = record.get("format", FORMAT)
        if not isinstance(written, int) or written > FORMAT:
            msg = (
                f"context {record.get('context_id')!a} was written by a newer version of AutoDash: "
                "update autodash-jupyter to use it"
            )
            raise ContextStoreError(msg)
        known = {name: record[name] for name in _STORED if name in record}
        for name in ("created_at", "updated_at"):
            if isinstance(known.get(name), str):
                known[name] = datetime.fromisoformat(known[name])
        for name, value in known.items():
            if not isinstance(value, _STORED[name]):
                msg = f"{name} is of type {type(value).__name__}"
                raise ValueError(msg)
        if missing := [name for name in ("context_id", "user_id", "document") if name not in known]:
            msg = f"it has no {missing[0]}"
            raise ValueError(msg)
        document = known.pop("document")
        known["content"] = document if isinstance(document, str) else json.dumps(document, default=str)
        known["linked"] = _texts(known.pop("links", []))
        known["skipped"] = _texts(known.get("skipped", []))
        return cls(**known, check=check)


def _texts(values: list[Any]) -> tuple[str, ...]:
    # A damaged id is no id; relinking counts and mends it.
    return tuple(value for value in values if isinstance(value, str))


_STORED: dict[str, Any] = {
    **dict.fromkeys(("context_id", "text", "author", "cause"), str),
    **dict.fromkeys(("created_at", "updated_at"), datetime),
    **dict.fromkeys(("links", "skipped"), list),
    "user_id": (int, str),
    "revision": int,
    "document": (dict, str),
}
_NAMES = {each.name for each in fields(ContextRecord)} | {
    "id",
    "name",
    "version",
    "status",
    "document",
    "values",
    "validation",
}
