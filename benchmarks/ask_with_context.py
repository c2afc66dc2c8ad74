"""How many sentences in the words of a trade are read right with a context, and how many without.

    python benchmarks/ask_with_context.py

Six tables whose columns have the codes of an export (amt_net, c1_age), and sixty sentences that call them by
their business names, synonyms, metrics and named filters; each was written with the chart it means before any
was read. A sentence is right where the whole chart is: mark, columns, aggregates, bins, filters, order and
limit. Where AUTODASH_LM names a model, it is asked too, with the context.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from coded_tables import coded_tables, context, meant, sentences

from autodash_jupyter.charts import Chart, from_natural_language
from autodash_jupyter.charts.asking import ChartAsking
from autodash_jupyter.language_model import LanguageModel
from autodash_jupyter.settings import Settings

Reader = Callable[[str, str], Chart]
WHOLE = "and named filters: the whole context"


def main(arguments: Sequence[str] | None = None) -> int:
    """Score the sentences in each way and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--misses", action="store_true", help="print what was read wrong with the context")
    options = parser.parse_args(arguments)
    ways: dict[str, Reader] = {
        "without a context": without_context,
        "with business names": lambda table, said: read_with(names_alone(table), table, said),
        "and synonyms": lambda table, said: read_with(named(table), table, said),
        "and metrics": lambda table, said: read_with({**context(table), "filters": []}, table, said),
        WHOLE: with_context,
    }
    settings = Settings.from_environment()
    if settings.language_model:
        model = LanguageModel(
            settings.language_model, settings.language_model_api_base, settings.language_model_timeout
        )
        ways[f"and {settings.language_model}"] = lambda table, said: asked(table, said, model)
    names = list(coded_tables())
    print(f"{'first right':<38}" + "".join(f"{name:>9}" for name in names) + f"{'all':>9}{'in three':>10}")
    for way, read in ways.items():
        first, third, wrong = score(read)
        count = len(list(sentences()))
        cells = "".join(f"{first[name]:>9}" for name in names)
        print(f"{way:<38}{cells}{f'{first.total()}/{count}':>9}{f'{third.total()}/{count}':>10}")
        if options.misses and way not in list(ways)[: list(ways).index(WHOLE)]:
            print("".join(f"{each}\n" for each in wrong), end="")
    return 0


def score(read: Reader) -> tuple[Counter[str], Counter[str], list[str]]:
    """Return by table how many are right first and among three readings, and what was read wrong."""
    first: Counter[str] = Counter()
    third: Counter[str] = Counter()
    wrong: list[str] = []
    for table, sentence, expected in sentences():
        chart = read(table, sentence)
        found = [meant(table, each.intent) for each in (chart, *chart.alternatives[:2])]
        first[table] += found[0] == expected
        third[table] += expected in found
        if found[0] != expected:
            wrong.append(f"  {table}: {sentence}\n    meant {expected}\n    read  {found[0]}")
    return first, third, wrong


def without_context(table: str, sentence: str) -> Chart:
    """Read a sentence by the names of the columns alone."""
    return from_natural_language(coded_tables()[table], sentence)


def with_context(table: str, sentence: str) -> Chart:
    """Read a sentence by what the context says too."""
    return read_with(context(table), table, sentence)


def read_with(said: dict[str, Any], table: str, sentence: str) -> Chart:
    """Read a sentence by a part of the context."""
    return from_natural_language(coded_tables()[table], sentence, said)


def named(table: str) -> dict[str, Any]:
    """Return of a context what it says of columns."""
    return {**context(table), "metrics": [], "filters": []}


def names_alone(table: str) -> dict[str, Any]:
    """Return of a context the business names of columns."""
    whole = named(table)
    columns = [{**each, "synonyms": []} for each in whole["datasets"][0]["columns"]]
    return {**whole, "datasets": [{"id": table, "columns": columns}]}


def asked(table: str, sentence: str, model: LanguageModel) -> Chart:
    """Read a sentence with the context, and take the model's chart where it is the better one."""

    async def ask() -> Chart:
        asking = ChartAsking(model, with_context(table, sentence))
        async for _ in asking.progress():
            pass
        return asking.chart

    return asyncio.run(ask())


if __name__ == "__main__":
    sys.exit(main())
