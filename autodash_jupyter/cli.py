"""The command ``autodash``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.mcp.command import add_mcp_command
from autodash_jupyter.session_commands import add_sessions_command
from autodash_jupyter.store_commands import add_relink_command, add_store_commands

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 where all is well, 1 where something is wrong, 2 for a usage mistake.

    >>> main(["--help"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    SystemExit: 0
    """
    parser = argparse.ArgumentParser(prog="autodash", description="A memory for the notebook.")
    parser.add_argument("--version", action="version", version=version("autodash-jupyter"))
    commands = parser.add_subparsers(dest="command", required=True)
    doctor = commands.add_parser("doctor", help="say what is wrong, and how to mend it")
    doctor.set_defaults(run=lambda _: _doctor())
    add_store_commands(commands.add_parser("store", help="back up, restore, move and look after the store"))
    add_relink_command(commands.add_parser("relink", help="make the links of contexts to datasets anew"))
    add_mcp_command(
        commands.add_parser("mcp", help="let agents work on tables, by the Model Context Protocol")
    )
    add_sessions_command(commands.add_parser("sessions", help="list your live sessions, or delete one"))
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except AutoDashError as error:
        print(error, file=sys.stderr)
        return 1


def _doctor() -> int:
    from autodash_jupyter.health import examine
    from autodash_jupyter.settings import Settings

    checks = examine(Settings.from_environment())
    for check in checks:
        print(check)
    wrong = sum(not check.well for check in checks)
    print("\nAll is well." if not wrong else f"\n{wrong} of {len(checks)} checks need attention.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
