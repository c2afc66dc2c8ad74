"""A displayed chart: drawn by the front end, and below it how its sentence was read."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.display import publish_display_data

from autodash_jupyter.cells import CellBoundary
from autodash_jupyter.events import SessionEvent
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.chart_views import chart_html, chart_view
from autodash_jupyter.widgets.clickable import Action, ClickableOutput, can_be_clicked
from autodash_jupyter.widgets.view import View

if TYPE_CHECKING:
    from autodash_jupyter.charted_tables import Improved
    from autodash_jupyter.charts import Chart
    from autodash_jupyter.language_model import LanguageModel

__all__ = ["ShownChart"]


class ShownChart(ClickableOutput):
    """Shows a chart as an output of its own, and below it what can be clicked; ``close`` leaves it."""

    def __init__(self, session: Session, cells: CellBoundary | None, table: str, chart: Chart) -> None:
        super().__init__(session, cells)
        self._table = table
        self._chart = chart
        self._chart_id = uuid.uuid4().hex
        self._status = ""
        self._was_chosen = False

    @staticmethod
    def can_change(cells: CellBoundary | None) -> bool:
        """Whether a chart that is shown can be clicked, and drawn again when a model has answered."""
        return cells is not None and can_be_clicked()

    def show(self) -> None:
        """Display the chart, and how it was read."""
        self._publish(update=False)
        super().show()

    def ask(self, model: LanguageModel) -> None:
        """Have a language model propose a chart in the background, and draw that if it is the better one."""
        self._session.worker.submit(self._ask(model, self._chart))

    async def _ask(self, model: LanguageModel, chart: Chart) -> None:
        improved = await self._session.charts.improve(chart, model, self._tell)
        self._call_later(0, functools.partial(self._answered, chart, improved))

    def _tell(self, status: str) -> None:
        self._status = status
        self._refresh_soon()

    def _answered(self, asked: Chart, improved: Improved) -> None:
        """Draw a better chart, unless the person has chosen another one or gone on meanwhile."""
        self._status = improved.note
        if improved.chart is not asked and not self._was_chosen and self._widget is not None:
            last = self._session.charts.last
            self._chart = improved.chart
            if last is not None and last[1] is asked:
                self._session.charts.show_instead(improved.chart)
            self._publish(update=True)
        self._refresh()

    def _publish(self, *, update: bool) -> None:
        bundle = self._chart._repr_mimebundle_()
        bundle["text/plain"] = self._chart.text  # how it was read stands below
        publish_display_data(bundle, transient={"display_id": self._chart_id}, update=update)

    def _view(self) -> View:
        return chart_view(self._chart, self._table, self._status)

    def _live(self) -> tuple[str, Callable[[], View]]:
        drawn = functools.partial(chart_view, self._chart, self._table, self._status)
        return chart_html(self._chart, self._table, self._status, live=self._display_id), drawn

    def _new_widget(self, display_id: str, html: str) -> Any:
        from autodash_jupyter.widgets.chart_widget import ChartWidget

        return ChartWidget(model_id=display_id, identity=display_id, html=html)

    def _concerns(self, event: SessionEvent) -> bool:
        del event
        return False

    def _action(self, content: dict[str, Any]) -> Action | None:
        match content:
            case {"action": "take", "place": int(place)}:
                return functools.partial(self._take, place)
        return None

    def _take(self, place: int) -> dict[str, Any]:
        """Draw another reading in the place of this one."""
        chart = self._chart.at(place)
        chart.spec  # noqa: B018 - where it can't be computed, the chart stays
        self._chart, self._was_chosen = chart, True
        self._session.charts.show_instead(chart)
        self._publish(update=True)
        return {"note": f"Shown: {chart.title}"}
