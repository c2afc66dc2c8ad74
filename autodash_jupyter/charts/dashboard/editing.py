"""What a sentence asks of a dashboard: to replace, add, remove, move a chart, filter, name, take back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from autodash_jupyter.charts.saving import ChartError

__all__ = ["Edit", "find_chart", "read_edit"]

Kind = Literal["replace", "add", "remove", "move", "title", "filter", "unfilter", "undo", "redo", "reset"]
PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("undo", r"undo(?: (?:it|that|this|the last (?:change|edit)))?"),
    ("redo", r"redo(?: (?:it|that|this|the last (?:change|edit)))?"),
    ("reset", r"reset(?: (?:it|all|everything|the (?:whole )?dashboard))?|start (?:over|again)"),
    ("title", r"(?:rename|retitle) (?:it|this|the (?:whole )?dashboard) (?:to|as):? (?P<text>.+)"),
    ("title", r"(?:call|name|title) (?:it|this|the (?:whole )?dashboard)(?: as)?:? (?P<text>.+)"),
    ("title", r"(?:new |(?:change|set) (?:the )?)?title(?: to|:| is) ?(?P<text>.+)"),
    ("unfilter", r"(?:remove|delete|drop|clear) (?:all )?(?:the |of the )?filters|no filters"),
    ("unfilter", r"(?:remove|delete|drop) the filters?(?: (?:by|on|for|of))?(?: (?P<text>.+))?"),
    ("unfilter", r"(?:remove|delete|drop) the (?P<text>.+) filter"),
    ("filter", r"(?:add a |also |let me )?filter (?:it |all |everything )?(?:by|on|for) (?P<text>.+)"),
    ("replace", r"(?:replace|swap|exchange|substitute) (?P<which>.+?) (?:by|with|for|through) (?P<text>.+)"),
    ("replace", r"(?:turn|change|make|convert) (?P<which>.+?) (?:in)?to (?P<text>.+)"),
    (
        "move",
        r"(?:move|put|bring) (?P<which>.+?) (?:to |at |in )?(?:the )?(?P<text>[\w-]+)(?: place| position)?",
    ),
    (
        "remove",
        r"(?:remove|delete|drop|hide|take (?:out|away)|get rid of|(?:i )?don['\u2019]?t (?:want|show|need)"
        r"|without|no) (?P<which>.+)",
    ),
    (
        "add",
        r"(?:also )?(?:see|add|include|insert|append|show(?: me)?|draw|plot) (?:also )?(?P<text>.+)",
    ),
)
PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
ENDS = {"top": 1, "front": 1, "start": 1, "beginning": 1, "bottom": -1, "end": -1, "last": -1, "back": -1}
MARKS = {
    "arc": ("pie", "donut", "doughnut"),
    "line": ("line", "curve", "trend"),
    "area": ("area",),
    "point": ("scatter", "scatterplot", "points", "dots"),
    "boxplot": ("box", "boxes", "boxplot"),
    "rect": ("heatmap", "heat"),
    "tick": ("strip",),
    "bar": ("bar", "bars", "histogram", "column"),
}
IGNORED = frozenset(
    ("a", "an", "and", "by", "card", "chart", "charts", "diagram", "figure", "for", "graph", "kpi", "number",
     "of", "on", "one", "plot", "the", "tile", "with")
)  # fmt: skip
POLITE = (
    r"(?:please,? |(?:can|could|would|will) you (?:please )?"
    r"|i(?:['\u2019]d like| would like| want) (?:you )?to )"
)
MOST_LETTERS = 500


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a dashboard; ``which`` are the words for the chart, ``text`` is what it becomes."""

    kind: Kind
    which: str = ""
    text: str = ""


def read_edit(sentence: str) -> Edit:
    """Return what a sentence asks for. Raises ChartError where it asks for nothing that can be done.

    >>> read_edit("replace the pie by a line of revenue by month")
    Edit(kind='replace', which='the pie', text='a line of revenue by month')
    >>> read_edit("remove the second chart").kind
    'remove'
    """
    plain = " ".join(sentence.split())[:MOST_LETTERS].rstrip(" .!?")
    plain = re.sub(rf"^{POLITE}|,? please$", "", plain, flags=re.IGNORECASE)
    for kind, pattern in PATTERNS:
        found = re.fullmatch(pattern, plain, re.IGNORECASE)
        if found:
            groups = {name: value or "" for name, value in found.groupdict().items()}
            return Edit(kind, **groups)
    msg = (
        f"'{plain[:60]}' isn't understood; say it as 'replace chart 2 by a line of sales by month', "
        "'add …', 'remove …', 'move … first', 'filter by …' or 'title: …'"
    )
    raise ChartError(msg)


def place_of(text: str, count: int) -> int:
    """Return the place, from 0, that a word names among ``count`` charts.

    Raises ChartError where it names none.
    """
    word = text.lower().strip()
    number = re.fullmatch(r"#?(\d{1,3})(?:st|nd|rd|th)?", word)
    place = int(number[1]) if number else ENDS.get(word, 0)
    if not place and word in PLACES:
        place = PLACES.index(word) + 1
    if place < 0:
        return count - 1
    if 1 <= place <= count:
        return place - 1
    msg = f"there is no place '{text[:40]}': say first, last, or a number from 1 to {count}"
    raise ChartError(msg)


def find_chart(which: str, titles: Sequence[str], marks: Sequence[str]) -> int:
    """Return which chart is meant: by its place, its kind, or words of its title.

    Raises ChartError where none or several fit, and lists them.

    >>> titles = ["Revenue by month", "Price by city", "Price and size"]
    >>> marks = ["line", "bar", "point"]
    >>> [find_chart(which, titles, marks) for which in ("the line", "chart 3", "price by city")]
    [0, 2, 1]
    """
    words = re.findall(r"[^\W_]+|#\d+", which.lower())
    if re.search(r"\d (?:and|or) (?:chart )?#?\d", which, re.IGNORECASE):
        msg = f"'{which[:40]}' are several charts: name one at a time"
        raise ChartError(msg)
    for word in words:
        if word in PLACES or word == "last" or re.fullmatch(r"#?\d{1,2}(st|nd|rd|th)?", word):
            of_kind = [at for at, mark in enumerate(marks) if set(words) & set(MARKS.get(mark, ()))]
            among = of_kind or list(range(len(titles)))
            return among[place_of(word, len(among))]
    scores = [_fit(words, title, mark) for title, mark in zip(titles, marks, strict=True)]
    best = max(scores, default=0.0)
    fitting = [at for at, score in enumerate(scores) if score == best and best > 0]
    if len(fitting) == 1:
        return fitting[0]
    listed = "; ".join(
        f"{at + 1}: {title}" for at, title in enumerate(titles) if not fitting or at in fitting
    )
    many = "several charts fit" if fitting else "no chart fits"
    msg = f"{many} '{which[:40]}'; name it by its number: {listed}"
    raise ChartError(msg)


def _fit(words: Sequence[str], title: str, mark: str) -> float:
    named = {word for word in words if word in MARKS.get(mark, ())}
    told = set(re.findall(r"[^\W_]+", title.lower()))
    rest = [word for word in words if word not in IGNORED and word not in named]
    found = sum(word in told or word.rstrip("s") in told or f"{word}s" in told for word in rest)
    if rest and not found and not named:
        return 0.0
    return len(named) * 1.5 + found - 0.5 * (len(rest) - found)
