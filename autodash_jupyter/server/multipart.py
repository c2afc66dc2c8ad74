"""A form with one file, parsed while it arrives."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

from autodash_jupyter.server.refusals import RefusalError
from autodash_jupyter.services.incoming_files import clean_filename

__all__ = ["UploadParser", "beyond_limit"]

PIECE = 1024 * 1024
MOST_PARTS = 16
LONGEST_FIELD = 1024
FIELDS = ("session_id",)
EXTENDED_NAME = re.compile(r";\s*filename\*\s*=\s*([\w-]+)'[\w-]*'([^;\s\"]+)", re.IGNORECASE)


class UploadParser:
    """Writes the field ``file`` into ``folder``, under a safe name; short fields stay in memory.

    ``feed`` only collects; ``write_out`` and ``write_rest`` write to the disk: call them in a thread.
    """

    def __init__(self, content_type: str, folder: Path, most_bytes: int) -> None:
        from python_multipart.multipart import MultipartParser, parse_options_header

        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if not 1 <= len(boundary) <= 200:
            raise RefusalError(400, "The form has no boundary between its fields.")
        self.path: Path | None = None
        self.fields: dict[str, str] = {}
        self._folder, self._most_bytes = folder, most_bytes
        self._parts, self._size, self._is_whole = 0, 0, False
        self._pending = bytearray()
        self._file: IO[bytes] | None = None
        self._begin_part()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": lambda data, start, end: self._header_name.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header_value.extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    @property
    def is_full(self) -> bool:
        """Whether so much was collected that it should be written out."""
        return len(self._pending) >= PIECE

    def feed(self, chunk: bytes) -> None:
        """Parse the next piece; ``RefusalError`` where the form or the file is none that is taken."""
        from python_multipart.exceptions import FormParserError

        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise RefusalError(400, "The form is malformed.") from error

    def write_out(self) -> None:
        """Write what was collected."""
        if self.path is not None and self._pending:
            if self._file is None:
                self._file = self.path.open("xb")
            self._file.write(self._pending)
        self._pending.clear()

    def check_whole(self) -> None:
        """Raise ``RefusalError`` where the form broke off."""
        if not self._is_whole:
            raise RefusalError(400, "The form breaks off before its end.")

    def write_rest(self) -> None:
        """Write what wasn't written yet, and close the file."""
        self.write_out()
        if self.path is not None:
            self.path.touch()
        self.close()

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _begin_part(self) -> None:
        self._header_name, self._header_value = bytearray(), bytearray()
        self._disposition = ""
        self._field = ""
        self._value = bytearray()
        self._is_file = False

    def _end_header(self) -> None:
        if bytes(self._header_name).strip().lower() == b"content-disposition":
            self._disposition = self._header_value.decode("utf-8", "replace")
        self._header_name.clear()
        self._header_value.clear()

    def _end_headers(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise RefusalError(400, f"The form has more than {MOST_PARTS} fields.")
        options = _disposition(self._disposition)
        self._field = options.get("name", "")
        self._is_file = self._field == "file"
        if not self._is_file:
            return
        if self.path is not None:
            raise RefusalError(400, "The form has several files; send each in a request of its own.")
        name = clean_filename(options.get("filename", ""))
        if not name:
            raise RefusalError(422, "The file has no name that can be used; its ending tells what it is.")
        self.path = self._folder / name

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._size += end - start
            if self._size > self._most_bytes:
                raise beyond_limit(self._most_bytes)
            self._pending += data[start:end]
        elif self._field in FIELDS:
            self._value += data[start:end]
            if len(self._value) > LONGEST_FIELD:
                raise RefusalError(422, f"The field {self._field} is too long.")

    def _end_part(self) -> None:
        if self._field in FIELDS:
            self.fields[self._field] = self._value.decode("utf-8", "replace")

    def _end(self) -> None:
        self._is_whole = True


def beyond_limit(most_bytes: int) -> RefusalError:
    """Return the refusal of a file that is too large."""
    return RefusalError(413, f"The file is larger than {most_bytes:,} bytes, the most that is taken.")


def _disposition(text: str) -> dict[str, str]:
    """Return the parameters of a Content-Disposition, as they were meant: browsers write UTF-8 in them.

    >>> _disposition('form-data; name="file"; filename="größe.csv"')
    {'name': 'file', 'filename': 'größe.csv'}
    >>> _disposition("form-data; name=file; filename*=UTF-8''gr%C3%B6%C3%9Fe.csv")["filename"]
    'größe.csv'
    """
    from python_multipart.multipart import parse_options_header

    _, found = parse_options_header(text.encode("utf-8").decode("latin-1"))
    options: dict[bytes, Any] = dict(found)
    named = {name.decode("latin-1"): value.decode("utf-8", "replace") for name, value in options.items()}
    if (extended := EXTENDED_NAME.search(text)) is not None:
        with suppress(LookupError):
            named["filename"] = unquote(extended[2], encoding=extended[1], errors="replace")
    return named
