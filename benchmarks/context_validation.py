"""What reading and checking a document of 500 columns costs, beside what one would write by hand.

    python benchmarks/context_validation.py            # 500 columns, 100 metrics, 50 filters, 100,000 rows

The peers: ruamel's safe loader on the same front matter, which keeps no lines and no comments; and each
expression pasted into a SELECT of plain DuckDB, which checks nothing and may read any file. Ratios are to the
peer of the same run, the best of ``--runs``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from autodash_jupyter.context.document_text import DocumentText, read_document, write_document
from autodash_jupyter.context.validation import validate
from autodash_jupyter.documents import ContextDocument
from autodash_jupyter.expressions import evaluate_metric


def document_of(columns: int) -> ContextDocument:
    """Return a document that describes every column, a metric for each fifth and a filter for each tenth."""
    names = [f"column_{number}" for number in range(columns)]
    return ContextDocument.model_validate(
        {
            "name": "wide",
            "datasets": [
                {
                    "dataset_id": "wide",
                    "columns": [
                        {"name": name, "business_name": name.title(), "description": f"What {name} holds."}
                        for name in names
                    ],
                }
            ],
            "metrics": [{"name": f"Mean {name}", "expression": f"AVG({name})"} for name in names[::5]],
            "filters": [{"name": f"High {name}", "condition": f"{name} > 0.5"} for name in names[::10]],
            "glossary": [{"term": f"Term {name}", "related_columns": [name]} for name in names[::10]],
        }
    )


def best_of(runs: int, work: Callable[[], object]) -> float:
    """Return the least seconds that a piece of work took."""
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def pasted(document: ContextDocument, frame: pd.DataFrame) -> None:
    """Run each expression as one would by hand."""
    connection = duckdb.connect(":memory:")
    connection.register("wide", frame)
    for metric in document.metrics:
        connection.execute(f"SELECT {metric.expression} FROM wide").fetchall()
    for each in document.filters:
        connection.execute(f"SELECT count(*) FROM wide WHERE {each.condition}").fetchall()


def show(title: str, seconds: float, peer: float) -> None:
    """Print a row: milliseconds, and the ratio to the peer."""
    print(f"{title:<58}{seconds * 1000:>10.1f} ms{seconds / peer:>9.2f}x")


def parsing(document: ContextDocument, runs: int) -> DocumentText:
    """Compare reading the text with safe loaders that give dicts only."""
    text = write_document(document)
    yaml_text = text.split("---\n")[1]
    peer = best_of(runs, lambda: YAML(typ="safe", pure=True).load(yaml_text))
    print(f"a document of {len(text):,} characters")
    show("ruamel.yaml, safe, no lines (the peer)", peer, peer)
    show(
        "read_document: lines, comments, a checked document", best_of(runs, lambda: read_document(text)), peer
    )
    return read_document(text)


def checking(read: DocumentText, rows: int, runs: int) -> None:
    """Compare a validation with the same expressions pasted into SQL."""
    values = np.random.default_rng(0).random((rows, len(read.document.datasets[0].columns)))
    frame = pd.DataFrame(values, columns=[column.name for column in read.document.datasets[0].columns])
    peer = best_of(runs, lambda: pasted(read.document, frame))
    print(f"\n{len(read.document.metrics)} metrics and {len(read.document.filters)} filters on {rows:,} rows")
    show("pasted into plain DuckDB (the peer: checks nothing)", peer, peer)
    show("validate", best_of(runs, lambda: validate(read.document, {"wide": frame}, text=read)), peer)
    alone = best_of(runs, lambda: evaluate_metric(frame, "AVG(column_0)"))
    show("evaluate_metric, one, its sandbox opened for it", alone, peer)


def main() -> None:
    """Print both comparisons."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--columns", type=int, default=500)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    checking(parsing(document_of(chosen.columns), chosen.runs), chosen.rows, chosen.runs)


if __name__ == "__main__":
    main()
