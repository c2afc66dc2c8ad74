"""Brings a file in for a user who has no kernel at hand: each table a dataset, its context still to write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autodash_jupyter.errors import AutoDashError, SourceError, one_line
from autodash_jupyter.models import Dataset, UserId
from autodash_jupyter.services.original_files import file_hash
from autodash_jupyter.services.promised_contexts import promise

if TYPE_CHECKING:
    from autodash_jupyter.frames import LoadedTable
    from autodash_jupyter.services.datasets import DatasetService

__all__ = ["Imported", "import_file", "import_upload"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: the datasets, and what of it could not become one."""

    datasets: tuple[Dataset, ...]
    errors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """One line for a person.

        >>> Imported(()).message
        'No table came in.'
        """
        if not self.datasets:
            return "No table came in."
        named = ", ".join(f"{dataset.name} ({dataset.shape})" for dataset in self.datasets)
        failed = f" {len(self.errors)} could not be read." if self.errors else ""
        return f"Loaded {named}; the context is being written.{failed}"


@dataclass(frozen=True, slots=True)
class _Import:
    """Where tables come from: ``source`` in place of a temporary path, ``original`` the kept file's hash."""

    datasets: DatasetService
    user_id: UserId
    source: str | None = None
    original: str | None = None


def import_file(
    datasets: DatasetService,
    user_id: UserId,
    path: str,
    *,
    name: str | None = None,
    sheet: str | None = None,
    file_format: str | None = None,
    source: str | None = None,
) -> Imported:
    """Register the tables of a path or ``sample:NAME``; the same source and name is the same dataset again.

    ``source`` is where a temporary file really comes from.

    Raises:
        InvalidNameError: ``name`` can't be a variable's name.
        SourceError: The source can't be read, or none of its tables could be registered.
    """
    from autodash_jupyter.frames import read_source

    name = _valid(name)
    tables = read_source(path, sheet=sheet, file_format=file_format)
    with datasets.originals.exclusive():  # of two who load it at once, the second finds the first one's
        return _register_all(_Import(datasets, user_id, source), tables, name)


def import_upload(datasets: DatasetService, user_id: UserId, path: Path) -> Imported:
    """Register the tables of an uploaded file as new datasets, and keep the file with them.

    Raises:
        SourceError: The file can't be read, or none of its tables could be registered.
        ContextStoreError: The file can't be kept.
    """
    from autodash_jupyter.frames import read_source

    tables = read_source(path)
    original, originals = file_hash(path), datasets.originals
    with originals.exclusive():
        originals.keep(path, original)
        try:
            return _register_all(_Import(datasets, user_id, f"upload:{path.name}", original), tables, None)
        except BaseException:
            originals.drop(original)
            raise


def _register_all(incoming: _Import, tables: list[LoadedTable], name: str | None) -> Imported:
    registered: list[Dataset] = []
    errors = [f"{each}." for table in tables for each in table.left_out]
    for table in tables:
        wanted = name if len(tables) == 1 else name and f"{name}_{table.name}"
        try:
            registered.append(_register(incoming, table, wanted or table.name))
        except (AutoDashError, ValueError, TypeError, MemoryError) as error:
            said = str(error) if isinstance(error, AutoDashError) else one_line(error)
            errors.append(f"{table.name}: {said}")
    if not registered:
        raise SourceError("; ".join(errors) or "The file holds no table.")
    return Imported(tuple(registered), tuple(errors), tuple(note for table in tables for note in table.notes))


def _register(incoming: _Import, table: LoadedTable, name: str) -> Dataset:
    from autodash_jupyter.frames import free_name

    datasets, user_id = incoming.datasets, incoming.user_id
    records = datasets.entries(user_id)
    source = incoming.source or table.source
    same = None
    if incoming.original is None:
        same = next((one for one in records if (one.source, one.name) == (source, name)), None)
    return datasets.register(
        user_id,
        table.frame,
        name=name if same else free_name(name, {one.name for one in records}),
        filename=f"{table.filename}, sheet {table.sheet}" if table.sheet else table.filename,
        source=source,
        size_bytes=table.size_bytes,
        dataset_id=same.dataset_id if same else None,
        origin="sample" if source.startswith("sample:") else "upload",
        original=incoming.original,
        **promise(),
    )


def _valid(name: str | None) -> str | None:
    from autodash_jupyter.frames import validate_name

    return None if name is None else validate_name(name)
