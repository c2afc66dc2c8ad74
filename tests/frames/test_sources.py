"""Sources: what can be read, under which name, and what a person is told where it can't."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import read_source


def refusal(source: str | os.PathLike[str], **options: str) -> str:
    """Return the message of the refusal, after checking that it is one printable line with a cause kept."""
    with pytest.raises(SourceError) as caught:
        read_source(source, **options)
    message = str(caught.value)
    assert message.isprintable()
    return message


@contextlib.contextmanager
def without_privileges() -> Iterator[None]:
    """Files of mode 0 can be read by root all the same: become nobody for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "2024 Orders (final).csv"
    path.write_text("id,price\n1,2.5\n2,3.5\n")
    return path


def test_a_table_knows_its_name_and_origin(orders):
    [table] = read_source(str(orders))
    assert table.name == "data_2024_orders_final"
    assert table.source == str(orders)
    assert table.filename == orders.name
    assert table.size_bytes == orders.stat().st_size
    assert table.notes == ()
    assert table.frame.shape == (2, 2)


def test_paths_are_relative_to_the_working_folder_or_the_home_or_file_urls(orders, monkeypatch):
    monkeypatch.chdir(orders.parent)
    monkeypatch.setenv("HOME", str(orders.parent))
    for source in (orders.name, f"~/{orders.name}", orders.as_uri(), orders):
        [table] = read_source(source)
        assert table.source == str(orders)


def test_the_nearest_file_name_is_suggested(orders):
    message = refusal(str(orders.with_name("2024 Order.csv")))
    assert message == (
        f"There is no file '2024 Order.csv' in '{orders.parent}'. Did you mean '2024 Orders (final).csv'?"
    )


def test_a_missing_folder_is_named(tmp_path):
    assert refusal(str(tmp_path / "no" / "x.csv")).startswith(f"There is no folder '{tmp_path / 'no'}'")


def test_a_samples_name_alone_is_recognised(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refusal("penguins").endswith("Did you mean 'sample:penguins'?")


def test_a_folder_lists_what_could_be_read(orders):
    message = refusal(str(orders.parent))
    assert "is a folder" in message
    assert orders.name in message


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "empty.csv").touch()
    assert "is empty (0 bytes)" in refusal(str(tmp_path / "empty.csv"))


@pytest.mark.parametrize("blank", ["\n\n\n", "  \n \r\n"])
def test_a_file_of_blank_lines_is_refused(tmp_path, blank):
    (tmp_path / "blank.csv").write_text(blank)
    assert "nothing but blank lines" in refusal(str(tmp_path / "blank.csv"))


def test_pipes_and_devices_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert "is a pipe, socket or device" in refusal(str(tmp_path / "pipe.csv"))
    assert "is a pipe, socket or device" in refusal("/dev/zero", file_format="csv")


def test_a_file_without_permission_is_refused(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("a,b\n1,2\n")
    path.chmod(0)
    with without_privileges():
        assert refusal(str(path)).startswith("No permission to")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (bytes(range(256)) * 40, "noise.csv", "no text in a known encoding"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "picture.csv", "by its content it is a PNG image"),
        (b"PK\x03\x04" + bytes(64), "book.csv", "a zip archive or an Excel workbook"),
        (b"<!DOCTYPE html><html><body>Log in", "page.csv", "by its content it is an HTML page"),
        (b"\n<html>", "page.xls", "by its content it is an HTML page"),
        (b"not a workbook", "book.xlsx", "as excel: "),
        (b"PAR1 cut short", "table.parquet", "By its content it is a Parquet file"),
        (b"\x1f\x8b\x08\x00 cut", "table.json.gz", "cut off or damaged"),
        (b"a table\n", "table.parquet", "as parquet: "),
    ],
)
def test_what_cannot_be_read_is_told_by_its_content(tmp_path, content, name, said):
    (tmp_path / name).write_bytes(content)
    message = refusal(str(tmp_path / name))
    assert message.startswith(f"Can't read '{name}'")
    assert said in message


def test_the_drivers_own_error_is_the_cause(tmp_path):
    (tmp_path / "book.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(SourceError) as caught:
        read_source(str(tmp_path / "book.xlsx"))
    causes = [kind.__name__ for kind in type(caught.value.__cause__).__mro__]
    assert "CalamineError" in causes


def test_a_truncated_parquet_file_is_refused(tmp_path):
    path = tmp_path / "t.parquet"
    pd.DataFrame({"a": range(1000)}).to_parquet(path)
    path.write_bytes(path.read_bytes()[:-10])
    assert "as parquet" in refusal(str(path))


def test_parquet_keeps_types_and_takes_no_column_from_the_folders_name(tmp_path):
    folder = tmp_path / "year=2020"
    folder.mkdir()
    frame = pd.DataFrame({"day": pd.to_datetime(["2020-01-02"]), "kind": pd.Categorical(["x"]), "n": [1]})
    frame.to_parquet(folder / "t.parquet")
    [table] = read_source(str(folder / "t.parquet"))
    pd.testing.assert_frame_equal(table.frame, frame)


def test_unknown_suffixes_and_formats_say_what_is_known(tmp_path):
    (tmp_path / "x.log").write_text("Once upon a time\nthere was a long, long log,\nand it ended.\n")
    source = str(tmp_path / "x.log")
    assert ".parquet" in refusal(source)
    assert "--format csv" in refusal(source)
    assert refusal(source, file_format="cvs").startswith("Unknown format 'cvs'. Did you mean 'csv'?")
    assert read_source(source, file_format="csv")[0].frame.shape == (2, 1)
    assert read_source(source, file_format=".CSV")[0].frame.shape == (2, 1)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("gopher://ana:secret@host/sales.parquet", "download 'sales.parquet' first"),
        (
            "http://ana:secret@127.0.0.1:9/sales.csv?token=secret",
            "Nothing could be read at http://ana@127.0.0.1:9/sales.csv",
        ),
        ("postgresql+psycopg://ana:secret@127.0.0.1:9/db", "postgresql+psycopg://ana@127.0.0.1:9/db says"),
        ("postgresql+nosuchdriver://ana:secret@127.0.0.1/db", "Can't connect to"),
        ("file://elsewhere/share/x.csv", "on another machine"),
        ("", "No source given"),
        ("~nobody-of-that-name/x.csv", "unknown user"),
        ("a\x00b.csv", "can't be the path of a file"),
        ("x" * 5000 + ".csv", "can't be the path of a file"),
        ("line\nbreak.csv", "There is no file"),
        ("\ud800.csv", "can't be the path of a file"),
    ],
)
def test_what_is_no_path_is_refused_in_one_line(source, said):
    message = refusal(source)
    assert said in message
    assert "token=secret" not in message
    assert "ana:secret" not in message


def test_a_sheet_is_only_for_workbooks(orders):
    assert "is no workbook" in refusal(str(orders), sheet="North")


def test_unknown_samples_are_listed_with_the_nearest():
    message = refusal("sample:pengins")
    assert message.startswith("There is no sample 'pengins'. Did you mean 'penguins'?")
    assert "seattle_weather" in message
