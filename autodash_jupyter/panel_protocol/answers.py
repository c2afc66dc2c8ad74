"""What the kernel answers on the requests comm."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from autodash_jupyter.panel_protocol.results import Result
from autodash_jupyter.panel_protocol.shown import State

__all__ = ["StateAnswer", "ResultAnswer", "AcceptedAnswer", "RefusedAnswer", "Answer"]


class StateAnswer(TypedDict):
    """The whole state, and where the events stand that follow it."""

    type: Literal["state"]
    protocol: int
    sequence: int
    events_comm_id: str
    state: State


class ResultAnswer(TypedDict):
    """What was asked for; ``result`` is what ``Results`` gives for the action."""

    type: Literal["answer"]
    request_id: str
    result: Result


class AcceptedAnswer(TypedDict):
    """The request is taken on; ``waiting`` tells whether it waits for the running cell."""

    type: Literal["accepted"]
    request_id: str
    waiting: bool


class RefusedAnswer(TypedDict):
    """Why the request is not taken on; the id is empty where the state itself can't be told."""

    type: Literal["refused"]
    request_id: str
    message: str


Answer = StateAnswer | ResultAnswer | AcceptedAnswer | RefusedAnswer
