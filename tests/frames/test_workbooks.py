"""Workbooks: every filled sheet a table, cells in the types they have there."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import read_source


def write(path: Path, **sheets: list[list[object]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    return write(
        tmp_path / "sales.xlsx",
        **{
            "North 1": [["n"], [1]],
            "Empty": [],
            "Año": [["n"], [2]],
            "class": [["n"], [3]],
            "north-1": [["n"], [4]],
        },
    )


def test_every_filled_sheet_is_a_table_under_its_own_name(sales):
    tables = read_source(str(sales))
    assert [table.name for table in tables] == ["north_1", "año", "class_data", "north_1_2"]
    assert [table.sheet for table in tables] == ["North 1", "Año", "class", "north-1"]
    assert [table.frame["n"].tolist() for table in tables] == [[1], [2], [3], [4]]


def test_one_sheet_can_be_chosen_whatever_its_case(sales):
    for wanted in ("North 1", " north 1"):
        [table] = read_source(str(sales), sheet=wanted)
        assert (table.name, table.frame["n"].tolist()) == ("north_1", [1])


def test_an_unknown_sheet_lists_those_there_are(sales):
    with pytest.raises(
        SourceError, match=r"no sheet 'Nort 1'\. Did you mean 'North 1'\? Its sheets: 'North 1', 'Empty'"
    ):
        read_source(str(sales), sheet="Nort 1")


def test_a_workbook_with_one_filled_sheet_is_named_by_its_file(tmp_path):
    path = write(tmp_path / "Budget 2024.xlsx", Sheet1=[["n"], [1]], Sheet2=[])
    assert [table.name for table in read_source(str(path))] == ["budget_2024"]


def test_a_workbook_without_a_filled_cell_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no cell of it is filled"):
        read_source(str(write(tmp_path / "blank.xlsx", Sheet1=[])))


def test_cells_keep_their_types(tmp_path):
    rows = [
        ["code", "day", 2019, 2020.0, "flag", "gap", "mixed", "code", None],
        ["007", datetime(2020, 1, 2), 1.5, 1, True, 1, "x", "a", 1],
        ["012", datetime(2020, 1, 3), 2, 2, False, None, 3, "NA", 2],
    ]
    [table] = read_source(str(write(tmp_path / "types.xlsx", Data=rows)))
    frame = table.frame
    assert list(frame.columns) == [
        "code",
        "day",
        "2019",
        "2020",
        "flag",
        "gap",
        "mixed",
        "code.1",
        "Unnamed: 8",
    ]
    assert frame["code"].tolist() == ["007", "012"]
    assert [str(dtype) for dtype in frame.dtypes.iloc[1:6]] == [
        "datetime64[us]",
        "float64",
        "int64",
        "bool",
        "float64",
    ]
    assert frame["mixed"].tolist() == ["x", 3]
    assert frame["code.1"].isna().tolist() == [False, True]
    assert isinstance(frame["code"].dtype, pd.StringDtype)


def test_blank_rows_and_columns_around_a_table_are_left_out(tmp_path):
    rows = [[], [], [None, "x", "y"], [None, 1, 2], [], [None, 3, 4]]
    [table] = read_source(str(write(tmp_path / "gap.xlsx", Data=rows)))
    assert table.frame.to_dict("list") == {"x": [1, 3], "y": [2, 4]}


def test_a_broken_sheet_becomes_a_note_and_the_others_are_read(sales):
    damaged = sales.with_name("damaged.xlsx")
    with zipfile.ZipFile(sales) as source, zipfile.ZipFile(damaged, "w") as target:
        for item in source.infolist():
            broken = item.filename == "xl/worksheets/sheet3.xml"
            target.writestr(item.filename, b"<worksheet><sheetData><row r=" if broken else source.read(item))
    tables = read_source(str(damaged))
    assert [table.sheet for table in tables] == ["North 1", "class", "north-1"]
    assert tables[0].notes[0].startswith("sheet 'Año' could not be read: ")


def test_a_truncated_workbook_is_refused(sales):
    sales.write_bytes(sales.read_bytes()[:2000])
    with pytest.raises(SourceError, match=r"Can't read 'sales\.xlsx' as excel"):
        read_source(str(sales))


def test_open_document_sheets_are_read(tmp_path):
    path = tmp_path / "t.ods"
    cell = '<table:table-cell office:value-type="{0}" {1}><text:p>{2}</text:p></table:table-cell>'
    text = [cell.format("string", "", label) for label in ("city", "n")]
    row = cell.format("string", "", "Porto") + cell.format("float", 'office:value="3"', "3")
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text", "manifest")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='S'>"
        f"<table:table-row>{''.join(text)}</table:table-row><table:table-row>{row}</table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {spaces}/>")
        archive.writestr("content.xml", content)
    [table] = read_source(str(path))
    assert table.frame.to_dict("list") == {"city": ["Porto"], "n": [3]}
