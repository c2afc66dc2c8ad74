"""The lines of ``%visualize`` and ``%dashboard``: sentences as people write them, with options anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from IPython.core.error import UsageError

from autodash_jupyter.arguments import HelpShown
from autodash_jupyter.errors import did_you_mean

__all__ = [
    "DASHBOARD_OPTIONS",
    "OPTIONS",
    "ChartLine",
    "DashboardLine",
    "read_chart_line",
    "read_dashboard_line",
    "without_question_marks",
]

OPTIONS = ("--data", "--save", "--reading", "--code", "--new", "--no-model", "--help")
DASHBOARD_OPTIONS = ("--save", "--title", "--undo", "--redo", "--new", "--code", "--help")
WITH_VALUE = {"--data": "sales", "--save": "sales.html", "--reading": "2", "--title": '"Sales in 2025"'}
USAGE = """\
%visualize SENTENCE                draw what a sentence asks for, and say how it was read
%visualize SENTENCE --data NAME    of this table (else of the one that it fits best)
%visualize SENTENCE --reading N    the N-th of its other readings
%visualize SENTENCE --code         print the code that gives the same numbers
%visualize SENTENCE --save FILE    write the chart into a .html (needs no network), .png, .svg or .json
%visualize SENTENCE --new          read it by itself, not as a change of the last chart
%visualize SENTENCE --no-model     by rules alone, where a language model is configured
chart = %visualize SENTENCE        give the chart to a variable, without drawing it
examples: %visualize average price by region since 2021
          %visualize now by month, without returns
"""
DASHBOARD_USAGE = """\
%dashboard [NAME]                  the figures and charts that say most about a table (else the last one)
%dashboard [NAME] SENTENCE         change it: replace, add, remove or move a chart, filter by a column
%dashboard [NAME] --undo           take the last change back (--redo: make it again)
%dashboard [NAME] --save FILE      write it into one .html (needs no network), .png, .svg or .json
%dashboard [NAME] --title TEXT     give it a title
%dashboard [NAME] --code           print the code that gives the numbers of each chart
%dashboard [NAME] --new            choose figures and charts afresh
sales_page = %dashboard sales      give it to a variable, without drawing it
examples: %dashboard penguins
          %dashboard replace the pie by a line of revenue by month
"""
_OPTION = re.compile(r"(?<!\S)(--[a-z][a-z-]*)(?:=|\s+|$)", re.IGNORECASE)
_VALUE = re.compile(r'"([^"]*)"|' + r"'([^']*)'|(\S+)")
_QUESTION = re.compile(r"(\s*(?:[\w.]+\s*=\s*)?%visualize\s+\S.*?)\?+\s*")


@dataclass(frozen=True, slots=True)
class ChartLine:
    """What a line of ``%visualize`` says; ``reading`` 0 is the likeliest."""

    sentence: str
    data: str | None = None
    save: str | None = None
    reading: int = 0
    code: bool = False
    new: bool = False
    no_model: bool = False


@dataclass(frozen=True, slots=True)
class DashboardLine:
    """What a line of ``%dashboard`` says; ``words`` are a table's name, an edit, or both."""

    words: str = ""
    save: str | None = None
    title: str | None = None
    undo: bool = False
    redo: bool = False
    new: bool = False
    code: bool = False


def read_chart_line(line: str) -> ChartLine:
    """Take a line of ``%visualize`` apart; what isn't an option is the sentence, quotes and all.

    Raises:
        UsageError: An option is unknown or lacks its value, or there is no sentence.
        HelpShown: The line asked for help, and it was printed.

    >>> chosen = read_chart_line("what's the price by region? --data sales")
    >>> chosen.sentence, chosen.data
    ("what's the price by region?", 'sales')
    """
    return _line(*_take_options(line, "%visualize", OPTIONS, USAGE))


def read_dashboard_line(line: str) -> DashboardLine:
    """Take a line of ``%dashboard`` apart, as :func:`read_chart_line` does.

    >>> chosen = read_dashboard_line("sales replace the pie by a line of revenue by month --save sales.html")
    >>> chosen.words, chosen.save
    ('sales replace the pie by a line of revenue by month', 'sales.html')
    """
    words, found = _take_options(line, "%dashboard", DASHBOARD_OPTIONS, DASHBOARD_USAGE)
    flags = {name: f"--{name}" in found for name in ("undo", "redo", "new", "code")}
    return DashboardLine(words, found.get("--save"), found.get("--title"), **flags)


def _take_options(line: str, magic: str, options: tuple[str, ...], usage: str) -> tuple[str, dict[str, str]]:
    """Return a line without its options, and these with their values."""
    found: dict[str, str] = {}
    rest = re.sub(r"(?:^|\s\s)#\s.*$", "", line)  # a comment stands apart: "# of orders" is no comment
    while (option := _OPTION.search(rest)) is not None:
        name, end = option[1].lower(), option.end()
        if name not in options:
            hint = did_you_mean(name, options)
            msg = f"{magic}: there is no {name!r} here.{hint} {magic} --help shows all."
            raise UsageError(msg)
        value = _VALUE.match(rest, end) if name in WITH_VALUE else None
        if name in WITH_VALUE and value is None:
            msg = f"{magic}: {name} needs a value, as in {name} {WITH_VALUE[name]}."
            raise UsageError(msg)
        found[name] = "" if value is None else next(part for part in value.groups() if part is not None)
        rest = f"{rest[: option.start()]} {rest[value.end() if value else end :]}"
    if "--help" in found:
        print(usage)
        raise HelpShown
    return " ".join(rest.split()), found


def without_question_marks(lines: list[str]) -> list[str]:
    """Return a cell's lines without a sentence's ``?`` at the end, which IPython would take for its help.

    >>> without_question_marks(["%visualize which region sells most?\\n", "%visualize?\\n", "print?\\n"])
    ['%visualize which region sells most\\n', '%visualize?\\n', 'print?\\n']
    """
    return [f"{found[1]}\n" if (found := _QUESTION.fullmatch(line)) else line for line in lines]


def _line(sentence: str, found: dict[str, str]) -> ChartLine:
    if len(sentence) > 1 and sentence[0] == sentence[-1] and sentence[0] in "\"'":
        sentence = sentence[1:-1].strip()
    if not sentence:
        msg = "%visualize takes a sentence, for example %visualize average price by region."
        raise UsageError(msg)
    number = found.get("--reading", "0")
    if not number.isdecimal():
        msg = f"%visualize: --reading takes a whole number, not {number!r}; 1 is the next best reading."
        raise UsageError(msg)
    return ChartLine(
        sentence,
        data=found.get("--data"),
        save=found.get("--save"),
        reading=int(number),
        code="--code" in found,
        new="--new" in found,
        no_model="--no-model" in found,
    )
