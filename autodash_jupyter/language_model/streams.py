"""An answer while it is being written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

from autodash_jupyter.language_model.tasks import Answer, Token, Usage

__all__ = ["AnswerStream", "Ask", "Show"]

_SECONDS_TO_CLOSE = 2.0
Show = Callable[[Token], None]
Ask = Callable[[Show], Awaitable[tuple[Answer, Usage]]]


class AnswerStream(AsyncIterator[Token]):
    """An answer being written: iterate it for its tokens, then read ``answer`` and ``usage``.

    ``answer`` is ``None`` until the stream has ended. It is what counts: tokens are shown as they come, and
    hold the words of a field without the form they are written in. ``aclose()`` cancels the request.
    """

    def __init__(self, ask: Ask) -> None:
        self.answer: Answer | None = None
        self.usage = Usage()
        self._tokens = self._run(ask)

    async def __anext__(self) -> Token:
        return await anext(self._tokens)

    async def aclose(self) -> None:
        """Stop: the request is cancelled and its connection closed."""
        await self._tokens.aclose()

    async def _run(self, ask: Ask) -> AsyncGenerator[Token]:
        # The request has a task of its own, since its time-out and dspy's task group must begin and end
        # in one task, while a generator may be resumed and closed from several.
        arrived: asyncio.Queue[Token | None] = asyncio.Queue()
        request = asyncio.ensure_future(ask(arrived.put_nowait))
        request.add_done_callback(lambda _: arrived.put_nowait(None))
        try:
            while (token := await arrived.get()) is not None:
                yield token
            self.answer, self.usage = await request
        finally:
            request.cancel()
            await asyncio.wait({request}, timeout=_SECONDS_TO_CLOSE)
            if request.done() and not request.cancelled():
                request.exception()  # seen, so that asyncio does not log it
