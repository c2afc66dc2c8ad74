"""Context documents: list, save, check, delete, and their revisions; a revision is the ETag."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from tornado.web import authenticated

from autodash_jupyter.catalog import ContextRecord
from autodash_jupyter.errors import UnknownContextError
from autodash_jupyter.server.handler import LONGEST_ID, ApiHandler
from autodash_jupyter.server.refusals import RefusalError
from autodash_jupyter.server.rendering import page_of
from autodash_jupyter.server.schemas import ContextRequest
from autodash_jupyter.services.context_revisions import revision_of
from autodash_jupyter.services.unsaved_contexts import validate_unsaved

__all__ = [
    "ContextDiffHandler",
    "ContextHandler",
    "ContextValidationHandler",
    "ContextVersionHandler",
    "ContextVersionsHandler",
    "ContextsHandler",
    "RestoreHandler",
    "ValidationHandler",
]

TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


class OneContextHandler(ApiHandler):
    """Finds the context that an address names, and minds what ``If-Match`` says of it."""

    def find(self, context_id: str) -> ContextRecord:
        """Return the user's context; one of another user is as unknown as one that isn't."""
        is_id = len(context_id) <= LONGEST_ID and context_id.isprintable()
        found = self.memory.contexts.get_context(self.user_id, context_id) if is_id else None
        if found is None or found.context_id != context_id:
            msg = "There is no such context; the list of contexts has their ids."
            raise UnknownContextError(msg)
        return found

    def expected_revision(self, current: ContextRecord) -> int | None:
        """Return which revision the client takes for the newest; ``None`` where it doesn't say."""
        given = self.request.headers.get("If-Match", "").strip()
        if given in ("", "*"):
            return None
        named = [int(number) for number in TAG.findall(given)]
        if not named:
            message = f'If-Match names no revision; that of this context is "{current.revision}" now.'
            raise RefusalError(412, message, revision=current.revision)
        return current.revision if current.revision in named else named[0]

    def answer_context(self, record: ContextRecord, status: int = 200) -> None:
        """Write a context with its ETag."""
        self.tag(str(record.revision))
        if self.check_etag_header_of(record):
            self.set_status(304)
            self.finish()
            return
        self.set_header("Etag", f'"{record.revision}"')
        self.answer(record.as_info(), status=status)

    def check_etag_header_of(self, record: ContextRecord) -> bool:
        """Tell whether a client that asks only for news has this revision."""
        if self.request.method not in ("GET", "HEAD"):
            return False
        self.set_header("Etag", f'"{record.revision}"')
        return self.check_etag_header()


class ContextsHandler(OneContextHandler):
    """All contexts of the user."""

    @authenticated
    async def get(self) -> None:
        """List them, the last changed first; ``dataset_id`` asks for those of one dataset."""
        limit, offset = self.page()
        dataset_id = self.get_query_argument("dataset_id", "")

        def find() -> dict[str, Any]:
            contexts = self.memory.contexts
            if dataset_id:
                found = contexts.contexts_of_dataset(self.user_id, dataset_id)
            else:
                found = contexts.list_contexts(self.user_id)
            shown = [record.as_info() for record in found[offset : offset + limit]]
            return page_of("contexts", shown, len(found), limit, offset)

        self.answer(await self.run(find))

    @authenticated
    async def post(self) -> None:
        """Save a new one."""
        asked = self.body(ContextRequest)
        record = await self.read(
            lambda: self.memory.contexts.create_context(
                self.user_id, _given(asked), dataset_id=asked.dataset_id
            )
        )
        self.set_header("Location", f"{self.base_url}autodash/api/contexts/{record.context_id}")
        self.answer_context(record, status=201)


