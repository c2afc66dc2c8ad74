"""Charts of a session's tables: which table a sentence is about, its context, and the chart before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import UnknownDatasetError

if TYPE_CHECKING:
    from autodash_jupyter.charts import Chart
    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.language_model import LanguageModel
    from autodash_jupyter.models import Dataset
    from autodash_jupyter.session import Session

__all__ = ["ChartedTables", "Improved", "TableOfChart"]

MOST_TABLES = 20  # variables whose columns a sentence is compared with
BY_NAME = 0.5  # for a table that the sentence names
USED_LAST = 0.05
ASKED_BY = "visualize"
ENGINES = frozenset({"dask", "dask_expr", "duckdb", "_duckdb", "polars", "pyspark"})
TABLES = frozenset({"DataFrame", "LazyFrame", "DuckDBPyRelation"})


@dataclass(frozen=True, slots=True)
class TableOfChart:
    """A table that charts can be made of, by its name, and the dataset it is bound to, if any."""

    name: str
    frame: Any
    dataset: Dataset | None = None


@dataclass(frozen=True, slots=True)
class Improved:
    """The better of two readings, and what became of the language model's."""

    chart: Chart
    note: str


class ChartedTables:
    """The charts of one session; ``last`` is the one that a follow-up goes on from.

    >>> import pandas as pd
    >>> from autodash_jupyter.session import Session
    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> variables = {"sales": pd.DataFrame({"region": ["north", "south"], "price": [2.0, 4.0]})}
    >>> session = Session(variables, store=InMemoryContextStore())
    >>> table, chart = session.charts.ask("average price by region")
    >>> table.name, session.charts.ask("as a line")[1].intent.mark
    ('sales', 'line')
    >>> session.close()
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.last: tuple[TableOfChart, Chart] | None = None

    def ask(self, sentence: str, name: str | None = None) -> tuple[TableOfChart, Chart]:
        """Return the chart that a sentence asks for, and its table: the named one, else the one it fits best.

        Raises:
            UnknownDatasetError: There is no such table, or none at all.
            ExpressionError: A metric or filter of its context can't be computed.
        """
        table, chart = self._named(sentence, name) if name is not None else self._best(sentence)
        if table.dataset is not None and chart.context_used:
            self._session.named_contexts.active(table.dataset, used_by=ASKED_BY)
        chart.spec  # noqa: B018 - what can't be computed is no chart to go on from
        self.last = (table, chart)
        return table, chart

    def model(self) -> LanguageModel | None:
        """Return the language model that the settings name, ``None`` where they name none."""
        if self._session.settings.language_model is None:
            return None
        from autodash_jupyter.language_model import LanguageModel

        return LanguageModel.from_settings(self._session.settings)

    async def improve(self, chart: Chart, model: LanguageModel, tell: Callable[[str], object]) -> Improved:
        """Have a model propose a chart too; return the better one, and what became of the model's.

        ``tell`` hears how far it is. A model that fails leaves the chart as it is.
        """
        from autodash_jupyter.charts.asking import ChartAsking

        asking = ChartAsking(model, chart)
        async for line in asking.progress():
            tell(line)
        return Improved(asking.chart, "; ".join(asking.notes))

    def improved(self, chart: Chart, model: LanguageModel) -> Improved:
        """Do as :meth:`improve` does, and wait for it; an interrupt cancels the request."""
        future = self._session.worker.submit(self.improve(chart, model, lambda _: None))
        try:
            improved = future.result()
        except BaseException:
            future.cancel()
            raise
        self.show_instead(improved.chart)
        return improved

    def show_instead(self, chart: Chart) -> None:
        """Let another reading of the last sentence be the chart to go on from."""
        if self.last is not None:
            self.last = (self.last[0], chart)

    def context(self, table: TableOfChart) -> ContextDocument | None:
        """Return the document whose words count for a table, ``None`` where it has none that can be read."""
        if table.dataset is None:
            return None
        record = self._session.named_contexts.active(table.dataset)
        return None if record is None else record.readable_document

    def _named(self, sentence: str, name: str) -> tuple[TableOfChart, Chart]:
        table = self.find(name)
        return table, self._read(table, sentence)

    def _best(self, sentence: str) -> tuple[TableOfChart, Chart]:
        """Return the table whose columns a sentence fits best; a follow-up is of the last one.

        A follow-up with words that only another table knows is none.
        """
        going_on = self._going_on(sentence)
        if going_on is not None and not going_on[1].unread:
            return going_on
        tables = list(islice(self._tables(), MOST_TABLES))
        if not tables and going_on is None:
            msg = "There is no table to draw; %load_dataset sample:penguins loads one."
            raise UnknownDatasetError(msg)
        read = [(table, self._read(table, sentence)) for table in tables]
        if going_on is not None:
            read = [each for each in read if each[0].name != going_on[0].name and not each[1].unread]
        if not read and going_on is not None:
            return going_on
        return max(read, key=lambda each: self._fit(sentence, *each))

    def _going_on(self, sentence: str) -> tuple[TableOfChart, Chart] | None:
        """Return what a sentence makes of the last chart, ``None`` where it doesn't go on from it."""
        same = None if self.last is None else self._again(self.last[0])
        chart = None if same is None else self._read(same, sentence)
        return (same, chart) if same is not None and chart is not None and chart.continues else None

    def _fit(self, sentence: str, table: TableOfChart, chart: Chart) -> float:
        said = set(sentence.lower().replace("-", " ").split())
        named = {table.name.lower(), table.name.lower().rstrip("s")} & said
        is_last = self.last is not None and self.last[0].name == table.name
        return chart.confidence + (BY_NAME if named else 0.0) + (USED_LAST if is_last else 0.0)

    def _read(self, table: TableOfChart, sentence: str) -> Chart:
        from autodash_jupyter.charts import from_natural_language

        before = self.last[1] if self.last is not None and self.last[0].name == table.name else None
        if before is not None and before.sentence == sentence:
            before = before.before  # the same cell once more
        return from_natural_language(
            table.frame, sentence, self.context(table), previous=before, name=table.name
        )

    # Tables

    def newest(self) -> TableOfChart:
        """Return the table that was drawn last, else the newest. Raises UnknownDatasetError without any."""
        again = None if self.last is None else self._again(self.last[0])
        found = again if again is not None else next(self._tables(), None)
        if found is None:
            msg = "There is no table to draw; %load_dataset sample:penguins loads one."
            raise UnknownDatasetError(msg)
        return found

    def _tables(self) -> Iterator[TableOfChart]:
        """Go through the tables that variables hold, the newest first; else through what was saved."""
        namespace = dict(self._session.namespace)  # another thread may change it meanwhile
        names = [name for name, value in namespace.items() if not name.startswith("_") and _is_table(value)]
        held = [self._held(name, namespace) for name in reversed(names)]
        if held:
            yield from held
            return
        for dataset in self._session.list_datasets():
            frame = self._session.table_of(dataset)
            if frame is not None:
                yield TableOfChart(dataset.name, frame, dataset)

    def _held(self, name: str, namespace: Mapping[str, Any]) -> TableOfChart:
        bound = self._session.bindings.dataset_id(name)
        user = self._session.settings.user_id
        dataset = self._session.datasets.get(user, bound) if bound else None
        return TableOfChart(name, _as_table(namespace[name]), dataset)

    def _again(self, table: TableOfChart) -> TableOfChart | None:
        """Return a table as it is now, ``None`` where it is no more."""
        if _is_table(self._session.namespace.get(table.name)):
            return self._held(table.name, self._session.namespace)
        return table if table.dataset is not None else None

    def find(self, name: str) -> TableOfChart:
        """Return the table of a variable, else of a dataset.

        Raises:
            UnknownDatasetError: There is no such table.
        """
        if _is_table(self._session.namespace.get(name)):
            return self._held(name, self._session.namespace)
        dataset, frame = self._session.find_table(name)
        return TableOfChart(dataset.name, frame, dataset)


def _is_table(value: Any) -> bool:
    """Whether a variable holds a table that charts can be made of, in memory or of an engine of its own."""
    from autodash_jupyter.frames import is_table

    module, _, _ = type(value).__module__.partition(".")
    return is_table(value) or (module in ENGINES and type(value).__name__ in TABLES)


def _as_table(value: Any) -> Any:
    from autodash_jupyter.frames import as_dataframe

    return as_dataframe(value) if isinstance(value, list | dict) else value
