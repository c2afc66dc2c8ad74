"""Makes a dashboard of a table: chooses the figures, charts and filters that say most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.dashboard.choosing import choose, weigh
from autodash_jupyter.charts.dashboard.dashboard import Dashboard, read_context
from autodash_jupyter.charts.dashboard.filters import choose_filters, numbers_of
from autodash_jupyter.charts.dashboard.information import Sample
from autodash_jupyter.charts.dashboard.plan import Figure, Plan
from autodash_jupyter.charts.dashboard.proposals import propose
from autodash_jupyter.charts.dashboard.roles import ColumnRoles, column_roles, figures
from autodash_jupyter.charts.tables import ChartTable
from autodash_jupyter.charts.vocabulary import Vocabulary, vocabulary

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.models import FrameProfile

__all__ = ["make_dashboard"]

SAMPLE_ROWS = 20_000
MOST_CARDS = 5


def make_dashboard(
    frame: Any,
    context: ContextDocument | Mapping[str, Any] | None = None,
    profile: FrameProfile | None = None,
    title: str = "",
) -> Dashboard:
    """Return the figures and the four to eight charts that say most about a table.

    Without a context, a draft made of the profile gives the figures; without a profile, the table is
    profiled. Raises ChartError where ``frame`` is no table.

    >>> import pandas as pd
    >>> heat = [20.0 + k % 7 for k in range(60)] + [5.0 + k % 5 for k in range(60)]
    >>> frame = pd.DataFrame({"city": ["Rome"] * 60 + ["Oslo"] * 60, "heat": heat})
    >>> dashboard = make_dashboard(frame, title="Weather")
    >>> dashboard.charts[0], dashboard.insights[0].text
    ('Mean heat by City', 'Rome is highest with 22.9; 3.3 times Oslo')
    """
    from autodash_jupyter.context.writer import draft_document
    from autodash_jupyter.profiling import profile as profile_table

    table = ChartTable(frame)
    known = profile if profile is not None else profile_table(table.frame)
    document = None if context is None else read_context(context)
    if document is None or not document.metrics:
        draft = draft_document(known, dataset_id="table", name="table")
        document = draft if document is None else document.model_copy(update={"metrics": draft.metrics})
    words = vocabulary(table.fields, document)
    roles = column_roles([field for field in words.fields if field.metric is None], known)
    measured = figures(words)
    tiles = choose(weigh(_sample(table, words, roles, measured), propose(measured, roles)))
    shown = [each.field for tile in tiles for each in tile.intent.encoding.values() if each.field]
    time = None if roles.time is None else roles.time.name
    plan = Plan(title or "Dashboard", measured[:MOST_CARDS], tiles, choose_filters(roles, shown), time)
    return Dashboard(table, words, [plan], context=document)


def _sample(table: ChartTable, words: Vocabulary, roles: ColumnRoles, measured: tuple[Figure, ...]) -> Sample:
    needed = {field.name for field in (*roles.groups, *roles.numbers)}
    needed |= {name for figure in measured for name in figure.columns}
    needed |= {roles.time.name} if roles.time is not None else set()
    numbers = numbers_of(table, words, needed)
    rows = numbers.frame
    few = rows if len(rows) <= SAMPLE_ROWS else rows.sample(SAMPLE_ROWS, random_state=0)
    return Sample(few, numbers.words)
