"""The stream of status events (server-sent events)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler, authenticated

from autodash_jupyter.server.handler import ApiHandler
from autodash_jupyter.server.refusals import RefusalError
from autodash_jupyter.server.status_feed import Stream

__all__ = ["EventsHandler"]

SECONDS_BETWEEN_LOOKS = 0.5
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
            self.set_header("Content-Type", "text/event-stream; charset=utf-8")
            self.set_header("X-Accel-Buffering", "no")
            try:
                await self._begin(stream)
                await self._send_all(stream)
            except StreamClosedError:
                return

    @authenticated
    async def head(self, *_path: str) -> None:
        """Refuse: a stream has no length to ask for."""
        raise RefusalError(405, "Ask for the stream itself, with GET.")

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
        feed = self.memory.feed
        self.write(f"retry: {MILLISECONDS_TO_RECONNECT}\n\n")
        if stream.position < 0:
            stream.position = feed.newest(self.user_id)
            self._write("resync", stream.position, {"message": "Some events are gone: read the lists anew."})
        else:
            beat = {"heartbeat_seconds": self.memory.heartbeat_seconds}
            self._write("ready", stream.position, beat)
        await self.flush()

    async def _send_all(self, stream: Stream) -> None:
        feed, loop = self.memory.feed, asyncio.get_running_loop()
        beat_at = loop.time() + self.memory.heartbeat_seconds
        while not stream.is_closed:
            stream.awake.clear()
            events = feed.after(self.user_id, stream.position)
            if events is None:
                stream.position = feed.newest(self.user_id)
                self._write(
                    "resync", stream.position, {"message": "Some events are gone: read the lists anew."}
                )
            for event in events or ():
                self._write(event.type, event.number, event.data)
                stream.position = event.number
            if events or events is None:
                await self.flush()
                beat_at = loop.time() + self.memory.heartbeat_seconds
            elif loop.time() >= beat_at:
                self.write(": alive\n\n")
                await self.flush()
                beat_at = loop.time() + self.memory.heartbeat_seconds
            await self._wait(stream, beat_at - loop.time())

    async def _wait(self, stream: Stream, seconds: float) -> None:
        """Wait for events, and look meanwhile whether other processes changed anything."""
        try:
            await asyncio.wait_for(stream.awake.wait(), max(0.01, min(seconds, SECONDS_BETWEEN_LOOKS)))
        except TimeoutError:
            if not stream.is_closed:
                await self.memory.look_for_changes()

    def _write(self, kind: str, number: int, data: dict[str, Any]) -> None:
        told = json.dumps({"type": kind, **data}, default=lambda value: value.isoformat())
        event_id = self.memory.feed.event_id(self.user_id, number)
        self.write(f"id: {event_id}\nevent: {kind}\ndata: {told}\n\n")
