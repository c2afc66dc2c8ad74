"""Many files as one table: those a pattern names, or the parts in a folder, with what the folders' names
say."""

from __future__ import annotations

import glob
import itertools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.choosing import choose_format
from autodash_jupyter.frames.columnar import exact_frame, read_arrow
from autodash_jupyter.frames.columns import frame_of, type_column
from autodash_jupyter.frames.delimited import read_text_table
from autodash_jupyter.frames.formats import SUFFIXES, suffix_of
from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.options import ReadOptions
from autodash_jupyter.frames.tables import ReadTable

__all__ = ["is_pattern", "is_partitioned", "matching_files", "part_files", "read_as_one"]

MOST_FILES = 10_000
MOST_FOLDERS_DEEP = 12
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


def is_pattern(source: str) -> bool:
    """Return whether a path is a pattern that may name several files.

    >>> is_pattern("data/*.csv"), is_pattern("data/sales.csv")
    (True, False)
    """
    return glob.has_magic(source)


def matching_files(pattern: str) -> list[Path]:
    """Return the regular files a pattern names, sorted; ``**`` goes into folders, but through no link to one.

    Raises ``SourceError`` where there are none, or too many.
    """
    # Path.glob takes no absolute pattern.
    found = itertools.islice(glob.iglob(pattern, recursive=True), MOST_FILES + 1)  # noqa: PTH207
    files = sorted(path.absolute() for path in map(Path, found) if path.is_file())
    if not files:
        msg = f"No file matches '{printable(pattern)}'; check the pattern and the folder."
        raise SourceError(msg)
    if len(files) > MOST_FILES:
        msg = f"More than {MOST_FILES:,} files match '{printable(pattern)}'; narrow the pattern."
        raise SourceError(msg)
    return files


def part_files(folder: Path) -> list[Path]:
    """Return the data files under a folder, sorted, without hidden ones and without following links to
    folders."""
    found: list[Path] = []
    for where, folders, names in os.walk(folder):
        deep = len(Path(where).relative_to(folder).parts)
        folders[:] = [] if deep >= MOST_FOLDERS_DEEP else sorted(one for one in folders if one[0] not in "._")
        found += [Path(where, name) for name in names if name[0] not in "._" and suffix_of(name) in SUFFIXES]
        if len(found) > MOST_FILES:
            break
    return sorted(path for path in found if path.is_file())[:MOST_FILES]


def is_partitioned(folder: Path) -> bool:
    """Return whether a folder is one table in parts: ``year=2024`` folders, or ``part-0.parquet`` files."""
    try:
        with os.scandir(folder) as entries:
            names = [(entry.name, entry.is_dir()) for entry in itertools.islice(entries, 2_000)]
    except OSError:
        return False
    return any(is_folder and "=" in name for name, is_folder in names) or any(
        not is_folder and name.startswith("part-") and suffix_of(name) in SUFFIXES
        for name, is_folder in names
    )


def read_as_one(
    files: Sequence[Path],
    options: ReadOptions,
    read_file: Callable[[Path], list[ReadTable]],
    root: Path | None = None,
) -> ReadTable:
    """Return the rows of all files as one table; columns are matched by name, those missing in a file left
    empty.

    Folders such as ``year=2024`` below ``root`` become columns. A file that can't be read is a remark. Raises
    ``SourceError`` where none can.
    """
    parts, unread = [], []
    for path in files:
        try:
            parts.append((path, _cells(path, options, read_file)))
        except SourceError as error:
            unread.append(f"'{printable(path.name)}' could not be read: {error}".rstrip("."))
    if not parts:
        msg = "; ".join(unread[:3]) + (f"; and {len(unread) - 3} more" if len(unread) > 3 else "")
        raise SourceError(msg or "it holds no file of a known kind")
    partitions = {path: _partition(path, root) for path, _ in parts}
    notes = [f"{len(parts):,} file{'s' * (len(parts) > 1)} read as one table"]
    told = dict.fromkeys(note for _, part in parts for note in part.notes)
    notes += [*itertools.islice(told, 10), *unread]
    labels: list[set[str]] = [set(part.labels) for _, part in parts]
    if any(one != labels[0] for one in labels):
        some = sorted(set[str]().union(*labels) - labels[0].intersection(*labels))
        notes.append(
            "not in every file, so missing in some rows: "
            + ", ".join(f"'{printable(one)}'" for one in some[:10])
        )
    frame, remarks = _joined([(part, partitions[path]) for path, part in parts], options)
    return ReadTable(frame, (*notes, *remarks), left_out=tuple(unread))


