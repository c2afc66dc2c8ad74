"""What agents do to a notebook's tables: each change is computed first, and put in place between cells."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.agent_protocol import NOTEBOOK_SESSION
from autodash_jupyter.agents.notebook_tables import NotebookTables
from autodash_jupyter.agents.taken_tables import TakenTable, take_table
from autodash_jupyter.operated_tables import Place
from autodash_jupyter.table_answers.records import ContextAnswer, OperationAnswer, TablesLoaded

if TYPE_CHECKING:
    from autodash_jupyter.agents.notices import Notices
    from autodash_jupyter.agents.waiting_changes import Change
    from autodash_jupyter.frames import LoadedTable, ReadOptions
    from autodash_jupyter.models import Dataset, Restored
    from autodash_jupyter.operation_records import Operation
    from autodash_jupyter.operations import Applied
    from autodash_jupyter.session import Session

__all__ = ["NotebookChanges"]

OUTSIDE = "(changed outside of cells)"
LONGEST_LABEL = 300  # characters of an operation's parameters


class NotebookChanges:
    """The changes that one agent, ``actor``, can make; each method returns a change that isn't made yet.

    What a change does is a step of the timeline under the agent's name, and the person is told of it with
    the next cell.
    """

    def __init__(self, session: Session, tables: NotebookTables, notices: Notices, actor: str) -> None:
        self._session = session
        self._tables = tables
        self._notices = notices
        self._actor = actor

    def run(
        self, table: str, action: str, parameters: Mapping[str, Any]
    ) -> Change[OperationAnswer] | OperationAnswer:
        """Run an operation; one that only answers a question is answered at once."""
        from autodash_jupyter.operations import find_operation

        if find_operation(action).read_only:
            return self._ask(table, action, parameters)

        def prepare() -> Callable[[], OperationAnswer]:
            taken = take_table(self._session, table)
            applied = self._session.operated_tables.run(taken.place, action, parameters, actor=self._actor)
            return lambda: self._put(taken, applied)

        return prepare

    def _ask(self, table: str, action: str, parameters: Mapping[str, Any]) -> OperationAnswer:
        from dataclasses import replace

        from autodash_jupyter.table_answers.rows import rows_page

        tables = self._session.operated_tables
        taken = take_table(self._session, table)
        applied = tables.run(taken.place, action, parameters, actor=self._actor)
        tables.note(taken.place, (applied.operation,), changes=False)
        said = applied.operation.change_summary
        answer = self._tables.answer(taken.place.variable, action, said, changed=False)
        return replace(answer, result=rows_page(applied.frame))

    def _put(self, taken: TakenTable, applied: Applied) -> OperationAnswer:
        """Put a result in its table's place; where a person changed that meanwhile, beside it."""
        session, done = self._session, applied.operation
        self._session.record(OUTSIDE)
        wanted = place = taken.place
        notes: tuple[str, ...] = ()
        if not taken.is_current(session):
            place = self._beside(taken)
            notes = (
                f"A person changed {wanted.variable} meanwhile, so both are kept: theirs is "
                f"{wanted.variable}, this result is {place.variable}.",
            )
        try:
            session.operated_tables.bind(place, applied.frame, (done,))
        except BaseException:
            if place is not wanted:
                session.namespace.pop(place.variable, None)
            raise
        given = " ".join(f"{name}={json.dumps(value)}" for name, value in done.params.items())
        step = self._session.record(f"{self._actor}: %op {place.variable} {done.action} {given}".rstrip())
        changed = step is not None and any(change.name == place.variable for change in step.changes)
        if notes:
            self._session.notes.append(
                f"{self._actor} worked on {wanted.variable} as it was before you changed it: yours stays "
                f"{wanted.variable}, the agent's is {place.variable} ({done.change_summary})."
            )
        elif changed:
            self._notices.changed(place.variable, self._actor, f"{done.action}: {done.change_summary}")
        return self._tables.answer(
            place.variable, done.action, done.change_summary, changed=changed, notes=notes
        )

    def _beside(self, taken: TakenTable) -> Place:
        """Return a place under a free name; it holds what the agent began with, which is registered then."""
        session, wanted = self._session, taken.place.variable
        name = session.bindings.free_name(wanted, f"{self._actor}'s", session.list_datasets())
        session.namespace[name] = taken.place.frame
        return Place(name, taken.place.frame)

    # Going back and forth

    def undo(self, table: str, steps: int) -> Change[OperationAnswer]:
        """Take back the last steps of a table, whoever made them."""
        return lambda: lambda: self._move("undo", table, steps, self._session.undo)

    def redo(self, table: str, steps: int) -> Change[OperationAnswer]:
        """Go forward again over steps of a table."""
        return lambda: lambda: self._move("redo", table, steps, self._session.redo)

    def _move(
        self, action: str, table: str, steps: int, move: Callable[[int, str], Restored]
    ) -> OperationAnswer:
        variable = table if self._tables.line(table) else self._session.operated_tables.find(table).variable
        restored = move(steps, variable)
        said = "; ".join(map(str, restored.changes)) or "nothing differed"
        back = "redo" if action == "undo" else "undo"
        self._notices.changed(variable, self._actor, f"{action}: {said}", f"%{back} {variable}")
        notes = tuple(f"not restored: {reason}" for reason in restored.not_restored)
        return self._tables.answer(variable, action, said, changed=bool(restored.changes), notes=notes)

    # Tables and contexts

    def load(self, source: str, file_type: str | None) -> Change[TablesLoaded]:
        """Read a source into variables, as ``%load_dataset`` does."""

        def prepare() -> Callable[[], TablesLoaded]:
            from autodash_jupyter.frames import ReadOptions, read_source

            options = ReadOptions(file_format=file_type)
            read = read_source(source, options=options)
            return lambda: self._put_loaded(source, options, read)

        return prepare

    def _put_loaded(self, source: str, options: ReadOptions, read: list[LoadedTable]) -> TablesLoaded:
        session = self._session
        session.record(OUTSIDE)
        before = len(session.notes)
        loaded = session.load(source, options=options, tables=read)
        notes = (*session.notes[before:], *(note for one in loaded for note in one.notes))
        session.record(f"{self._actor}: %load_dataset {source}")
        names = [one.dataset.name for one in loaded]
        self._notices.changed(names[0], self._actor, f"loaded {', '.join(names)} from {source}")
        return TablesLoaded(NOTEBOOK_SESSION, tuple(map(self._tables.listed, names)), notes=notes)

    def copy(self, names: Mapping[str, str]) -> Change[TablesLoaded]:
        """Copy tables of this notebook, each under its new name, or the next that is free."""

        def prepare() -> Callable[[], TablesLoaded]:
            taken = {new: take_table(self._session, old) for old, new in names.items()}
            return lambda: self._put_copies(taken)

        return prepare

    def _put_copies(self, taken: Mapping[str, TakenTable]) -> TablesLoaded:
        from autodash_jupyter.frames import free_name, validate_name

        self._session.record(OUTSIDE)
        wanted = {validate_name(name): one for name, one in taken.items()}
        made: dict[str, str] = {}
        for name, one in wanted.items():
            free = free_name(name, self._session.namespace.keys())
            self._session.namespace[free] = one.place.frame
            made[free] = name
        self._session.record(f"{self._actor}: copied {', '.join(made)}")
        for free in made:
            self._notices.changed(free, self._actor, f"copied from {wanted[made[free]].place.variable}")
        notes = tuple(f"{name} is taken, so it is {free}." for free, name in made.items() if free != name)
        listed = tuple(map(self._tables.listed, made))
        return TablesLoaded(NOTEBOOK_SESSION, listed, notes=notes)

    def set_context(self, table: str, document: str, expected_revision: int | None) -> Change[ContextAnswer]:
        """Save a document as a table's context, where it passes its checks."""

        def put() -> ContextAnswer:
            from autodash_jupyter.context.document_text import read_document, write_document

            dataset, contexts = self._registered(table), self._session.named_contexts
            read = read_document(document, dataset_id=dataset.dataset_id, name=dataset.name)
            checked = contexts.validate(read.document, read)
            if not checked.failed:
                named = read.front_matter is not None and "name" in read.front_matter.values
                is_first = contexts.active(dataset) is None
                text = document if named or not is_first else write_document(read.document)
                saved = contexts.set(dataset, text, cause=self._actor, expected_revision=expected_revision)
                self._session.notes.append(
                    f"{self._actor} wrote revision {saved.record.revision} of the context of "
                    f"{dataset.name}; %context {dataset.name} --versions lists them."
                )
                return self._tables.context(table)
            revision = contexts.text(dataset)[1]
            found = tuple(map(str, checked.findings))
            return ContextAnswer(dataset.name, document, revision, checked.status, found)

        return lambda: put

    def _registered(self, table: str) -> Dataset:
        """Return the dataset of a table, which is registered first where it isn't yet."""
        variable = self._session.operated_tables.find(table).variable
        known = self._tables.dataset(variable)
        if known is not None:
            return known
        [loaded] = self._session.load(variable, write_context=False)
        return loaded.dataset


def _label(actor: str, variable: str, done: Operation) -> str:
    """Return what a step is called, after what would do the same in a cell."""
    given = " ".join(f"{name}={json.dumps(value, default=str)}" for name, value in done.params.items())
    shown = given if len(given) <= LONGEST_LABEL else f"{given[:LONGEST_LABEL]}…"
    return f"{actor}: %op {variable} {done.action} {shown}".rstrip()
