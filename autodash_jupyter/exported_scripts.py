"""Writes how a table was made as a script or a notebook of plain pandas, and tries whether it makes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodash_jupyter.operated_tables import OperatedTables, Place
from autodash_jupyter.operations import OperationError, ScriptSource, run_operation
from autodash_jupyter.operations.script import script_parts

if TYPE_CHECKING:
    from autodash_jupyter.models import Dataset
    from autodash_jupyter.operation_records import Operation
    from autodash_jupyter.session import Session

__all__ = ["export_table"]

_SUFFIXES = (".py", ".ipynb")
_DIFFERS = "The table was also changed without %op, which isn't here: the result differs from it."


def export_table(session: Session, file: str, name: str | None = None) -> list[str]:
    """Write the operations on a table, as they are in force, into a script or a notebook; return what to say.

    ``name`` is the table's; by default what the file is called, else the one that was last operated on. What
    pandas can't read by itself is written as Parquet beside the file.

    Raises:
        OperationError: The file's ending is another one, there is no operation, or it can't be written.
    """
    path = Path(file).expanduser()
    if path.suffix not in _SUFFIXES:
        raise OperationError(f"--export writes a .py or an .ipynb file, not '{path.name}'.")
    tables = session.operated_tables
    place = tables.find(name or _default_name(tables, path.stem))
    done, dataset = tables.in_force(place.variable), _dataset(session, place)
    if not done:
        msg = f"Nothing was done to {place.variable} by %op yet, so there is nothing to export."
        raise OperationError(msg)
    if dataset is None:
        raise OperationError(f"Scripts are made for pandas tables, and {place.variable} is none.")
    begun = session.datasets.get_dataframe(session.settings.user_id, dataset.dataset_id)
    done, differs = _done_again(tables, begun, done, place.frame)
    beside = _Beside(path)
    others = {
        each: beside.reading(each, tables.find(each).frame)
        for each in _other_tables(done)
        if each != place.variable
    }
    reading = beside.reading_of_source(place.variable, dataset, begun)
    source = ScriptSource(place.variable, reading, others, (_DIFFERS,) if differs else ())
    _write(path, script_parts(done, source))
    return [f"Written: {path}", *beside.lines, *([_DIFFERS] if differs else [])]


def _default_name(tables: OperatedTables, stem: str) -> str:
    if stem in tables.variables or not tables.variables:
        return stem
    return tables.variables[-1]


def _dataset(session: Session, place: Place) -> Dataset | None:
    bound = session.bindings.dataset_id(place.variable)
    return None if bound is None else session.datasets.get(session.settings.user_id, bound)


def _done_again(
    tables: OperatedTables, begun: Any, done: list[Operation], wanted: Any
) -> tuple[list[Operation], bool]:
    """Do the operations again; return them with the tables' own labels, and whether the table is another."""
    from autodash_jupyter.operations.running import with_own_labels
    from autodash_jupyter.operations.script_sources import same_frames

    frame, labelled = begun, list(done)
    try:
        for at, each in enumerate(done):
            labelled[at] = with_own_labels(each, frame)
            frame = run_operation(each.action, frame, each.params, table_of=tables.frame_of).frame
    except OperationError:
        return labelled, True
    return labelled, not same_frames(frame, wanted)


def _other_tables(done: Iterable[Operation]) -> list[str]:
    from autodash_jupyter.operations import find_operation
    from autodash_jupyter.operations.parameters import parameter_of

    names: list[str] = []
    for each in done:
        for name, value in each.params.items():
            if parameter_of(find_operation(each.action), name) == "table":
                names += [value] if isinstance(value, str) else value
    return list(dict.fromkeys(names))


class _Beside:
    """The tables that are written beside a script."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines: list[str] = []

    def reading_of_source(self, name: str, dataset: Dataset, frame: Any) -> str:
        """Return how a dataset's source is read; where pandas can't by itself, as the table beside."""
        from autodash_jupyter.frames import sample_path
        from autodash_jupyter.operations.script_sources import find_reading

        source = dataset.source
        file = str(sample_path(source.removeprefix("sample:"))) if source.startswith("sample:") else source
        found = find_reading(file, frame) if Path(file).is_file() else None
        return found or self.reading(name, frame)

    def reading(self, name: str, frame: Any) -> str:
        """Write a table as Parquet beside the script, and return how it is read."""
        from autodash_jupyter.operations.script_sources import same_frames

        path = self._path.with_name(f"{self._path.stem}_{name}.parquet")
        try:
            frame.to_parquet(path)
            import pandas as pd

            whole = same_frames(pd.read_parquet(path), frame)
        except Exception as error:
            msg = f"The table {name} can't be written beside the script: {str(error).partition(chr(10))[0]}."
            raise OperationError(msg) from error
        self.lines.append(
            f"Written beside it: {path.name}, the table {name}" + ("" if whole else ", nearly") + "."
        )
        return f"pd.read_parquet({path.name!r})"


def _write(path: Path, parts: Sequence[str]) -> None:
    if path.suffix == ".py":
        text = "\n\n\n".join(parts) + "\n"
    else:
        cells: list[dict[str, Any]] = [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"cell-{number}",
                "metadata": {},
                "outputs": [],
                "source": part,
            }
            for number, part in enumerate(parts)
        ]
        kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        text = (
            json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1)
            + "\n"
        )
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OperationError(f"'{path}' can't be written: {error.strerror}.") from error
