"""Uploads, written to disk as they arrive."""

from __future__ import annotations

import re
import secrets
import shutil
from pathlib import Path
from typing import Any

from tornado.web import authenticated

from autodash_jupyter.server.dataset_handlers import LoadingHandler
from autodash_jupyter.server.multipart import UploadParser, beyond_limit
from autodash_jupyter.server.refusals import RefusalError
from autodash_jupyter.server.upload_progress import UploadProgress
from autodash_jupyter.services.importing import Imported, import_upload
from autodash_jupyter.services.incoming_files import refuse_bomb

__all__ = ["UploadHandler"]

ROOM_FOR_HEADERS = 64 * 1024
SESSION_ID = re.compile(r"[A-Za-z0-9._~:-]{1,128}")


class UploadHandler(LoadingHandler):
    """Takes one file, the multipart field ``file``; ``session_id``, a field or in the address, comes back.

    The file lies in a private folder until it is read, which goes with the request, however that ends.
    """

    body_type = "multipart/form-data"
    _folder: Path | None = None
    _parser: UploadParser | None = None
    _progress: UploadProgress | None = None
    _is_broken_off = False
    _is_whole = False

    async def let_in(self) -> None:
        """Open a folder for the file of who may upload."""
        await super().let_in()
        if self.request.method == "POST":
            session_id = _session_id(self.get_query_argument("session_id", "")) or secrets.token_urlsafe(12)
            self._progress = UploadProgress(self._tell, session_id, self._announced or None)
            folder = self._folder = await self.run(self._make_folder)
            content_type = self.request.headers.get("Content-Type", "")
            self._parser = UploadParser(content_type, folder, self._most_bytes)
            if self._is_broken_off:
                self._discard()

    def _make_folder(self) -> Path:
        return self.memory.incoming.make()

    def _tell(self, told: dict[str, Any]) -> None:
        self.memory.feed.publish(self.user_id, "upload", told)

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
            self._tell_received(self._parser)
            if self._parser.is_full:
                await self.run(self._parser.write_out)
        except RefusalError as refusal:
            self._discard()
            self.refuse(refusal)
        except (OSError, ValueError):  # no room; or broken off, and the file closed
            self._discard()
            self.refuse(RefusalError(507, "The server has no room for this file."))

    def _tell_received(self, parser: UploadParser) -> None:
        progress = self._progress
        if parser.path is not None and progress is not None:
            progress.session_id = parser.fields.get("session_id") or progress.session_id
            progress.received(self._received, parser.path.name)

    @authenticated
    async def post(self) -> None:
        """Read the file, register its tables, and answer while their contexts are being written."""
        parser, progress = self._parser, self._progress
        if parser is None or progress is None:
            return
        parser.check_whole()
        self._is_whole = True
        session_id = _session_id(parser.fields.get("session_id", "")) or progress.session_id
        path = parser.path
        if path is None:
            raise RefusalError(422, "The form has no file in the field 'file'.")
        progress.reached("reading")
        await self.load(lambda: self._import(parser, path), session_id)

    def _import(self, parser: UploadParser, path: Path) -> Imported:
        try:
            parser.write_rest()
            refuse_bomb(path, self._most_bytes)
            return import_upload(self.memory.datasets, self.user_id, path)
        finally:
            self._discard()  # before the answer: who has it finds nothing left

    def on_connection_close(self) -> None:
        """Remove what an upload that was broken off left."""
        self._is_broken_off = True
        if not self._is_whole:
            self._discard()
            if self._progress is not None:
                self._progress.reached("refused")
        super().on_connection_close()

    def on_finish(self) -> None:
        """Remove the folder, and say what became of the file."""
        self._discard()
        if self._progress is not None:
            self._progress.reached("loaded" if self.get_status() == 201 else "refused")
        super().on_finish()

    def _discard(self) -> None:
        parser, self._parser = self._parser, None
        folder, self._folder = self._folder, None
        if parser is not None:
            parser.close()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _session_id(given: str) -> str:
    """Return what a client calls this upload; ``RefusalError`` for what is more than a name."""
    if given and not SESSION_ID.fullmatch(given):
        raise RefusalError(422, "session_id may hold letters, digits and . _ ~ : -, 128 at most.")
    return given
