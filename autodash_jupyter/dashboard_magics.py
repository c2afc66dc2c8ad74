"""``%dashboard``: what says most about a table, on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.magic import line_magic, magics_class, no_var_expand
from IPython.display import publish_display_data

from autodash_jupyter.assignment import find_use
from autodash_jupyter.chart_lines import DashboardLine, read_dashboard_line
from autodash_jupyter.notebook_magics import NotebookMagics, one_line_errors

if TYPE_CHECKING:
    from autodash_jupyter.charts.dashboard import Dashboard

__all__ = ["DashboardMagics"]


@magics_class
class DashboardMagics(NotebookMagics):
    """``%dashboard``."""

    @line_magic
    @no_var_expand
    @one_line_errors
    def dashboard(self, line: str) -> Any:
        """Show a table's figures and the charts that say most, or change them by a sentence."""
        chosen = read_dashboard_line(line)
        use = find_use(self.session.namespace)
        page = self._page(chosen)
        if chosen.code:
            print(_code(page))
        if chosen.save is not None:
            print(f"Written: {page.save(Path(chosen.save).expanduser())}")
        if use.as_value:
            return page
        if not chosen.code and chosen.save is None:
            publish_display_data(page._repr_mimebundle_())
        return None

    def _page(self, chosen: DashboardLine) -> Dashboard:
        dashboards = self.session.dashboards
        if chosen.undo:
            _, page = dashboards.undo(chosen.words)
        elif chosen.redo:
            _, page = dashboards.redo(chosen.words)
        else:
            name, page = dashboards.show(chosen.words, new=chosen.new)
            if chosen.title is not None:
                page = dashboards.name(name, chosen.title)
        return page


def _code(page: Dashboard) -> str:
    """Return what each chart says, and the code that gives its numbers."""
    parts = [
        f"# {number}. {title}" + (f": {said.text}" if said.text else "") + f"\n{said.code}"
        for number, (title, said) in enumerate(zip(page.charts, page.insights, strict=True), 1)
    ]
    return "\n\n".join(parts)
