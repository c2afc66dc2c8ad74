"""``%context`` and ``%%context``: what is known about a dataset, and by whom it was said."""

from __future__ import annotations

import functools
import shlex
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import line_cell_magic, magics_class

from autodash_jupyter import arguments
from autodash_jupyter.cells import CellBoundary
from autodash_jupyter.notebook_magics import NotebookMagics, one_line_errors
from autodash_jupyter.session import Session

if TYPE_CHECKING:
    from autodash_jupyter.models import Dataset
    from autodash_jupyter.named_contexts import Saved
    from autodash_jupyter.widgets import ContextEditor

__all__ = ["ContextMagics"]

SECONDS_TO_WAIT = 2.0


@magics_class
class ContextMagics(NotebookMagics):
    """``%context`` and ``%%context``."""

    def __init__(self, shell: Any, session: Session, cells: CellBoundary | None = None) -> None:
        super().__init__(shell, session)
        self._cells = cells
        self._editor: ContextEditor | None = None

    @line_cell_magic
    @one_line_errors
    def context(self, line: str, cell: str | None = None) -> None:
        """Show what is known about a dataset, live while it is written; or, with a cell, set it."""
        if cell is not None:
            chosen = arguments.context_cell().parse_line(line)
            dataset = self._dataset(chosen.name)
            self._tell_saved(dataset, self.session.named_contexts.set(dataset, cell))
            return
        chosen = arguments.context().parse_line(line)
        if chosen.usage:
            self._show_usage()
        elif chosen.all:
            self._show_all(chosen)
        else:
            self._do(chosen, self._dataset(chosen.name))

    def _do(self, chosen: Namespace, dataset: Dataset) -> None:
        from autodash_jupyter.widgets import context_difference_view, context_versions_view, show

        contexts = self.session.named_contexts
        if chosen.versions:
            show(context_versions_view(contexts, dataset))
        elif chosen.diff is not None:
            show(context_difference_view(contexts, dataset, *chosen.diff))
        elif chosen.restore is not None:
            record = contexts.restore(dataset, chosen.restore)
            print(
                f"{dataset.name}: revision {chosen.restore} is in force again, as revision {record.revision}."
            )
        elif chosen.export is not None:
            written = contexts.export_file(dataset, Path(chosen.export).expanduser())
            print("\n".join([f"Written: {written.path}", *_left_out(written.left_out)]))
            self.session.watched_contexts.watch(dataset, Path.cwd())
        elif chosen.import_ is not None:
            self._tell_saved(dataset, contexts.import_file(dataset, Path(chosen.import_).expanduser()))
        elif chosen.use is not None:
            record = contexts.use(dataset, chosen.use)
            print(f"{dataset.name} now has the context {record.document.name}.")
        else:
            self._show(chosen, dataset.dataset_id)

    def _show(self, chosen: Namespace, dataset_id: str) -> None:
        from autodash_jupyter.widgets import ContextEditor, LiveDisplay, context_view

        self.session.look_for_context_files()
        if chosen.regenerate:
            self.session.jobs.start(dataset_id)
        self.session.ensure_context(dataset_id)
        self.session.wait_for_context(dataset_id, None if chosen.wait else SECONDS_TO_WAIT)
        dataset = self.session.datasets.get(self.session.settings.user_id, dataset_id)
        if dataset is not None and self.session.is_writing(dataset):
            draw = functools.partial(context_view, self.session, dataset_id)
            LiveDisplay(self.session, dataset_id, draw).show()
            return
        if dataset is not None:
            self.session.named_contexts.active(dataset, used_by="magic")
        self.close()
        self._editor = ContextEditor(self.session, self._cells, dataset_id)
        self._editor.show()

    def close(self) -> None:
        """Leave the context that is shown as a document, without its widget."""
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.close()

    def _show_all(self, chosen: Namespace) -> None:
        from autodash_jupyter.widgets import datasets_table, show

        datasets = self.session.list_datasets()
        for dataset in datasets:
            if chosen.regenerate:
                self.session.jobs.start(dataset.dataset_id)
            self.session.ensure_context(dataset.dataset_id)
        for dataset in datasets:
            self.session.wait_for_context(dataset.dataset_id, None if chosen.wait else 0.0)
        show(datasets_table(self.session))

    def _show_usage(self) -> None:
        from autodash_jupyter.widgets import context_usage_view, show

        show(context_usage_view(self.session))

    def _dataset(self, name: str | None) -> Dataset:
        """Return the dataset of a name; without one, the newest."""
        if name is not None:
            return self.session.resolve(name)
        datasets = self.session.list_datasets()
        if not datasets:
            msg = "There is no dataset yet; %load_dataset sample:penguins loads the first."
            raise UsageError(msg)
        return datasets[0]

    def _tell_saved(self, dataset: Dataset, saved: Saved) -> None:
        record, status = saved.record, saved.validation.status
        what = (
            f"saved as revision {record.revision}"
            if saved.is_new
            else f"unchanged, revision {record.revision}"
        )
        print(f"{record.document.name}: {status}, {what}.")
        for finding in saved.validation.findings:
            print(f"  {finding}")
        for line in _consequences(dataset, saved):
            print(f"  {line}")
        for dataset_id in record.skipped:
            print(f"  dataset {dataset_id!r} is unknown, so it isn't linked.")
        print("\n".join(_left_out(saved.left_out)), end="\n" if saved.left_out else "")


def _consequences(dataset: Dataset, saved: Saved) -> Iterator[str]:
    """Say what saving took away or set aside, and how to bring it back."""
    magic, revision = f"%context {shlex.quote(dataset.name)}", saved.record.revision
    if saved.missing:
        compare, again = f"{magic} --diff {revision - 1} {revision}", f"{magic} --regenerate"
        yield f"no longer in it: {', '.join(saved.missing)}."
        yield f"{compare} shows what; {again} brings back what was generated."
    if saved.replaced:
        yield f"it counts for {dataset.name} now, in place of {saved.replaced}."
        yield f"{magic} --use {shlex.quote(saved.replaced)} brings that back."


def _left_out(names: tuple[str, ...]) -> list[str]:
    return [f"  without a counterpart, left out: {name}" for name in names]
