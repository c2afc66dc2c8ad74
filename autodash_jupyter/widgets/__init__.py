"""What a person sees in a notebook: live cards, documents and tables, each with an HTML and a text form.

Widgets call the session and draw; they may import anything below the surfaces. They never hold rules
and never change data; what the worker updates has no buttons: a comm written from two threads loses messages.
"""

from autodash_jupyter.widgets.context_editor import ContextEditor
from autodash_jupyter.widgets.context_history import (
    context_difference_view,
    context_usage_view,
    context_versions_view,
)
from autodash_jupyter.widgets.context_view import context_view
from autodash_jupyter.widgets.dataset_card import dataset_card
from autodash_jupyter.widgets.live import LiveDisplay, show
from autodash_jupyter.widgets.live_timeline import LiveTimeline
from autodash_jupyter.widgets.shown_chart import ShownChart
from autodash_jupyter.widgets.tables import datasets_table
from autodash_jupyter.widgets.timeline_views import difference_view, timeline_table
from autodash_jupyter.widgets.view import View

__all__ = [
    "ContextEditor",
    "LiveDisplay",
    "LiveTimeline",
    "ShownChart",
    "View",
    "context_difference_view",
    "context_usage_view",
    "context_versions_view",
    "context_view",
    "dataset_card",
    "datasets_table",
    "difference_view",
    "show",
    "timeline_table",
]
