"""``%visualize``: a chart from a sentence, how it was read, and what else it may mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import line_magic, magics_class, no_var_expand

from autodash_jupyter.assignment import find_use
from autodash_jupyter.cells import CellBoundary
from autodash_jupyter.chart_lines import ChartLine, read_chart_line
from autodash_jupyter.notebook_magics import NotebookMagics, one_line_errors
from autodash_jupyter.session import Session

if TYPE_CHECKING:
    from autodash_jupyter.charts import Chart
    from autodash_jupyter.language_model import LanguageModel
    from autodash_jupyter.widgets import ShownChart

__all__ = ["ChartMagics"]


@magics_class
class ChartMagics(NotebookMagics):
    """``%visualize``."""

    def __init__(self, shell: Any, session: Session, cells: CellBoundary | None = None) -> None:
        super().__init__(shell, session)
        self._cells = cells
        self._shown: ShownChart | None = None

    @line_magic
    @no_var_expand
    @one_line_errors
    def visualize(self, line: str) -> Any:
        """Draw what a sentence asks for, of the table it fits, and say how it was read."""
        from autodash_jupyter.widgets import ShownChart

        chosen = read_chart_line(line)
        use = find_use(self.session.namespace)
        charts = self.session.charts
        if chosen.new:
            charts.last = None
        table, chart = charts.ask(chosen.sentence, chosen.data)
        if chosen.reading:
            chart = _other_reading(chart, chosen.reading)
            charts.show_instead(chart)
        model = None if chosen.no_model or chosen.reading else charts.model()
        writes = chosen.code or chosen.save is not None
        if model is not None and (writes or use.as_value or not ShownChart.can_change(self._cells)):
            improved = charts.improved(chart, model)
            chart, model = improved.chart, None
            print(improved.note)
        if writes:
            self._write(chosen, table.name, chart)
        elif not use.as_value:
            self._show(table.name, chart, model)
        return chart if use.as_value else None

    def _write(self, chosen: ChartLine, name: str, chart: Chart) -> None:
        if chosen.code:
            print(f"frame = {name}\n\n{chart.code}")
        if chosen.save is not None:
            print(f"Written: {chart.save(Path(chosen.save).expanduser())}")

    def _show(self, name: str, chart: Chart, model: LanguageModel | None) -> None:
        """Show a chart live, and leave the one shown before as it is."""
        from autodash_jupyter.widgets import ShownChart

        self.close()
        self._shown = ShownChart(self.session, self._cells, name, chart)
        self._shown.show()
        if model is not None:
            self._shown.ask(model)

    def close(self) -> None:
        """Leave the chart that is shown without its widget."""
        shown, self._shown = self._shown, None
        if shown is not None:
            shown.close()


def _other_reading(chart: Chart, number: int) -> Chart:
    try:
        return chart.alternatives[number - 1]
    except IndexError:
        count = len(chart.alternatives)
        msg = f"%visualize: there are {count} other readings of this sentence; --reading takes 1 to {count}."
        raise UsageError(msg) from None
