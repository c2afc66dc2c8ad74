"""The argument parsers of the magics: ``--help`` with an example, and mistakes as one line."""

from __future__ import annotations

import argparse
import os
import re
import shlex
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from IPython.core.error import UsageError

from autodash_jupyter.errors import did_you_mean

__all__ = [
    "HelpShown",
    "MagicParser",
    "autodash",
    "checkpoint",
    "context",
    "context_cell",
    "datasets",
    "load_dataset",
    "move",
    "timeline",
]

_COMMENT = re.compile(r"""((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^'"\\])*?)(?<!\S)#(?:\s.*)?""", re.DOTALL)


class HelpShown(Exception):  # noqa: N818 - no error: the person asked
    """``--help`` was asked for and printed; there is nothing more to do."""


class MagicParser(argparse.ArgumentParser):
    """An argparse parser for one magic's line; it never exits and never prints a traceback."""

    def __init__(self, magic: str, does: str, example: str) -> None:
        super().__init__(
            prog=f"%{magic}",
            description=does,
            epilog=f"example: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def parse_line(self, line: str) -> argparse.Namespace:
        """Parse a magic's line.

        Raises:
            UsageError: The line doesn't parse.
            HelpShown: The line asked for help, and it was printed.
        """
        try:
            words = shlex.split(_without_comment(line), posix=os.name != "nt")
        except ValueError as error:
            msg = f"{self.prog}: {error}; quote a path with spaces whole, like 'my file.csv'."
            raise UsageError(msg) from None
        chosen, unknown = self.parse_known_args([_unquoted(word) for word in words])
        if unknown:
            options = [option for option in self._option_string_actions if option.startswith("--")]
            self.error(f"there is no {unknown[0]!r} here{_nearest(unknown[0], options)}")
        return chosen

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print before it exits."""
        message = re.sub(r"^argument [\w|]+: ", "", message)  # a positional's name says nothing to a person
        end = "" if message.endswith("?") else "."
        msg = f"{self.prog}: {message}{end} {self.prog} --help shows how it is used."
        raise UsageError(msg)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:  # noqa: ARG002
        """End a parse whose help was printed, without ending the kernel."""
        raise HelpShown


def _without_comment(line: str) -> str:
    """Cut off what stands behind a ``#`` on its own; one within quotes or a word stays, as in a file's name.

    >>> _without_comment("sample:penguins  # it's a sample"), _without_comment("'a # b.csv' c#.csv #2.csv")
    ('sample:penguins  ', "'a # b.csv' c#.csv #2.csv")
    """
    found = _COMMENT.fullmatch(line)
    return found[1] if found else line


def _nearest(word: str, known: Iterable[str]) -> str:
    hint = did_you_mean(word.partition("=")[0], known)
    return f";{hint.lower()}" if hint else ""


def _one_of(*words: str) -> Callable[[str], str]:
    """Return a check that a word is one of these; the nearest is suggested."""

    def checked(word: str) -> str:
        if word in words:
            return word
        msg = f"{word!r} is none of {', '.join(words)}{_nearest(word, words)}"
        raise argparse.ArgumentTypeError(msg)

    return checked


def _unquoted(word: str) -> str:
    """Strip quotes that a non-POSIX split leaves around a word."""
    if os.name == "nt" and len(word) > 1 and word[0] == word[-1] and word[0] in "'\"":
        return word[1:-1]
    return word


def load_dataset() -> MagicParser:
    """Return the parser of ``%load_dataset``."""
    parser = MagicParser(
        "load_dataset",
        "Load a table, remember it, and write its context in the background.",
        "%load_dataset sample:penguins\n         orders = %load_dataset data/real.csv",
    )
    parser.add_argument(
        "source",
        nargs="+",
        help="a file of text, Excel, JSON, Parquet, SQLite ..., perhaps packed; a pattern like 'data/*.csv'; "
        "an address; clipboard:; sample:NAME; a variable's name, or a dataset's id",
    )
    parser.add_argument("--name", help="the variable and the dataset are called this")
    parser.add_argument("--sheet", help="the one sheet of a workbook to load (default: each)")
    parser.add_argument("--format", help="read the file as this, whatever its name ends in")
    parser.add_argument("--table", help="the one table of a database to load")
    parser.add_argument("--query", metavar="SQL", help="load what a database answers; it is never changed")
    parser.add_argument("--encoding", help="the encoding of a text, where the guess is wrong")
    parser.add_argument("--delimiter", help="what separates the cells of a text, where the guess is wrong")
    parser.add_argument("--dates", type=_one_of("day", "month"), help="what comes first in 03/04/2020")
    parser.add_argument(
        "--refresh", action="store_true", help="read a dataset's source again, and say what changed"
    )
    parser.add_argument("--lazy", action="store_true", help="leave the table in its file (Dask or DuckDB)")
    parser.add_argument("--no-context", action="store_true", help="don't write a context now")
    parser.add_argument("--context", metavar="FILE", help="take the context from a document")
    return parser


def datasets() -> MagicParser:
    """Return the parser of ``%datasets``."""
    parser = MagicParser("datasets", "List what is registered, newest first.", "%datasets --delete penguins")
    parser.add_argument("--delete", metavar="NAME", help="forget a dataset and all that is kept of it")
    return parser


def context() -> MagicParser:
    """Return the parser of ``%context``."""
    parser = MagicParser(
        "context",
        "Show what is known about a dataset; manage its versions. %%context NAME sets it: the cell's body is "
        "the document.",
        "%context penguins --wait\n         %context penguins --export .\n         %context --all",
    )
    parser.add_argument("name", nargs="?", help="a dataset's name or id, or a variable that holds a table")
    parser.add_argument("--wait", action="store_true", help="wait until it is written, however long")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--regenerate", action="store_true", help="write it again; what a person wrote stays")
    one.add_argument("--versions", action="store_true", help="list every saved revision, newest first")
    one.add_argument("--diff", nargs=2, type=int, metavar=("A", "B"), help="compare two revisions")
    one.add_argument("--restore", type=int, metavar="V", help="make an earlier revision the newest")
    one.add_argument("--export", metavar="FILE", help="write the document into a file, or a folder")
    one.add_argument("--import", dest="import_", metavar="FILE", help="take a document from a file")
    one.add_argument("--use", metavar="OTHER", help="let another context of this dataset count")
    one.add_argument("--usage", action="store_true", help="show which contexts were used, and what they cost")
    parser.add_argument("--all", action="store_true", help="of every dataset: show, write or --regenerate")
    return parser


def context_cell() -> MagicParser:
    """Return the parser of the first line of ``%%context``."""
    parser = MagicParser(
        "%context",
        "Save the cell's body as the context of a dataset: YAML between lines of ---, then Markdown; or "
        "Markdown alone.",
        "%%context penguins\n         One row is one bird.",
    )
    parser.add_argument("name", nargs="?", help="a dataset's name or id, or a variable that holds a table")
    return parser


def move(magic: str) -> MagicParser:
    """Return the parser of ``%undo`` and ``%redo``."""
    way = "back" if magic == "undo" else "forward again"
    parser = MagicParser(
        magic,
        f"Go {way} over cells that changed variables; with a name, over that variable's own changes.",
        f"%{magic} 2 penguins",
    )
    parser.add_argument(
        "words", nargs="*", metavar="[N] [NAME]", help="how many steps (1), and of which variable (all)"
    )
    return parser


def autodash() -> MagicParser:
    """Return the parser of ``%autodash``."""
    parser = MagicParser(
        "autodash",
        "Say what is in force, or what is wrong; choose what is kept of the history, or delete it; let the "
        "language model learn from the contexts you wrote in; print what lets an agent work here (mcp).",
        "%autodash doctor\n         %autodash history memory\n         %autodash forget --all",
    )
    words = ("status", "doctor", "lm", "history", "forget", "learn", "mcp")
    parser.add_argument("word", nargs="?", default="status", type=_one_of(*words), help=", ".join(words))
    parser.add_argument(
        "mode",
        nargs="?",
        type=_one_of("on", "memory", "off"),
        metavar="on|memory|off",
        help="with history: keep it on the disk, in memory only, or not at all; learn off forgets what was",
    )
    parser.add_argument("--all", action="store_true", help="with forget: of all notebooks, not only of this")
    return parser


def timeline() -> MagicParser:
    """Return the parser of ``%timeline``."""
    parser = MagicParser(
        "timeline",
        "Show the steps with what each changed. STEP is a number or a checkpoint's name; 0 is the start.",
        "%timeline --goto before-join\n         %timeline --diff 3 5",
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)  # to say which option was meant
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--goto", metavar="STEP", help="put every variable into the state after a step")
    one.add_argument(
        "--diff", nargs="+", action=_OneOrTwo, metavar="STEP", help="compare two steps, or one with now"
    )
    one.add_argument(
        "--export",
        nargs="+",
        action=_OneOrTwo,
        metavar=("FILE", "TABLE"),
        help="write how %%op made a table as a .py or .ipynb of plain pandas",
    )
    one.add_argument("--ignore", metavar="NAME", help="leave a variable out, and let go of what was recorded")
    one.add_argument("--watch", metavar="NAME", help="take a variable in again")
    one.add_argument(
        "--restore",
        nargs="?",
        const="",
        metavar="HISTORY",
        help="bring back the variables of an earlier kernel of this notebook, by default the last",
    )
    return parser


class _OneOrTwo(argparse.Action):
    """Takes one or two words."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: Any = None
    ) -> None:
        if len(values) > 2:
            name = self.metavar or ""
            what = f"one {name.lower()} or two" if isinstance(name, str) else " and perhaps ".join(name)
            parser.error(f"{option} takes {what}")
        setattr(namespace, self.dest, values)


def checkpoint() -> MagicParser:
    """Return the parser of ``%checkpoint``."""
    parser = MagicParser("checkpoint", "Give the present state a name.", "%checkpoint before-join")
    parser.add_argument("name", help="works wherever a step's number does, as in %%timeline --goto NAME")
    return parser
