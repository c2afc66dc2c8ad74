"""Text files: their beginning, whether compressed or not, and the encoding they are in."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.compression import open_bytes
from autodash_jupyter.frames.latin import likeliest_latin
from autodash_jupyter.frames.scripts import likeliest_script

__all__ = [
    "CERTAIN_ENCODINGS",
    "ENCODING_CHOSEN",
    "guess_encoding",
    "is_damaged_utf_8",
    "open_bytes",
    "read_head",
]

HEAD_BYTES = 256 * 1024
CERTAIN_ENCODINGS = frozenset(
    {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"}
)
ENCODING_CHOSEN = "not UTF-8: read as {}, a guess from its bytes"
MOST_CONTROL_CHARACTERS = 0.02
FEWEST_ZEROS = 0.05

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MOST_DAMAGED = 0.2


def read_head(path: Path) -> tuple[bytes, bool]:
    """Return the first quarter of a megabyte, and whether that is all there is."""
    with open_bytes(path) as stream:
        data = stream.read(HEAD_BYTES + 1)
    return data[:HEAD_BYTES], len(data) <= HEAD_BYTES


def guess_encoding(data: bytes, *, complete: bool = True) -> str:
    """Return the Python name of the encoding that ``data``, the beginning of a text, is in.

    Byte order marks and UTF-8 are certain; UTF-16 without a mark is seen by its zero bytes; what
    is left is a guess. Raises ``SourceError`` where nothing fits or the bytes are no text.

    >>> guess_encoding("Łódź, Kraków".encode("cp1250")), guess_encoding("café".encode("latin-1"))
    ('cp1250', 'cp1252')
    """
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return name
    name = _wide_without_mark(data)
    if name:
        return name
    if _is_utf_8(data, complete):
        chosen = "utf-8"
    else:
        sample = b"\n".join(re.findall(rb"[^\r\n]*[\x80-\xff][^\r\n]*", data)[:200])
        other = "" if _mostly_ascii(sample) else likeliest_script(sample)
        chosen = other or likeliest_latin(sample)
    if not chosen or _is_binary(data):
        msg = "it holds no text in a known encoding; if it is text, save it as UTF-8 first"
        raise SourceError(msg)
    return chosen


def _is_utf_8(data: bytes, complete: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=complete)
    except UnicodeDecodeError:
        return False
    return True


def _wide_without_mark(data: bytes) -> str:
    """Return the encoding of two or four bytes a letter that zeros in fixed places tell of."""
    zeros = [data[at:4000:4].count(0) for at in range(4)]
    quarter = max(1, min(len(data), 4000) // 4)
    if min(zeros[2], zeros[3]) == quarter > zeros[0]:
        return "utf-32-le"
    if min(zeros[0], zeros[1]) == quarter > zeros[3]:
        return "utf-32-be"
    for name, usual, never in (("utf-16-le", data[1::2], data[::2]), ("utf-16-be", data[::2], data[1::2])):
        if usual.count(0) > FEWEST_ZEROS * len(usual) and not never.count(0) and _decodes(data, name):
            return name
    return ""


def _decodes(data: bytes, name: str) -> bool:
    """Return whether the beginning of a text can be in an encoding: lines of letters come out."""
    try:
        text = codecs.getincrementaldecoder(name)().decode(data)
    except UnicodeDecodeError:
        return False
    return "\n" in text or "\r" in text or text.isprintable()


def _is_binary(data: bytes) -> bool:
    data = data.rstrip(b"\x00")  # a file cut off while it was written often ends so
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1e\x7f]", data))
    return controls > max(8.0, MOST_CONTROL_CHARACTERS * len(data))


def _mostly_ascii(sample: bytes) -> bool:
    """Latin scripts have accents here and there; in others, whole words are above ASCII."""
    runs = re.findall(rb"[\x80-\xff]+", sample)
    in_words = sum(len(run) for run in runs if len(run) > 2)
    return in_words < 0.5 * sum(map(len, runs))


def is_damaged_utf_8(data: bytes) -> bool:
    """Return whether a text is UTF-8 but for a few bytes, rather than in another encoding.

    >>> is_damaged_utf_8("Zoë, José, Łódź ".encode() + b"\\xe9"), is_damaged_utf_8("Zoë".encode("latin-1"))
    (True, False)
    """
    if data.isascii():
        return False
    text = data.decode("utf-8", "replace")
    if "\ufffd" not in text:
        return False
    odd = text.count("\ufffd")
    right = sum(not letter.isascii() for letter in text) - odd
    return 0 < odd <= MOST_DAMAGED * right