class ContextHandler(OneContextHandler):
    """One context."""

    @authenticated
    async def get(self, context_id: str) -> None:
        """Show it."""
        self.answer_context(await self.run(lambda: self.find(context_id)))

    @authenticated
    async def put(self, context_id: str) -> None:
        """Save another document in its place; a stale ``If-Match`` is refused with both texts."""
        asked = self.body(ContextRequest)

        def save() -> ContextRecord:
            record = self.find(context_id)
            return self.memory.contexts.update_context(
                self.user_id, record, _given(asked), expected_revision=self.expected_revision(record)
            )

        self.answer_context(await self.read(save))

    @authenticated
    async def delete(self, context_id: str) -> None:
        """Delete it with its revisions."""

        def delete() -> None:
            record = self.find(context_id)
            known = self.expected_revision(record)
            if not self.memory.contexts.delete_context(self.user_id, record, expected_revision=known):
                self.find(context_id)  # deleted by somebody else meanwhile: that is said

        await self.run(delete)
        self.set_status(204)
        self.finish()


class ContextVersionsHandler(OneContextHandler):
    """A context's revisions."""

    @authenticated
    async def get(self, context_id: str) -> None:
        """List them, oldest first."""
        found = await self.run(lambda: self.memory.contexts.versions(self.user_id, self.find(context_id)))
        self.answer({"context_id": context_id, "versions": [record.as_info() for record in found]})


class ContextVersionHandler(OneContextHandler):
    """One revision of a context."""

    @authenticated
    async def get(self, context_id: str, revision: str) -> None:
        """Show it."""

        def find() -> ContextRecord:
            found = self.memory.contexts.versions(self.user_id, self.find(context_id))
            return revision_of(found, _number(revision))

        self.answer((await self.run(find)).as_info())


class ContextDiffHandler(OneContextHandler):
    """What differs between two revisions of a context."""

    @authenticated
    async def get(self, context_id: str) -> None:
        """Tell it field by field; ``after`` is the newest revision where it isn't given."""
        before, after = self.get_query_argument("before", ""), self.get_query_argument("after", "")

        def compare() -> dict[str, Any]:
            record = self.find(context_id)
            one, other = _number(before), _number(after) if after else record.revision
            found = self.memory.contexts.diff(self.user_id, record, one, other)
            differences = [asdict(each) for each in found]
            return {"context_id": context_id, "before": one, "after": other, "differences": differences}

        if not before:
            raise RefusalError(422, "Say which revision to begin with: ?before=1&after=2.")
        self.answer(await self.read(compare))


class RestoreHandler(OneContextHandler):
    """An earlier revision of a context, to be the newest again."""

    @authenticated
    async def post(self, context_id: str, revision: str) -> None:
        """Save what it said as a new revision."""

        def restore() -> ContextRecord:
            record = self.find(context_id)
            return self.memory.contexts.restore(
                self.user_id, record, _number(revision), expected_revision=self.expected_revision(record)
            )

        self.answer_context(await self.read(restore))


class ValidationHandler(ApiHandler):
    """The check of a document that isn't saved."""

    @authenticated
    async def post(self) -> None:
        """Check it against the user's datasets."""
        await self.validate()

    async def validate(self, context_id: str | None = None) -> None:
        """Check the body's document, in place of a context where one is named."""
        asked = self.body(ContextRequest)
        found = await self.read(
            lambda: validate_unsaved(
                self.memory.contexts,
                self.user_id,
                _given(asked),
                dataset_id=asked.dataset_id,
                context_id=context_id,
            )
        )
        self.answer({"status": found.status, "findings": [asdict(each) for each in found.findings]})


class ContextValidationHandler(OneContextHandler, ValidationHandler):
    """The check of a saved context."""

    @authenticated
    async def post(self, context_id: str) -> None:
        """Check it as it is; with a body, as it would be with that document."""
        record = await self.run(lambda: self.find(context_id))
        if self._pieces:
            await self.validate(record.context_id)
            return
        found = await self.read(lambda: self.memory.contexts.validate(record))
        self.answer({"status": found.status, "findings": [asdict(each) for each in found.findings]})


def _given(asked: ContextRequest) -> dict[str, Any] | str:
    return asked.text if asked.text is not None else asked.document or {}


def _number(revision: str) -> int:
    if not (revision.isascii() and revision.isdecimal() and len(revision) < 10):
        msg = "A revision is a number; the list of versions has them."
        raise UnknownContextError(msg)
    return int(revision)
