"""Workbooks as people keep them."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart
from zoo import at, plain_values, wanted_text

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import ReadOptions, read_source

DAY = datetime.date(2024, 1, 31)
AB = {"a": [1, 3], "b": ["x", "y"]}
ROWS = [["a", "b"], [1, "x"], [3, "y"]]


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that saves sheets, given as rows or as what fills one, and returns the path."""

    def save(*sheets: Any, names: tuple[str, ...] = ()) -> Path:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for number, content in enumerate(sheets):
            sheet = workbook.create_sheet(names[number] if names else None)
            if callable(content):
                content(sheet)
            else:
                for row in content:
                    sheet.append(row)
        workbook.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return save


def only(path: Path, **options: str) -> Any:
    [table] = read_source(path, options=ReadOptions(**options))
    return table


def moved(sheet: Any) -> None:
    for y, row in enumerate(ROWS):
        for x, value in enumerate(row):
            sheet.cell(y + 4, x + 3, value)


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        (ROWS, AB),
        (moved, AB),
        ([["Report of 2024"], [], *ROWS], AB),
        ([["Report of 2024", None], ["by Ana", None], *ROWS], AB),
        ([*ROWS[:2], [None, None], ROWS[2]], AB),
        ([*ROWS, [], ["Source: us"]], AB),
        ([["k", "n"], ["x", 1], ["y", 2], ["Total", 3]], {"k": ["x", "y"], "n": [1, 2]}),
        ([["id", "zip"], [1, "01067"], [2, "80331"]], {"id": [1, 2], "zip": ["01067", "80331"]}),
        ([["day", "n"], [DAY, 1], [DAY, 2]], {"day": [at("2024-01-31")] * 2, "n": [1, 2]}),
        ([["day", "n"], [DAY, 1], [None, 2]], {"day": [at("2024-01-31"), None], "n": [1, 2]}),
        ([["ok", "n"], [True, 1], [False, 2]], {"ok": [True, False], "n": [1, 2]}),
        ([["ok", "n"], [True, 1], [None, 2]], {"ok": [True, None], "n": [1, 2]}),
        ([["x", "n"], [1.5, 1], ["-", 2]], {"x": [1.5, None], "n": [1, 2]}),
        ([["x", "n"], ["#N/A", 1], [2.5, 2]], {"x": [None, 2.5], "n": [1, 2]}),
        ([["x", "n"], ["=1/0", 1], [2.5, 2]], {"x": [None, 2.5], "n": [1, 2]}),
        ([["x", "x"], [1, 2]], {"x": [1], "x.1": [2]}),
        ([["x", None], [1, 2], [3, 4]], {"x": [1, 3], "Unnamed: 1": [2, 4]}),
        ([[2023, 2024], [1, 2], [3, 4]], {"2023": [1, 3], "2024": [2, 4]}),
        ([["name", 2023, 2024], ["N", 1, 2], ["S", 3, 4]], {"name": ["N", "S"], "2023": [1, 3], "2024": [2, 4]}),
        ([["a ", " b"], [1, 2], [3, 4]], {"a": [1, 3], "b": [2, 4]}),
        ([["id", "n"], [1, "1,234.5"], [2, "2.5"]], {"id": [1, 2], "n": [1234.5, 2.5]}),
        ([["id", "day"], [1, "31.01.2024"], [2, "02.03.2024"]], {"id": [1, 2], "day": [at("2024-01-31"), at("2024-03-02")]}),
        ([["id", "day"], [1, "2020-02-30"], [2, "2020-03-01"]], {"id": [1, 2], "day": ["2020-02-30", "2020-03-01"]}),
        ([["id", "day"], [1, "01/02/2024"], [2, "03/04/2024"]], {"id": [1, 2], "day": ["01/02/2024", "03/04/2024"]}),
        ([["id", "ok"], [1, "yes"], [2, "no"]], {"id": [1, 2], "ok": [True, False]}),
        ([["id", "name"], [1, "Ana\nLima"], [2, "Bo"]], {"id": [1, 2], "name": ["Ana\nLima", "Bo"]}),
        ([["only"], [1], [2]], {"only": [1, 2]}),
        ([["a", "b"]], {"a": [], "b": []}),
        ([["t", "n"], [datetime.datetime(2024, 1, 31, 12, 30), 1]], {"t": [at("2024-01-31T12:30")], "n": [1]}),
        ([["t", "n"], [datetime.timedelta(hours=30), 1]], {"t": [datetime.timedelta(hours=30)], "n": [1]}),
        ([["code", "n"], ["NA", 1], ["DE", 2], ["FR", 3]], {"code": ["NA", "DE", "FR"], "n": [1, 2, 3]}),
    ],
)  # fmt: skip
def test_one_sheet_comes_out(saved, content, columns):
    table = only(saved(content))
    assert plain_values(table.frame) == wanted_text(columns), table.notes


