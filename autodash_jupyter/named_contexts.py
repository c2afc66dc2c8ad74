"""Contexts by the names that a person types: set, checked, compared, exported and imported.

What ``%context`` and ``%%context`` do, without parsing a line or drawing anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodash_jupyter.context_files import SUFFIX, read_text, readable_document, write_text
from autodash_jupyter.errors import UnknownContextError
from autodash_jupyter.models import Dataset, UserId

if TYPE_CHECKING:
    from autodash_jupyter.catalog import ContextRecord
    from autodash_jupyter.context.comparison import Difference
    from autodash_jupyter.context.document_text import DocumentText
    from autodash_jupyter.context.validation import Validation
    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.services import ContextService

__all__ = ["ExportedFile", "NamedContexts", "Saved"]


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a document came to.

    ``is_new`` tells whether anything differed from what was there; ``left_out`` names what a file of another
    form says that has no counterpart in a document. ``missing`` tells what the revision before had and this
    one lacks, ``replaced`` the name of another context in whose place it counts now.
    """

    record: ContextRecord
    validation: Validation
    is_new: bool = True
    left_out: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    replaced: str = ""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """The file that was written, and what of the document has no counterpart in its form."""

    path: Path
    left_out: tuple[str, ...] = ()


class NamedContexts:
    """The contexts of one user's datasets.

    ``table_of`` returns the table a dataset stands for now, or ``None``.
    """

    def __init__(
        self,
        contexts: ContextService,
        user_id: UserId,
        list_datasets: Callable[[], list[Dataset]],
        table_of: Callable[[Dataset], Any],
    ) -> None:
        self._contexts = contexts
        self._user_id = user_id
        self._list_datasets = list_datasets
        self._table_of = table_of

    # Reading

    def active(self, dataset: Dataset, *, used_by: str = "") -> ContextRecord | None:
        """Return the context that counts for a dataset, or ``None``; ``used_by`` counts it as used."""
        return self._contexts.find_active_context_by_dataset(
            self._user_id, dataset.dataset_id, used_by=used_by
        )

    def require(self, dataset: Dataset) -> ContextRecord:
        """Return the context that counts for a dataset.

        Raises:
            UnknownContextError: It has none.
        """
        record = self.active(dataset)
        if record is None:
            msg = f"{dataset.name} has no context yet; %context {dataset.name} --wait writes one."
            raise UnknownContextError(msg)
        return record

    def text(self, dataset: Dataset) -> tuple[str, int]:
        """Return the text that counts for a dataset, datasets by their names, and its revision.

        Where there is none yet, the revision is 0 and the text a beginning.
        """
        from autodash_jupyter.context.document_text import write_document

        record = self.active(dataset)
        if record is None:
            return f"---\nname: {dataset.name}\n---\n\n", 0
        return write_document(self.with_names(record.document), record.text), record.revision

    def with_names(self, document: ContextDocument) -> ContextDocument:
        """Return a document that calls datasets by their names, as a person does, not by their ids."""
        from autodash_jupyter.context.renaming import rename_datasets

        return rename_datasets(document, self._names())

    def all_of(self, dataset: Dataset) -> list[ContextRecord]:
        """Return every context that names a dataset, the one that counts first."""
        return self._contexts.contexts_of_dataset(self._user_id, dataset.dataset_id)

    def validate(self, document: ContextDocument, text: DocumentText | None = None) -> Validation:
        """Check a document against the tables as they are now; findings name the lines of ``text``.

        They call datasets by their names.
        """
        from autodash_jupyter.context.renaming import rename_datasets
        from autodash_jupyter.context.validation import validate

        datasets = self._list_datasets()
        names = {one.dataset_id: name for name, one in _newest(datasets).items()}
        joined = {end for one in document.relationships for end in (one.left_dataset, one.right_dataset)}
        needed = joined.union(document.dataset_ids)
        tables = {
            names.get(one.dataset_id, one.dataset_id): self._table_of(one)
            if one.dataset_id in needed
            else None
            for one in datasets
        }
        return validate(rename_datasets(document, names), tables, text=text)

    def staleness(self, before: Dataset, now: Dataset, frame: Any) -> list[str]:
        """Return what changed in a dataset's columns since it was last loaded, and what that makes stale.

        ``frame`` is the table it has now. Nothing where no column came, went or changed its type.
        """
        from autodash_jupyter.context.staleness import stale_parts
        from autodash_jupyter.documents import ContextDocument

        record = self.active(now)
        document = ContextDocument(name=now.name) if record is None else record.document
        types = {str(name): str(dtype) for name, dtype in frame.dtypes.items()}
        known = {name: before.columns_info.get(name, {}).get("dtype", "") for name in before.columns}
        found = stale_parts(document, now.dataset_id, known, types)
        if not found.change:
            return []
        head = f"The columns of {now.name} changed since it was last loaded:"
        return [head, *(f"  {line}" for line in str(found).splitlines())]

    def metric_values(self, record: ContextRecord, dataset: Dataset) -> dict[str, str]:
        """Return what a dataset's metrics amount to now, as text by id; those that don't run are left out."""
        from autodash_jupyter.context.metric_values import metric_values

        return metric_values(record.document, dataset.dataset_id, self._table_of(dataset))

    # Writing

    def set(
        self, dataset: Dataset, text: str, *, cause: str = "%%context", expected_revision: int | None = None
    ) -> Saved:
        """Save a text as the context of a dataset: a new revision of the one it names, else a new one.

        With ``expected_revision`` only if that is still the newest; 0 is for a dataset without a context.

        Raises:
            InvalidContextError: The text can't be read, speaks of other datasets only, or its name is taken;
                nothing was saved.
            ContextConflictError: The revision isn't the expected one any more; nothing was saved.
        """
        from autodash_jupyter.context.comparison import missing_parts
        from autodash_jupyter.context.document_text import read_document, refuse_blank, write_document
        from autodash_jupyter.services.typed_documents import speaks_of_others

        refuse_blank(text)
        read = read_document(text, dataset_id=dataset.dataset_id, name=dataset.name)
        document, target = self._meant(dataset, read)
        former = self.active(dataset)
        if dataset.dataset_id not in document.dataset_ids:
            raise speaks_of_others(dataset.name, read)
        ours = write_document(document, text)
        if target is None:
            record = self._contexts.create_context(self._user_id, ours, cause=cause)
        else:
            record = self._contexts.update_context(
                self._user_id, target, ours, cause=cause, expected_revision=expected_revision
            )
        if record.status == "active":
            self._contexts.use(self._user_id, dataset.dataset_id, record)
        is_new = target is None or target.revision != record.revision
        before = None if target is None else target.readable_document
        missing = () if before is None else missing_parts(before, record.document)
        is_another = former is not None and former.context_id != record.context_id
        replaced = former.name if former is not None and is_another and record.status == "active" else ""
        return Saved(record, self.validate(record.document, read), is_new, missing=missing, replaced=replaced)

    def import_file(self, dataset: Dataset, path: Path) -> Saved:
        """Save a file as the context of a dataset: a document, or what dbt or Cortex Analyst keep.

        Raises:
            SourceError: The file can't be read.
            InvalidContextError: What it holds can't.
        """
        from autodash_jupyter.context.document_text import write_document
        from autodash_jupyter.context.interchange import read_foreign
        from autodash_jupyter.context.renaming import rename_datasets

        text, cause = read_text(path), f"from {path.name}"
        imported = read_foreign(text, name=dataset.name)
        if imported is None:
            return self.set(dataset, text, cause=cause)
        document = imported.document
        if len(document.datasets) == 1 and document.dataset_ids[0] not in self._ids():
            document = rename_datasets(document, {document.dataset_ids[0]: dataset.dataset_id})
        saved = self.set(dataset, write_document(document), cause=cause)
        return replace(saved, left_out=imported.unmapped)

    def export_file(self, dataset: Dataset, path: Path) -> ExportedFile:
        """Write the context of a dataset into a file, named after it where ``path`` is a folder.

        A name that ends in ``.dbt.yml`` or ``.cortex.yml`` gets that form. Datasets stand in it by their
        names: ids differ from one installation to the next.

        Raises:
            UnknownContextError: There is none.
            InvalidContextError: The name ends in another ``.yml``, which doesn't say which form.
            SourceError: The file can't be written.
        """
        from autodash_jupyter.context.document_text import write_document
        from autodash_jupyter.context.interchange import write_foreign

        record = self.require(dataset)
        document = self.with_names(record.document)
        target = path / f"{dataset.name}{SUFFIX}" if path.is_dir() else path
        exported = write_foreign(document, target.name)
        if exported is not None:
            write_text(target, exported.text)
            return ExportedFile(target, exported.left_out)
        write_text(target, write_document(document, readable_document(target) or record.text))
        return ExportedFile(target)

    # Versions

    def versions(self, dataset: Dataset) -> list[ContextRecord]:
        """Return every saved revision of a dataset's context, the newest first."""
        return self._contexts.versions(self._user_id, self.require(dataset))[::-1]

    def difference(self, dataset: Dataset, before: int, after: int) -> list[Difference]:
        """Return what differs between two revisions of a dataset's context, the dataset by its name.

        Raises ``UnknownContextError`` where there is no such revision.
        """
        found = self._contexts.diff(self._user_id, self.require(dataset), before, after)
        by_id, by_name = f"[{dataset.dataset_id}]", f"[{dataset.name}]"
        return [replace(one, path=one.path.replace(by_id, by_name)) for one in found]

    def restore(self, dataset: Dataset, revision: int) -> ContextRecord:
        """Save an earlier revision of a dataset's context as its newest.

        Raises ``UnknownContextError`` where there is no such revision.
        """
        return self._contexts.restore(self._user_id, self.require(dataset), revision)

    def use(self, dataset: Dataset, name: str) -> ContextRecord:
        """Let another context that names a dataset count for it.

        Raises ``UnknownContextError`` where none of its contexts is called so; the nearest is suggested.
        """
        return self._contexts.use(self._user_id, dataset.dataset_id, name)

    def came_from(self, dataset: Dataset, text: str, cause: str) -> bool:
        """Tell whether a text is what was last saved for this cause; what came after it counts more."""
        from autodash_jupyter.context.document_text import read_document

        record = self.active(dataset)
        if record is None:
            return False
        read = read_document(text, dataset_id=dataset.dataset_id, name=dataset.name)
        document = self._meant(dataset, read)[0]
        revisions = reversed(self._contexts.versions(self._user_id, record))
        latest = next((one for one in revisions if one.cause == cause), None)
        return latest is not None and latest.document == document

    def _ids(self) -> dict[str, str]:
        """Return the ids of all datasets by their names, of namesakes the newest's."""
        return {name: one.dataset_id for name, one in _newest(self._list_datasets()).items()}

    def _names(self) -> dict[str, str]:
        """Return the names of all datasets by their ids; of namesakes, only the newest has one."""
        return {id_: name for name, id_ in self._ids().items()}

    # What a text is to be

    def _meant(self, dataset: Dataset, read: DocumentText) -> tuple[ContextDocument, ContextRecord | None]:
        """Return the document a text stands for, and the context it is a revision of, if any."""
        from autodash_jupyter.services.typed_documents import meant_by

        ids = self._ids() | {dataset.name: dataset.dataset_id}
        return meant_by(read, ids, self.active(dataset), self.all_of(dataset))


def _newest(datasets: list[Dataset]) -> dict[str, Dataset]:
    """Return datasets by their names, of namesakes the newest."""
    return {one.name: one for one in reversed(datasets)}
