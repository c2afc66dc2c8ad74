"""How many sentences are read right, and how fast: the NLV Corpus and nvBench 2.0, in their published forms.

    python benchmarks/ask.py FOLDER

FOLDER holds what you have of: NLV*.csv with vlSpecs*.json and the tables (cars.csv, movies.csv,
superstore.csv, here or in datasets/), and nvBench files (*.json). A sentence of the NLV Corpus is right where
mark and all attributes, with their aggregates and bins, are those of its chart.

nvBench gives each sentence all the charts that its rules allow for what the sentence says, two to five of
them. They are compared whole (channels, filters, order), after axes are turned round as its script turns
them. P@1 is the part of sentences whose first answer is one of these charts; F1@3 weighs how many of the
first three are, and how many of these are among them. The released script passes a function that returns
another function, which counts every answer as right; what it would print is given beside. Tables are taken
from database/ where they are, and else made of the names, examples, numbers of values, and filter values
the file gives.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from autodash_jupyter.charts import from_natural_language
from autodash_jupyter.charts.intent import ChartIntent

DATE = re.compile(r"\d{4}-\d\d-\d\d")
MOST_ROWS = 400


def main(arguments: Sequence[str] | None = None) -> int:
    """Score what the folder holds and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", type=int, default=0, help="print so many sentences that were read wrong")
    options = parser.parse_args(arguments)
    seconds: list[float] = []
    for table in sorted(options.folder.rglob("NLV*.csv")):
        score_nlv(table, options.folder, seconds, options.misses)
    for file in sorted(options.folder.rglob("*.json")):
        records = json.loads(file.read_text())
        if isinstance(records, list) and records and "nl_query" in records[0]:
            score_nvbench(file.name, records, options.folder, seconds, options.misses)
    if seconds:
        ordered = sorted(seconds)
        slowest = ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
        print(f"a sentence: median {statistics.median(ordered) * 1e3:.1f} ms, p99 {slowest * 1e3:.1f} ms")
    return 0


def timed(frame: pd.DataFrame, sentence: str, seconds: list[float]) -> list[ChartIntent]:
    """Return the first readings of a sentence, and note how long they took."""
    start = time.perf_counter()
    chart = from_natural_language(frame, sentence)
    chart.spec  # noqa: B018 - its numbers are computed when it is asked for
    seconds.append(time.perf_counter() - start)
    return [chart.intent, *(each.intent for each in chart.alternatives[:2])]


def attributes(encoding: dict[str, dict[str, Any]]) -> frozenset[tuple[Any, ...]]:
    """Return what a chart shows, wherever it shows it."""
    return frozenset(
        (each.get("field"), each.get("aggregate"), bool(each.get("bin"))) for each in encoding.values()
    )


def score_nlv(table: Path, folder: Path, seconds: list[float], misses: int) -> None:
    """Print how many of the corpus's sentences are read right first, and among the first three."""
    specs: dict[str, Any] = {}
    for file in folder.rglob("vlSpecs*.json"):
        specs |= json.loads(file.read_text())
    tables = {file.stem.lower(): file for file in folder.rglob("*.csv")}
    first: Counter[str] = Counter()
    third: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong: list[str] = []
    frames: dict[str, pd.DataFrame] = {}
    with table.open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        name = row["dataset"].strip().lower()
        if name not in tables:
            continue
        frames.setdefault(name, pd.read_csv(tables[name], encoding_errors="replace"))
        gold = specs[f"{name}-{row['visId']}"]
        wanted = (gold["mark"]["type"], attributes(gold["encoding"]))
        found = timed(frames[name], row["Utterance Set"], seconds)
        plain = [intent.as_dict() for intent in found]
        got = [(each["mark"], attributes(each["encoding"])) for each in plain]
        kind = f"{name} {row['visId']}"
        total[kind] += 1
        first[kind] += wanted in got[:1]
        third[kind] += wanted in got
        if wanted not in got[:1]:
            wrong.append(
                f"[{'3' if wanted in got else ' '}] {kind}: {row['Utterance Set']}\n       {plain[:1]}"
            )
    for kind in sorted(total):
        print(f"  {kind:<28} {first[kind]:>3} {third[kind]:>3} of {total[kind]:>3}")
    count = total.total()
    if count:
        print(
            f"{table.name}: top-1 {first.total() / count:.1%}, top-3 {third.total() / count:.1%} of {count}"
        )
    print(*wrong[:misses], sep="\n")


