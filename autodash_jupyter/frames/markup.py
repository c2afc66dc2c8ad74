"""Tables in HTML pages, and records in XML documents; nothing outside the file is ever looked up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.columns import frame_of
from autodash_jupyter.frames.compression import open_bytes
from autodash_jupyter.frames.delimited.headers import find_header
from autodash_jupyter.frames.naming import distinct_labels
from autodash_jupyter.frames.tables import ReadTable
from autodash_jupyter.frames.text_files import guess_encoding
from autodash_jupyter.frames.tidying import tidy

__all__ = ["read_html", "read_xml"]

WIDEST_SPAN = 1_000
UNSEEN = frozenset({"script", "style", "template", "noscript"})
BREAKS = frozenset({"br", "p", "div", "li"})
FOOTNOTE_MARK = re.compile(r"\[?\w{1,3}\]|\[[\w\s]{1,12}\]|[*†‡§]")


def read_html(path: Path, dates: str = "") -> list[ReadTable]:
    """Return each table of a page that has two rows or more, named by its caption or id.

    Raises ``SourceError`` where it has none, or lxml, of the extra ``files``, isn't installed.
    """
    html = _lxml("html")
    data = _content(path)
    parser = html.HTMLParser(
        encoding=None if b"charset" in data[:2_000] else guess_encoding(data), no_network=True
    )
    page = html.fromstring(data, parser=parser)
    tables = []
    for number, element in enumerate(page.iter("table")):
        if any(True for _ in element.iterdescendants("table")):
            continue  # a layout of other tables
        cells, heads = _grid(element)
        if len(cells) < 2 and heads == 0:
            continue
        caption = element.findtext("caption") or element.get("id") or ""
        tables.append(_table(cells, heads, caption.strip() or f"table_{number}", dates))
    if not tables:
        msg = "the page holds no table; if its data comes from a script, save that as CSV or JSON"
        raise SourceError(msg)
    return tables


def _table(cells: list[list[str]], heads: int, name: str, dates: str) -> ReadTable:
    width = max(map(len, cells))
    rows = [row + [""] * (width - len(row)) for row in cells]
    labels, taken = find_header(rows, width)
    if heads == 1 and taken == 0:
        labels, taken = tuple(rows[0]), 1
    if heads > 1:
        joined = zip(*rows[:heads], strict=True)
        labels, taken = tuple(" ".join(dict.fromkeys(filter(None, parts))) for parts in joined), heads
    columns = [_strings([row[index] for row in rows[taken:]]) for index in range(width)]
    tidied = tidy(columns, [label.strip() for label in labels])
    frame, remarks = frame_of(tidied.columns, distinct_labels(tidied.labels), _decimal(rows[taken:]), dates)
    return ReadTable(frame, (*tidied.notes, *remarks), sheet=name)


def _decimal(rows: Sequence[Sequence[str]]) -> str:
    from autodash_jupyter.frames.delimited.dialect import decimal_mark

    return decimal_mark(rows, "")


def _strings(values: Sequence[str | None]) -> Any:
    import pyarrow as pa

    return pa.chunked_array([pa.array(values, pa.string())])


def _grid(table: Any) -> tuple[list[list[str]], int]:
    """Return the cells of a table, those that span several repeated, and how many rows are its header."""
    grid: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}
    heads = 0
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        line: list[str] = []
        queue = list(cells)
        while queue or len(line) in below:
            if len(line) in below:
                text, left = below.pop(len(line))
                if left > 1:
                    below[len(line)] = (text, left - 1)
                line.append(text)
                continue
            cell = queue.pop(0)
            text = _shown(cell)
            for _ in range(_span(cell, "colspan")):
                if _span(cell, "rowspan") > 1:
                    below[len(line)] = (text, _span(cell, "rowspan") - 1)
                line.append(text)
        if not line:
            continue
        is_head = bool(cells) and all(cell.tag == "th" for cell in cells)
        if is_head and heads == len(grid):
            heads += 1
        grid.append(line)
    return grid, heads


def _shown(cell: Any) -> str:
    """Return the text a person sees in a cell: no scripts, no marks of footnotes, breaks as blanks."""
    parts = []
    for event, element in _walk(cell):
        if event == "text":
            parts.append(element)
        elif element.tag in BREAKS:
            parts.append(" ")
    return " ".join("".join(parts).split())


def _walk(element: Any) -> Iterator[tuple[str, Any]]:
    yield "text", element.text or ""
    for child in element:
        shown = isinstance(child.tag, str) and child.tag not in UNSEEN
        if shown and not (child.tag == "sup" and FOOTNOTE_MARK.fullmatch(child.text_content().strip())):
            yield "element", child
            yield from _walk(child)
        yield "text", child.tail or ""


def _span(cell: Any, name: str) -> int:
    written = cell.get(name, "1").strip()
    return min(int(written), WIDEST_SPAN) if written.isdigit() and int(written) else 1


def read_xml(path: Path, dates: str = "") -> ReadTable:
    """Return the records of a document: the elements that occur most often beside each other, one level deep.

    Attributes and children are columns; those of a child get dotted names. Raises ``SourceError`` where there
    are no such elements, or lxml isn't installed.
    """
    etree = _lxml("etree")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(_content(path), parser)
    except etree.XMLSyntaxError as error:
        msg = f"it is no whole XML: {str(error).splitlines()[0]}"
        raise SourceError(msg) from error
    if any(True for _ in root.iter(etree.Entity)):
        msg = "it defines entities of its own, which aren't expanded; save it with them replaced"
        raise SourceError(msg)
    records = _records(root)
    if not records:
        msg = "it holds no elements that repeat, so no records"
        raise SourceError(msg)
    rows = [dict(_fields(record)) for record in records]
    labels = list(dict.fromkeys(label for row in rows for label in row))
    if not labels:
        msg = "its records have no fields"
        raise SourceError(msg)
    columns = [_strings([row.get(label) for row in rows]) for label in labels]
    frame, remarks = frame_of(columns, labels, ".", dates)
    return ReadTable(frame, (f"records are the elements <{_name(records[0])}>", *remarks))


def _records(root: Any) -> list[Any]:
    best: list[Any] = []
    for parent in root.iter():
        counts = Counter(child.tag for child in parent if isinstance(child.tag, str))
        for tag, count in counts.most_common(1):
            told = [child for child in parent if child.tag == tag]
            if (
                count > len(best)
                and (count > 1 or parent is root)
                and any(len(one) or one.attrib or one.text for one in told)
            ):
                best = told
    return best


def _fields(record: Any) -> Iterator[tuple[str, str]]:
    yield from ((_local(name), value) for name, value in record.attrib.items())
    children = _elements(record)
    counts = Counter(child.tag for child in children)
    for child in children:
        name, inner = _name(child), _elements(child)
        if counts[child.tag] > 1:
            yield name, ", ".join(_said(one) for one in children if one.tag == child.tag)
            continue
        if not inner and (_said(child) or not child.attrib):
            yield name, _said(child)
        yield from ((f"{name}.{_local(key)}", value) for key, value in child.attrib.items())
        yield from ((f"{name}.{_name(one)}", _said(one)) for one in inner)
    if not children and _said(record):
        yield _name(record), _said(record)


def _elements(parent: Any) -> list[Any]:
    return [child for child in parent if isinstance(child.tag, str)]


def _said(element: Any) -> str:
    return " ".join(" ".join(_texts(element)).split())


def _texts(element: Any) -> list[str]:
    """Return the texts in an element without what entities stand for, which may be outside the file."""
    below = [
        text
        for child in element
        for text in (*(_texts(child) if isinstance(child.tag, str) else ()), child.tail)
    ]
    return [text for text in (element.text, *below) if text]


def _name(element: Any) -> str:
    return _local(str(element.tag))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _content(path: Path) -> bytes:
    with open_bytes(path) as stream:
        return stream.read()


def _lxml(module: str) -> Any:
    import importlib

    try:
        return importlib.import_module(f"lxml.{module}")
    except ImportError as error:
        msg = "it takes lxml: %pip install 'autodash-jupyter[files]'"
        raise SourceError(msg) from error
