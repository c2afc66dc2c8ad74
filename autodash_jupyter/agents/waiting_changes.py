"""What agents want to change, one after another: computed in the background, put in place between cells."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from autodash_jupyter.cells import CellBoundary, Pending
from autodash_jupyter.interrupts import uninterrupted

__all__ = ["Change", "WaitingChanges"]

T = TypeVar("T")
Change = Callable[[], Callable[[], T]]
"""Computes what is to be put in place, from tables it takes itself, and returns what puts it there."""

IN_LINE = "waiting for another agent's change"
FOR_THE_CELL = "waiting for the running cell"


class WaitingChanges:
    """The changes of all agents of one kernel, in the order they came: none is computed before its turn.

    Its methods are called in the worker's loop, where the changes are awaited.
    """

    def __init__(self, cells: CellBoundary) -> None:
        self._cells = cells
        self._turn = asyncio.Lock()

    async def make(self, change: Change[T], tell: Callable[[str], object]) -> T:
        """Make a change, and return what it says; ``tell`` is told what it waits for.

        Cancelled before it was put in place, it changes nothing; later, it is done, and the cancelling
        is ignored. Raises what the change raises.
        """
        if self._turn.locked():
            tell(IN_LINE)
        async with self._turn:
            apply = await asyncio.get_running_loop().run_in_executor(None, change)
            return await self._between_cells(apply, tell)

    async def _between_cells(self, apply: Callable[[], T], tell: Callable[[str], object]) -> T:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def act() -> None:
            with uninterrupted(drop=True):  # it was meant for the cell, which has ended
                try:
                    result = apply()
                except Exception as error:  # noqa: BLE001 - it is the agent's, who is told
                    loop.call_soon_threadsafe(_settle, done, None, error)
                else:
                    loop.call_soon_threadsafe(_settle, done, result, None)

        pending = Pending(act)
        if self._cells.busy:
            tell(FOR_THE_CELL)
        self._cells.run_between_cells(pending)
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            if self._cells.cancel(pending):
                raise
            return await done  # it had begun


def _settle(done: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)
