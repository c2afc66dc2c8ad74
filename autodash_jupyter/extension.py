"""Puts the session and its surfaces into an IPython shell, and takes them out again."""

from __future__ import annotations

import atexit
from collections.abc import Collection
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics

from autodash_jupyter.agents.comms import AgentComms
from autodash_jupyter.cells import CellBoundary, Pending
from autodash_jupyter.chart_lines import without_question_marks
from autodash_jupyter.chart_magics import ChartMagics
from autodash_jupyter.completion import register_completers, unregister_completers
from autodash_jupyter.context_magics import ContextMagics
from autodash_jupyter.dashboard_magics import DashboardMagics
from autodash_jupyter.errors import AutoDashError, SettingsError
from autodash_jupyter.magics import AutoDashMagics
from autodash_jupyter.operation_magics import OperationMagics
from autodash_jupyter.panel import Panel
from autodash_jupyter.session import Session

__all__ = ["Extension", "current", "current_session", "load", "unload"]

_current: Extension | None = None


class Extension:
    """One session in one shell, with its magics, its cell hooks and its end of the sidebar."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.session = Session(shell.user_ns, hidden=lambda: _hidden_names(shell))
        self.cells = CellBoundary(shell, self._record, self._cell_changed, self.session.expect)
        comm_manager = getattr(getattr(shell, "kernel", None), "comm_manager", None)
        self._magics = AutoDashMagics(shell, self.session, self.cells)
        self._context_magics = ContextMagics(shell, self.session, self.cells)
        self._operation_magics = OperationMagics(shell, self.session)
        self._chart_magics = ChartMagics(shell, self.session, self.cells)
        self._dashboard_magics = DashboardMagics(shell, self.session)
        self.panel = None if comm_manager is None else Panel(self.session, self.cells, comm_manager)
        self.agents = None if comm_manager is None else AgentComms(self.session, self.cells, comm_manager)

    @property
    def _all_magics(self) -> tuple[Magics, ...]:
        return (
            self._magics,
            self._context_magics,
            self._operation_magics,
            self._chart_magics,
            self._dashboard_magics,
        )

    def open(self) -> None:
        """Register magics, completions, hooks and comms."""
        self.shell.register_magics(*self._all_magics)
        register_completers(self.shell, self.session)
        self.shell.input_transformers_cleanup.append(without_question_marks)
        self.cells.attach()
        if self.session.settings.storage_backend != "memory":
            self.session.keep_history(
                self.session.settings.home,
                disk=self.session.settings.history_disk_bytes,
                run_soon=lambda action: self.cells.run_between_cells(Pending(action)),
            )
        if self.panel is not None:
            self.panel.open()
        if self.agents is not None:
            self.agents.open()
        atexit.register(self.close)

    def close(self) -> None:
        """Take everything out again; what is kept on disk stays."""
        atexit.unregister(self.close)
        if self.agents is not None:
            self.agents.close()
            self.agents = None
        self._magics.close()
        self._context_magics.close()
        self._chart_magics.close()
        self.cells.detach()
        unregister_completers(self.shell)
        if without_question_marks in self.shell.input_transformers_cleanup:
            self.shell.input_transformers_cleanup.remove(without_question_marks)
        for magics in self._all_magics:
            _unregister(self.shell, magics)
        if self.panel is not None:
            self.panel.close()
            self.panel = None
        self.session.close()

    def _record(self, code: str, seconds: float) -> None:
        self.session.record(code, seconds)
        self.session.look_for_context_files()
        self._magics.tell_notes()

    def _cell_changed(self) -> None:
        if self.panel is not None:
            self.panel.timeline_changed()


def load(shell: Any) -> None:
    """Load the extension into a shell; loading it again changes nothing.

    Raises:
        UsageError: A setting can't be used; nothing was loaded.
    """
    global _current  # noqa: PLW0603 - the one session per kernel
    if _current is not None:
        return
    try:
        extension = Extension(shell)
    except AutoDashError as error:
        raise UsageError(str(error)) from None
    try:
        extension.open()
    except BaseException:
        extension.close()
        raise
    _current = extension


def unload(shell: Any) -> None:  # noqa: ARG001 - IPython's signature
    """Remove magics, hooks, comms and the worker."""
    global _current  # noqa: PLW0603 - the one session per kernel
    if _current is not None:
        _current.close()
        _current = None


def current() -> Extension | None:
    """Return the extension that is loaded in this kernel, or ``None``."""
    return _current


def current_session() -> Session:
    """Return the session of this notebook, whose tables are the notebook's variables.

    Raises:
        SettingsError: The extension isn't loaded.
    """
    if _current is None:
        msg = "AutoDash isn't loaded in this notebook; run %load_ext autodash_jupyter first."
        raise SettingsError(msg)
    return _current.session


def _unregister(shell: Any, magics: Magics) -> None:
    """Take magics out of a shell again, which IPython itself has no way to do."""
    for kind, names in magics.magics.items():
        for name in names:
            shell.magics_manager.magics[kind].pop(name, None)
    shell.magics_manager.registry.pop(type(magics).__name__, None)
    if magics in shell.configurables:
        shell.configurables.remove(magics)


def _hidden_names(shell: Any) -> Collection[str]:
    """Return the names IPython itself put into the namespace and nobody has rebound."""
    hidden, namespace = shell.user_ns_hidden, shell.user_ns
    return {name for name, value in list(hidden.items()) if namespace.get(name) is value}