class _Part:
    """The columns of one file, as Arrow has them: texts still to be typed, or values in their types."""

    def __init__(self, table: Any, decimal: str, notes: Sequence[str], *, typed: bool) -> None:
        self.table, self.decimal, self.notes, self.typed = table, decimal, notes, typed

    @property
    def labels(self) -> list[str]:
        return list(self.table.column_names)


def _cells(path: Path, options: ReadOptions, read_file: Callable[[Path], list[ReadTable]]) -> _Part:
    import pyarrow as pa

    chosen = choose_format(path, options.file_format).file_format
    if chosen in {"csv", "tsv"}:
        preferred = options.delimiter or ("\t" if chosen == "tsv" else "")
        try:
            text = read_text_table(path, preferred=preferred, encoding=options.encoding or "")
        except (SourceError, KeyboardInterrupt, MemoryError):
            raise
        except Exception as error:
            raise SourceError(printable(error)) from error
        return _Part(pa.table(text.columns, text.labels), text.decimal, text.notes, typed=False)
    if chosen in {"parquet", "feather", "orc"}:
        try:
            return _Part(read_arrow(path, chosen), ".", (), typed=True)
        except (pa.ArrowInvalid, OSError) as error:
            raise SourceError(printable(str(error).split("\n")[0])) from error
    tables = read_file(path)
    frame = tables[0].frame
    return _Part(pa.Table.from_pandas(frame, preserve_index=False), ".", tables[0].notes, typed=True)


def _of_one_type(tables: Sequence[Any]) -> tuple[list[Any], list[str]]:
    """Return the tables with those columns as text that are of types which no other holds together."""
    import pyarrow as pa

    remarks: list[str] = []
    for label in dict.fromkeys(name for table in tables for name in table.column_names):
        fields = [table.schema.field(label) for table in tables if label in table.column_names]
        try:
            pa.unify_schemas([pa.schema([field]) for field in fields], promote_options="permissive")
        except (pa.ArrowTypeError, pa.ArrowInvalid):
            kinds = ", ".join(dict.fromkeys(str(field.type) for field in fields))
            remarks.append(f"column '{printable(label)}' is of several types ({kinds}), so it is text")
            tables = [_as_text(table, label) for table in tables]
    return list(tables), remarks


def _as_text(table: Any, label: str) -> Any:
    import pyarrow as pa

    at = table.schema.get_field_index(label)
    if at < 0:
        return table
    column = table.column(at)
    try:
        texts = column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        told = [None if value is None else str(value) for value in column.to_pylist()]
        texts = pa.chunked_array([pa.array(told, pa.string())])
    return table.set_column(at, label, texts)


def _partition(path: Path, root: Path | None) -> dict[str, str | None]:
    parts = path.relative_to(root).parts[:-1] if root else path.parts[:-1]
    pairs = [part.split("=", 1) for part in parts if part.count("=") == 1 and not part.startswith("=")]
    return {name: None if value == NO_VALUE else unquote(value) for name, value in pairs}


def _joined(
    parts: Sequence[tuple[_Part, dict[str, str | None]]], options: ReadOptions
) -> tuple[Any, list[str]]:
    import pyarrow as pa

    keys = list(dict.fromkeys(key for _, partition in parts for key in partition))
    tables = [part.table for part, _ in parts]
    remarks: list[str] = []
    if any(part.typed for part, _ in parts):
        tables, remarks = _of_one_type(tables)
        frame = exact_frame(pa.concat_tables(tables, promote_options="permissive"))
    else:
        whole = pa.concat_tables(tables, promote_options="default")
        decimals = [part.decimal for part, _ in parts]
        decimal = max(set(decimals), key=decimals.count)
        frame, remarks = frame_of(whole.columns, whole.column_names, decimal, options.dates or "")
    for key in keys:
        if key in frame.columns:
            continue
        values = pa.chunked_array(
            [pa.array([partition.get(key)] * part.table.num_rows, pa.string()) for part, partition in parts]
        )
        frame[key] = type_column(values, label=key).values.to_pandas()
    return frame, remarks
