"""The reading of a sentence, in Vega-Lite's words: what is drawn, from which columns, of which rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

__all__ = ["Aggregate", "ChartIntent", "Encoding", "Mark"]

Mark = Literal["bar", "line", "area", "point", "arc", "rect", "boxplot", "tick", "text"]
Aggregate = Literal["count", "sum", "mean", "median", "min", "max", "distinct"]


@dataclass(frozen=True, slots=True)
class Encoding:
    """What one channel shows: a column, and how its values are put together.

    ``bin`` is ``True`` or ``{"maxbins": n}`` or ``{"step": n}``; ``sort`` is ``"ascending"``,
    ``"descending"``, or a channel's name, with ``-`` in front for descending; ``stack`` is ``"zero"``,
    ``"normalize"``, or ``False`` for bars side by side. ``metric`` names a metric of the context, which
    stands in for the aggregate. ``window`` is what is made of the measure along its groups:
    ``{"op": "running_total"}``, ``{"op": "moving_average", "frame": n}``, ``{"op": "growth", "lag": n}`` or
    ``{"op": "share"}`` (of all groups, or of those of each ``x`` with ``"of": "x"``).

    >>> Encoding("price", aggregate="mean").as_dict()
    {'field': 'price', 'aggregate': 'mean'}
    """

    field: str | None = None
    aggregate: Aggregate | None = None
    bin: bool | Mapping[str, float] | None = None
    timeUnit: str | None = None  # noqa: N815 - the name Vega-Lite has for it
    sort: str | None = None
    stack: str | bool | None = None
    metric: str | None = None
    window: Mapping[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what is set, under Vega-Lite's names."""
        pairs = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in pairs.items()
            if value is not None
        }


@dataclass(frozen=True, slots=True)
class ChartIntent:
    """A chart as it was understood, before any data is looked at.

    ``encoding`` names the frame's own columns; ``transform`` holds ``{"filter": predicate}``, each
    predicate in Vega-Lite's words; ``limit`` keeps only that many groups, the first by ``sort``; ``orient``
    is ``"horizontal"`` or ``"vertical"`` where bars are asked to lie or stand.

    >>> ChartIntent("bar", {"x": Encoding("region"), "y": Encoding(aggregate="count")}).as_dict()
    {'mark': 'bar', 'encoding': {'x': {'field': 'region'}, 'y': {'aggregate': 'count'}}}
    """

    mark: Mark
    encoding: Mapping[str, Encoding]
    transform: tuple[Mapping[str, Any], ...] = field(default=())
    limit: int | None = None
    orient: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "encoding", MappingProxyType(dict(self.encoding)))

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns that channels show, each once."""
        return tuple(dict.fromkeys(each.field for each in self.encoding.values() if each.field is not None))

    def as_dict(self) -> dict[str, Any]:
        """Return the reading as plain values, leaving out what isn't set."""
        plain: dict[str, Any] = {
            "mark": self.mark,
            "encoding": {channel: each.as_dict() for channel, each in self.encoding.items()},
        }
        if self.transform:
            plain["transform"] = [dict(each) for each in self.transform]
        if self.limit is not None:
            plain["limit"] = self.limit
        if self.orient is not None:
            plain["orient"] = self.orient
        return plain
