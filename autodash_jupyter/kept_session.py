"""The part of a session that keeps its history on the disk: across restarts, within bounds, or not at all."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Collection, MutableMapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from autodash_jupyter.errors import AutoDashError, NothingToRestoreError
from autodash_jupyter.events import EventBus, SessionEvent, TimelineChanged
from autodash_jupyter.history import Budget, Timeline
from autodash_jupyter.history.branches import counted
from autodash_jupyter.home import prepare_home
from autodash_jupyter.models import Step
from autodash_jupyter.recorded_session import RecordedSession

if TYPE_CHECKING:
    from autodash_jupyter.history.persistence import History, Returned

__all__ = ["HISTORY_MODES", "KeptSession"]

HISTORY_MODES = ("on", "memory", "off")
_MOST_IN_MEMORY = 4 << 30
_PERSISTENCE = "autodash_jupyter.history.persistence"


class KeptSession(RecordedSession):
    """A session whose history is kept on the disk once ``keep_history`` was called.

    ``memory`` is how many bytes only the history may hold.
    """

    def __init__(
        self,
        namespace: MutableMapping[str, Any],
        bus: EventBus,
        *,
        hidden: Callable[[], Collection[str]] = tuple,
        max_steps: int = 50,
        memory: int | None = None,
    ) -> None:
        self._memory_budget = memory
        budget = Budget(background_bytes=self.memory_budget // 2)
        super().__init__(namespace, bus, hidden=hidden, max_steps=max_steps, budget=budget)
        self.history_mode = "memory"
        self._history: History | None = None
        self._new_timeline = partial(Timeline, namespace, hidden=hidden, max_steps=max_steps, budget=budget)
        self._open_history: Callable[[], History] | None = None
        self._has_told_of_thinning = False
        bus.subscribe(self._follow)

    def keep_history(
        self,
        home: Path,
        *,
        disk: int | None = None,
        run_soon: Callable[[Callable[[], None]], object] = lambda action: None,  # noqa: ARG005 - as named
    ) -> None:
        """Keep the history on the disk from now on, in a folder below ``home``, ``disk`` bytes at most.

        ``run_soon`` runs an action on the main thread, between cells. Nothing is opened before the first
        step, and nothing written.
        """

        def prepare() -> Path:
            folder, note = prepare_home(home, os.environ)
            self.notes += [note] if note else []
            return folder

        def opened() -> History:
            from autodash_jupyter.history.persistence import History, notebook_of

            notebook = notebook_of(os.environ, self.namespace)
            return History(
                self.timeline,
                self.namespace,
                home,
                notebook,
                self.notes.append,
                prepare,
                written=lambda: run_soon(self.enforce_budgets),
                disk=disk,
            )

        self._open_history = opened
        self.history_mode = "on"

    def expect(self, code: str) -> None:
        """Tell that a cell is about to run; what it may change out of sight is noted before."""
        super().expect(code)
        if self.history_mode == "on" and self._history is None and _PERSISTENCE not in sys.modules:
            threading.Thread(target=import_module, args=(_PERSISTENCE,), daemon=True).start()

    def record(self, code: str = "", seconds: float = 0.0) -> Step | None:
        """Record what changed since the last record as a step; ``None`` where nothing did, or it is off."""
        return None if self.history_mode == "off" else super().record(code, seconds)

    def restore_history(self, name: str | None = None) -> Returned:
        """Bring back the variables of an earlier kernel of this notebook; return what came and what didn't.

        Raises:
            NothingToRestoreError: There is none, or none of that name.
            BlobError: Its last state can't be read; nothing was changed.
        """
        returned = self._require_history().restore(name)
        self.bus.publish(TimelineChanged())
        return returned

    def set_history_mode(self, mode: str) -> str:
        """Keep the history on the disk (``on``), in ``memory``, or not at all (``off``); say so."""
        if mode != self.history_mode:
            if self.history_mode == "off":
                self.timeline = self._new_timeline()
            elif mode == "on":
                self._require_history().resume()
            elif self._history is not None:
                self._history.close()
            if mode == "off":
                self.timeline.close()
                self.timeline = Timeline({})
                self._history = None
            self.history_mode = mode
            self.bus.publish(TimelineChanged())
        return _MEANINGS[mode]

    def forget_history(self, *, everything: bool = False) -> str:
        """Delete what is kept of this notebook's histories, or of all; recording begins anew."""
        count = 0 if self._open_history is None else self._require_history().forget(everything=everything)
        if self.history_mode != "off":
            self.timeline.close()
            self.timeline = self._new_timeline()
        self._history = None
        self.bus.publish(TimelineChanged())
        what = "all notebooks" if everything else "this notebook"
        return (
            f"Forgotten: {count} stored {'history' if count == 1 else 'histories'} of {what}, and every step."
        )

    def history_lines(self) -> list[str]:
        """Return what the history costs, a line each."""
        from autodash_jupyter.history.persistence import held_by

        steps, held = counted(len(self.timeline.steps)), held_by(self.timeline) / 1e6
        lines = [
            f"history: {self.history_mode}, {steps}",
            f"only history holds: {held:,.1f} MB in memory, of at most {self.memory_budget / 1e6:,.0f} MB",
        ]
        return lines + (self._history.lines() if self._history and self.history_mode == "on" else [])

    def enforce_budgets(self) -> None:
        """Release, or let go of, what the history holds beyond its budgets."""
        if self.history_mode == "off":
            return
        from autodash_jupyter.history.persistence import enforce_on

        memory, kept = self.memory_budget, self._history if self.history_mode == "on" else None
        gone = kept.enforce(memory) if kept is not None else enforce_on(self.timeline, None, memory)
        if gone and not self._has_told_of_thinning:
            self._has_told_of_thinning = True
            self.notes.append(
                f"The state after step {gone[-1]} is no longer kept, to stay within the history's budgets "
                "(%autodash status); the oldest states go first, the list of steps stays."
            )

    @property
    def memory_budget(self) -> int:
        """How many bytes only the history may hold: as set, else a quarter of what was free, 4 GB at most."""
        if self._memory_budget is None:
            self._memory_budget = min(_MOST_IN_MEMORY, psutil.virtual_memory().available // 4)
        return self._memory_budget

    def close_history(self) -> None:
        """Write what still waits, for 2 s at most."""
        if self._history is not None and self.history_mode == "on":
            self._history.close()

    def _follow(self, event: SessionEvent) -> None:
        if not isinstance(event, TimelineChanged) or self.history_mode == "off":
            return
        if self.history_mode == "memory" or self._open_history is None:
            self.enforce_budgets()
            return
        try:
            self._require_history().follow()
            self.enforce_budgets()
        except AutoDashError as error:
            self.history_mode = "memory"
            self.notes.append(f"The history is kept in memory only: {error}.")

    def _require_history(self) -> History:
        if self._history is None:
            if self._open_history is None:
                msg = "No history is kept on the disk here."
                raise NothingToRestoreError(msg)
            self._history = self._open_history()
        return self._history


_MEANINGS = {
    "on": "History is on: steps can be undone, and are kept on the disk for %timeline --restore.",
    "memory": "History is in memory only: nothing more of it is written; %autodash forget deletes what was.",
    "off": "History is off: cells are no steps, and no step can be undone any more. What is on the disk "
    "stays until %autodash forget.",
}
