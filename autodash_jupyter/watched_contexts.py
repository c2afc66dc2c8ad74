"""The documents beside data and notebook that stand for contexts: taken in, and again when they change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from autodash_jupyter.context_files import ContextFile, find_context_file, read_text
from autodash_jupyter.errors import AutoDashError, did_you_mean
from autodash_jupyter.models import Dataset
from autodash_jupyter.named_contexts import NamedContexts

__all__ = ["WatchedContexts"]


class WatchedContexts:
    """Takes in ``NAME.context.md`` files; each method returns lines to be told to the person.

    What a person wrote in the notebook after a file was taken in counts until the file changes.
    """

    def __init__(self, contexts: NamedContexts, list_datasets: Callable[[], list[Dataset]]) -> None:
        self._contexts = contexts
        self._list_datasets = list_datasets
        self._files: dict[str, ContextFile] = {}  # by dataset id

    def pick_up(self, dataset: Dataset, folder: Path) -> list[str]:
        """Take in the file that belongs to a dataset, if there is one and it is new."""
        file = self.watch(dataset, folder)
        return [] if file is None else self._take_in(dataset, file)

    def take_in(self, dataset: Dataset, path: Path) -> list[str]:
        """Take in a file as the context of a dataset, and look at it from now on."""
        file = ContextFile.of(path.absolute())
        if file is None:
            hint = did_you_mean(path.name, (each.name for each in path.parent.glob("*.md")))
            return [f"There is no file {path}, so the context of {dataset.name} is written as ever.{hint}"]
        self._files[dataset.dataset_id] = file
        return self._take_in(dataset, file)

    def watch(self, dataset: Dataset, folder: Path) -> ContextFile | None:
        """Look at the file that belongs to a dataset from now on, as it is at this moment."""
        path = find_context_file(dataset, folder)
        file = ContextFile.of(path) if path is not None else None
        if file is None:
            self._files.pop(dataset.dataset_id, None)
        else:
            self._files[dataset.dataset_id] = file
        return file

    def look_again(self) -> list[str]:
        """Take in the files that changed since they were last looked at."""
        changed = []
        for dataset_id, known in list(self._files.items()):
            file = ContextFile.of(known.path)
            if file is not None and file != known:
                self._files[dataset_id] = file
                changed.append((dataset_id, file))
        datasets = {one.dataset_id: one for one in self._list_datasets()} if changed else {}
        return [
            line
            for dataset_id, file in changed
            if dataset_id in datasets
            for line in self._take_in(datasets[dataset_id], file)
        ]

    def _take_in(self, dataset: Dataset, file: ContextFile) -> list[str]:
        cause = f"from {file.path.name}"
        try:
            text = read_text(file.path)
            if self._contexts.came_from(dataset, text, cause):
                return []
            saved = self._contexts.set(dataset, text, cause=cause)
        except AutoDashError as error:
            return [f"{file.path.name} was not taken in: {error}"]
        if not saved.is_new:
            return []
        lines = [f"The context of {dataset.name} is from {file.path.name}: {saved.validation.status}."]
        return lines + [str(finding) for finding in saved.validation.findings]
