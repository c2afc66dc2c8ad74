"""The other readings of a sentence, as charts that are made when they are taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from autodash_jupyter.charts.chart import Chart

    Charts = Sequence[Chart]
else:
    Charts = Sequence

__all__ = ["Alternatives"]


class Alternatives(Charts):
    """The other readings of a sentence, as charts that are made when they are taken."""

    def __init__(self, chart: Chart, places: Sequence[int]) -> None:
        self._chart = chart
        self._places = tuple(places)

    @property
    def places(self) -> tuple[int, ...]:
        """What :meth:`Chart.at` takes for each."""
        return self._places

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
