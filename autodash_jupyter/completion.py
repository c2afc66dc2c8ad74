"""Tab completion of names after the magics: samples, datasets, variables that hold tables, files."""

from __future__ import annotations

import glob
import logging
from typing import Any

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.session import Session

__all__ = ["candidates", "register_completers", "unregister_completers"]

logger = logging.getLogger(__name__)
FILES_OFFERED = 200
COLUMNS_OFFERED = 200
TIMELINE_OPTIONS = ("--goto", "--diff", "--restore", "--ignore", "--watch", "--export")
CONTEXT_OPTIONS = (
    "--wait", "--regenerate", "--versions", "--diff", "--restore", "--export", "--import", "--use", "--usage",
    "--all",
)  # fmt: skip
MAGICS = (
    "load_dataset",
    "context",
    "datasets",
    "undo",
    "redo",
    "timeline",
    "checkpoint",
    "op",
    "visualize",
    "dashboard",
)


def register_completers(shell: Any, session: Session) -> None:
    """Complete the words after each magic that takes a name."""

    def complete(_completer: Any, event: Any) -> list[str]:
        try:
            return candidates(session, event.line, event.symbol)
        except AutoDashError:
            logger.debug("no completions", exc_info=True)
            return []

    for magic in MAGICS:
        shell.set_hook("complete_command", complete, str_key=f"%{magic}")


def unregister_completers(shell: Any) -> None:
    """Complete nothing of ours any more; IPython itself has no way to take a hook back."""
    for magic in MAGICS:
        shell.strdispatchers["complete_command"].strs.pop(f"%{magic}", None)


def candidates(session: Session, line: str, word: str) -> list[str]:
    """Return what may stand at the end of a magic's line."""
    from autodash_jupyter.frames import sample_names, table_names

    if "%visualize" in line or "%dashboard" in line:
        return _of_a_chart(session, line, word)
    if "%op" in line:
        return _of_an_operation(session, line, word)
    if "%timeline" in line or "%checkpoint" in line:
        return _of_the_timeline(session, line, word)
    if "%context" in line and word.startswith("-"):
        return sorted(option for option in CONTEXT_OPTIONS if option.startswith(word))
    names = {name for name in table_names(session.namespace) if not name.startswith("_")}
    if "%undo" in line or "%redo" in line:
        names |= {change.name for step in session.timeline.steps for change in step.changes}
    else:
        names |= {dataset.name for dataset in session.list_datasets()}
    if "%load_dataset" in line:
        names |= {f"sample:{name}" for name in sample_names()}
        if line.rpartition(" ")[2].startswith("sample:"):  # the completer hands over what follows the colon
            given = "sample:" if ":" in word else ""
            return [given + name for name in sample_names() if (given + name).startswith(word)]
        names |= set(glob.glob(glob.escape(word) + "*")[:FILES_OFFERED])  # noqa: PTH207 - relative, as typed
    return sorted(name for name in names if name.startswith(word))


def _of_the_timeline(session: Session, line: str, word: str) -> list[str]:
    """Return options, checkpoints after those that take a step, and variables after those that take one."""
    timeline = session.timeline
    if "--ignore" in line:
        names = {name for name in session.namespace if not name.startswith("_")} - timeline.ignored
    elif "--watch" in line:
        names = set(timeline.ignored)
    else:
        names = set(timeline.checkpoints)
        if "%timeline" in line and word.startswith("-"):
            names |= set(TIMELINE_OPTIONS)
    return sorted(name for name in names if name.startswith(word))


def _of_a_chart(session: Session, line: str, word: str) -> list[str]:
    """Return options, tables after ``--data``, and else the columns of the tables there are."""
    from autodash_jupyter.chart_lines import DASHBOARD_OPTIONS, OPTIONS
    from autodash_jupyter.frames import table_names

    if word.startswith("-"):
        options = DASHBOARD_OPTIONS if "%dashboard" in line else OPTIONS
        return sorted(option for option in options if option.startswith(word))
    tables = [name for name in table_names(session.namespace) if not name.startswith("_")]
    before = line.removesuffix(word).split()
    if before and before[-1] in ("--data", "%dashboard"):
        return sorted(name for name in tables if name.startswith(word))
    labels = {str(label) for name in tables for label in getattr(session.namespace[name], "columns", ())}
    return sorted(label for label in labels if label.startswith(word))[:COLUMNS_OFFERED]


def _of_an_operation(session: Session, line: str, word: str) -> list[str]:
    """Return tables, then operations, then parameters with ``=``, and after one its choices or columns."""
    from autodash_jupyter.frames import table_names
    from autodash_jupyter.operations import operations
    from autodash_jupyter.operations.command_line import complete_parameter

    words = line.partition("%op")[2].split(" ")[1:]
    if len(words) <= 1:
        names = {name for name in table_names(session.namespace) if not name.startswith("_")}
        return sorted(name for name in names | set(operations()) if name.startswith(word))
    if len(words) == 2:
        return sorted(name for name in operations() if name.startswith(word))
    operation = operations().get(words[1])
    labels = getattr(session.namespace.get(words[0]), "columns", ())
    typed = words[-1]
    begun = typed.removesuffix(word) if typed.endswith(word) else ""
    offered = [] if operation is None else complete_parameter(operation, typed, labels)
    return sorted(one.removeprefix(begun) for one in offered if one.startswith(typed))
