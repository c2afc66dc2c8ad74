"""What all handlers share: who may ask, what a body may be, and how answers and refusals are written."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_core.utils import ensure_async
from jupyter_server.auth.utils import HTTP_METHOD_TO_AUTH_ACTION
from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError, RequestHandler, authenticated, stream_request_body

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.server.identity import user_id_of
from autodash_jupyter.server.json_bodies import Body, read_body
from autodash_jupyter.server.refusals import RefusalError, refusal_of

if TYPE_CHECKING:
    from autodash_jupyter.server.memory import ServerMemory

__all__ = ["ApiHandler", "NoSuchRouteHandler"]

T = TypeVar("T")
JSON = "application/json"
LARGEST_JSON = 8 * 1024 * 1024
LONGEST_ID = 200
HTTP_STATUSES = frozenset(HTTPStatus)


@stream_request_body
class ApiHandler(APIHandler):
    """Lets nobody in before authentication, XSRF check and authorisation, whatever the method.

    Bodies are streamed: an ordinary handler parses a form before it knows who asks, and lets a form's field
    authenticate.
    """

    auth_resource = "autodash"
    largest_body = LARGEST_JSON
    body_type = JSON

    def set_default_headers(self) -> None:
        """Let nobody keep answers: they are one person's."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    async def prepare(self) -> None:  # type: ignore[override]
        """Let in who may, with a body of the right type and size; else refuse before the body arrives."""
        self._pieces: list[bytes] = []
        self._received = 0
        self._etag: str | None = None
        self._is_body_awaited = True
        await super().prepare()
        if self._finished or self.request.method == "OPTIONS":
            return
        if not self.current_user:
            raise RefusalError(403, "Log in first, or send the server's token.")
        await self._authorise()
        person = (await self.run(lambda: self.memory.settings)).user_id
        self.user_id = user_id_of(self.identity_provider, self.current_user.username, person)
        self._check_body()
        self._is_body_awaited = False

    async def _authorise(self) -> None:
        action = HTTP_METHOD_TO_AUTH_ACTION.get(self.request.method or "", "write")
        asked: Any = self.authorizer.is_authorized(self, self.current_user, action, self.auth_resource)
        if not await ensure_async(asked):
            raise RefusalError(403, f"You may not {action} datasets and contexts on this server.")

    def _check_body(self) -> None:
        headers = self.request.headers
        length = headers.get("Content-Length", "0")
        has_body = length != "0" or "Transfer-Encoding" in headers
        given = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if has_body and given != self.body_type:
            raise RefusalError(415, f"Send the body as {self.body_type}.")
        if length.isdecimal() and int(length) > self.largest_body:
            raise RefusalError(
                413, f"The body is larger than {self.largest_body:,} bytes, the most that is taken."
            )
        if has_body and self.request.connection is not None:
            self.request.connection.set_max_body_size(self.largest_body + 1)  # type: ignore[attr-defined]

    async def data_received(self, chunk: bytes) -> None:
        """Collect the body."""
        self._received += len(chunk)
        if self._received > self.largest_body:
            self._pieces.clear()
            self.refuse(RefusalError(413, f"The body is larger than {self.largest_body:,} bytes."))
        else:
            self._pieces.append(chunk)

    @authenticated
    async def head(self, *args: str) -> None:
        """Answer as ``get`` does, without the body."""
        if type(self).get is RequestHandler.get:
            raise HTTPError(405)
        answering: Any = self.get(*args)
        await answering

    # What handlers use

    @property
    def memory(self) -> ServerMemory:
        """What is open for all requests."""
        memory: ServerMemory = self.settings["autodash_memory"]
        return memory

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

    def refuse(self, refusal: RefusalError) -> None:
        """Answer before the whole body arrived; the connection ends with that."""
        if not self._finished:
            self._is_body_awaited = True
            self.send_error(refusal.status_code, exc_info=(type(refusal), refusal, None))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write a refusal as JSON: a sentence for a person, and nothing of how it came about."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        reason = HTTPStatus(status_code).phrase if status_code in HTTP_STATUSES else "Unknown"
        if isinstance(error, RefusalError):
            told = {"message": error.message, "reason": reason, **error.details}
        elif isinstance(error, HTTPError) and status_code < 500:
            text = (error.log_message or "").replace("%%", "%")
            told = {"message": text if text and not error.args else reason, "reason": reason}
        else:
            told = {"message": "The server failed at this; its log says more.", "reason": reason}
        if getattr(self, "_is_body_awaited", True):
            self.set_header("Connection", "close")  # tornado reads no further, and a client should know
        if status_code == 405:
            self.set_header("Allow", ", ".join(self._methods()))
        self.finish(_to_json(told))

    def _methods(self) -> list[str]:
        unimplemented = RequestHandler.get  # tornado gives all methods that aren't defined the same function
        names = [name for name in self.SUPPORTED_METHODS if name != "HEAD"]
        found = [name for name in names if getattr(type(self), name.lower(), None) is not unimplemented]
        return [*found, "HEAD"] if "GET" in found else found


class NoSuchRouteHandler(ApiHandler):
    """Answers what lies below the API and isn't there as JSON."""

    @authenticated
    async def get(self) -> None:
        """Say that there is nothing."""
        raise RefusalError(404, "There is nothing at this address; openapi.json lists what there is.")

    post = put = patch = delete = get


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
