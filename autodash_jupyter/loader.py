"""Brings a source in: finds out what it is, names it, registers it, and binds a variable to it."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from autodash_jupyter.bindings import Bindings
from autodash_jupyter.errors import SourceError, did_you_mean
from autodash_jupyter.frames import (
    LoadedTable,
    ReadOptions,
    as_dataframe,
    clean_identifier,
    difference,
    fingerprint,
    is_table,
    read_source,
    sample_names,
    table_names,
    validate_name,
)
from autodash_jupyter.models import Dataset
from autodash_jupyter.services import DatasetService
from autodash_jupyter.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from autodash_jupyter.frames.progress import Progress

__all__ = ["Loaded", "Loader"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table that was just loaded: its record, its frame, and remarks for the person.

    ``before`` is the record it had when its source was registered earlier.
    """

    dataset: Dataset
    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    before: Dataset | None = None


class Loader:
    """Loads sources into one namespace for one user."""

    def __init__(
        self,
        namespace: MutableMapping[str, Any],
        bindings: Bindings,
        datasets: DatasetService,
        settings: Settings,
    ) -> None:
        self._namespace = namespace
        self._bindings = bindings
        self._datasets = datasets
        self._user_id = settings.user_id
        self._notebook = settings.notebook

    def load(
        self,
        source: str,
        *,
        name: str | None = None,
        options: ReadOptions | None = None,
        progress: Progress | None = None,
        target: str | None = None,
        into_namespace: bool = True,
        tables: list[LoadedTable] | None = None,
    ) -> list[Loaded]:
        """Load a dataset id, a variable, a sample, a file, or a dataset by name; see ``Session.load``."""
        name = None if name is None else validate_name(name)
        options = options or ReadOptions()
        is_read = tables is not None
        known = None if is_read or options.said() else self._load_known(source, name, target)
        if known is not None:
            results = [known]
        else:
            if tables is None:
                tables = read_source(source, options=options, progress=progress)
            results = self._register_all(tables, name, target, options)
        alone = len(results) == 1
        for loaded in results:
            self._place(loaded, target if alone else None, into_namespace)
        return results

    def refresh(self, name: str, *, progress: Progress | None = None) -> list[Loaded]:
        """Read a dataset's source again, as it was read before, and say in a note what is other now.

        Raises ``SourceError``, with nothing changed, where the source can't be read or was a variable.
        """
        dataset = self._datasets.find(self._user_id, name)
        if not dataset.source or dataset.source.startswith("variable:"):
            msg = f"{dataset.name} came from no file, so there is nothing to read again."
            raise SourceError(msg)
        before = self._datasets.get_dataframe(self._user_id, dataset.dataset_id)
        options = ReadOptions(**dataset.source_options)
        tables = read_source(dataset.source, options=options, progress=progress)
        table = next((one for one in tables if _filename(one) == dataset.filename), tables[0])
        loaded = self._register(table, dataset.name, options)
        same_bytes = bool(dataset.source_hash) and fingerprint(table.source) == dataset.source_hash
        what = "nothing changed" if same_bytes and before is None else ""
        what = what or ("read anew" if before is None else difference(before, table.frame))
        loaded = replace(
            loaded,
            notes=(f"{dataset.name} since {dataset.uploaded_at:%Y-%m-%d %H:%M} UTC: {what}", *loaded.notes),
        )
        variable = self._bindings.variable(dataset.dataset_id) or dataset.name
        self._bindings.bind(variable, loaded.dataset.dataset_id)
        self._namespace[variable] = loaded.frame
        return [loaded]

    def _load_known(self, source: str, name: str | None, target: str | None) -> Loaded | None:
        """Load what is no file: a dataset's id, a variable that holds a table, or a dataset's name."""
        by_id = self._datasets.get(self._user_id, source)
        if by_id is not None:
            return self._bring_back(by_id, name, target)
        if is_table(self._namespace.get(source)):
            return self._register_variable(source, name or target or source)
        if not source.isidentifier() or os.path.exists(source):  # noqa: PTH110 - a plain question
            return None
        records = self._datasets.records(self._user_id)
        named = next((one for one in records if one.name == source), None)
        if named is None:
            raise SourceError(self._no_such(source, records))
        return self._bring_back(named, name, target)

    def _no_such(self, word: str, records: list[Dataset]) -> str:
        """Say that a bare word names nothing, and what was probably meant."""
        tables = table_names(self._namespace)
        samples = [f"sample:{name}" for name in sample_names()]
        hint = did_you_mean(word, [*(one.name for one in records), *tables])
        if not hint and did_you_mean(word, sample_names()):
            hint = did_you_mean(f"sample:{word}", samples)
        if word in self._namespace:
            held = f"The variable {word} holds no table, and there is no file or dataset of this name."
        else:
            held = f"There is no file, variable or dataset called {word!r}."
        return held + (hint or " %load_dataset --help shows what can be loaded.")

    def _bring_back(self, dataset: Dataset, name: str | None, target: str | None) -> Loaded:
        frame = self._datasets.get_dataframe(self._user_id, dataset.dataset_id)
        if frame is None:
            msg = f"The table of {dataset.name} was not kept; load {dataset.source} again."
            raise SourceError(msg)
        records = self._datasets.records(self._user_id)
        own = clean_identifier(dataset.name)
        others = [one for one in records if one.name != own]  # a namesake's record takes no variable
        wanted = name or target or self._bindings.free_name(own, dataset.source, others)
        note = () if wanted == dataset.name or target else (f"{dataset.name} is taken; it is {wanted} here.",)
        return Loaded(replace(dataset, name=wanted), frame, note)

    def _register_variable(self, variable: str, name: str) -> Loaded:
        """Register a variable's table: under the dataset it is bound to, or as one of this notebook's."""
        held = self._namespace[variable]
        frame = as_dataframe(held)
        bound = self._bindings.dataset_id(variable) if name == variable else None
        known = self._datasets.get(self._user_id, bound) if bound else None
        if known is not None:
            source, filename = known.source, known.filename
        else:
            source = f"variable:{variable}" + (f" in {self._notebook}" if self._notebook else "")
            filename = variable
        loaded = self._register(LoadedTable(name, frame, source, filename, 0), name)
        if known is not None and known.shape != loaded.dataset.shape:
            note = f"Stored anew from the variable: {loaded.dataset.shape}, was {known.shape}. "
            note += f"%load_dataset {known.source} loads the source again."
            loaded = replace(loaded, notes=(*loaded.notes, note))
        return replace(loaded, frame=held) if name == variable else loaded

    def _register_all(
        self, tables: list[LoadedTable], name: str | None, target: str | None, options: ReadOptions
    ) -> list[Loaded]:
        """Register what one source held; a table alone gets the wanted name, each sheet has its own."""
        if len(tables) == 1:
            return [self._register(tables[0], name or target, options)]
        return [self._register(table, f"{name}_{table.name}" if name else None, options) for table in tables]

    def _register(self, table: LoadedTable, wanted: str | None, options: ReadOptions | None = None) -> Loaded:
        known = self._datasets.records(self._user_id)
        name = wanted or self._bindings.free_name(table.name, table.source, known)
        same = next((one for one in known if one.source == table.source and one.name == name), None)
        dataset = self._datasets.register(
            self._user_id,
            table.frame,
            name=name,
            filename=_filename(table),
            source=table.source,
            size_bytes=table.size_bytes,
            dataset_id=same.dataset_id if same else None,
            origin="sample" if table.source.startswith("sample:") else "upload",
        )
        if options is not None:
            self._datasets.remember_reading(dataset.dataset_id, options.said(), fingerprint(table.source))
        notes = table.notes
        if not wanted and name != table.name:
            notes = (*notes, f"{table.name} is taken, so this one is {name}; --name chooses another.")
        return Loaded(dataset, table.frame, notes, same)

    def _place(self, loaded: Loaded, target: str | None, into_namespace: bool) -> None:
        """Bind a variable: the caller's target, which the caller assigns, or one of the dataset's name."""
        if target is not None:
            self._bindings.bind(target, loaded.dataset.dataset_id)
        elif into_namespace:
            self._bindings.bind(loaded.dataset.name, loaded.dataset.dataset_id)
            self._namespace[loaded.dataset.name] = loaded.frame


def _filename(table: LoadedTable) -> str:
    return f"{table.filename}, sheet {table.sheet}" if table.sheet else table.filename
