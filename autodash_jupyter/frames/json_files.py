"""JSON and newline-delimited JSON: records to rows, objects inside them to columns, one level deep."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.columns import parse_date_columns
from autodash_jupyter.frames.compression import open_bytes
from autodash_jupyter.frames.contents import refuse_other_formats
from autodash_jupyter.frames.json_texts import parse
from autodash_jupyter.frames.naming import distinct_labels, printable
from autodash_jupyter.frames.tables import ReadTable
from autodash_jupyter.frames.text_files import CERTAIN_ENCODINGS, ENCODING_CHOSEN, guess_encoding

__all__ = ["read_json"]

MOST_DEEP = 6
LARGEST_EXACT_FLOAT = 2**53


def read_json(path: Path, *, lines: bool = False) -> ReadTable:
    """Return the table in a JSON file, or with ``lines`` in one with a JSON value on each line.

    Understood are a list of records, an object that holds one such list at any depth, an object of columns,
    an object of records by key, and one record alone. Text that is ISO dates throughout becomes
    timestamps. Lines that are no JSON are left out and told. Raises ``SourceError`` where the content is no
    JSON, or no table.
    """
    with open_bytes(path) as stream:
        data = stream.read()
    refuse_other_formats(data[:64])
    encoding = guess_encoding(data)
    notes = [] if encoding in CERTAIN_ENCODINGS else [ENCODING_CHOSEN.format(encoding)]
    try:
        content = parse(data.decode(encoding), notes, lines=lines)
        frame = _table(content, notes)
    except RecursionError as error:
        msg = "it is nested too deeply to be a table"
        raise SourceError(msg) from error
    if frame.columns.empty:
        msg = "its records have no fields"
        raise SourceError(msg)
    frame.columns = pd.Index(distinct_labels(frame.columns))
    frame, remarks = parse_date_columns(_exact(frame))
    return ReadTable(frame, (*notes, *remarks))


def _exact(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with flags and whole numbers that have gaps in types that keep them."""
    mixed = [label for label, dtype in frame.dtypes.items() if str(dtype) == "object"]
    kinds = {label: {type(value) for value in frame[label] if not _is_gap(value)} for label in mixed}
    flags = dict.fromkeys((label for label, found in kinds.items() if found == {bool}), "boolean")
    whole = {
        label: "Int64"
        for label, found in kinds.items()
        if found == {int} and all(_is_gap(value) or -(2**63) <= value < 2**63 for value in frame[label])
    }
    return frame.astype({**flags, **whole})


def _is_gap(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)  # noqa: PLR0124 - NaN alone


def _table(content: Any, notes: list[str]) -> pd.DataFrame:  # noqa: PLR0911 - each shape by itself
    if isinstance(content, list):
        return _from_list(content, notes)
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
        return _from_list(content[records[0]], notes)
    values = list(content.values())
    inner = [key for key, value in content.items() if isinstance(value, dict) and _holds_records(value)]
    if not records and len(inner) == 1:
        notes.append(f"read from inside '{printable(inner[0])}'")
        return _table(content[inner[0]], notes)
    _refuse_failure(content)
    if (
        values
        and all(isinstance(value, list) for value in values)
        and len({len(value) for value in values}) == 1
    ):
        return pd.DataFrame(content)
    if values and all(isinstance(value, dict) for value in values):
        return _from_objects(content, notes)
    return _from_list([content], notes)


def _holds_records(content: dict[str, Any], depth: int = 0) -> bool:
    """Return whether records lie somewhere inside, through objects that hold nothing else like them."""
    if any(map(_is_records, content.values())):
        return True
    objects = [value for value in content.values() if isinstance(value, dict)]
    return depth < MOST_DEEP and len(objects) <= 2 and any(_holds_records(one, depth + 1) for one in objects)


def _refuse_failure(content: dict[str, Any]) -> None:
    """Raise ``SourceError`` for what a service answers where something went wrong."""
    failure = content.get("error", content.get("errors"))
    if not failure or len(content) > 2 or any(isinstance(value, list) for value in content.values()):
        return
    said = failure.get("message", failure) if isinstance(failure, dict) else failure
    msg = f"it holds a service's error, no table: {printable(said)}"
    raise SourceError(msg)


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
    return _from_list([{"key": key, **record} for key, record in content.items()], notes)


def _from_list(rows: Sequence[Any], notes: list[str]) -> pd.DataFrame:
    if not rows:
        msg = "it holds no records"
        raise SourceError(msg)
    gaps = sum(row is None for row in rows)
    if gaps and any(isinstance(row, (dict, list)) for row in rows):
        notes.append(f"{gaps:,} records that are null left out")
        rows = [row for row in rows if row is not None]
    if all(isinstance(row, dict) for row in rows):
        frame = pd.json_normalize(list(rows), max_level=1)
        return frame.assign(**_big_numbers(rows, frame))
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


def _big_numbers(rows: Sequence[dict[str, Any]], frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Return those columns of floats that were whole numbers beyond what a float holds, as they were."""
    exact = {}
    for label in frame.columns[frame.dtypes == "float64"]:
        if (frame[label].abs() > LARGEST_EXACT_FLOAT).any():
            outer, _, inner = str(label).partition(".")
            values = [row.get(label, row.get(outer)) for row in rows]
            values = [value.get(inner) if isinstance(value, dict) else value for value in values]
            if all(value is None or type(value) is int for value in values):
                exact[label] = pd.Series(values, dtype="object")
    return exact


def _is_header(head: Sequence[str], body: Sequence[Sequence[Any]]) -> bool:
    """Return whether a list of texts stands above rows of other kinds, each as long."""
    alike = all(len(row) == len(head) for row in body) and len(set(head)) == len(head)
    return alike and any(not isinstance(cell, str) and cell is not None for row in body for cell in row)


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)
