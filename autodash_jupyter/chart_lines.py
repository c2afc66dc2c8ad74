"""The line of ``%visualize``: a sentence as people write it, with options anywhere in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from IPython.core.error import UsageError

from autodash_jupyter.arguments import HelpShown
from autodash_jupyter.errors import did_you_mean

__all__ = ["OPTIONS", "ChartLine", "read_chart_line", "without_question_marks"]

OPTIONS = ("--data", "--save", "--reading", "--code", "--new", "--no-model", "--help")
WITH_VALUE = frozenset({"--data", "--save", "--reading"})
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


def read_chart_line(line: str) -> ChartLine:
    """Take a line apart; what isn't an option is the sentence, quotes and all.

    Raises:
        UsageError: An option is unknown or lacks its value, or there is no sentence.
        HelpShown: The line asked for help, and it was printed.

    >>> chosen = read_chart_line("what's the price by region? --data sales")
    >>> chosen.sentence, chosen.data
    ("what's the price by region?", 'sales')
    """
    found: dict[str, str] = {}
    rest = re.sub(r"(?:^|\s\s)#\s.*$", "", line)  # a comment stands apart: "# of orders" is no comment
    while (option := _OPTION.search(rest)) is not None:
        name, end = option[1].lower(), option.end()
        if name not in OPTIONS:
            hint = did_you_mean(name, OPTIONS)
            msg = f"%visualize: there is no {name!r} here.{hint} %visualize --help shows all."
            raise UsageError(msg)
        value = _VALUE.match(rest, end) if name in WITH_VALUE else None
        if name in WITH_VALUE and value is None:
            msg = f"%visualize: {name} needs a value, as in {name} {_example(name)}."
            raise UsageError(msg)
        found[name] = "" if value is None else next(part for part in value.groups() if part is not None)
        rest = f"{rest[: option.start()]} {rest[value.end() if value else end :]}"
    if "--help" in found:
        print(USAGE)
        raise HelpShown
    return _line(" ".join(rest.split()), found)


def without_question_marks(lines: list[str]) -> list[str]:
    """Return a cell's lines without a sentence's ``?`` at the end, which IPython would take for its help.

    >>> without_question_marks(["%visualize which region sells most?\\n", "%visualize?\\n", "print?\\n"])
    ['%visualize which region sells most\\n', '%visualize?\\n', 'print?\\n']
    """
    return [f"{found[1]}\n" if (found := _QUESTION.fullmatch(line)) else line for line in lines]


def _example(name: str) -> str:
    return {"--data": "sales", "--save": "chart.html", "--reading": "2"}[name]


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
