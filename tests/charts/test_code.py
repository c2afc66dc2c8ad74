"""A chart's code, run by another Python with pandas alone, gives the numbers on the chart."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.charts import Chart, from_natural_language

RANDOM = np.random.default_rng(8)
ROWS = 700
LOANS = pd.DataFrame(
    {
        "branch": RANDOM.choice(["Hill", "Quay", "Moor", None], ROWS),
        "genre": RANDOM.choice([f"genre {each}" for each in range(40)], ROWS),
        "age": RANDOM.integers(5, 90, ROWS),
        "pages": RANDOM.gamma(5.0, 60.0, ROWS),
        "lent_at": pd.Timestamp("2022-02-01") + pd.to_timedelta(RANDOM.integers(0, 600 * 24, ROWS), unit="h"),
        "due": (pd.Timestamp("2022-03-01") + pd.to_timedelta(RANDOM.integers(0, 600, ROWS), unit="D")).astype(
            str
        ),
        "renewed": RANDOM.random(ROWS) < 0.3,
        "late": RANDOM.choice(["Yes", "No"], ROWS),
        "year_printed": RANDOM.integers(1950, 2020, ROWS),
        "lat": 50 + RANDOM.random(ROWS),
        "lon": 3 + RANDOM.random(ROWS),
    }
)
CONTEXT = {
    "name": "library",
    "datasets": [{"id": "d", "columns": [{"name": "pages", "business_name": "Length"}]}],
    "metrics": [{"name": "Pages per reader year", "expression": "SUM(pages) / SUM(age)"}],
    "filters": [{"name": "Long books", "condition": "pages > 300"}],
}
SENTENCES = [
    "average pages by branch",
    "number of rows by branch and late",
    "total pages by genre",
    "average pages by genre",
    "top 3 genres by total pages",
    "how many rows by month",
    "median pages by weekday",
    "pages by hour",
    "histogram of pages",
    "average pages by age group",
    "average pages over year printed",
    "scatter of pages and age",
    "box plot of pages by branch",
    "box plot of pages",
    "pie of pages by branch",
    "heatmap of branch and weekday",
    "strip plot of pages by branch",
    "density curve of pages by late",
    "density of pages by branch",
    "small multiples of average pages by month for each branch",
    "what is the average pages",
    "how many rows are there",
    "number of distinct genres by branch",
    "running total of pages by month",
    "3-month moving average of pages by month",
    "month over month growth of pages",
    "share of pages by branch as a bar chart",
    "percentage of rows by late over time",
    "late rate by branch",
    "number of renewed loans by branch",
    "map of loans by branch",
    "pages by branch since 2023 excluding Hill",
    "average pages by due month with pages over 200",
    "pages per reader year by branch",
    "average length of long books by branch",
    "highest pages by branch sorted ascending",
]
RUN = """
import json, sys
import pandas as pd
frame = pd.read_pickle(sys.argv[1])
out = []
for code in json.load(open(sys.argv[2])):
    names = {"frame": frame}
    exec(code, names)
    out.append(json.loads(names["result"].to_json(orient="records", date_format="iso", double_precision=15)))
json.dump(out, open(sys.argv[3], "w"))
"""


def drawn() -> list[Chart]:
    charts = [from_natural_language(LOANS, each, CONTEXT) for each in SENTENCES]
    follow_up = charts[0].follow_up("drop the outliers").follow_up("sort by name")
    return [*charts, follow_up]


def plain(value: Any) -> Any:
    if isinstance(value, str):
        text = value.removesuffix("Z").removesuffix(".000")
        return text.replace("T00:00:00", "")
    if isinstance(value, bool):
        return str(value)
    return round(value, 6) if isinstance(value, float | int) else value


def as_set(rows: Any, names: list[str]) -> list[tuple[Any, ...]]:
    return sorted((tuple(plain(row.get(name)) for name in names) for row in rows), key=repr)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Chart, list[dict[str, Any]]]]:
    folder: Path = tmp_path_factory.mktemp("code")
    charts = drawn()
    LOANS.to_pickle(folder / "frame.pkl")
    (folder / "codes.json").write_text(json.dumps([chart.code for chart in charts]))
    files = [str(folder / name) for name in ("frame.pkl", "codes.json", "out.json")]
    subprocess.run([sys.executable, "-c", RUN, *files], check=True, timeout=110, cwd=folder)
    return list(zip(charts, json.loads((folder / "out.json").read_text()), strict=True))


@pytest.mark.parametrize("place", range(len(SENTENCES) + 1))
def test_the_code_gives_the_rows_of_the_chart(results: Any, place: int) -> None:
    chart, result = results[place]
    names = sorted({name for row in chart.data.rows for name in row})
    assert chart.data.rows, chart.sentence
    assert as_set(result, names) == as_set(chart.data.rows, names), f"{chart.sentence}\n{chart.code}"
