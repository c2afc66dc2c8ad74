"""``ContextService``: the documents that say what datasets mean, saved, linked, found and taken back."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from autodash_jupyter.catalog import ContextRecord, NameTakenError, Save, same_user
from autodash_jupyter.errors import InvalidContextError, UnknownContextError, did_you_mean
from autodash_jupyter.events import ContextChanged, DatasetChanged
from autodash_jupyter.models import UserId
from autodash_jupyter.services.context_revisions import Why, refuse_conflict, revision_of, to_save
from autodash_jupyter.services.found_contexts import FoundContexts, id_of
from autodash_jupyter.services.given_documents import Givable, GivenDocument, read_given
from autodash_jupyter.services.relinking import Progress, Report, relink, undo_relink

if TYPE_CHECKING:
    from autodash_jupyter.context.comparison import Difference
    from autodash_jupyter.documents import ContextDocument

__all__ = ["ContextService"]

logger = logging.getLogger(__name__)


class ContextService(FoundContexts):
    """Keeps context documents, each save a revision, linked to the datasets of the same user.

    ``store=None`` opens what the settings choose; ``datasets`` is the service over the same store that has
    the frames. A document may be a ``ContextDocument``, a dict, or a text (YAML front matter and Markdown);
    where an id is asked for, a record will do, and for a context its name. ``author`` is who is to be named,
    by default the user. ``1``, ``"1"`` and ``True`` are three users. Methods raise ``ContextStoreError``
    where the store does.

    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> service = ContextService(InMemoryContextStore())
    >>> record = service.create_context("ada", {"name": "sales", "description": "One row is one order."})
    >>> record = service.update_context("ada", "sales", {"description": "Orders, as booked."})
    >>> record.revision, [str(each) for each in service.diff("ada", "sales", 1, 2)]
    (2, ['description: One row is one order. → Orders, as booked.'])
    >>> service.delete_context("ada", record), service.get_context("ada", "sales")
    (True, None)
    """

    # Saving

    def create_context(
        self,
        user_id: UserId,
        document: Givable,
        *,
        dataset_id: str | None = None,
        author: str | None = None,
        cause: str = "created",
    ) -> ContextRecord:
        """Save a new document, and link it to the user's datasets that it names.

        ``dataset_id`` is the dataset of a document that names none, such as plain Markdown. Ids that the user
        doesn't have are left out with a warning, and stand in ``skipped``.

        Raises:
            InvalidContextError: It can't be read, or another context has its name and version.
        """
        given = read_given(document, dataset_id=id_of(dataset_id, "dataset_id") if dataset_id else None)
        return self._save(user_id, _new_id(), lambda _: given, Why(author or str(user_id), cause))

    def update_context(
        self,
        user_id: UserId,
        context_id: str | ContextRecord,
        document: Givable,
        *,
        expected_revision: int | None = None,
        author: str | None = None,
        cause: str = "updated",
    ) -> ContextRecord:
        """Save a document in place of what a context says now, which stays as a revision.

        What it no longer names is unlinked. With ``expected_revision`` it is saved only if that is still the
        newest; without, the last writer's holds.

        Raises:
            UnknownContextError: The user has no such context.
            InvalidContextError: It can't be read, or another context has its name and version.
            ContextConflictError: Somebody saved another revision meanwhile; it has both texts.
        """
        record = self.find_context(user_id, context_id)
        return self._save(
            user_id,
            record.context_id,
            lambda current: read_given(document, current),
            Why(author or str(user_id), cause),
            expected_revision=expected_revision,
            exists=True,
        )

    def delete_context(
        self, user_id: UserId, context_id: str | ContextRecord, *, expected_revision: int | None = None
    ) -> bool:
        """Forget a context with its revisions, and unlink its datasets; tell whether there was one.

        Raises ``ContextConflictError`` where ``expected_revision`` isn't the newest any more.
        """
        record = self.get_context(user_id, context_id)
        check = partial(refuse_conflict, yours="", expected=expected_revision)
        if record is None or (gone := self._catalog.delete(record.context_id, check)) is None:
            return False
        self.usage.forget(gone.context_id)
        self._publish(gone.context_id, gone.linked)
        return True

    def use(self, user_id: UserId, dataset_id: str, context_id: str | ContextRecord) -> ContextRecord:
        """Let one of a dataset's contexts be the active one.

        Raises:
            UnknownContextError: The dataset has no such context.
            InvalidContextError: The context is a draft, or archived.
        """
        dataset_id = id_of(dataset_id, "dataset_id")
        known = self.contexts_of_dataset(user_id, dataset_id)
        wanted = id_of(context_id, "context_id")
        record = next((one for one in known if wanted in (one.context_id, one.name)), None)
        if record is None:
            names = [one.name for one in known]
            hint = did_you_mean(wanted, names) or (f" It has: {', '.join(names)}." if names else "")
            dataset = self.datasets.get(user_id, dataset_id)
            shown = dataset.name if dataset is not None else dataset_id
            msg = f"No context {wanted!r} speaks of dataset {shown!r}; name the dataset in it.{hint}"
            raise UnknownContextError(msg)
        if record.status != "active":
            msg = f"The context {record.name!r} is {record.status}; set its status to active to use it."
            raise InvalidContextError(msg)
        self._catalog.choose(dataset_id, record.context_id)
        self._publish(record.context_id, (dataset_id,))
        return record

    def save_generated(
        self,
        user_id: UserId,
        dataset_id: str,
        document: ContextDocument,
        *,
        author: str,
        cause: str = "generated",
    ) -> ContextRecord:
        """Save what was generated for a dataset: into its own context, or as a new one.

        What a person wrote stays, and so does a context that a person wrote for several datasets, which
        remains the active one. Where nothing changed, no revision is made.

        Raises ``UnknownDatasetError`` where the user has no such dataset (any more).
        """
        from autodash_jupyter.context.merging import merge_generated

        why = Why(author, cause, is_generated=True)
        known = self.contexts_of_dataset(user_id, dataset_id)
        own = [one for one in known if one.dataset_ids == (dataset_id,)]

        def merged(current: ContextRecord | None) -> GivenDocument:
            earlier = None if current is None else current.readable_document
            return read_given(merge_generated(earlier, document), current)

        def named(_: ContextRecord | None) -> GivenDocument:
            name = self.free_name(user_id, document.name, document.version)
            return read_given(document.model_copy(update={"name": name}), dataset_id=dataset_id)

        if own:
            return self._save(user_id, own[0].context_id, merged, why, exists=True)
        return self._save(user_id, _new_id(), named, replace(why, is_first=bool(known)))

    # Versions

    def versions(self, user_id: UserId, context_id: str | ContextRecord) -> list[ContextRecord]:
        """Return all revisions of a context, oldest first, each with its author, time and cause.

        Raises ``UnknownContextError`` where the user has no such context.
        """
        return self._catalog.revisions(self.find_context(user_id, context_id))

    def diff(
        self, user_id: UserId, context_id: str | ContextRecord, before: int, after: int | None = None
    ) -> list[Difference]:
        """Return what differs between two revisions, field by field; ``after=None`` is the newest.

        Raises ``UnknownContextError`` where there is no such context or revision.
        """
        from autodash_jupyter.context.comparison import compare

        found = self.versions(user_id, context_id)
        newest = found[-1].revision if found else 1
        one, other = revision_of(found, before), revision_of(found, newest if after is None else after)
        return compare(one.document, other.document)

    def restore(
        self,
        user_id: UserId,
        context_id: str | ContextRecord,
        revision: int,
        *,
        expected_revision: int | None = None,
        author: str | None = None,
    ) -> ContextRecord:
        """Save what an earlier revision said as a new one, and link what it names.

        Raises ``UnknownContextError`` where there is no such context or revision, ``ContextConflictError``
        where ``expected_revision`` isn't the newest any more.
        """
        record = self.find_context(user_id, context_id)
        earlier = revision_of(self._catalog.revisions(record), revision)
        given = GivenDocument(earlier.document, earlier.text)
        cause = f"restored revision {earlier.revision}"
        why = Why(author or str(user_id), cause, is_restored=True)
        return self._save(
            user_id, record.context_id, lambda _: given, why, expected_revision=expected_revision, exists=True
        )

    # Links

    def relink(
        self, user_id: UserId | None = None, progress: Progress | None = None, dry_run: bool = False
    ) -> Report:
        """Make all links anew from what the documents name; ``user_id=None`` for all users.

        ``progress`` is called with how many contexts are done, of how many, and the name of the last.
        ``dry_run`` only reports. The report can be kept as JSON, and given to ``undo_relink`` later.
        """

        def whose(owner: UserId) -> bool:
            return user_id is None or same_user(owner, user_id)

        report = relink(self._catalog, whose, progress, dry_run=dry_run)
        if not dry_run:
            self._publish("", report.dataset_ids)
        return report

    def undo_relink(self, report: Report | Mapping[str, Any]) -> int:
        """Put the links back that a ``relink`` found, and return how many; the documents stay as they are."""
        former = report if isinstance(report, Report) else Report.from_dict(report)
        count = undo_relink(self._catalog, former)
        self._publish("", former.dataset_ids)
        return count

    def close(self) -> None:
        """Write down how contexts were used; the store stays open."""
        self.usage.flush()

    def _save(
        self,
        user_id: UserId,
        context_id: str,
        give: Callable[[ContextRecord | None], GivenDocument],
        why: Why,
        *,
        expected_revision: int | None = None,
        exists: bool = False,
    ) -> ContextRecord:
        """Save what ``give`` makes of a context as it is now; it is asked again where somebody was faster."""
        given: list[GivenDocument] = []

        def edit(current: ContextRecord | None) -> Save | None:
            if exists and current is None:
                msg = f"The context {context_id!r} was deleted meanwhile; create it to save your text."
                raise UnknownContextError(msg)
            given[:] = [give(current)]
            if current is not None:
                refuse_conflict(current, given[0].text, expected_revision)
            return to_save(given[0], current, why)

        try:
            record = self._catalog.save(user_id, context_id, edit)
        except NameTakenError:
            raise self._taken(user_id, given[0]) from None
        if record.skipped:
            names = ", ".join(map(ascii, record.skipped))
            logger.warning("context %s names datasets that the user doesn't have: %s", record.name, names)
        self._publish(record.context_id, record.linked)
        return replace(record, check=self.validate)

    def _taken(self, user_id: UserId, given: GivenDocument) -> InvalidContextError:
        name, version = given.document.name, given.document.version
        free = self.free_name(user_id, name, version)
        line = given.read.line_of("name") if given.read is not None else None
        msg = (
            f"There is a context {name!r} of version {version} already; save this one as {free!r}, give it "
            "another version, or update the other."
        )
        return InvalidContextError(msg, line)

    def _publish(self, context_id: str, dataset_ids: tuple[str, ...]) -> None:
        self.bus.publish(ContextChanged(context_id, dataset_ids))
        for dataset_id in dataset_ids:
            self.bus.publish(DatasetChanged(dataset_id))


def _new_id() -> str:
    return f"ctx_{secrets.token_hex(6)}"
