"""A table profiled by every engine that may hold it: same meaning, same numbers, within stated errors."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.models import ColumnProfile, FrameProfile
from autodash_jupyter.profiling import profile, render_card
from autodash_jupyter.profiling.sampling import EXACT_ROWS

pl = pytest.importorskip("polars")
duckdb = pytest.importorskip("duckdb")
pa = pytest.importorskip("pyarrow")
dd = pytest.importorskip("dask.dataframe")

ROWS = EXACT_ROWS + 40_000


def make(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(11)
    return pd.DataFrame(
        {
            "order_id": np.arange(rows),
            "city": random.choice(["Oslo", "Rome", "Lima", "Bonn"], rows),
            "price": np.where(random.random(rows) < 0.2, np.nan, np.round(random.gamma(2, 10, rows), 3)),
            "quantity": random.integers(0, 40, rows),
            "paid": random.random(rows) < 0.4,
            "ordered_at": np.datetime64("2021-01-01", "us") + random.integers(0, 10**5, rows).astype("m8[s]"),
            "note": pd.Series([f"note {n}" for n in random.integers(0, 90_000, rows)]),
            "empty": np.full(rows, np.nan),
        }
    )


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return make(ROWS)


@pytest.fixture(scope="module")
def files(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    frame.to_parquet(folder / "orders.parquet")
    frame.to_csv(folder / "orders.csv", index=False)
    return folder


OPENED: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    "polars": lambda frame, files: pl.from_pandas(frame),
    "pyarrow": lambda frame, files: pa.Table.from_pandas(frame, preserve_index=False),
    "polars (lazy)": lambda frame, files: pl.scan_parquet(files / "orders.parquet"),
    "duckdb": lambda frame, files: duckdb.read_parquet(str(files / "orders.parquet")),
    "parquet": lambda frame, files: files / "orders.parquet",
    "csv": lambda frame, files: str(files / "orders.csv"),
    "dask": lambda frame, files: dd.from_pandas(frame, npartitions=5),
}


def check_like(found: FrameProfile, known: FrameProfile) -> None:
    assert found.row_count == known.row_count
    assert [column.name for column in found.columns] == [column.name for column in known.columns]
    for ours, theirs in zip(found.columns, known.columns, strict=True):
        assert ours.semantic_type == theirs.semantic_type, ours.name
        assert (ours.count, ours.missing) == (theirs.count, theirs.missing), ours.name
        check_numbers(ours, theirs)


def check_numbers(ours: ColumnProfile, theirs: ColumnProfile) -> None:
    assert (ours.minimum, ours.maximum) == (theirs.minimum, theirs.maximum), ours.name
    slack = ours.errors.get("distinct", 0.0) + theirs.errors.get("distinct", 0.0)
    assert abs((ours.distinct or 0) - (theirs.distinct or 0)) <= slack * (theirs.distinct or 0) + 1e-9, (
        ours.name
    )
    if theirs.mean is not None:
        assert ours.mean == pytest.approx(theirs.mean, rel=1e-9)
    if theirs.std is not None:
        assert ours.std == pytest.approx(theirs.std, rel=1e-9)
    assert (ours.zeros, ours.negatives) == (theirs.zeros, theirs.negatives), ours.name


@pytest.mark.parametrize("engine", OPENED)
def test_every_engine_tells_the_same_of_a_table(engine: str, frame: pd.DataFrame, files: Path) -> None:
    found = profile(OPENED[engine](frame, files))
    assert found.engine == engine
    check_like(found, profile(frame))
    assert found.candidate_keys == (("order_id",),)
    assert render_card(found, engine)


@pytest.mark.parametrize("engine", OPENED)
def test_quantiles_of_every_engine_are_within_their_stated_error(
    engine: str, frame: pd.DataFrame, files: Path
) -> None:
    price = profile(OPENED[engine](frame, files)).columns[2]
    present = frame["price"].dropna()
    for name, quantile in price.quantiles.items():
        share, slack = float(name.rstrip("%")) / 100, price.errors.get("quantiles", 1e-5)
        assert (present < quantile).mean() - slack <= share <= (present <= quantile).mean() + slack


@pytest.mark.parametrize("engine", ["polars", "pyarrow", "polars (lazy)", "duckdb", "dask"])
def test_an_empty_table_is_profiled_by_every_engine(engine: str, frame: pd.DataFrame, files: Path) -> None:
    opened = {
        "polars": lambda: pl.from_pandas(frame).head(0),
        "pyarrow": lambda: pa.Table.from_pandas(frame).slice(0, 0),
        "polars (lazy)": lambda: pl.scan_parquet(files / "orders.parquet").head(0),
        "duckdb": lambda: duckdb.read_parquet(str(files / "orders.parquet")).limit(0),
        "dask": lambda: dd.from_pandas(frame.head(0), npartitions=1),
    }
    found = profile(opened[engine]())
    assert found.row_count == 0
    assert {column.semantic_type for column in found.columns} == {"empty"}


def test_polars_types_of_its_own_are_read() -> None:
    table = pl.DataFrame(
        {
            "list": [[1], [2, 3]],
            "struct": [{"a": 1}, {"a": 2}],
            "object": pl.Series([object(), object()], dtype=pl.Object),
            "decimal": pl.Series(["1.5", "2.5"]).cast(pl.Decimal(10, 2)),
            "time": pl.Series([1, 2]).cast(pl.Time),
            "span": pl.Series([1, 2]).cast(pl.Duration("ms")),
            "binary": [b"a", b"\xff"],
            "nothing": pl.Series([None, None]),
            "enum": pl.Series(["x", "y"], dtype=pl.Enum(["x", "y"])),
        }
    )
    for held in (table, table.lazy() if "object" not in table.columns else table.drop("object").lazy()):
        found = profile(held)
        assert not [finding for finding in found.all_findings if finding.kind == "unreadable"]
        assert {column.name: column.semantic_type for column in found.columns}["list"] == "list"


def test_duckdb_types_of_its_own_are_read() -> None:
    relation = duckdb.sql(
        "SELECT [1, 2] AS l, {'a': 1} AS s, MAP {'k': 1} AS m, 1.5::DECIMAL(9, 3) AS d, 'x'::BLOB AS b,"
        " 170141183460469231731687303715884105727::HUGEINT AS h, uuid() AS u, INTERVAL 1 DAY AS i,"
        " TIME '10:00' AS t, 'infinity'::TIMESTAMP AS f, NULL AS n, 'NaN'::DOUBLE AS x, 1 AS \"odd \"\"name\""
    )
    found = profile(relation)
    assert [column.name for column in found.columns][-1] == 'odd "name'
    assert found.row_count == 1


def test_a_column_that_duckdb_can_not_read_costs_that_column_only() -> None:
    cells = pd.Series([10**5000, 1], dtype=object)  # DuckDB looks at some cells to find the column's type
    found = profile(duckdb.from_df(pd.DataFrame({"big": cells, "good": [1.5, 2.5]})))
    assert [(finding.kind, finding.column) for finding in found.columns[0].findings] == [
        ("unreadable", "big")
    ]
    assert (found.columns[1].mean, found.row_count) == (2.0, 2)


def test_a_dask_frame_that_can_not_be_computed_is_refused_in_one_line() -> None:
    def refuse(part: pd.Series[float]) -> pd.Series[float]:
        msg = "no such file"
        raise OSError(msg)

    frame = dd.from_pandas(pd.DataFrame({"good": [1.5, 2.5]}), npartitions=2)
    frame = frame.assign(bad=frame["good"].map_partitions(refuse, meta=("bad", "f8")))
    with pytest.raises(SourceError, match="no such file") as refused:
        profile(frame)
    assert len(str(refused.value).splitlines()) == 1


def test_labels_that_mean_something_else_to_polars_are_labels() -> None:
    labels = ["*", "^a.*$", "a\x00b", "ab", ""]
    table = pl.DataFrame({label: [number, number + 1] for number, label in enumerate(labels)})
    for held in (table, table.lazy()):
        found = profile(held)
        assert [(column.name, column.minimum) for column in found.columns] == list(
            zip(labels, range(5), strict=True)
        )


def test_moments_beyond_python_s_own_are_read_by_every_engine() -> None:
    column = pa.array([-(2**37), 0, 2**38], pa.timestamp("s"))
    table = pa.table({"when": column, "good": [1, 2, 3]})
    held = [table, pl.from_arrow(table), pl.from_arrow(table).lazy(), duckdb.from_arrow(table)]
    for found in map(profile, held):
        assert found.columns[1].maximum == 3
        assert not [finding for finding in found.all_findings if finding.kind == "unreadable"], found.engine
        assert found.columns[0].count == 3


def test_an_arrow_dictionary_of_intervals_is_read() -> None:
    table = pa.Table.from_pandas(pd.DataFrame({"cut": pd.cut([1.0, 2.0, 9.0], 3)}))
    assert not [finding for finding in profile(table).all_findings if finding.kind == "unreadable"]


def test_an_arrow_table_may_have_columns_of_the_same_name() -> None:
    table = pa.Table.from_arrays([pa.array([1, 2]), pa.array(["a", "b"])], names=["x", "x"])
    assert [column.dtype for column in profile(table).columns] == ["int64", "string"]


def test_dask_runs_one_job_and_sends_a_bounded_sample(frame: pd.DataFrame) -> None:
    from dask.callbacks import Callback

    class Jobs(Callback):  # type: ignore[misc]
        started = 0

        def _start(self, dsk: Any) -> None:
            Jobs.started += 1

    with Jobs():
        profile(dd.from_pandas(frame, npartitions=4))
    assert Jobs.started == 1


def test_a_partition_that_can_not_be_read_alike_costs_its_column_only() -> None:
    parts = [pd.DataFrame({"a": [1, 2], "b": [[1], [2]]}), pd.DataFrame({"a": [3, 4], "b": [[5], None]})]
    found = profile(dd.from_map(lambda n: parts[n], [0, 1], meta=parts[0]))
    assert (found.columns[0].maximum, found.columns[1].missing) == (4, 1)


@pytest.mark.parametrize("path", ["missing.parquet", "missing.csv"])
def test_a_file_that_is_not_there_is_refused_in_one_line(path: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="can't be read") as refused:
        profile(tmp_path / path)
    assert len(str(refused.value).splitlines()) == 1


_ROWS = [("Köln", 1.5, "2024-01-01"), ("Bonn", 2.5, "2024-01-02"), ("Köln", 4.0, "2024-01-03")] * 40


@pytest.mark.parametrize(
    ("before", "delimiter", "encoding"),
    [
        ("", ";", "cp1252"),
        ("", "^", "utf-8"),
        ("", ",", "utf-16"),
        ("Report of sales\nmade on Monday\n\n", ",", "cp1252"),
    ],
)
def test_an_unusual_csv_file_is_profiled_from_its_path(
    before: str, delimiter: str, encoding: str, tmp_path: Path
) -> None:
    lines = [delimiter.join(map(str, row)) for row in [("city", "price", "day"), *_ROWS]]
    path = tmp_path / "sales.csv"
    path.write_bytes((before + "\n".join(lines) + "\n").encode(encoding))
    found = profile(path)
    assert [(column.name, column.semantic_type) for column in found.columns] == [
        ("city", "place"), ("price", "money"), ("day", "date"),
    ]  # fmt: skip
    assert (found.row_count, found.columns[0].top_values[0]) == (120, ("Köln", 80))


def test_what_was_left_out_of_an_unusual_file_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    good = "Köln,1.5,2024-01-01\n"
    path.write_text(
        "city,price,day\n" + good * 150 + "Köln,1.5,2024-01-01,x,y\n" + good * 50, encoding="utf-8"
    )
    told = [finding for finding in profile(path).findings if finding.kind == "reading"]
    assert "LEFT OUT" in told[0].message
    assert "line 152: 'Köln,1.5,2024-01-01,x,y'" in told[1].message
    assert all(finding.method for finding in told)


def test_a_header_shorter_than_its_rows_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("city,price\n" + "7,Köln,1.5\n8,Bonn,2.5\n" * 15, encoding="utf-8")
    assert [column.name for column in profile(path).columns][1:] == ["city", "price"]


def test_lines_that_are_skipped_before_a_table_are_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("# made on Monday\n# by Ann\ncity,price\n" + "Köln,1.5\n" * 30, encoding="utf-8")
    found = profile(path)
    assert [column.name for column in found.columns] == ["city", "price"]
    assert "above it: '# made on Monday', '# by Ann'" in found.findings[0].message


def test_a_csv_file_of_one_column_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("word\n" + "\n".join(["one", "two", "three"] * 9), encoding="utf-8")
    found = profile(path)
    assert [(column.name, column.count) for column in found.columns] == [("word", 27)]


def test_a_file_of_another_kind_is_refused_with_what_to_do() -> None:
    with pytest.raises(SourceError, match=r"load 'book\.xlsx' first"):
        profile("book.xlsx")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    sql = pytest.importorskip("pyspark.sql")
    if shutil.which("java") is None:
        pytest.skip("PySpark needs Java")
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield session
    session.stop()


@pytest.mark.slow
def test_spark_tells_the_same_of_a_table(spark: Any, frame: pd.DataFrame, files: Path) -> None:
    found = profile(spark.read.parquet(str(files / "orders.parquet")))
    assert found.engine == "pyspark"
    known = profile(frame)
    numbers = {column.name: column for column in found.columns}
    for name in ("order_id", "city", "quantity", "paid"):
        check_numbers(numbers[name], next(column for column in known.columns if column.name == name))
    assert numbers["city"].semantic_type == "place"
