"""What the sidebar asks of datasets: their columns, and the chart that a sentence makes of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autodash_jupyter import panel_protocol as protocol
from autodash_jupyter.errors import SourceError
from autodash_jupyter.session import Session

if TYPE_CHECKING:
    from autodash_jupyter.charts import Chart
    from autodash_jupyter.models import Dataset

__all__ = ["PanelDatasets"]

MOST_COLUMNS = 500
MOST_READINGS = 6


class PanelDatasets:
    """Answers what pages ask about one session's datasets."""

    READS = frozenset({"columns", "visualize"})

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, action: str, params: dict[str, Any]) -> protocol.Columns | protocol.Chart:
        """Return what a page wants to know; ``action`` is one of ``READS``.

        Raises ``AutoDashError`` where there is no such dataset, or no table of it to draw.
        """
        session = self._session
        dataset = session.datasets.find(session.settings.user_id, params["dataset_id"])
        if action == "columns":
            return self._columns(dataset)
        return self._chart(dataset, params["sentence"], params["reading"])

    def _columns(self, dataset: Dataset) -> protocol.Columns:
        profile = self._session.datasets.writer.profile(dataset.dataset_id)
        histograms = {} if profile is None else {one.name: one.histogram for one in profile.columns}
        rows = max(dataset.row_count, 1)
        shown: list[protocol.Column] = []
        for name in dataset.columns[:MOST_COLUMNS]:
            info = dataset.columns_info.get(name, {})
            shown.append(
                {
                    "name": name,
                    "dtype": str(info.get("dtype", "")),
                    "role": str(info.get("semantic_type", "")),
                    "missing": min(int(info.get("missing") or 0) / rows, 1.0),
                    "histogram": list(histograms.get(name, ())),
                }
            )
        return {"columns": shown, "left_out": len(dataset.columns) - len(shown)}

    def _chart(self, dataset: Dataset, sentence: str, reading: int) -> protocol.Chart:
        from autodash_jupyter.charts import from_natural_language

        frame = self._session.table_of(dataset)
        if frame is None:
            msg = f"The table of {dataset.name} was not kept; load it again, then ask for the chart."
            raise SourceError(msg)
        record = self._session.named_contexts.active(dataset, used_by="panel")
        context = None if record is None else record.readable_document
        likeliest = from_natural_language(frame, sentence, context)
        charts = [likeliest, *likeliest.alternatives[: MOST_READINGS - 1]]
        place = min(max(reading, 0), len(charts) - 1)
        chart = charts[place]
        variable = self._session.bindings.variable(dataset.dataset_id)
        return {
            "title": _labels(charts)[place],
            "spec": chart.spec,
            "explanation": chart.explanation,
            "confidence": float(chart.confidence),
            "context_used": bool(chart.context_used),
            "readings": _labels(charts),
            "reading": place,
            "code": _code(sentence, variable or dataset.name, place),
        }


def _labels(charts: Sequence[Chart]) -> list[str]:
    """Return what each chart shows; where two show the same, each says how.

    >>> from types import SimpleNamespace as Made
    >>> bars, line = (Made(title="n by day", intent=Made(mark=mark)) for mark in ("bar", "line"))
    >>> _labels([bars, line])
    ['n by day (bar)', 'n by day (line)']
    """
    titles = Counter(chart.title for chart in charts)
    return [
        chart.title if titles[chart.title] == 1 else f"{chart.title} ({chart.intent.mark})"
        for chart in charts
    ]


def _code(sentence: str, name: str, place: int) -> str:
    """Return a cell that draws the same chart."""
    line = f"%visualize {' '.join(sentence.split())} --data {name}"
    return f"{line} --reading {place}" if place else line
