"""Who may ask, what a body may be, and how a request that is refused is answered."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.utils import HTTP_METHOD_TO_AUTH_ACTION
from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError, RequestHandler, stream_request_body

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.server.identity import user_id_of
from autodash_jupyter.server.refusals import RefusalError, refusal_of

if TYPE_CHECKING:
    from autodash_jupyter.server.memory import ServerMemory

__all__ = ["AdmissionHandler"]

JSON = "application/json"
LARGEST_JSON = 8 * 1024 * 1024
READ_AFTER_REFUSAL = 8 * 1024 * 1024
HTTP_STATUSES = frozenset(HTTPStatus)


@stream_request_body
class AdmissionHandler(APIHandler):
    """Lets nobody in before authentication, XSRF check and authorisation, whatever the method.

    Bodies are streamed: an ordinary handler parses a form before it knows who asks, and lets a form's field
    authenticate. A refusal waits for the rest of a small body, which is thrown away: a client that still
    sends when the connection ends never reads the answer.
    """

    auth_resource = "autodash"
    largest_body = LARGEST_JSON
    body_type = JSON

    def initialize(self) -> None:
        """Begin with an empty body."""
        self._pieces: list[bytes] = []
        self._received = 0
        self._refusal: HTTPError | None = None
        self._is_body_awaited = True

    @property
    def memory(self) -> ServerMemory:
        """What is open for all requests."""
        memory: ServerMemory = self.settings["autodash_memory"]
        return memory

    def set_default_headers(self) -> None:
        """Let nobody keep answers: they are one person's."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    async def prepare(self) -> None:  # type: ignore[override]
        """Let in who may, with a body of the right type and size; else refuse."""
        connection: Any = self.request.connection
        try:
            await super().prepare()
            if not self._finished and not self._is_preflight():
                await self.let_in()
        except HTTPError as error:
            self.refuse(error)
        if not self._finished:
            connection.set_max_body_size(self.largest_body + READ_AFTER_REFUSAL)
            self._is_body_awaited = False

    async def let_in(self) -> None:
        """Raise ``HTTPError`` for who may not ask so, or sends what isn't taken."""
        if not self.current_user:
            raise RefusalError(403, "Log in first, or send the server's token.")
        action = HTTP_METHOD_TO_AUTH_ACTION.get(self.request.method or "", "write")
        asked: Any = self.authorizer.is_authorized(self, self.current_user, action, self.auth_resource)
        if not await ensure_async(asked):
            raise RefusalError(403, f"You may not {action} datasets and contexts on this server.")
        try:
            person = await self.memory.person()
        except AutoDashError as error:
            raise refusal_of(error, [str(self.memory.root)]) from error
        self.user_id = user_id_of(self.identity_provider, self.current_user.username, person)
        self.check_body()

    def _is_preflight(self) -> bool:
        """Tell whether a browser asks, before it has anybody's token, whether a page may ask at all."""
        headers = self.request.headers
        is_asking = "Origin" in headers and "Access-Control-Request-Method" in headers
        return self.request.method == "OPTIONS" and is_asking

    @allow_unauthenticated  # prepare() lets nobody in but a preflight
    def options(self, *path: str) -> None:
        """Say which methods there are."""
        super().options(*path)
        self.set_header("Allow", ", ".join(self._methods()))
        self.set_status(204)
        self.finish()

    def check_body(self) -> None:
        """Raise ``HTTPError`` for a body whose headers tell that it isn't taken."""
        headers = self.request.headers
        has_body = headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in headers
        given = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if has_body and given != self.body_type:
            raise RefusalError(415, f"Send the body as {self.body_type}.")
        if self._announced > self.largest_body:
            raise self.too_large()

    def too_large(self) -> RefusalError:
        """Say how large a body may be."""
        return RefusalError(
            413, f"The body is larger than {self.largest_body:,} bytes, the most that is taken."
        )

    async def data_received(self, chunk: bytes) -> None:
        """Collect the body, unless it was refused."""
        self._received += len(chunk)
        if self._refusal is not None:
            return
        if self._received > self.largest_body:
            self._pieces.clear()
            self.refuse(self.too_large())
        else:
            await self.take(chunk)

    async def take(self, chunk: bytes) -> None:
        """Keep the next piece of the body."""
        self._pieces.append(chunk)

    def refuse(self, error: HTTPError) -> None:
        """Answer with a refusal: once the rest of the body came, or at once where that is much."""
        self._refusal = error
        if self._announced - self._received > READ_AFTER_REFUSAL:
            self._is_body_awaited = True
            self.send_error(error.status_code, exc_info=(type(error), error, None))
        else:
            setattr(self, (self.request.method or "get").lower(), self._answer_refusal)

    @property
    def _announced(self) -> int:
        length = self.request.headers.get("Content-Length", "0")
        return int(length) if length.isascii() and length.isdecimal() else 0

    async def _answer_refusal(self, *_path: str) -> None:
        assert self._refusal is not None
        raise self._refusal

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write a refusal as JSON: a sentence for a person, and nothing of how it came about."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        reason = HTTPStatus(status_code).phrase if status_code in HTTP_STATUSES else "Unknown"
        told: dict[str, Any] = {"message": "The server failed at this; its log says more.", "reason": reason}
        if isinstance(error, RefusalError):
            told = {"message": error.message, "reason": reason, **error.details}
        elif isinstance(error, HTTPError) and status_code < 500:
            text = (error.log_message or "").replace("%%", "%")
            told["message"] = text if text and not error.args else reason
        if self._is_body_awaited:
            self.set_header("Connection", "close")  # tornado reads no further, and a client should know
        if status_code == 405:
            self.set_header("Allow", ", ".join(self._methods()))
        self.finish(json.dumps(told))

    def _methods(self) -> list[str]:
        unimplemented = RequestHandler.get  # tornado gives all methods that aren't defined the same function
        names = [name for name in self.SUPPORTED_METHODS if name != "HEAD"]
        found = [name for name in names if getattr(type(self), name.lower(), None) is not unimplemented]
        return [*found, "HEAD"] if "GET" in found else found
