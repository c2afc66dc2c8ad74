"""The widget behind a ``%context`` that can be edited in place."""

from __future__ import annotations

from typing import Any

from traitlets import Bool, Int, List, Unicode

from autodash_jupyter.widgets.clickable_widget import ClickableWidget, module

__all__ = ["ContextEditorWidget"]

_MODULE = module("context_editor_widget.js")


class ContextEditorWidget(ClickableWidget):
    """What ``context_editor_widget.js`` shows: a document, and its text while it is edited."""

    _esm = Unicode(_MODULE).tag(sync=True)
    text = Unicode(help="the document's text, once somebody asked to edit it").tag(sync=True)
    editing = Bool(False, help="whether the text is being edited").tag(sync=True)
    revision = Int(help="the revision that the text is").tag(sync=True)
    theirs = Unicode(help="what somebody else saved meanwhile; empty where nobody did").tag(sync=True)
    their_revision = Int(help="the revision that this is").tag(sync=True)
    revisions: List[Any] = List(help="what was saved, newest first: number and a line on each").tag(sync=True)
    names: List[str] = List(help="the dataset's contexts, the one that counts first").tag(sync=True)
    difference = Unicode(help="what the last comparison of revisions found, as HTML").tag(sync=True)
    compared = Int(help="the earlier revision that was compared").tag(sync=True)
