"""Dashboards of a session's tables: made once, changed by sentence, shown of the table as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodash_jupyter.errors import UnknownDatasetError

if TYPE_CHECKING:
    from autodash_jupyter.charted_tables import ChartedTables, TableOfChart
    from autodash_jupyter.charts.dashboard import Dashboard
    from autodash_jupyter.models import FrameProfile
    from autodash_jupyter.session import Session

__all__ = ["Dashboards"]

ASKED_BY = "dashboard"
ONE_WORD_EDITS = frozenset({"undo", "redo", "reset"})


class Dashboards:
    """The dashboards of one session, one for each table.

    >>> import pandas as pd
    >>> from autodash_jupyter.session import Session
    >>> from autodash_jupyter.stores import InMemoryContextStore
    >>> frame = pd.DataFrame({"region": ["north", "south"] * 20, "price": [2.0, 5.0] * 20})
    >>> session = Session({"sales": frame}, store=InMemoryContextStore())
    >>> name, page = session.dashboards.show("sales call it Prices")
    >>> name, page.plan.title, session.dashboards.undo("")[1].plan.title
    ('sales', 'Prices', 'sales')
    >>> session.close()
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._made: dict[str, Dashboard] = {}
        self._last = ""

    def show(self, words: str, *, new: bool = False) -> tuple[str, Dashboard]:
        """Return the dashboard that words speak of: a table's name, a change of the last one, or both.

        Raises:
            UnknownDatasetError: There is no such table, or none at all.
            ChartError: The change isn't understood; the dashboard stays as it was.
        """
        table, sentence = self._table_and_sentence(words)
        page = self._of(table, new=new)
        if sentence:
            page = page.edit(sentence)
        return self._keep(table.name, page)

    def undo(self, words: str) -> tuple[str, Dashboard]:
        """Take the last change of a dashboard back. Raises ChartError where there was none."""
        table, _ = self._table_and_sentence(words)
        return self._keep(table.name, self._of(table).undo())

    def redo(self, words: str) -> tuple[str, Dashboard]:
        """Make a change again that was taken back. Raises ChartError where there is none."""
        table, _ = self._table_and_sentence(words)
        return self._keep(table.name, self._of(table).redo())

    def name(self, name: str, title: str) -> Dashboard:
        """Give the dashboard of a table another title, and return it."""
        return self._keep(name, self._made[name].titled(title))[1]

    def _keep(self, name: str, page: Dashboard) -> tuple[str, Dashboard]:
        page.spec  # noqa: B018 - what can't be computed doesn't take the place of what can
        self._made[name] = page
        self._last = name
        return name, page

    def _of(self, table: TableOfChart, *, new: bool = False) -> Dashboard:
        """Return a table's dashboard with its present numbers; made afresh where it has none."""
        from autodash_jupyter.charts.dashboard import make_dashboard

        context = self._charts.context(table)
        if context is not None and table.dataset is not None:
            self._session.named_contexts.active(table.dataset, used_by=ASKED_BY)
        before = None if new else self._made.get(table.name)
        if before is not None:
            return before.of(table.frame, context)
        return make_dashboard(table.frame, context, self._profile(table), title=table.name)

    def _profile(self, table: TableOfChart) -> FrameProfile | None:
        """Return the profile of a dataset whose table didn't change since it was made."""
        if table.dataset is None:
            return None
        profile = self._session.datasets.writer.profile(table.dataset.dataset_id)
        same = profile is not None and [each.name for each in profile.columns] == list(table.frame.columns)
        return profile if same and profile is not None and profile.row_count == len(table.frame) else None

    @property
    def _charts(self) -> ChartedTables:
        return self._session.charts

    def _table_and_sentence(self, words: str) -> tuple[TableOfChart, str]:
        first, _, rest = words.partition(" ")
        if not words:
            return (self._charts.find(self._last) if self._last else self._charts.newest()), ""
        try:
            return self._charts.find(first), rest.strip()
        except UnknownDatasetError:
            if not self._last or (not rest and words.lower() not in ONE_WORD_EDITS):
                raise
            return self._charts.find(self._last), words
