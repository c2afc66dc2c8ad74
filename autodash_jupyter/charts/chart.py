"""A chart that knows how it was read: it shows itself, explains itself, and offers what else was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.alternatives import Alternatives
from autodash_jupyter.charts.code import as_pandas_first, pandas_code
from autodash_jupyter.charts.data import ChartData, chart_data
from autodash_jupyter.charts.explanation import MARK_NAMES, confidence, explain, uses_context
from autodash_jupyter.charts.fields import Field
from autodash_jupyter.charts.intent import ChartIntent
from autodash_jupyter.charts.interpretation import Interpretation, interpret
from autodash_jupyter.charts.outliers import filtered_fields, without_outliers
from autodash_jupyter.charts.reading import Reading
from autodash_jupyter.charts.saving import ChartError, picture, save
from autodash_jupyter.charts.specification import specification
from autodash_jupyter.charts.tables import ChartTable
from autodash_jupyter.charts.text_charts import text_chart
from autodash_jupyter.charts.vocabulary import Vocabulary, vocabulary
from autodash_jupyter.charts.wording import chart_title

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["Chart", "from_natural_language"]

PROPOSED = 0.85  # the weight of a chart that a language model proposes
MIME_TYPE = "application/vnd.vegalite.v5+json"


class Chart:
    """One reading of a sentence, and the chart it makes of a table.

    The numbers are computed when they are first asked for, from the frame as it is then. In a notebook it
    shows itself; elsewhere as text.
    """

    def __init__(
        self,
        table: ChartTable,
        words: Vocabulary,
        meant: Interpretation,
        place: int = 0,
        before: Chart | None = None,
    ) -> None:
        self._table = table
        self._vocabulary = words
        self._meant = meant
        self._place = place
        self._before = before

    @property
    def sentence(self) -> str:
        """The sentence it was read from."""
        return self._meant.sentence

    @property
    def reading(self) -> Reading:
        """What the sentence says, piece by piece."""
        return self._meant.reading

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that the table and its context have."""
        return self._vocabulary

    @property
    def intent(self) -> ChartIntent:
        """The reading, in Vega-Lite's words."""
        return self._meant.ranked[self._place][0]

    @property
    def before(self) -> Chart | None:
        """The chart that it goes on from, ``None`` where its sentence stands alone."""
        return self._before

    @property
    def continues(self) -> bool:
        """Whether the sentence was taken to change the chart before it."""
        return self._meant.previous is not None

    @property
    def confidence(self) -> float:
        """How sure the reading is, 0 to 1; under 0.5 better look at the alternatives."""
        if not self._meant.changed:
            return 0.0
        intent, weight = self._meant.ranked[self._place]
        return confidence(self._meant.reading, intent, weight, self._inherited)

    @property
    def context_used(self) -> bool:
        """Whether the context's names, metrics, filters or titles went into it."""
        return uses_context(self._meant.reading, self.intent, self._fields)

    @property
    def explanation(self) -> str:
        """How the sentence was read, a line for each piece; what wasn't understood or was assumed, too."""
        meant = self._meant
        lines = [*self._first_line(), *explain(meant.reading, self.intent, self._fields, self._inherited)]
        return "\n".join([*lines, *meant.lines, *self.data.notes])

    @property
    def unread(self) -> tuple[str, ...]:
        """The words that weren't understood."""
        return self._meant.reading.unread

    @property
    def title(self) -> str:
        """What it shows, in one line."""
        return chart_title(self.intent, self._fields)

    @property
    def kind(self) -> str:
        """What people call such a chart, as "bar chart"."""
        return MARK_NAMES.get(self.intent.mark, self.intent.mark)

    @property
    def text(self) -> str:
        """The chart as text, for a terminal."""
        return "\n".join([self.title, *text_chart(self.intent, self.data, self._fields)])

    @cached_property
    def data(self) -> ChartData:
        """The rows it draws.

        Raises ExpressionError where a metric or filter of the context can't be computed.
        """
        words = self._vocabulary
        if words.metrics or words.conditions:  # their expressions may name any column
            names = list(self._fields)
        else:
            names = [*self.intent.fields, *filtered_fields(self.intent)]
        frame, fields = self._table.columns(names)
        return chart_data(frame, self.intent, fields, words.metrics, words.conditions)

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The chart as Vega-Lite 5, its rows inlined."""
        return specification(self.intent, self.data, self._fields)

    @property
    def code(self) -> str:
        """The pandas code that gives the same numbers, as ``result``, from ``frame``."""
        words = self._vocabulary
        code = pandas_code(self.intent, self.data, self._fields, words.metrics, words.conditions)
        return as_pandas_first(code, self._table.library)

    @property
    def alternatives(self) -> Alternatives:
        """What else the sentence may mean, likeliest first; each chart is made when it is taken."""
        places = [place for place in range(len(self._meant.ranked)) if place != self._place]
        return Alternatives(self, places)

    def follow_up(self, sentence: str) -> Chart:
        """Return the chart that a sentence makes of this one: "now by region", "as a line", "only 2023".

        A sentence that stands alone gives a chart of its own; ``continues`` tells which it was.

        >>> import pandas as pd
        >>> sales = pd.DataFrame({"kind": ["tea", "cake"], "size": ["L", "S"], "price": [2.0, 4.0]})
        >>> chart = from_natural_language(sales, "average price by kind")
        >>> chart.follow_up("now by size").intent.as_dict()["encoding"]["x"]
        {'field': 'size'}
        """
        return self.read_on(sentence, asked=True)

    def read_on(self, sentence: str, *, asked: bool = False, name: str = "") -> Chart:
        """Return the chart of a sentence that may go on from this one; ``asked`` says that it does."""
        meant = interpret(
            sentence,
            self._vocabulary,
            previous=self._meant,
            shown=self.intent,
            outliers=self._outliers,
            asked=asked,
            name=name,
        )
        return Chart(self._table, self._vocabulary, meant, before=self if meant.previous else None)

    def filters_fit(self, words: Vocabulary) -> bool:
        """Tell whether a table has the columns that this chart filters by, and of the same kinds."""
        kinds = {field.name: field.kind for field in words.fields}
        return all(kinds.get(name) == self._fields[name].kind for name in filtered_fields(self.intent))

    def _outliers(self, intent: ChartIntent) -> list[dict[str, Any]]:
        names = [*intent.fields, *filtered_fields(intent)]
        frame, fields = self._table.columns(list(self._fields) if self._vocabulary.filters else names)
        return without_outliers(frame, intent, fields, self._vocabulary.conditions)

    def proposing(
        self, intents: Sequence[ChartIntent], *, first: bool = False, lines: Sequence[str] = ()
    ) -> Chart:
        """Return this reading with further ones, before it or among its alternatives, and lines on them."""
        others = [each for each in self._meant.ranked if each[0] not in intents]
        proposed = [(intent, PROPOSED) for intent in intents]
        alone = not lines  # to be tried, and thrown away
        ranked = [*proposed, *others] if first or alone else [*others[:1], *proposed, *others[1:]]
        meant = replace(
            self._meant,
            ranked=tuple(ranked),
            lines=(*self._meant.lines, *lines),
            known=self._meant.known.union(*(each.fields for each in intents if first or alone)),
        )
        return Chart(self._table, self._vocabulary, meant, before=self._before)

    def to_altair(self) -> Any:
        """Return it as an altair chart, to be changed further. Raises ChartError where altair is missing."""
        try:
            import altair
        except ImportError:
            msg = "an altair chart needs altair: pip install 'autodash-jupyter[charts]'"
            raise ChartError(msg) from None
        return altair.Chart.from_dict({name: each for name, each in self.spec.items() if name != "$schema"})

    def save(self, path: str | Path, format: str | None = None) -> Path:
        """Write it to a file (``html`` that needs no network, ``png``, ``svg``, ``json``); return the path.

        Raises ChartError for another ending, where vl-convert is missing, or the file can't be written.
        """
        return save(self.spec, path, format)

    def at(self, place: int) -> Chart:
        """Return the chart of another reading, 0 being the likeliest. Raises IndexError beyond the last."""
        range(len(self._meant.ranked))[place]
        return Chart(self._table, self._vocabulary, self._meant, place, self._before)

    def of(self, table: ChartTable, words: Vocabulary) -> Chart:
        """Return the same reading for another table, or the same one later."""
        return Chart(table, words, self._meant, self._place, self._before)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude
        bundle: dict[str, Any] = {MIME_TYPE: self.spec, "text/plain": str(self)}
        with suppress(ChartError):  # without vl-convert a static viewer shows the text
            bundle |= picture(self.spec)
        return bundle

    def __str__(self) -> str:
        return f"{self.text}\n{self.explanation}"

    def __repr__(self) -> str:
        return f"<Chart {self.intent.mark}: {self.title}>"

    def _first_line(self) -> list[str]:
        if self._before is None:
            return []
        if not self._meant.changed:
            return [f"nothing of it was understood; the chart is as before: {self._before.title}"]
        return [f"goes on from: {self._before.title}"]

    @property
    def _inherited(self) -> frozenset[str]:
        """The columns that need no words: those of the chart before, and places on a map."""
        before = () if self._meant.previous is None else self._meant.previous.fields
        return self._meant.known.union(before)

    @property
    def _fields(self) -> Mapping[str, Field]:
        return {field.name: field for field in self._vocabulary.fields if field.metric is None}


def from_natural_language(
    frame: Any,
    sentence: str,
    context: ContextDocument | Mapping[str, Any] | None = None,
    *,
    previous: Chart | None = None,
    name: str = "",
) -> Chart:
    """Return the chart that a sentence asks for, read offline by rules of language and the columns' types.

    ``frame`` is a pandas DataFrame, or a polars, Arrow, Dask, PySpark or DuckDB table; ``context`` a document
    whose business names, synonyms, metrics and filters count as words. With ``previous``, a sentence may go
    on from that chart ("now by region"). A sentence that can't be read gives the number of rows with a
    confidence of 0, an explanation of what wasn't understood, and charts of the table as alternatives.

    ``name`` is what the table is called: its words stand for no column. Raises ChartError where ``frame`` is
    no table.

    >>> import pandas as pd
    >>> sales = pd.DataFrame({"region": ["north", "south", "north"], "unit_price": [2.0, 4.0, 6.0]})
    >>> chart = from_natural_language(sales, "average unit price by region")
    >>> chart.intent.as_dict()["encoding"]
    {'x': {'field': 'region'}, 'y': {'field': 'unit_price', 'aggregate': 'mean'}}
    >>> [(row["x"], row["y"]) for row in chart.spec["data"]["values"]]
    [('north', 4.0), ('south', 4.0)]
    """
    table = ChartTable(frame)
    words = vocabulary(table.fields, context)
    if previous is not None and previous.filters_fit(words):
        return previous.of(table, words).read_on(str(sentence), name=name)
    return Chart(table, words, interpret(str(sentence), words, name=name))
