"""A chart that knows how it was read: it shows itself, explains itself, and offers what else was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from autodash_jupyter.charts.candidates import candidates
from autodash_jupyter.charts.code import pandas_code
from autodash_jupyter.charts.data import ChartData, chart_data
from autodash_jupyter.charts.explanation import confidence, explain, uses_context
from autodash_jupyter.charts.fields import Field, describe_fields
from autodash_jupyter.charts.intent import ChartIntent
from autodash_jupyter.charts.reading import Reading, read
from autodash_jupyter.charts.saving import ChartError, render, save
from autodash_jupyter.charts.specification import specification
from autodash_jupyter.charts.vocabulary import Vocabulary, vocabulary
from autodash_jupyter.charts.wording import chart_title

if TYPE_CHECKING:
    import pandas as pd

    from autodash_jupyter.documents import ContextDocument

__all__ = ["Alternatives", "Chart", "from_natural_language"]

MIME_TYPE = "application/vnd.vegalite.v5+json"


class Chart:
    """One reading of a sentence, and the chart it makes of a table.

    The numbers are computed when they are first asked for, from the frame as it is then. In a notebook it
    shows itself; elsewhere as text.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        words: Vocabulary,
        reading: Reading,
        ranked: Sequence[tuple[ChartIntent, float]],
        place: int = 0,
    ) -> None:
        self._frame = frame
        self._vocabulary = words
        self._reading = reading
        self._ranked = tuple(ranked)
        self._place = place

    @property
    def intent(self) -> ChartIntent:
        """The reading, in Vega-Lite's words."""
        return self._ranked[self._place][0]

    @property
    def confidence(self) -> float:
        """How sure the reading is, 0 to 1; under 0.5 better look at the alternatives."""
        return confidence(self._reading, *self._ranked[self._place])

    @property
    def context_used(self) -> bool:
        """Whether the context's names, metrics, filters or titles went into it."""
        return uses_context(self._reading, self.intent, self._fields)

    @property
    def explanation(self) -> str:
        """How the sentence was read, a line for each piece; what wasn't understood or was assumed, too."""
        lines = explain(self._reading, self.intent, self._fields)
        notes = self.data.notes
        return "\n".join([lines, *notes]) if notes else lines

    @property
    def unread(self) -> tuple[str, ...]:
        """The words that weren't understood."""
        return self._reading.unread

    @property
    def title(self) -> str:
        """What it shows, in one line."""
        return chart_title(self.intent, self._fields)

    @cached_property
    def data(self) -> ChartData:
        """The rows it draws.

        Raises ExpressionError where a metric or filter of the context can't be computed.
        """
        words = self._vocabulary
        return chart_data(self._frame, self.intent, self._fields, words.metrics, words.conditions)

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The chart as Vega-Lite 5, its rows inlined."""
        return specification(self.intent, self.data, self._fields)

    @property
    def code(self) -> str:
        """The pandas code that gives the same numbers, as ``result``, from ``frame``."""
        return pandas_code(self.intent, self.data, self._fields)

    @property
    def alternatives(self) -> Alternatives:
        """What else the sentence may mean, likeliest first; each chart is made when it is taken."""
        places = [place for place in range(len(self._ranked)) if place != self._place]
        return Alternatives(self, places)

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
        range(len(self._ranked))[place]
        return Chart(self._frame, self._vocabulary, self._reading, self._ranked, place)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude
        bundle: dict[str, Any] = {MIME_TYPE: self.spec, "text/plain": str(self)}
        with suppress(ChartError):  # without vl-convert a static viewer shows the text
            bundle["image/svg+xml"] = render(self.spec, "svg").decode()
        return bundle

    def __str__(self) -> str:
        return f"{self.title}\n{self.explanation}"

    def __repr__(self) -> str:
        return f"<Chart {self.intent.mark}: {self.title}>"

    @property
    def _fields(self) -> Mapping[str, Field]:
        return {field.name: field for field in self._vocabulary.fields if field.metric is None}


class Alternatives(Sequence[Chart]):
    """The other readings of a sentence, as charts that are made when they are taken."""

    def __init__(self, chart: Chart, places: Sequence[int]) -> None:
        self._chart = chart
        self._places = tuple(places)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Chart: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Chart]: ...
    def __getitem__(self, index: int | slice) -> Chart | Sequence[Chart]:
        """Return one of them, or several."""
        if isinstance(index, slice):
            return Alternatives(self._chart, self._places[index])
        return self._chart.at(self._places[index])

    def __iter__(self) -> Iterator[Chart]:
        return (self._chart.at(place) for place in self._places)

    def __repr__(self) -> str:
        return repr(list(self))


def from_natural_language(
    frame: Any, sentence: str, context: ContextDocument | Mapping[str, Any] | None = None
) -> Chart:
    """Return the chart that a sentence asks for, read offline by rules of language and the columns' types.

    ``frame`` is a pandas DataFrame, or a polars or Arrow table; ``context`` a document whose business names,
    synonyms, metrics and filters count as words. A sentence that can't be read gives the number of rows
    with a confidence of 0, an explanation of what wasn't understood, and charts of the table as alternatives.

    Raises ChartError where ``frame`` is no table.

    >>> import pandas as pd
    >>> sales = pd.DataFrame({"region": ["north", "south", "north"], "unit_price": [2.0, 4.0, 6.0]})
    >>> chart = from_natural_language(sales, "average unit price by region")
    >>> chart.intent.as_dict()["encoding"]
    {'x': {'field': 'region'}, 'y': {'field': 'unit_price', 'aggregate': 'mean'}}
    >>> [(row["x"], row["y"]) for row in chart.spec["data"]["values"]]
    [('north', 4.0), ('south', 4.0)]
    """
    table = _as_pandas(frame)
    words = vocabulary(describe_fields(table), context)
    reading = read(str(sentence), words.fields, words.filters)
    return Chart(table, words, reading, candidates(reading))


def _as_pandas(frame: Any) -> pd.DataFrame:
    import pandas as pd

    if isinstance(frame, pd.DataFrame):
        return frame
    for method in ("to_pandas", "compute", "toPandas"):
        if hasattr(frame, method):
            converted = getattr(frame, method)()
            if isinstance(converted, pd.DataFrame):
                return converted
    msg = f"a chart is made of a table, not of a {type(frame).__qualname__}: give a DataFrame"
    raise ChartError(msg)