def test_sheets_have_their_names_and_those_without_a_table_are_told(saved):
    path = saved(ROWS, [], ROWS, [["a note"]], names=("North East", "Empty", "2024", "Read me"))
    tables = {table.name: table for table in read_source(path)}
    assert {"north_east", "data_2024"} <= set(tables)
    assert any("Empty" in one for one in tables["north_east"].left_out)


def test_hidden_sheets_say_so(saved):
    def hidden(sheet: Any) -> None:
        for row in ROWS:
            sheet.append(row)
        sheet.sheet_state = "hidden"

    _, second = read_source(saved(ROWS, hidden, names=("Shown", "Secret")))
    assert any("hidden" in note for note in second.notes)


def test_a_sheet_of_charts_is_no_table(saved, tmp_path):
    workbook = openpyxl.load_workbook(saved(ROWS))
    chart = BarChart()
    workbook.create_chartsheet("Chart").add_chart(chart)
    workbook.save(tmp_path / "charts.xlsx")
    assert only(tmp_path / "charts.xlsx").frame.shape == (2, 2)


def test_merged_cells_below_the_header_are_filled_and_told(saved):
    def regions(sheet: Any) -> None:
        for row in [["region", "n"], ["North", 1], [None, 2], ["South", 3], [None, 4]]:
            sheet.append(row)
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("A4:A5")

    table = only(saved(regions))
    assert table.frame["region"].tolist() == ["North", "North", "South", "South"]
    assert any("merged" in note for note in table.notes)


def test_merged_labels_span_their_columns(saved):
    def years(sheet: Any) -> None:
        for row in [
            ["region", 2023, None, 2024, None],
            [None, "q1", "q2", "q1", "q2"],
            ["N", 1, 2, 3, 4],
            ["S", 5, 6, 7, 8],
        ]:
            sheet.append(row)
        for cells in ("A1:A2", "B1:C1", "D1:E1"):
            sheet.merge_cells(cells)

    assert list(only(saved(years)).frame.columns) == ["region", "2023 q1", "2023 q2", "2024 q1", "2024 q2"]


def test_a_merged_title_is_told_and_no_header(saved):
    def titled(sheet: Any) -> None:
        for row in [["Report", None], *ROWS]:
            sheet.append(row)
        sheet.merge_cells("A1:B1")

    table = only(saved(titled))
    assert list(table.frame.columns) == ["a", "b"]
    assert any("Report" in note for note in table.notes)


def test_formulas_have_the_values_that_were_saved_with_them(tmp_path):
    path = tmp_path / "formulas.xlsx"
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c><c r="B1" t="inlineStr"><is><t>twice</t></is></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><f>A2*2</f><v>4</v></c></row>'
        '<row r="3"><c r="A3"><v>3</v></c><c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        "</sheetData></worksheet>"
    )
    template = openpyxl.Workbook()
    template.save(path)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else data)
    table = only(path)
    assert plain_values(table.frame) == wanted_text({"n": [2, 3], "twice": [4, None]})
    assert any("#DIV/0!" in note for note in table.notes)


