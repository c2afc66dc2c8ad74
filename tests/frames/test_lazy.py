"""Tables that stay in their file: their types hold for every row, and what is too large is one of them."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

import os
from typing import Any

import pandas as pd
import pytest
from zoo import plain_values, wanted_text

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import ReadOptions, TooLargeError, read_source
from autodash_jupyter.frames.lazy import lazy_table

LATE = "a,b\n" + "1,x\n" * 60_000


@pytest.fixture(params=["Dask", "DuckDB"])
def compute(request, monkeypatch):
    """Return what gives the rows of a lazy table, by either library."""
    if request.param == "Dask":
        pytest.importorskip("dask.dataframe")
        return lambda table: table.compute()
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    return lambda table: table.df()


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a;b\n1,5;x\n", None),
        ("a,b\n1,x\n3,y\n", {"a": [1, 3], "b": ["x", "y"]}),
        ("Report\n\na,b,c\n1,x,5\n3,y,6\n", {"a": [1, 3], "b": ["x", "y"], "c": [5, 6]}),
        ("01067,x\n80331,y\n20095,z\n", {"column_1": ["01067", "80331", "20095"], "column_2": ["x", "y", "z"]}),
        ("a,b\n1,\n,y\n", {"a": [1, None], "b": [None, "y"]}),
        ('a,b\n1,"x, y"\n3,"say ""hi"""\n', {"a": [1, 3], "b": ["x, y", 'say "hi"']}),
        ("a,a\n1,2\n3,4\n", {"a": [1, 3], "a.1": [2, 4]}),
        ("d,n\n2024-01-31,1.5\n2024-03-02,2.5\n", {"d": ["<2024-01-31T00:00:00>", "<2024-03-02T00:00:00>"], "n": [1.5, 2.5]}),
        ("d,n\n01/02/2024,1\n03/04/2024,2\n", {"d": ["01/02/2024", "03/04/2024"], "n": [1, 2]}),
        (f"{LATE}late,y\n", {"a": ["1"] * 60_000 + ["late"], "b": ["x"] * 60_000 + ["y"]}),
        (f"{LATE}007,y\n", {"a": ["1"] * 60_000 + ["007"], "b": ["x"] * 60_000 + ["y"]}),
        (f"{LATE},y\n", {"a": [1] * 60_000 + [None], "b": ["x"] * 60_000 + ["y"]}),
    ],
)  # fmt: skip
def test_a_lazy_table_has_the_rows_and_types_of_the_file(tmp_path, compute, text, columns):
    (tmp_path / "t.csv").write_text(text)
    table, remark = lazy_table(str(tmp_path / "t.csv"))
    assert "stays in its file" in remark
    frame = compute(table).reset_index(drop=True)
    wanted = columns or {"a": ["1,5"], "b": ["x"]}
    assert plain_values(frame) == wanted_text(wanted)


def test_parquet_stays_in_its_file(tmp_path, compute):
    pd.DataFrame({"a": [1, 3]}).to_parquet(tmp_path / "t.parquet")
    table, _ = lazy_table(str(tmp_path / "t.parquet"))
    assert compute(table)["a"].tolist() == [1, 3]


@pytest.mark.parametrize(("name", "content"), [("t.json", b"[]"), ("t.csv", "a,b\né,1\n".encode("latin-1"))])
def test_what_cannot_stay_in_its_file_says_what_to_do(tmp_path, name: str, content: Any):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match="convert"):
        lazy_table(str(tmp_path / name))


def test_what_needs_more_memory_than_is_free_is_told_from_other_errors(tmp_path, monkeypatch):
    monkeypatch.setattr("autodash_jupyter.frames.memory.SMALL_BYTES", 0)
    monkeypatch.setattr("autodash_jupyter.frames.memory.free_bytes", lambda: 10)
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(TooLargeError, match=r"t\.csv.*GB"):
        read_source(tmp_path / "t.csv", options=ReadOptions())


@pytest.mark.kernel
def test_a_file_too_large_for_memory_is_left_where_it_is_and_that_is_said(tmp_path):
    from kernel_client import notebook_kernel

    (tmp_path / "large.csv").write_text("a,b\n1,x\n3,y\n")
    (tmp_path / "large.json").write_text('[{"a": 1}]')
    with notebook_kernel(tmp_path, dict(os.environ)) as kernel:
        kernel.run("%load_ext autodash_jupyter")
        kernel.run("from autodash_jupyter.frames import memory")
        kernel.run("memory.SMALL_BYTES, memory.free_bytes = 0, lambda: 10")
        loaded = kernel.run("%load_dataset large.csv")
        assert loaded.error == ""
        assert "large.csv stays in its file" in loaded.text
        rows = "large.compute() if hasattr(large, 'compute') else large.df()"
        assert "4" in kernel.run(f"print(({rows})['a'].sum())").text
        assert "GB are free" in kernel.run("%load_dataset large.json").text
