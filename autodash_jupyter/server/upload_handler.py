"""Uploads, written to disk as they arrive."""

from __future__ import annotations

import re
from pathlib import Path

from tornado.web import authenticated

from autodash_jupyter.server.dataset_handlers import LoadingHandler
from autodash_jupyter.server.multipart import UploadParser
from autodash_jupyter.server.refusals import RefusalError
from autodash_jupyter.services.importing import Imported, import_upload
from autodash_jupyter.services.incoming_files import refuse_bomb

__all__ = ["UploadHandler"]

ROOM_FOR_HEADERS = 64 * 1024
SESSION_ID = re.compile(r"[A-Za-z0-9._~:-]{1,128}")


class UploadHandler(LoadingHandler):
    """Takes one file, the multipart field ``file``; the field ``session_id`` comes back in the answer.

    The file lies in a private folder until it is read, which goes with the request, however that ends.
    """

    body_type = "multipart/form-data"
    _folder: Path | None = None
    _parser: UploadParser | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Let in who may, if the size that is announced is none too large, and open a folder."""
        await super().prepare()
        if self._finished or self.request.method != "POST":
            return
        if not self.request.headers.get("Content-Type"):
            raise RefusalError(415, "Send the file as multipart/form-data, in the field 'file'.")
        content_type = self.request.headers.get("Content-Type", "")
        incoming = await self.run(lambda: self.memory.incoming)
        self._folder = await self.run(incoming.make)
        self._parser = UploadParser(content_type, self._folder, self.memory.settings.upload_max_bytes)

    def _check_body(self) -> None:
        self.largest_body = self.memory.settings.upload_max_bytes + ROOM_FOR_HEADERS
        super()._check_body()

    async def data_received(self, chunk: bytes) -> None:
        """Write the next piece to disk; refuse as soon as it is known that it can't be taken."""
        if self._parser is None or self._finished:
            return
        try:
            self._parser.feed(chunk)
            if self._parser.is_full:
                await self.run(self._parser.write_out)
        except RefusalError as refusal:
            self._discard()
            self.refuse(refusal)
        except OSError:
            self._discard()
            self.refuse(RefusalError(507, "The server has no room for this file."))

    @authenticated
    async def post(self) -> None:
        """Read the file, register its tables, and answer while their contexts are being written."""
        parser = self._parser
        if parser is None or self._finished:
            return
        await self.run(parser.finish)
        session_id = parser.fields.get("session_id", "")
        if session_id and not SESSION_ID.fullmatch(session_id):
            raise RefusalError(422, "session_id may hold letters, digits and . _ ~ : -, 128 at most.")
        path = parser.path
        if path is None:
            raise RefusalError(422, "The form has no file in the field 'file'.")
        await self.load(lambda: self._import(path), session_id)

    def _import(self, path: Path) -> Imported:
        refuse_bomb(path, self.memory.settings.upload_max_bytes)
        return import_upload(self.memory.datasets, self.user_id, path)

    def on_connection_close(self) -> None:
        """Remove what an upload that was broken off left."""
        self._discard()
        super().on_connection_close()

    def on_finish(self) -> None:
        """Remove the folder."""
        self._discard()
        super().on_finish()

    def _discard(self) -> None:
        parser, self._parser = self._parser, None
        folder, self._folder = self._folder, None
        if parser is not None:
            parser.close()
        if folder is not None:
            import shutil

            shutil.rmtree(folder, ignore_errors=True)
