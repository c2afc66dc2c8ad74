"""Files that keep types themselves: Parquet, Feather and Arrow, ORC, and those of Stata, SAS and SPSS."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames.tables import ArrowColumn, ReadTable

__all__ = ["read_columnar", "read_statistics_file"]

LARGEST_EXACT_FLOAT = 2**53


def read_columnar(path: Path, file_format: str) -> ReadTable:
    """Return the table in a Parquet, Feather, Arrow or ORC file; whole numbers with gaps stay exact."""
    return ReadTable(exact_frame(read_arrow(path, file_format)))


def read_arrow(path: Path, file_format: str) -> Any:
    """Return such a file as an Arrow table."""
    if file_format == "parquet":
        from pyarrow import parquet

        # Without partitioning: a folder called "year=2020" above the file must not add a column.
        return parquet.read_table(path, partitioning=None)
    if file_format == "orc":
        from pyarrow import orc

        return orc.read_table(path)
    import pyarrow as pa
    from pyarrow import feather

    with pa.memory_map(str(path)) as source:
        begins = bytes(source.read(6))
        if begins.startswith(b"FEA1"):
            with warnings.catch_warnings():  # that later versions won't read it
                warnings.simplefilter("ignore", DeprecationWarning)
                return feather.read_table(path)
        if begins == b"ARROW1":
            return pa.ipc.open_file(source).read_all()
        source.seek(0)
        return pa.ipc.open_stream(source).read_all()


def exact_frame(table: Any) -> pd.DataFrame:
    """Return an Arrow table as a frame, whole numbers beyond what a float holds with gaps as ``Int64``."""
    import pyarrow as pa

    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    for name in table.column_names:
        column = table.column(name)
        if not (column.null_count and (pa.types.is_integer(column.type) or pa.types.is_boolean(column.type))):
            continue
        if name not in frame.columns or table.column_names.count(name) > 1:
            continue
        if pa.types.is_boolean(column.type):
            frame[name] = column.to_pandas(types_mapper=lambda _: pd.BooleanDtype()).set_axis(frame.index)
        elif _beyond_floats(column):
            kind = pd.UInt64Dtype() if pa.types.is_uint64(column.type) else pd.Int64Dtype()
            frame[name] = column.to_pandas(types_mapper=lambda _, kind=kind: kind).set_axis(frame.index)
    return frame


def _beyond_floats(column: ArrowColumn) -> bool:
    import pyarrow.compute as pc

    ends = pc.min_max(column).as_py()
    return any(abs(end or 0) > LARGEST_EXACT_FLOAT for end in ends.values())


def read_statistics_file(path: Path, file_format: str) -> ReadTable:
    """Return the table in a file of Stata, SAS or SPSS, with its labels' meanings as remarks.

    Raises ``SourceError`` where pyreadstat, of the extra ``files``, isn't installed.
    """
    try:
        import pyreadstat
    except ImportError as error:
        msg = "it takes pyreadstat: %pip install 'autodash-jupyter[files]'"
        raise SourceError(msg) from error
    meanings: dict[str, Any] = {"apply_value_formats": True, "formats_as_category": True}
    readers: dict[str, Callable[[str], tuple[pd.DataFrame, Any]]] = {
        "stata": lambda file: pyreadstat.read_dta(file, **meanings),
        "spss": lambda file: pyreadstat.read_sav(file, **meanings),
        "sas": pyreadstat.read_sas7bdat,
    }
    others: dict[str, Callable[[str], tuple[pd.DataFrame, Any]]] = {
        ".xpt": pyreadstat.read_xport,
        ".por": pyreadstat.read_por,
    }
    frame, about = others.get(path.suffix.lower(), readers[file_format])(str(path))
    notes = [
        f"column '{name}': {said}"
        for name, said in about.column_names_to_labels.items()
        if said and said != name
    ]
    if file_format == "spss" and path.suffix.lower() != ".por":
        codes = pyreadstat.read_sav(str(path), metadataonly=True, user_missing=True)[1].missing_ranges
        notes += [
            f"column '{name}': {_codes(ranges)} read as missing, as the file says"
            for name, ranges in codes.items()
        ]
    return ReadTable(frame.infer_objects(), tuple(notes))


def _codes(ranges: Sequence[Any]) -> str:
    """Return the codes that a survey keeps for answers that are none."""
    ends = [(one["lo"], one["hi"]) for one in ranges]
    return ", ".join(_code(low) if low == high else f"{_code(low)} to {_code(high)}" for low, high in ends)


def _code(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
