"""Files that keep types: Parquet, Feather, Arrow, Stata, SAS and SPSS; and many files as one table."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

import decimal
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest
from pyarrow import dataset, feather, orc, parquet
from zoo import at, plain_values, wanted_text

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import LoadedTable, read_source

AB = {"a": [1, 3], "b": ["x", "y"]}
TABLE = pa.table({"a": [1, 3], "b": ["x", "y"]})


def only(path: Path | str) -> LoadedTable:
    [table] = read_source(path)
    return table


COLUMNS = {
    "whole": (pa.array([1, None], pa.int32()), [1, None]),
    "exact": (pa.array([2**62 + 1, None], pa.int64()), [2**62 + 1, None]),
    "unsigned": (pa.array([2**64 - 1, 1], pa.uint64()), [2**64 - 1, 1]),
    "unsigned_gap": (pa.array([2**64 - 1, None], pa.uint64()), [2**64 - 1, None]),
    "flag": (pa.array([True, None]), [True, None]),
    "words": (pa.array(["NA", None]), ["NA", None]),
    "dictionary": (pa.array(["x", "y"]).dictionary_encode(), ["x", "y"]),
    "moment": (pa.array([datetime(2024, 1, 31), None], pa.timestamp("us")), [at("2024-01-31"), None]),
    "zoned": (pa.array([datetime(2024, 1, 31), None], pa.timestamp("us", "UTC")), [at("2024-01-31T00:00:00+00:00"), None]),
    "old": (pa.array([datetime(1492, 10, 12), None], pa.timestamp("us")), [at("1492-10-12"), None]),
    "day": (pa.array([date(2024, 1, 31), None]), [at("2024-01-31"), None]),
    "clock": (pa.array([time(12, 30), None]), [time(12, 30), None]),
    "lasted": (pa.array([timedelta(hours=30), None]), [timedelta(hours=30), None]),
    "money": (pa.array([decimal.Decimal("1.10"), None]), [decimal.Decimal("1.10"), None]),
    "bytes": (pa.array([b"\x00\xff", None]), [b"\x00\xff", None]),
    "list": (pa.array([[1, 2], None]), [[1, 2], None]),
    "struct": (pa.array([{"x": 1}, {"x": 2}]), [{"x": 1}, {"x": 2}]),
    "nothing": (pa.nulls(2), [None, None]),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(COLUMNS))
def test_types_come_out_of_parquet(tmp_path, kind):
    values, wanted = COLUMNS[kind]
    parquet.write_table(pa.table({kind: values}), tmp_path / "t.parquet")
    assert plain_values(only(tmp_path / "t.parquet").frame) == wanted_text({kind: wanted})


@pytest.mark.parametrize(
    "index", [["p", "q"], pd.RangeIndex(5, 7), pd.to_datetime(["2024-01-31", "2024-03-02"])]
)
def test_an_index_of_pandas_comes_back(tmp_path, index):
    frame = pd.DataFrame(AB, index=pd.Index(index, name="key"))
    frame.to_parquet(tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(
        only(tmp_path / "t.parquet").frame, frame, check_dtype=False, check_index_type=False
    )


@pytest.mark.filterwarnings("ignore:Feather V1")
@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("t.parquet", lambda path: parquet.write_table(TABLE, path, compression="zstd")),
        ("t.pq", lambda path: parquet.write_table(TABLE, path)),
        ("t", lambda path: parquet.write_table(TABLE, path)),
        ("t.csv", lambda path: parquet.write_table(TABLE, path)),
        ("t.feather", lambda path: feather.write_feather(TABLE, path)),
        ("t.feather", lambda path: feather.write_feather(TABLE, path, version=1)),
        ("t.arrow", lambda path: feather.write_feather(TABLE, path, compression="uncompressed")),
        ("t.ipc", lambda path: feather.write_feather(TABLE, path)),
        ("t.feather", lambda path: parquet.write_table(TABLE, path)),
        ("t.orc", lambda path: orc.write_table(TABLE, path)),
        ("t.dta", lambda path: pyreadstat.write_dta(TABLE.to_pandas(), str(path))),
        ("t.sav", lambda path: pyreadstat.write_sav(TABLE.to_pandas(), str(path))),
        ("t.zsav", lambda path: pyreadstat.write_sav(TABLE.to_pandas(), str(path), compress=True)),
        ("t.por", lambda path: pyreadstat.write_por(TABLE.to_pandas(), str(path))),
        ("t.xpt", lambda path: pyreadstat.write_xport(TABLE.to_pandas(), str(path), file_format_version=8)),
    ],
)
def test_every_file_that_keeps_types_is_read(tmp_path, name, write):
    write(tmp_path / name)
    table = only(tmp_path / name)
    found = {str(label).lower(): values for label, values in plain_values(table.frame)}
    assert found == dict(wanted_text(AB))


def test_a_stream_of_arrow_is_read(tmp_path):
    with pa.OSFile(str(tmp_path / "t.arrows"), "wb") as sink, pa.ipc.new_stream(sink, TABLE.schema) as writer:
        writer.write_table(TABLE)
    assert plain_values(only(tmp_path / "t.arrows").frame) == wanted_text(AB)


def test_labels_and_missing_codes_of_surveys(tmp_path):
    frame = pd.DataFrame({"sex": [1.0, 2.0, 9.0], "age": [30.0, 40.0, 99.0]})
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "t.sav"),
        column_labels={"sex": "Sex of the respondent", "age": "Age in years"},
        variable_value_labels={"sex": {1.0: "male", 2.0: "female"}},
        missing_ranges={"age": [99]},
    )
    table = only(tmp_path / "t.sav")
    assert table.frame["sex"].astype(object).tolist()[:2] == ["male", "female"]
    assert plain_values(table.frame[["age"]]) == wanted_text({"age": [30, 40, None]})
    assert any("Age in years" in note for note in table.notes)
    assert any("missing" in note and "99" in note for note in table.notes)


def test_dates_of_stata_and_sas(tmp_path):
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-01-31", "2024-03-02"]), "n": [1, 2]})
    frame.to_stata(tmp_path / "t.dta", write_index=False)
    assert plain_values(only(tmp_path / "t.dta").frame) == wanted_text(
        {"day": [at("2024-01-31"), at("2024-03-02")], "n": [1, 2]}
    )


def test_a_folder_of_parts_is_one_table(tmp_path):
    whole = pa.table({"a": [1, 3], "b": ["x", "y"], "year": [2023, 2024]})
    dataset.write_dataset(
        whole,
        tmp_path / "sales",
        format="parquet",
        partitioning=dataset.partitioning(pa.schema([("year", pa.int64())]), flavor="hive"),
    )
    table = only(tmp_path / "sales")
    assert table.name == "sales"
    assert plain_values(table.frame) == wanted_text({**AB, "year": [2023, 2024]})


def test_partitions_keep_their_zeros_and_escapes(tmp_path):
    for zone, value in (("zip=01067", 1), ("zip=80331", 2)):
        (tmp_path / "parts" / zone / "city=New%20York").mkdir(parents=True)
        (tmp_path / "parts" / zone / "city=New%20York" / "p.csv").write_text(f"n\n{value}\n")
    table = only(tmp_path / "parts")
    assert plain_values(table.frame) == wanted_text(
        {"n": [1, 2], "zip": ["01067", "80331"], "city": ["New York"] * 2}
    )


@pytest.mark.parametrize(
    ("files", "columns"),
    [
        (["a,b\n1,x\n", "a,b\n3,y\n"], AB),
        (["a,b\n1,x\n", "b,a\ny,3\n"], AB),
        (["a,b\n1,x\n", "a\n3\n"], {"a": [1, 3], "b": ["x", None]}),
        (["a,b\n1,x\n", "a;b\n3;y\n"], AB),
        (["a,b\n1,x\n", "a,b\n3.5,y\n"], {"a": [1, 3.5], "b": ["x", "y"]}),
        (["a,b\n1,x\n", "a,b\nz,y\n"], {"a": ["1", "z"], "b": ["x", "y"]}),
        (["a,b\n01,x\n", "a,b\n3,y\n"], {"a": ["01", "3"], "b": ["x", "y"]}),
        (["a,b\n1,x\n", "a,b\n"], {"a": [1], "b": ["x"]}),
        (["a,b\n1,\n", "a,b\n3,y\n"], {"a": [1, 3], "b": [None, "y"]}),
    ],
)
def test_a_pattern_is_one_table(tmp_path, files, columns):
    for number, text in enumerate(files):
        (tmp_path / f"part_{number}.csv").write_text(text)
    assert plain_values(only(f"{tmp_path}/part_*.csv").frame) == wanted_text(columns)


def test_parquet_files_of_other_types_become_one_table(tmp_path):
    parquet.write_table(pa.table({"a": pa.array([1], pa.int64())}), tmp_path / "p1.parquet")
    parquet.write_table(pa.table({"a": pa.array(["x"])}), tmp_path / "p2.parquet")
    table = only(f"{tmp_path}/p*.parquet")
    assert plain_values(table.frame) == wanted_text({"a": ["1", "x"]})
    assert any("'a'" in note for note in table.notes)


def test_workbooks_and_other_kinds_become_one_table(tmp_path):
    pd.DataFrame(AB).to_excel(tmp_path / "p1.xlsx", index=False)
    pd.DataFrame(AB).to_excel(tmp_path / "p2.xlsx", index=False)
    (tmp_path / "p3.json").write_text('[{"a": 5, "b": "z"}]')
    assert only(f"{tmp_path}/p*").frame["a"].tolist() == [1, 3, 1, 3, 5]


def test_one_bad_file_does_not_fail_the_rest(tmp_path):
    parquet.write_table(TABLE, tmp_path / "p1.parquet")
    (tmp_path / "p2.parquet").write_bytes((tmp_path / "p1.parquet").read_bytes()[:-9])
    table = only(f"{tmp_path}/p*.parquet")
    assert plain_values(table.frame) == wanted_text(AB)
    assert any("p2.parquet" in note for note in table.notes)


@pytest.mark.parametrize(
    "name", ["t.parquet", "t.feather", "t.orc", "t.dta", "t.sav", "t.xpt", "t.por", "t.sas7bdat"]
)
@pytest.mark.parametrize("content", [b"nonsense" * 50, b"PAR1" + bytes(60)])
def test_nonsense_under_a_known_suffix_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=r"Can't read 't\."):
        read_source(tmp_path / name)
