"""A displayed ``%timeline`` that follows its session, with buttons that move through it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from autodash_jupyter.cells import CellBoundary
from autodash_jupyter.events import SessionEvent, TimelineChanged
from autodash_jupyter.models import Restored
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.clickable import Action, ClickableOutput
from autodash_jupyter.widgets.timeline_html import OLDER_AT_A_TIME
from autodash_jupyter.widgets.timeline_views import difference_view, live_timeline_html, timeline_table
from autodash_jupyter.widgets.view import View

__all__ = ["LiveTimeline"]


class LiveTimeline(ClickableOutput):
    """Shows the timeline where it can be clicked, else as a table; ``close`` leaves the table."""

    def __init__(self, session: Session, cells: CellBoundary | None) -> None:
        super().__init__(session, cells)
        self._steps_shown = OLDER_AT_A_TIME

    def _view(self) -> View:
        return timeline_table(self._session)

    def _live(self) -> tuple[str, Callable[[], View]]:
        session, shown = self._session, self._steps_shown
        html = live_timeline_html(session, shown, self._display_id)
        return html, functools.partial(timeline_table, session, shown)

    def _new_widget(self, display_id: str, html: str) -> Any:
        from autodash_jupyter.widgets.timeline_widget import TimelineWidget

        return TimelineWidget(model_id=display_id, identity=display_id, html=html)

    def _concerns(self, event: SessionEvent) -> bool:
        return isinstance(event, TimelineChanged)

    def _action(self, content: dict[str, Any]) -> Action | None:
        session, action = self._session, None
        match content:
            case {"action": "undo"}:
                action = _noted(session.undo)
            case {"action": "redo"}:
                action = _noted(session.redo)
            case {"action": "goto", "step": int(step)}:
                action = _noted(functools.partial(session.goto, step))
            case {"action": "compare", "step": int(step)}:
                action = functools.partial(self._compare, step)
            case {"action": "close_comparison"}:
                action = functools.partial(dict, difference="")
            case {"action": "older"}:
                action = self._show_older
        return action

    def _compare(self, step: int) -> dict[str, Any]:
        return {"difference": difference_view(self._session.diff(step)).html, "note": ""}

    def _show_older(self) -> dict[str, Any]:
        self._steps_shown += OLDER_AT_A_TIME
        return {"note": ""}


def _noted(move: Callable[[], Restored]) -> Action:
    return lambda: {"note": move().summary}
