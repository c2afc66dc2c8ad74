"""What all handlers share: threads for their work, pages, tags, and answers as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from tornado.web import HTTPError, RequestHandler, authenticated

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.server.admission import AdmissionHandler
from autodash_jupyter.server.json_bodies import Body, read_body
from autodash_jupyter.server.refusals import RefusalError, refusal_of

__all__ = ["LONGEST_ID", "ApiHandler", "NoSuchRouteHandler"]

T = TypeVar("T")
LONGEST_ID = 200


class ApiHandler(AdmissionHandler):
    """Answers the requests that were let in."""

    _etag: str | None = None

    @authenticated
    async def head(self, *args: str) -> None:
        """Answer as ``get`` does, without the body."""
        if type(self).get is RequestHandler.get:
            raise HTTPError(405)
        answering: Any = self.get(*args)
        await answering

    # What handlers use

    def body(self, kind: type[Body]) -> Body:
        """Return the body as a record; ``RefusalError`` where it is none."""
        return read_body(b"".join(self._pieces), kind)

    async def run(self, work: Callable[[], T]) -> T:
        """Do what takes milliseconds off the loop; an error of a service becomes a ``RefusalError``."""
        return await self._translated(self.memory.run, work)

    async def read(self, work: Callable[[], T]) -> T:
        """Do what may take seconds off the loop; an error of a service becomes a ``RefusalError``."""
        return await self._translated(self.memory.read, work)

    async def _translated(self, run: Callable[[Callable[[], T]], Any], work: Callable[[], T]) -> T:
        try:
            answer: T = await run(work)
        except AutoDashError as error:
            raise refusal_of(error, self._private_folders()) from error
        return answer

    def _private_folders(self) -> list[str]:
        try:
            return [str(self.memory.settings.home), str(self.memory.root)]
        except AutoDashError:
            return [str(self.memory.root)]

    def page(self) -> tuple[int, int]:
        """Return limit and offset of a list; ``RefusalError`` where they aren't numbers in bounds."""
        limit = self._number("limit", 100, 1, 1_000)
        return limit, self._number("offset", 0, 0, 2**31)

    def _number(self, name: str, default: int, least: int, most: int) -> int:
        text = self.get_query_argument(name, str(default))
        is_number = text.isascii() and text.isdecimal() and len(text) < 12
        if not is_number or not least <= int(text) <= most:
            raise RefusalError(422, f"{name} must be a number from {least} to {most}.")
        return int(text)

    def answer(self, value: Any, status: int = 200) -> None:
        """Write an answer as JSON."""
        self.set_status(status)
        self.finish(_to_json(value))

    def tag(self, etag: str) -> None:
        """Give the answer an ETag."""
        self._etag = f'"{etag}"'

    def compute_etag(self) -> str | None:
        """Return the tag that the answer was given, if any."""
        return self._etag


class NoSuchRouteHandler(ApiHandler):
    """Answers what lies below the API and isn't there as JSON."""

    @authenticated
    async def get(self) -> None:
        """Say that there is nothing."""
        raise RefusalError(404, "There is nothing at this address; openapi.json lists what there is.")

    post = put = patch = delete = options = get  # type: ignore[assignment]


def _to_json(value: Any) -> str:
    try:
        return json.dumps(value, default=_plain, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), default=_plain, allow_nan=False)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)


def _finite(value: Any) -> Any:
    """Return a value with ``None`` for the numbers that JSON has no words for."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
