"""Context documents as text: YAML front matter, then Markdown; or Markdown alone and a dataset's id.

A text that nobody changed comes back byte for byte; of a changed document only the top-level entries that
differ are written anew, and those keep their comments and unknown fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autodash_jupyter.context.document_values import document_of, values_of
from autodash_jupyter.context.front_matter import FrontMatter, read_front_matter, write_front_matter
from autodash_jupyter.errors import InvalidContextError

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["DocumentText", "read_document", "refuse_blank", "write_document"]

_LONGEST = 10_000_000  # characters: far beyond any document a person reads
_UNNAMED = "\0"  # nobody's name: a text that lacks one is not that of the document, whatever its name
_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_FENCE = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document as it was read, and the text it was read from."""

    document: ContextDocument
    text: str
    front_matter: FrontMatter | None = field(default=None, repr=False)

    def line_of(self, *path: str | int) -> int | None:
        """Return the line (from 1) where an entry stands, or the nearest one around it that does.

        ``None`` where the document has no front matter, or the first name of the path isn't in it.

        >>> text = "---\\nname: sales\\nmetrics:\\n  - name: n\\n    expression: COUNT(*)\\n---\\n"
        >>> read = read_document(text)
        >>> read.line_of("metrics", 0, "expression"), read.line_of("glossary")
        (5, None)
        """
        return self.front_matter.line_of(*path) if self.front_matter else None


def read_document(text: str, *, dataset_id: str | None = None, name: str | None = None) -> DocumentText:
    """Read a document from YAML front matter and Markdown, or from Markdown alone.

    ``dataset_id`` is the dataset it speaks of where it names none. ``name`` is its name where it has none;
    else the first heading of plain Markdown is, or the dataset's id.

    Raises:
        InvalidContextError: It can't be read; the message and ``line`` say where.

    >>> read_document("# Penguins\\n\\nOne row is one bird.", dataset_id="sample_1").document.name
    'Penguins'
    >>> read_document("---\\nname: sales\\nversion: 1.10\\n---\\n\\nOne order a row.\\n").document.version
    '1.10'
    """
    if len(text) > _LONGEST:
        msg = f"The document has {len(text):,} characters, which is too long; {_LONGEST:,} is the most."
        raise InvalidContextError(msg)
    plain = _with_plain_newlines(text).removeprefix("\ufeff")
    fenced = _FENCE.match(plain)
    if fenced is None:
        if re.match(r"---[ \t]*(\n|$)", plain):
            msg = "Line 1: the front matter begins with --- but never ends; close it with a line ---."
            raise InvalidContextError(msg, 1)
        values: dict[str, Any] = {"body": plain, "name": name or _heading(plain) or dataset_id}
        front_matter = None
    else:
        front_matter = read_front_matter(fenced[1], first_line=2)
        body = plain[fenced.end() :].removeprefix("\n").removesuffix("\n")
        values = {"name": name or _heading(body) or dataset_id, **front_matter.values}
        if body or "body" not in values:
            values["body"] = body
    if dataset_id is not None and not values.get("datasets"):
        values["datasets"] = [{"dataset_id": dataset_id}]
    line_of = front_matter.line_of if front_matter is not None else None
    return DocumentText(document_of(values, line_of), text, front_matter)


def refuse_blank(text: str) -> None:
    """Raise ``InvalidContextError`` where a text that is to be saved says nothing.

    >>> refuse_blank("One row is one order.")
    """
    if not text.strip("\ufeff \t\r\n"):
        msg = "The document is empty, so nothing was changed; write its name, or a text about the data."
        raise InvalidContextError(msg)


def write_document(document: ContextDocument, previous: str | None = None) -> str:
    r"""Return a document as text, changed in ``previous`` only where the two differ.

    Raises:
        InvalidContextError: ``previous`` can't be read.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> print(write_document(ContextDocument(name="sales", body="One row is one order.")))
    ---
    name: sales
    ---
    <BLANKLINE>
    One row is one order.
    <BLANKLINE>
    """
    if previous is None:
        return _joined(write_front_matter(values_of(document)), document.body)
    read = _read_again(previous, document)
    if read is not None and read.document == document:
        return previous
    newline = "\r\n" if _has_crlf(previous) else "\n"
    if read is None or read.front_matter is None:
        text = document.body if read is not None else write_document(document)
    else:
        before, after = values_of(read.document), values_of(document)
        text = _joined(read.front_matter.updated(before, after), document.body)
    written = text.replace("\n", newline)
    again = _read_again(written, document)
    # In a form that we can't edit in place, the content goes first.
    return written if again is not None and again.document == document else write_document(document)


def _read_again(text: str, document: ContextDocument) -> DocumentText | None:
    """Read a text that is to hold ``document``; ``None`` where it can't stand for a document by itself."""
    plain = _FENCE.match(_with_plain_newlines(text).removeprefix("\ufeff")) is None
    if not plain:
        return read_document(text, name=_UNNAMED)
    return (
        read_document(text, dataset_id=document.dataset_ids[0], name=document.name)
        if document.datasets
        else None
    )


def _joined(front_matter: str, body: str) -> str:
    return f"---\n{front_matter}---\n" + (f"\n{body}\n" if body else "")


def _has_crlf(text: str) -> bool:
    return "\r\n" in text and text.count("\r\n") == text.count("\n")


def _with_plain_newlines(text: str) -> str:
    return text.replace("\r\n", "\n") if _has_crlf(text) else text


def _heading(markdown: str) -> str | None:
    found = _HEADING.search(markdown)
    return found[1] if found else None