def score_nvbench(name: str, records: list[Any], folder: Path, seconds: list[float], misses: int) -> None:
    """Print precision of the first answer and F1 of the first three, per sentence, then on average."""
    schemas = {each["csv_file"]: _loaded(each["table_schema"]) for each in records}
    values = _filter_values(records)
    frames: dict[str, pd.DataFrame] = {}
    hits, scores, near = Counter[str](), [], 0
    released: list[tuple[float, float]] = []
    marks: Counter[str] = Counter()
    wrong: list[str] = []
    for record in records:
        file = record["csv_file"]
        schema = schemas[file]
        if file not in frames:
            frames[file] = frame_of(folder, file, schema, values.get(file, {}))
        gold = _loaded(record["gold_answer"])
        if not gold:
            continue
        kinds = {column: kind_of(examples) for column, examples in schema["column_examples"].items()}
        wanted = [turned(chart, kinds) for chart in gold]
        found = [
            turned(plain_chart(intent), kinds) for intent in timed(frames[file], record["nl_query"], seconds)
        ]
        matched = matches(found, wanted)
        precision, recall = matched / len(found) if found else 0.0, matched / len(wanted)
        scores.append(2 * precision * recall / (precision + recall) if matched else 0.0)
        released.append((float(bool(found)), 2 * min(len(found), len(wanted)) / (len(found) + len(wanted))))
        right = matches(found[:1], wanted)
        near += matched > 0
        mark = "/".join(sorted({chart["mark"] for chart in gold}))
        marks[mark] += 1
        hits[mark] += right
        if not right:
            wrong.append(f"{record['nl_query']}\n     {kinds}\n    want {wanted[:3]}\n    got  {found[:2]}")
    for mark in sorted(marks, key=lambda each: -marks[each]):
        print(f"  {mark:<28} {hits[mark]:>3} of {marks[mark]:>3}")
    print(
        f"{name}: P@1 {hits.total() / marks.total():.1%}, F1@3 {statistics.mean(scores):.1%},"
        f" one of three right {near / len(scores):.1%} of {len(scores)}"
    )
    # The released script compares by a function that returns another, so that any answer counts as right.
    any_first, any_third = (statistics.mean(each) for each in zip(*released, strict=True))
    print(f"  as its script counts, any answer being right: P@1 {any_first:.1%}, F1@3 {any_third:.1%}")
    print(*wrong[:misses], sep="\n")


def matches(found: Sequence[Any], wanted: Sequence[Any]) -> int:
    """Return how many answers equal one of the wanted charts, each of which counts once."""
    left = list(wanted)
    count = 0
    for chart in found:
        same = next((each for each in left if equal(chart, each)), None)
        if same is not None:
            left.remove(same)
            count += 1
    return count


def equal(one: Any, other: Any) -> bool:
    """Compare charts as nvBench does: whole, the order of keys and of lists aside; 2 equals 2.0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return len(one) == len(other) and all(key in other and equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(any(equal(each, o) for o in other) for each in one)
    return bool(one == other)


def plain_chart(intent: ChartIntent) -> dict[str, Any]:
    """Return a reading as nvBench writes one."""
    plain = intent.as_dict()
    plain.pop("limit", None)
    return plain


def turned(chart: dict[str, Any], kinds: dict[str, str]) -> dict[str, Any]:
    """Turn axes round as nvBench's evaluation does: numbers in the order of names, the measure upright."""
    encoding = dict(chart["encoding"])
    x, y = (encoding.get(axis, {}).get("field") for axis in "xy")
    if x and y:
        numbers = [kinds.get(field) == "quantitative" for field in (x, y)]
        both = all(numbers) and x > y
        lying = chart["mark"] in ("bar", "line", "boxplot") and numbers == [True, False]
        if both or lying:
            encoding["x"], encoding["y"] = encoding["y"], encoding["x"]
    return {**chart, "encoding": encoding}


def kind_of(examples: Sequence[Any]) -> str:
    """Return what nvBench takes a column for: it writes numbers, dates and words in their own ways."""
    if not examples or isinstance(examples[0], str):
        return "temporal" if examples and DATE.match(examples[0]) else "nominal"
    return "quantitative"


def frame_of(folder: Path, file: str, schema: dict[str, Any], values: dict[str, list[Any]]) -> pd.DataFrame:
    """Return a table: the real one where it is, else one of as many values as the file tells of."""
    real = next(iter(folder.rglob(file)), None)
    if real is not None:
        return pd.read_csv(real)
    rows = min(max([1, *schema["unique_value_counts"].values(), 4]), MOST_ROWS)
    pools = {
        column: made_up(schema["column_examples"].get(column, []), values.get(column, []), distinct)
        for column, distinct in schema["unique_value_counts"].items()
    }
    rows = max(rows, *(len(pool) for pool in pools.values() if len(pool) <= MOST_ROWS))
    return pd.DataFrame(
        {
            column: [pool[each % len(pool)] if pool else None for each in range(rows)]
            for column, pool in pools.items()
        }
    )


def made_up(examples: list[Any], named: list[Any], distinct: int) -> list[Any]:
    """Return a column's values: the examples, those that filters name, others of the kind."""
    kind = kind_of(examples)
    pool: list[Any] = list(dict.fromkeys(examples))
    if kind == "quantitative":
        low, high = examples[0], examples[-1]
        whole = all(float(each).is_integer() for each in (low, high))
        step = (high - low) / max(distinct - 1, 1)
        spread = [low + step * each for each in range(distinct)]
        pool = [int(each) for each in spread] if whole else spread
    elif kind == "temporal":
        days = [str(day.date()) for day in pd.date_range(examples[-1], periods=distinct + 1)]
        pool = list(dict.fromkeys([*pool, *days]))[: max(distinct, 1)]
    else:
        pool = list(dict.fromkeys([*pool, *map(str, named)]))
        digits = all(re.fullmatch(r"[1-9]\d{0,8}|0", each) for each in pool)
        if digits and pool:
            pool = [int(each) for each in pool]
            pool += range(max(pool) + 1, max(pool) + 1 + max(distinct - len(pool), 0))
        else:
            pool += [f"{chr(97 + each % 26)}{each}" for each in range(distinct - len(pool))]
    return pool


def _filter_values(records: Iterable[Any]) -> dict[str, dict[str, list[Any]]]:
    found: dict[str, dict[str, list[Any]]] = {}
    for record in records:
        for chart in _loaded(record["gold_answer"]):
            for each in chart.get("transform", []):
                predicate = each.get("filter", {})
                if isinstance(predicate.get("oneOf"), list):
                    columns = found.setdefault(record["csv_file"], {})
                    columns.setdefault(predicate["field"], []).extend(predicate["oneOf"])
    return found


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


if __name__ == "__main__":
    sys.exit(main())
