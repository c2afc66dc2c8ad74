"""A displayed ``%context`` that follows its dataset, and can be edited in place."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from autodash_jupyter.cells import CellBoundary
from autodash_jupyter.errors import AutoDashError, ContextConflictError
from autodash_jupyter.events import ContextChanged, ContextProgressed, DatasetDeleted, SessionEvent
from autodash_jupyter.models import Dataset
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.clickable import Action, ClickableOutput, hides_kept
from autodash_jupyter.widgets.context_history import context_difference_view
from autodash_jupyter.widgets.context_view import context_view
from autodash_jupyter.widgets.view import View

__all__ = ["ContextEditor"]

_MOST_REVISIONS = 100


class ContextEditor(ClickableOutput):
    """Shows a dataset's context where it can be edited, else as a document; ``close`` leaves the document.

    What is saved from here is saved only if nobody saved meanwhile: else both texts are shown.
    """

    def __init__(self, session: Session, cells: CellBoundary | None, dataset_id: str) -> None:
        super().__init__(session, cells)
        self._dataset_id = dataset_id

    def _view(self) -> View:
        return context_view(self._session, self._dataset_id)

    def _live(self) -> tuple[str, Callable[[], View]]:
        view = self._view()  # drawn once for both: it computes every metric
        return f"<style>{hides_kept(self._display_id)}</style>{view.html}", lambda: view

    def _new_widget(self, display_id: str, html: str) -> Any:
        from autodash_jupyter.widgets.context_editor_widget import ContextEditorWidget

        return ContextEditorWidget(model_id=display_id, identity=display_id, html=html, **self._choices())

    def _concerns(self, event: SessionEvent) -> bool:
        match event:
            case ContextChanged(dataset_ids=changed):
                return self._dataset_id in changed
            case ContextProgressed(event=progress):
                return progress.dataset_id == self._dataset_id
            case DatasetDeleted(dataset_id=deleted):
                return deleted == self._dataset_id
        return False

    def _refresh(self) -> None:
        super()._refresh()
        if self._widget is not None:
            for name, value in self._choices().items():
                setattr(self._widget, name, value)

    def _action(self, content: dict[str, Any]) -> Action | None:
        action = None
        match content:
            case {"action": "edit"}:
                action = self._edit
            case {"action": "save", "text": str(text), "revision": int(revision)}:
                action = functools.partial(self._save, text, revision)
            case {"action": "leave"}:
                action = functools.partial(dict, editing=False, theirs="", text="", note="")
            case {"action": "compare", "revision": int(revision)}:
                action = functools.partial(self._compare, revision)
            case {"action": "restore", "revision": int(revision)}:
                action = functools.partial(self._restore, revision)
            case {"action": "use", "name": str(name)}:
                action = functools.partial(self._use, name)
            case {"action": "close_comparison"}:
                action = functools.partial(dict, difference="", compared=0)
        return action

    # What a page asks for

    def _dataset(self) -> Dataset:
        return self._session.datasets.find(self._session.settings.user_id, self._dataset_id)

    def _edit(self) -> dict[str, Any]:
        text, revision = self._session.named_contexts.text(self._dataset())
        return {"editing": True, "text": text, "revision": revision, "theirs": "", "note": ""}

    def _save(self, text: str, revision: int) -> dict[str, Any]:
        dataset, contexts = self._dataset(), self._session.named_contexts
        try:
            saved = contexts.set(dataset, text, cause="edited", expected_revision=revision)
        except ContextConflictError as conflict:
            theirs, number = contexts.text(dataset)
            note = f"Somebody saved revision {number} meanwhile; nothing was saved. {conflict}"
            return {"theirs": theirs, "their_revision": number, "note": note, "failed": True, "text": text}
        number, findings = saved.record.revision, saved.validation.findings
        where = (f"line {one.line}: {one.message}" if one.line else one.message for one in findings)
        note = f"Saved as revision {number}" + (f"; to be mended: {'; '.join(where)}" if findings else ".")
        note += f" No longer in it: {', '.join(saved.missing)}." if saved.missing else ""
        note += f" It counts in place of {saved.replaced} now." if saved.replaced else ""
        left = {"editing": False, "theirs": "", "text": ""}
        return {**left, "note": note, "failed": saved.validation.status == "failed", **self._choices()}

    def _compare(self, revision: int) -> dict[str, Any]:
        dataset, contexts = self._dataset(), self._session.named_contexts
        view = context_difference_view(contexts, dataset, revision, contexts.require(dataset).revision)
        return {"difference": view.html, "compared": revision, "note": ""}

    def _restore(self, revision: int) -> dict[str, Any]:
        record = self._session.named_contexts.restore(self._dataset(), revision)
        note = f"Revision {revision} is in force again, as revision {record.revision}."
        return {"note": note, "difference": "", "compared": 0, **self._choices()}

    def _use(self, name: str) -> dict[str, Any]:
        record = self._session.named_contexts.use(self._dataset(), name)
        return {"note": f"{record.name} is the context that counts.", **self._choices()}

    def _choices(self) -> dict[str, Any]:
        """Return the revisions and contexts that can be chosen."""
        contexts = self._session.named_contexts
        try:
            dataset = self._dataset()
            revisions = contexts.versions(dataset)[:_MOST_REVISIONS]
        except AutoDashError:  # it was deleted, or nothing was written yet
            return {"revisions": [], "names": []}
        lines = [
            {
                "revision": one.revision,
                "line": f"{one.revision} · {one.updated_at.astimezone():%Y-%m-%d %H:%M} · {one.author}",
            }
            for one in revisions
        ]
        return {"revisions": lines, "names": [one.name for one in contexts.all_of(dataset)]}
