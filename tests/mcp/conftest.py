"""The files that agents read in these tests, and the servers that several tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp_servers import HttpServer, running_http_server, variables
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from servers import RedisServer, running_redis

from autodash_jupyter.settings import Settings

SALES = (
    "region,price,day\nnorth,1.5,2024-01-05\nsouth,,2024-02-11\nnorth,4.0,2024-03-02\neast,2.5,2024-03-09\n"
)


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a CSV file, and a workbook of three tables and a sheet that is none."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "sales.csv").write_text(SALES, encoding="utf-8")
    (folder / "people.csv").write_text(
        "name,email,age\nAnn Lee,ann.lee@example.org,31\nBob Roe,bob.roe@example.org,42\n", encoding="utf-8"
    )
    book = Workbook()
    for number, title in enumerate(("North", "South", "East")):
        sheet = book.create_sheet(title)
        sheet.append(["item", "qty"])
        for row in range(3 + number):
            sheet.append([f"item {row}", 10 * (number + 1) + row])
    chart = BarChart()
    chart.add_data(Reference(book["North"], min_col=2, min_row=1, max_row=4), titles_from_data=True)
    book.create_chartsheet("Picture").add_chart(chart)
    del book["Sheet"]
    book.save(folder / "book.xlsx")
    return folder


@pytest.fixture(scope="session")
def http_server(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpServer]:
    """One server over HTTP for several tests; each makes sessions of its own."""
    with running_http_server(files, variables(tmp_path_factory.mktemp("home"))) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis for all tests of this folder."""
    with running_redis() as server:
        yield server


@pytest.fixture
def memory_settings(tmp_path: Path) -> Settings:
    """Settings for sessions in memory, which no other test has."""
    return Settings(tmp_path / "home", storage_backend="memory")