def test_formats_of_percent_and_money_are_numbers(saved):
    def formatted(sheet: Any) -> None:
        for row in [["share", "price"], [0.125, 1234.5], [0.5, 2]]:
            sheet.append(row)
        for y in (2, 3):
            sheet.cell(y, 1).number_format = "0.0%"
            sheet.cell(y, 2).number_format = "#,##0.00 €"

    assert plain_values(only(saved(formatted)).frame) == wanted_text(
        {"share": [0.125, 0.5], "price": [1234.5, 2]}
    )


def test_old_workbooks_are_read(tmp_path):
    xlwt = pytest.importorskip("xlwt")
    workbook = xlwt.Workbook()
    for name in ("First", "Second"):
        sheet = workbook.add_sheet(name)
        for y, row in enumerate([["a", "b", "day"], [1, "x", DAY], [3, "y", DAY]]):
            for x, value in enumerate(row):
                style = xlwt.easyxf(num_format_str="yyyy-mm-dd") if value is DAY else xlwt.Style.default_style
                sheet.write(y, x, value, style)
    workbook.save(str(tmp_path / "old.xls"))
    first, second = read_source(tmp_path / "old.xls")
    assert (first.name, second.name) == ("first", "second")
    assert plain_values(first.frame) == wanted_text({**AB, "day": [at("2024-01-31")] * 2})


def test_a_workbook_under_another_suffix_is_read_as_what_it_is(saved, tmp_path):
    data = saved(ROWS).read_bytes()
    for name in ("export.xls", "export.csv", "export", "export.zip"):
        (tmp_path / name).write_bytes(data)
        assert plain_values(only(tmp_path / name).frame) == wanted_text(AB)


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        (b"<html><body><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x</td></tr><tr><td>3</td><td>y</td>"
         b"</tr></table></body></html>", AB),
        (b"a\tb\n1\tx\n3\ty\n", AB),
        (b"a,b\n1,x\n3,y\n", AB),
        ("a\tb\n1\tx\n3\ty\n".encode("utf-16"), AB),
    ],
)  # fmt: skip
def test_what_only_calls_itself_a_workbook_is_read_as_what_it_is(tmp_path, content, columns):
    (tmp_path / "export.xls").write_bytes(content)
    assert plain_values(only(tmp_path / "export.xls").frame) == wanted_text(columns)


def test_damaged_and_locked_workbooks_are_refused(saved, tmp_path):
    data = saved(ROWS).read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(data[: len(data) // 2])
    (tmp_path / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048))
    for name in ("cut.xlsx", "locked.xlsx"):
        with pytest.raises(SourceError, match=r"Can't read '(cut|locked)\.xlsx'"):
            read_source(tmp_path / name)


def test_a_workbook_without_a_filled_cell_is_refused(saved):
    with pytest.raises(SourceError, match="no cell of it is filled"):
        read_source(saved([], []))


def test_a_sheet_is_found_by_name_in_any_case_and_by_its_number(saved):
    path = saved(ROWS, [["c"], [5]], names=("North", "South"))
    assert list(only(path, sheet="south").frame.columns) == ["c"]
    assert list(only(path, sheet="2").frame.columns) == ["c"]
    with pytest.raises(SourceError, match="Did you mean 'South'"):
        only(path, sheet="Suoth")


def test_opendocument_sheets_are_read(tmp_path):
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    cells = [["a", "b"], [1, "x"], [3, "y"]]

    def cell(value: Any) -> str:
        if isinstance(value, int):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in cells)
    declared = " ".join(f'xmlns:{key}="{value}"' for key, value in names.items())
    with zipfile.ZipFile(tmp_path / "sheet.ods", "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "content.xml",
            f"<office:document-content {declared}><office:body><office:spreadsheet>"
            f'<table:table table:name="One">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
    assert plain_values(only(tmp_path / "sheet.ods").frame) == wanted_text(AB)
