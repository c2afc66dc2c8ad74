"""JSON and newline-delimited JSON: records to rows, objects inside them to columns, one level deep."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.columns import parse_date_columns
from autodash_jupyter.frames.compression import open_bytes
from autodash_jupyter.frames.contents import refuse_other_formats
from autodash_jupyter.frames.naming import distinct_labels, printable
from autodash_jupyter.frames.tables import ReadTable
from autodash_jupyter.frames.text_files import CERTAIN_ENCODINGS, ENCODING_CHOSEN, guess_encoding

__all__ = ["read_json"]


def read_json(path: Path, *, lines: bool = False) -> ReadTable:
    """Return the table in a JSON file, or with ``lines`` in one with a JSON value on each line.

    Understood are a list of records, an object that holds one such list, an object of columns, an
    object of records by key, and one record alone. Text that is ISO dates throughout becomes
    timestamps. Raises ``SourceError`` where the content is no JSON, or no table.
    """
    with open_bytes(path) as stream:
        data = stream.read()
    refuse_other_formats(data[:64])
    encoding = guess_encoding(data)
    notes = [] if encoding in CERTAIN_ENCODINGS else [ENCODING_CHOSEN.format(encoding)]
    text = data.decode(encoding)
    try:
        content = _lines(text) if lines else _document(text, notes)
        frame = _table(content, notes)
    except RecursionError as error:
        msg = "it is nested too deeply to be a table"
        raise SourceError(msg) from error
    if frame.columns.empty:
        msg = "its records have no fields"
        raise SourceError(msg)
    frame.columns = pd.Index(distinct_labels(frame.columns))
    frame, remarks = parse_date_columns(_with_flags(frame))
    return ReadTable(frame, (*notes, *remarks))


def _with_flags(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with flags that have gaps in a type of their own."""
    mixed = [label for label, dtype in frame.dtypes.items() if str(dtype) == "object"]
    kinds = {label: {type(value) for value in frame[label] if value is not None} for label in mixed}
    flags = [label for label, found in kinds.items() if found == {bool}]
    return frame.astype(dict.fromkeys(flags, "boolean"))


def _document(text: str, notes: list[str]) -> Any:
    if not text.strip():
        msg = "it holds nothing but blank lines"
        raise SourceError(msg)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":  # a second value after the first: perhaps one on each line
            records = _lines(text)
            notes.append("one JSON value on each line, read as NDJSON")
            return records
        msg = f"line {error.lineno} is no JSON: {error.msg}"
        raise SourceError(msg) from error


def _lines(text: str) -> list[Any]:
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                records.append(json.loads(line))
            except json.JSONDecodeError as error:
                msg = f"line {number:,} is no JSON: {error.msg}"
                raise SourceError(msg) from error
    return records


def _table(content: Any, notes: list[str]) -> pd.DataFrame:  # noqa: PLR0911 - each shape by itself
    if isinstance(content, list):
        return _from_list(content)
    if not isinstance(content, dict):
        msg = f"it holds one {type(content).__name__}, not a table"
        raise SourceError(msg)
    split = _split_table(content)
    if split is not None:
        return split
    records = [key for key, value in content.items() if _is_records(value)]
    if len(records) == 1:
        if len(content) > 1:
            notes.append(f"the records under '{printable(records[0])}' were read, its other keys not")
        return _from_list(content[records[0]])
    values = list(content.values())
    inner = [
        key
        for key, value in content.items()
        if isinstance(value, dict) and any(map(_is_records, value.values()))
    ]
    if not records and len(inner) == 1:
        notes.append(f"read from inside '{printable(inner[0])}'")
        return _table(content[inner[0]], notes)
    if (
        values
        and all(isinstance(value, list) for value in values)
        and len({len(value) for value in values}) == 1
    ):
        return pd.DataFrame(content)
    if values and all(isinstance(value, dict) for value in values):
        return _from_objects(content, notes)
    return _from_list([content])


def _split_table(content: dict[str, Any]) -> pd.DataFrame | None:
    """Return a table written as its labels and its rows, as pandas' ``split`` and many services write one."""
    for labels_key, rows_key in itertools.product(
        ("columns", "header", "headers", "fields", "cols"), ("data", "rows", "values")
    ):
        labels, rows = content.get(labels_key), content.get(rows_key)
        if not isinstance(labels, list) or not isinstance(rows, list) or not rows:
            continue
        named = [one.get("name") if isinstance(one, dict) else one for one in labels]
        if all(isinstance(row, list) and len(row) == len(named) for row in rows):
            return pd.DataFrame(rows, columns=pd.Index(distinct_labels(named)))
    return None


def _from_objects(content: dict[str, dict[str, Any]], notes: list[str]) -> pd.DataFrame:
    """An object of objects: columns by row number, as pandas writes them, or records by key."""
    numbered = [str(number) for number in range(len(next(iter(content.values()))))]
    if all(list(column) == numbered for column in content.values()):
        return pd.DataFrame({label: list(column.values()) for label, column in content.items()})
    notes.append("records by key: the keys are in column 'key'")
    return _from_list([{"key": key, **record} for key, record in content.items()])


def _from_list(rows: Sequence[Any]) -> pd.DataFrame:
    if not rows:
        msg = "it holds no records"
        raise SourceError(msg)
    if all(isinstance(row, dict) for row in rows):
        return pd.json_normalize(list(rows), max_level=1)
    if all(isinstance(row, list) for row in rows):
        head, *body = rows
        if body and head and all(isinstance(cell, str) for cell in head) and _is_header(head, body):
            return pd.DataFrame(body, columns=pd.Index(distinct_labels(head)))
        frame = pd.DataFrame(list(rows))
        frame.columns = pd.Index([f"column_{index}" for index in range(1, frame.shape[1] + 1)])
        return frame
    if not any(isinstance(row, (dict, list)) for row in rows):
        return pd.DataFrame({"value": list(rows)})
    odd = next(index for index, row in enumerate(rows, start=1) if type(row) is not type(rows[0]))
    msg = f"its records are of several kinds: number {odd:,} is no {type(rows[0]).__name__} like the first"
    raise SourceError(msg)


def _is_header(head: Sequence[str], body: Sequence[Sequence[Any]]) -> bool:
    """Return whether a list of texts stands above rows of other kinds, each as long."""
    alike = all(len(row) == len(head) for row in body) and len(set(head)) == len(head)
    return alike and any(not isinstance(cell, str) and cell is not None for row in body for cell in row)


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)
