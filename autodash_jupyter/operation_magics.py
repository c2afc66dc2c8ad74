"""``%op``: an operation on a table, as a step that can be undone."""

from __future__ import annotations

from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import line_magic, magics_class, no_var_expand
from IPython.display import display

from autodash_jupyter.assignment import find_use
from autodash_jupyter.notebook_magics import NotebookMagics, one_line_errors

__all__ = ["OperationMagics"]

USAGE = """\
%op TABLE OPERATION name=value ...   put what an operation makes of a table in the table's place
x = %op TABLE OPERATION ...          give it to x, and leave the table as it is
%op OPERATION --help                 what an operation takes
example: %op sales drop_missing columns=price how=any
"""


@magics_class
class OperationMagics(NotebookMagics):
    """``%op``."""

    @line_magic
    @no_var_expand
    @one_line_errors
    def op(self, line: str) -> Any:
        """Run an operation on a table; alone, list the operations."""
        words = line.split(maxsplit=2)
        if not words or words == ["--help"]:
            print(_listing() if not words else USAGE + "\n" + _listing())
            return None
        if "--help" in words[1:] or (len(words) > 2 and words[2].split()[-1] == "--help"):
            self._help(words)
            return None
        if len(words) < 2:
            msg = f"%op takes a table and an operation, for example %op {words[0]} drop_missing."
            raise UsageError(msg)
        use = find_use(self.session.namespace)
        return self._run(words[0], words[1], words[2] if len(words) > 2 else "", use.as_value, use.target)

    def _run(self, name: str, action: str, text: str, as_value: bool, target: str | None) -> Any:
        from autodash_jupyter.operations import find_operation, read_parameters

        operation = find_operation(action)
        tables = self.session.operated_tables
        place = tables.find(name)
        applied = tables.run(place, action, read_parameters(operation, text))
        print(f"{place.variable}: {applied.operation.change_summary}")
        if operation.read_only:
            tables.note(place, (applied.operation,), changes=False)
            if not as_value:
                display(applied.frame)
        elif not as_value or target == place.variable:
            tables.bind(place, applied.frame, (applied.operation,))
        return applied.frame if as_value else None

    def _help(self, words: list[str]) -> None:
        from autodash_jupyter.operations import operations
        from autodash_jupyter.operations.command_line import describe_operation

        known = operations()
        chosen = next((known[word] for word in (words[1], words[0]) if word in known), None)
        print(describe_operation(chosen) if chosen else USAGE)


def _listing() -> str:
    """Return the operations by group, a line each."""
    from autodash_jupyter.operations import operations
    from autodash_jupyter.operations.registry import GROUPS

    lines: list[str] = []
    for group in GROUPS:
        lines.append(group)
        lines += [
            f"  {each.name:<16} {each.summary}" for each in operations().values() if each.group == group
        ]
    return "\n".join([*lines, "", "%op OPERATION --help shows what one takes."])
