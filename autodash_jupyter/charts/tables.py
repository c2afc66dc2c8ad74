"""The table behind a chart, of whatever library: a sample to read sentences by, columns to compute with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.fields import SAMPLE_ROWS, Field, describe_fields
from autodash_jupyter.charts.saving import ChartError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ChartTable"]


class ChartTable:
    """A table as charts ask for it: rows and columns that aren't needed stay where they are.

    ``frame`` is a pandas DataFrame, or anything Narwhals knows: polars, Arrow, Dask, PySpark, DuckDB. Of
    those, their own engine hands over the columns a chart needs. Raises ChartError where it is no table.

    >>> import pyarrow
    >>> table = ChartTable(pyarrow.table({"city": ["Rome", "Oslo"], "price": [2.0, 4.0]}))
    >>> [field.name for field in table.fields], list(table.columns(["price"])[0])
    (['city', 'price'], ['price'])
    """

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self._lazy = None if _is_pandas(frame) else _lazy(frame)
        if self._lazy is None and not _is_pandas(frame):
            self.frame = _converted(frame)

    @property
    def library(self) -> str:
        """The library the table is of, ``pandas`` where it is one of its own."""
        return "pandas" if self._lazy is None else type(self.frame).__module__.partition(".")[0]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """What a chart needs to know of each column."""
        if self._lazy is None:
            return describe_fields(self.frame)
        sample = _sample(self.frame, self._lazy)
        described = describe_fields(sample.frame)
        if sample.is_whole:
            return described
        latest = _latest(self._lazy, [each.name for each in described if each.latest is not None])
        return tuple(
            replace(each, latest=latest.get(each.name, each.latest), is_key=False) for each in described
        )

    def columns(self, names: Sequence[str]) -> tuple[pd.DataFrame, dict[str, Field]]:
        """Return a pandas frame with at least these columns, and its fields by their names."""
        if self._lazy is None:
            return self.frame, {field.name: field for field in self.fields}
        wanted = [each for each in self.fields if each.name in set(names)] or list(self.fields[:1])
        found = self._lazy.select([each.name for each in wanted]).collect().to_pandas()
        return found, {each.name: replace(each, position=place) for place, each in enumerate(wanted)}


@dataclass(frozen=True, slots=True)
class _Sample:
    frame: pd.DataFrame
    is_whole: bool


def _is_pandas(frame: Any) -> bool:
    import pandas as pd

    return isinstance(frame, pd.DataFrame)


def _lazy(frame: Any) -> Any | None:
    """Return a table as Narwhals sees it, ``None`` where it doesn't know it."""
    import narwhals as nw

    try:
        return nw.from_native(frame, pass_through=False).lazy()
    except TypeError:
        return None


def _converted(frame: Any) -> pd.DataFrame:
    for method in ("to_pandas", "compute", "toPandas", "df"):
        if hasattr(frame, method):
            made: pd.DataFrame = getattr(frame, method)()
            if _is_pandas(made):
                return made
    msg = f"a chart is made of a table, not of a {type(frame).__qualname__}: give a DataFrame"
    raise ChartError(msg)


def _sample(frame: Any, lazy: Any) -> _Sample:
    import narwhals as nw

    total = int(lazy.select(nw.len()).collect().item())
    if total <= SAMPLE_ROWS:
        return _Sample(lazy.collect().to_pandas(), is_whole=True)
    step = total // SAMPLE_ROWS + 1
    if hasattr(frame, "map_partitions"):
        return _Sample(frame.map_partitions(lambda part: part.iloc[::step]).compute(), is_whole=False)
    known = nw.from_native(frame, pass_through=False)
    if isinstance(known, nw.DataFrame):
        return _Sample(known.gather_every(step).to_pandas(), is_whole=False)
    return _Sample(lazy.head(SAMPLE_ROWS).collect().to_pandas(), is_whole=False)


def _latest(lazy: Any, names: Sequence[str]) -> Mapping[str, date]:
    """Return the latest date of each column of dates, of all rows."""
    import narwhals as nw

    schema = lazy.collect_schema()
    dated = [name for name in names if schema[name] in (nw.Date, nw.Datetime)]
    if not dated:
        return {}
    row = lazy.select([nw.col(name).max() for name in dated]).collect().to_pandas().iloc[0]
    return {name: row[name].date() if hasattr(row[name], "date") else row[name] for name in dated}
