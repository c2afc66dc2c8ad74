"""Uploads, written to disk as they arrive."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tornado.web import authenticated

from autodash_jupyter.server.dataset_handlers import LoadingHandler
from autodash_jupyter.server.multipart import UploadParser, beyond_limit
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
    _is_broken_off = False
    _is_whole = False

    async def let_in(self) -> None:
        """Open a folder for the file of who may upload."""
        await super().let_in()
        if self.request.method == "POST":
            incoming = await self.run(lambda: self.memory.incoming)
            folder = self._folder = await self.run(incoming.make)
            content_type = self.request.headers.get("Content-Type", "")
            self._parser = UploadParser(content_type, folder, self._most_bytes)
            if self._is_broken_off:
                self._discard()

    @property
    def _most_bytes(self) -> int:
        return self.memory.settings.upload_max_bytes

    def check_body(self) -> None:
        """Refuse what is no form, or announces more than a file may have."""
        self.largest_body = self._most_bytes + ROOM_FOR_HEADERS
        if self.request.method == "POST" and not self.request.headers.get("Content-Type"):
            raise RefusalError(415, "Send the file as multipart/form-data, in the field 'file'.")
        super().check_body()

    def too_large(self) -> RefusalError:
        """Say which limit a file is beyond."""
        return beyond_limit(self._most_bytes)

    async def take(self, chunk: bytes) -> None:
        """Write the next piece to disk; refuse as soon as it is known that it can't be taken."""
        if self._parser is None:
            return
        try:
            self._parser.feed(chunk)
            if self._parser.is_full:
                await self.run(self._parser.write_out)
        except RefusalError as refusal:
            self._discard()
            self.refuse(refusal)
        except (OSError, ValueError):  # no room; or broken off, and the file closed
            self._discard()
            self.refuse(RefusalError(507, "The server has no room for this file."))

    @authenticated
    async def post(self) -> None:
        """Read the file, register its tables, and answer while their contexts are being written."""
        parser = self._parser
        if parser is None:
            return
        await self.run(parser.finish)
        self._is_whole = True
        session_id = parser.fields.get("session_id", "")
        if session_id and not SESSION_ID.fullmatch(session_id):
            raise RefusalError(422, "session_id may hold letters, digits and . _ ~ : -, 128 at most.")
        path = parser.path
        if path is None:
            raise RefusalError(422, "The form has no file in the field 'file'.")
        await self.load(lambda: self._import(path), session_id)

    def _import(self, path: Path) -> Imported:
        try:
            refuse_bomb(path, self._most_bytes)
            return import_upload(self.memory.datasets, self.user_id, path)
        finally:
            self._discard()  # before the answer: who has it finds nothing left

    def on_connection_close(self) -> None:
        """Remove what an upload that was broken off left."""
        self._is_broken_off = True
        if not self._is_whole:
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
            shutil.rmtree(folder, ignore_errors=True)
