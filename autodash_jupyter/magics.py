"""The magics: each parses its line, calls the session, and shows what came of it."""

from __future__ import annotations

import functools
import re
from argparse import Namespace
from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import line_magic, magics_class, no_var_expand

from autodash_jupyter import arguments
from autodash_jupyter.assignment import Use, find_use
from autodash_jupyter.cells import CellBoundary
from autodash_jupyter.errors import NothingToRestoreError, SourceError
from autodash_jupyter.frames import ReadOptions, TooLargeError
from autodash_jupyter.frames.progress import ProgressLine
from autodash_jupyter.models import Restored
from autodash_jupyter.notebook_magics import NotebookMagics, one_line_errors
from autodash_jupyter.session import Session

if TYPE_CHECKING:
    from autodash_jupyter.loader import Loaded
    from autodash_jupyter.widgets import LiveTimeline

__all__ = ["AutoDashMagics"]

_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,18}(?:\.[0-9]*)?|\.[0-9]+)")
_WHOLE = re.compile(r"[0-9]+")


@magics_class
class AutoDashMagics(NotebookMagics):
    """``%load_dataset %datasets %undo %redo %timeline %checkpoint %autodash``."""

    def __init__(self, shell: Any, session: Session, cells: CellBoundary | None = None) -> None:
        super().__init__(shell, session)
        self._cells = cells
        self._live_timeline: LiveTimeline | None = None

    @line_magic
    @one_line_errors
    def load_dataset(self, line: str) -> Any:
        """Load a table, remember it, and write its context in the background."""
        chosen = arguments.load_dataset().parse_line(line)
        use = find_use(self.session.namespace)
        source = " ".join(chosen.source)
        if chosen.lazy:
            return self._load_lazily(source, chosen, use)
        progress = ProgressLine(source, lambda line: print(f"\r{line}", end="", flush=True))
        try:
            loaded = self.session.load(
                source,
                name=chosen.name,
                options=_read_options(chosen),
                progress=progress,
                refresh=chosen.refresh,
                target=use.target,
                into_namespace=not use.as_value,
                write_context=not chosen.no_context,
                context_file=chosen.context,
            )
        except TooLargeError as error:
            return self._load_lazily(source, chosen, use, too_large=error)
        if progress.shown:
            print()
        self._show_cards(loaded)
        if not use.as_value:
            return None
        return loaded[0].frame if len(loaded) == 1 else {one.dataset.name: one.frame for one in loaded}

    def _load_lazily(
        self, source: str, chosen: Namespace, use: Use, *, too_large: TooLargeError | None = None
    ) -> Any:
        from autodash_jupyter.frames import clean_identifier, validate_name
        from autodash_jupyter.frames.lazy import lazy_table

        try:
            table, remark = lazy_table(source, _read_options(chosen))
        except SourceError as error:
            raise too_large or error from error
        print(f"{too_large} So it was left there: {remark}" if too_large else remark)
        if use.as_value:
            return table
        name = validate_name(chosen.name) if chosen.name else clean_identifier(PurePath(source).stem)
        self.session.namespace[name] = table
        return None

    def _show_cards(self, loaded: list[Loaded]) -> None:
        from autodash_jupyter.widgets import LiveDisplay, dataset_card

        for one in loaded:
            dataset_id = one.dataset.dataset_id
            draw = functools.partial(dataset_card, self.session, dataset_id, one.notes)
            LiveDisplay(self.session, dataset_id, draw).show()

    @line_magic
    @one_line_errors
    def datasets(self, line: str) -> None:
        """List what is registered, newest first."""
        from autodash_jupyter.widgets import datasets_table, show

        chosen = arguments.datasets().parse_line(line)
        if chosen.delete is None:
            show(datasets_table(self.session))
            return
        dataset = self.session.delete(chosen.delete)
        print(f"{dataset.name} ({dataset.dataset_id}) is forgotten; variables stay as they are.")

    @line_magic
    @one_line_errors
    def undo(self, line: str) -> None:
        """Put the variables back to what they were before the last steps."""
        self._move("undo", line, self.session.undo)

    @line_magic
    @one_line_errors
    def redo(self, line: str) -> None:
        """Go forward again after an undo."""
        self._move("redo", line, self.session.redo)

    def _move(self, magic: str, line: str, move: Callable[[int, str | None], Restored]) -> None:
        words = arguments.move(magic).parse_line(line).words
        numbers = [word for word in words if _NUMBER.fullmatch(word)]
        names = [word for word in words if word not in numbers]
        if len(numbers) > 1 or len(names) > 1:
            msg = f"%{magic} takes one number and one name, for example %{magic} 2 penguins."
            raise UsageError(msg)
        steps = int(numbers[0]) if numbers and _WHOLE.fullmatch(numbers[0]) else 1 - len(numbers)
        if steps < 1:
            msg = f"%{magic} takes a whole number of steps, of at least 1, not {numbers[0]}."
            raise NothingToRestoreError(msg)
        print(move(steps, names[0] if names else None).summary)

    @line_magic
    @one_line_errors
    def timeline(self, line: str) -> None:
        """Show the steps with what each changed, go to one, compare two, or leave a variable out."""
        from autodash_jupyter.widgets import difference_view, show

        chosen = arguments.timeline().parse_line(line)
        session = self.session
        if chosen.words:
            raise UsageError(_meant(chosen.words))
        if chosen.export is not None:
            from autodash_jupyter.exported_scripts import export_table

            print("\n".join(export_table(session, *chosen.export)))
            return
        for step in (*filter(None, [chosen.goto]), *(chosen.diff or ())):
            self._require_step(step)
        if chosen.goto is not None:
            print(session.goto(chosen.goto).summary)
        elif chosen.restore is not None:
            self._restore(chosen.restore or None)
        elif chosen.diff is not None:
            show(difference_view(session.diff(*chosen.diff)))
        elif chosen.ignore is not None:
            session.ignore(chosen.ignore)
            print(f"{chosen.ignore} is left out; %timeline --watch {chosen.ignore} takes it in again.")
        elif chosen.watch is not None:
            session.watch(chosen.watch)
            print(f"{chosen.watch} is recorded again, from its present state on.")
        else:
            session.record()
            self._show_timeline()

    def _require_step(self, step: str) -> None:
        """Refuse a number that no step can have."""
        if _NUMBER.fullmatch(step) and not step.isdigit():
            last = max((each.step_id for each in self.session.timeline.steps), default=0)
            msg = f"There is no step {step}: steps are whole numbers, 0 (the start) to {last}."
            raise NothingToRestoreError(msg)

    def _show_timeline(self) -> None:
        """Show the timeline live, and leave the one shown before as a table."""
        from autodash_jupyter.widgets import LiveTimeline

        self.close()
        self._live_timeline = LiveTimeline(self.session, self._cells)
        self._live_timeline.show()

    def close(self) -> None:
        """Leave the timeline that is shown as a table, without its widget."""
        timeline, self._live_timeline = self._live_timeline, None
        if timeline is not None:
            timeline.close()

    def _restore(self, name: str | None) -> None:
        print("\n".join(self.session.restore_history(name).lines))

    @line_magic
    @one_line_errors
    def checkpoint(self, line: str) -> None:
        """Give the present state a name, to go back to."""
        name = arguments.checkpoint().parse_line(line).name
        earlier = self.session.timeline.checkpoints.get(name)
        step_id = self.session.checkpoint(name)
        moved = "" if earlier in (None, step_id) else f" now, no longer {_state(earlier)}"
        print(f"{name} is {_state(step_id)}{moved}; %timeline --goto {name} comes back to it.")

    @line_magic
    @no_var_expand
    @one_line_errors
    def autodash(self, line: str) -> None:
        """Show what is in force, or what is wrong; choose what is kept of the history, or delete it."""
        from autodash_jupyter.health import examine, language_model_lines, status_lines

        chosen, session = arguments.autodash().parse_line(line), self.session
        if chosen.word == "history":
            lines = [session.set_history_mode(chosen.mode)] if chosen.mode else session.history_lines()
        elif chosen.word == "forget":
            lines = [session.forget_history(everything=chosen.all)]
        elif chosen.word == "learn":
            lines = [session.forget_what_was_learned() if chosen.mode == "off" else session.learn()]
        elif chosen.word == "lm":
            written = session.contexts.get_usage(session.settings.user_id)
            lines = language_model_lines(session.settings, written)
        elif chosen.word == "mcp":
            lines = self._invite_agents()
        elif chosen.word == "doctor":
            lines = [str(check) for check in examine(session.settings)]
        else:
            lines = [*status_lines(session.settings), *session.history_lines()]
        print("\n".join(lines))

    def _invite_agents(self) -> list[str]:
        from autodash_jupyter.agents.invitation import invitation
        from autodash_jupyter.agents.notebook_tables import notebook_path

        if getattr(self.shell, "kernel", None) is None:
            msg = "%autodash mcp needs a notebook's kernel; IPython in a terminal can't be reached by agents."
            raise UsageError(msg)
        from ipykernel.connect import get_connection_file

        return invitation(get_connection_file(), notebook_path(self.session))


def _read_options(chosen: Namespace) -> ReadOptions:
    return ReadOptions(
        sheet=chosen.sheet,
        file_format=chosen.format,
        table=chosen.table,
        query=chosen.query,
        encoding=chosen.encoding,
        delimiter=chosen.delimiter and chosen.delimiter.replace("\\t", "\t"),
        dates=chosen.dates,
    )


def _state(step_id: int | None) -> str:
    return f"step {step_id}" if step_id else "the start"


def _meant(words: list[str]) -> str:
    """Return what to write instead of words for ``%timeline`` without an option."""
    options = ("goto", "diff", "restore", "ignore", "watch")
    is_option = words[0] in options
    instead = f"--{' '.join(words)}" if is_option else f"--goto {words[0]}"
    return f"%timeline alone shows the steps; did you mean %timeline {instead}?"
