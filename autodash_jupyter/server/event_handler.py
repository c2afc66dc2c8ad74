"""The stream of status events (server-sent events)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler, authenticated

from autodash_jupyter.server.handler import ApiHandler
from autodash_jupyter.server.refusals import RefusalError
from autodash_jupyter.server.status_feed import Stream, event_text

__all__ = ["EventsHandler"]

SECONDS_BETWEEN_WRITES = 0.05
MILLISECONDS_TO_RECONNECT = 2_000
LONGEST_EVENT_ID = 64


class EventsHandler(ApiHandler):
    """Pushes what changed, from after the event that the client saw last."""

    @authenticated
    async def get(self) -> None:
        """Send events until the client goes, or the server ends."""
        header = self.request.headers.get("Last-Event-ID")
        last = header or self.get_query_argument("last_event_id", "")
        changes = await self.run(lambda: self.memory.changes)
        with self.memory.feed.stream(self.user_id, last[:LONGEST_EVENT_ID]) as stream:
            if stream is None:
                raise RefusalError(429, "Too many streams are open; close some of them.")
            self._stream = stream
            await self.run(lambda: changes.watch(self.user_id))
            self.memory.watch_store()
            self._set_headers()
            try:
                await self._begin(stream)
                await self._send_all(stream)
            except StreamClosedError:
                return

    @authenticated
    async def head(self, *_path: str) -> None:
        """Say what a stream would begin with, and open none."""
        self._set_headers()
        RequestHandler.finish(self)

    def _set_headers(self) -> None:
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("X-Accel-Buffering", "no")

    def on_connection_close(self) -> None:
        """End the stream whose client has gone."""
        stream: Stream | None = getattr(self, "_stream", None)
        if stream is not None:
            stream.is_closed = True
            stream.wake()
        super().on_connection_close()

    def finish(self, *args: Any, **kwargs: Any) -> Any:
        """End the answer; a stream's header was sent long ago."""
        if self._headers_written:
            return RequestHandler.finish(self, *args)
        return super().finish(*args, **kwargs)

    async def _begin(self, stream: Stream) -> None:
        self.write(f"retry: {MILLISECONDS_TO_RECONNECT}\n\n")
        if stream.position < 0:
            self._write_resync(stream)
        else:
            beat = {"heartbeat_seconds": self.memory.heartbeat_seconds}
            self._write(stream.position, "ready", event_text("ready", beat))
        await self.flush()

    async def _send_all(self, stream: Stream) -> None:
        loop = asyncio.get_running_loop()
        beat_at = loop.time() + self.memory.heartbeat_seconds
        while not stream.is_closed:
            stream.awake.clear()
            has_news = self._write_news(stream)
            if has_news or loop.time() >= beat_at:
                self.write("" if has_news else ": alive\n\n")
                await self.flush()
                beat_at = loop.time() + self.memory.heartbeat_seconds
            if has_news:
                await asyncio.sleep(SECONDS_BETWEEN_WRITES)  # what comes meanwhile goes in one piece
            with suppress(TimeoutError):
                await asyncio.wait_for(stream.awake.wait(), max(0.0, beat_at - loop.time()))

    def _write_news(self, stream: Stream) -> bool:
        """Write the events after a reader's position; tell whether there were any."""
        events = self.memory.feed.after(self.user_id, stream.position)
        if events is None:
            self._write_resync(stream)
            return True
        for event in events:
            self._write(event.number, event.type, event.text)
        if events:
            stream.position = events[-1].number
        return bool(events)

    def _write_resync(self, stream: Stream) -> None:
        stream.position = self.memory.feed.newest(self.user_id)
        told = {"message": "Some events are gone: read the lists anew."}
        self._write(stream.position, "resync", event_text("resync", told))

    def _write(self, number: int, kind: str, text: str) -> None:
        event_id = self.memory.feed.event_id(self.user_id, number)
        self.write(f"id: {event_id}\nevent: {kind}\ndata: {text}\n\n")
