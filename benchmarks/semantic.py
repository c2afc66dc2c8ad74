"""How often the profiler names a column's meaning right, on labelled public tables.

    python benchmarks/semantic.py LABELS.json

LABELS holds tables, each with a loader (one Python expression over ``pd``, ``np``, ``json`` and
``files(package)``) and the acceptable classes of its columns. The packages it lists must be installed
(``pip install --no-deps`` is enough for most). Prints accuracy, beside that of a guess from dtype and
distinct count, and the confusion. Two sets of labels are here:

    semantic_labels.json             the rules were made looking at what they got wrong in these
    semantic_labels_held_out.json    no rule was made looking at these
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.models import ColumnProfile
from autodash_jupyter.profiling import profile

CLASSES = {
    "latitude": "geo",
    "longitude": "geo",
    "country": "place",
    "region": "place",
    "postal code": "place",
    "json": "nested",
    "list": "nested",
    "email": "contact",
    "url": "contact",
    "phone": "contact",
    "ip": "contact",
    "date": "datetime",
    "time": "datetime",
    "empty": "constant",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument("--misses", action="store_true", help="list every column named wrong")
    arguments = parser.parse_args()
    labels = json.loads(arguments.labels.read_text(encoding="utf-8"))
    results = [row for table in labels["tables"] for row in judge(table)]
    if arguments.misses:
        for table, column, found, _, accepted in results:
            if found_class(found) not in accepted:
                print(f"{table}.{column.name}: {found} ({column.evidence}), not {'|'.join(accepted)}")
    report(results)


def files(package: str) -> Path:
    """Return the folder of an installed package without importing it: its data may need none of its parts."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        msg = f"{package} is not installed"
        raise ModuleNotFoundError(msg)
    return Path(spec.submodule_search_locations[0])


def judge(table: dict[str, Any]) -> Iterator[tuple[str, ColumnProfile, str, str, list[str]]]:
    """Yield table, profile, our type, the baseline's, and the acceptable classes, column by column."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # The loaders come with the labels, which whoever runs this has chosen.
            frame = eval(table["loader"], {"pd": pd, "np": np, "json": json, "files": files})
    except Exception as error:  # noqa: BLE001 - a package that is not installed costs its tables only
        print(f"{table['id']}: not loaded: {type(error).__name__}: {error}")
        return
    for column in profile(frame).columns:
        if column.name in table["columns"]:
            baseline = guess_plainly(frame.iloc[:, column.position])
            yield table["id"], column, column.semantic_type, baseline, table["columns"][column.name]


def guess_plainly(series: pd.Series[Any]) -> str:
    """Guess from dtype and distinct count alone."""
    distinct = series.astype(str).nunique()
    if distinct <= 1:
        return "constant"
    if pd.api.types.is_datetime64_any_dtype(series):
        return "datetime"
    if pd.api.types.is_numeric_dtype(series):
        return "measure" if distinct > 10 else "category"
    return "category" if distinct < 0.5 * len(series) else "text"


def found_class(semantic_type: str) -> str:
    return CLASSES.get(semantic_type, semantic_type)


def report(results: list[tuple[str, ColumnProfile, str, str, list[str]]]) -> None:
    right = sum(found_class(found) in accepted for _, _, found, _, accepted in results)
    plain = sum(baseline in accepted for _, _, _, baseline, accepted in results)
    total = len(results)
    print(
        f"columns {total}: right {right / total:.1%}; from dtype and distinct count alone {plain / total:.1%}"
    )
    confusion = Counter(
        (accepted[0], found_class(found))
        for _, _, found, _, accepted in results
        if found_class(found) not in accepted
    )
    for (label, found), count in confusion.most_common():
        print(f"  {label:>12} named {found:<12} {count}")


if __name__ == "__main__":
    main()
