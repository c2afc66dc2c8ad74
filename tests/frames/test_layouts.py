"""Layouts of delimited text: what separates cells, where a table begins and ends, and what lies around it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.frames import LoadedTable, read_source


@pytest.fixture
def load(tmp_path: Path):
    """Return a function that writes a text to a file and reads it as a source."""

    def write_and_read(text: str, name: str = "table.txt") -> LoadedTable:
        path = tmp_path / name
        path.write_text(text)
        [table] = read_source(str(path))
        return table

    return write_and_read


SAME = {"id": [1, 3], "name": ["Ana Lima", "Bo"], "n": [2, 4]}


@pytest.mark.parametrize(
    "text",
    [
        "id||name||n\n1||Ana Lima||2\n3||Bo||4\n",
        "id::name::n\n1::Ana Lima::2\n3::Bo::4\n",
        "id~|~name~|~n\n1~|~Ana Lima~|~2\n3~|~Bo~|~4\n",
        "id   name      n\n1    Ana Lima  2\n3    Bo        4\n",
        "id name     n\n 1 Ana Lima 2\n 3 Bo       4\n",
        '"id" "name" "n"\n1 "Ana Lima" 2\n3 "Bo" 4\n',
        "| id | name | n |\n|----|:----:|---|\n| 1 | Ana Lima | 2 |\n| 3 | Bo | 4 |\n",
        " id |   name   | n \n----+----------+---\n  1 | Ana Lima | 2\n  3 | Bo       | 4\n(2 rows)\n",
        'id, name, n\n1, "Ana Lima", 2\n3, "Bo", 4\n',
        "'id','name','n'\n'1','Ana Lima','2'\n'3','Bo','4'\n",
        '"id,name,n"\n"1,Ana Lima,2"\n"3,Bo,4"\n',
        "#id\tname\tn\n1\tAna Lima\t2\n3\tBo\t4\n",
        "# made by hand\n# id,name,n\n1,Ana Lima,2\n3,Bo,4\n",
        "# made by hand\nid,name,n\n1,Ana Lima,2\n# a remark, with a comma\n3,Bo,4\n",
        "id,name,n,\n1,Ana Lima,2,\n3,Bo,4,\n",
        "Report,,\nof March,,\n,,\nid,name,n\n1,Ana Lima,2\n3,Bo,4\n,,\nSource: us,,\n",
        "Report of March\n\nid,name,n\n1,Ana Lima,2\n3,Bo,4\n\nSource: the ministry, 2024\n",
        "id,name,n\n1,Ana Lima,2\nid,name,n\n3,Bo,4\n",
    ],
)
def test_many_layouts_of_one_table_are_the_same_table(load, text):
    assert load(text).frame.to_dict("list") == SAME


def test_aligned_columns_may_have_gaps(load):
    frame = load(
        "name      city       age\nAna Lima  Porto       34\n"
        "Bo        New York     5\nCy                    17\n"
    ).frame
    assert frame["city"].tolist()[:2] == ["Porto", "New York"]
    assert frame["city"].isna().tolist() == [False, False, True]
    assert frame["age"].tolist() == [34, 5, 17]


@pytest.mark.parametrize(
    "text",
    [
        "Porto,3,2.5\nLyon,4,1.25\nRome,5,1.5\n",
        "1,2,3\n4,5,6\n7,8,9\n",
        "2020-01-01,5\n2020-01-02,6\n2020-01-03,7\n",
    ],
)
def test_a_first_row_like_all_others_is_no_header(load, text):
    table = load(text, "t.csv")
    assert len(table.frame) == 3
    assert list(table.frame.columns)[:2] == ["column_1", "column_2"]
    assert any(note.startswith("no header") for note in table.notes)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("country,2019,2020\nPT,3,4\nFR,5,6\n", ["country", "2019", "2020"]),
        ("country,2020-01-22,2020-01-23\nPT,1,2\nFR,3,4\n", ["country", "2020-01-22", "2020-01-23"]),
        (",0,1\n0,5,6\n1,7,8\n", ["Unnamed: 0", "0", "1"]),
        ("city,country\nPorto,PT\nLyon,FR\n", ["city", "country"]),
    ],
)
def test_labels_may_be_numbers_and_dates(load, text, labels):
    assert list(load(text).frame.columns) == labels


def test_a_header_of_two_rows_is_joined(load):
    table = load("Region,Sales,,Costs,\n,Q1,Q2,Q1,Q2\nNorth,1,2,3,4\nSouth,5,6,7,8\n")
    assert list(table.frame.columns) == ["Region", "Sales Q1", "Sales Q2", "Costs Q1", "Costs Q2"]
    assert table.frame["Costs Q2"].tolist() == [4, 8]
    assert any("two rows" in note for note in table.notes)


def test_a_row_of_units_belongs_to_the_header(load):
    table = load("time,temp\n(s),(°C)\n1,20.5\n2,21.0\n")
    assert table.frame.to_dict("list") == {"time (s)": [1, 2], "temp (°C)": [20.5, 21.0]}


def test_totals_and_notes_below_a_table_are_told_and_left_out(load):
    table = load("city,n,p\nPorto,1,2\nLyon,3,4\nTotal,4,6\nSource: the ministry\n")
    assert table.frame["n"].tolist() == [1, 3]
    assert table.notes == ("2 rows below the table left out: 'Total,4,6', 'Source: the ministry'",)


def test_a_category_called_total_is_a_value(load):
    frame = load("area,sex,n\nA,Total,3\nA,F,1\nB,F,2\nB,Total,5\n").frame
    assert frame["sex"].tolist() == ["Total", "F", "F", "Total"]


def test_a_negative_number_at_the_start_of_the_last_row_is_no_note(load):
    assert load("a,b,c\n1,2,3\n-5,,\n").frame["a"].tolist() == [1, -5]


def test_a_file_cut_off_in_a_row_says_so(load):
    assert any("cut off" in note for note in load("a,b,c\n1,2,3\n4,5").notes)
    table = load("a,b\n1,2\n3,4\n\x00\x00\x00\x00")
    assert table.frame.to_dict("list") == {"a": [1, 3], "b": [2, 4]}
    assert any("cut off" in note for note in table.notes)


def test_what_only_looks_split_stays_one_column(load):
    assert load("city\nLyon, FR\nParis, FR\nRome, IT\n").frame["city"].tolist()[0] == "Lyon, FR"
    assert load("time\n12:30\n12:45\n13:00\n").frame["time"].tolist() == ["12:30", "12:45", "13:00"]
    assert load("page\nhttp://a.b/c\nhttp://a.b/d\n").frame["page"].tolist()[1] == "http://a.b/d"


def test_quotes_may_be_escaped_by_a_backslash(load):
    assert load('a,b\n"said \\"hi\\", left",1\n"y",2\n').frame["a"].tolist() == ['said "hi", left', "y"]


def test_long_rows_are_kept_apart_in_the_notes(load):
    table = load("a,b\n1,2\n3,4,5\n6,7\n")
    assert table.frame["a"].tolist() == [1, 6]
    assert "left out, line 3: '3,4,5'" in table.notes


def test_a_german_export_reads_whole(load):
    frame = load("Datum;Betrag;Menge\n31.12.2020;1.234,56 €;1.000\n01.02.2021;-0,50 €;2.500\n").frame
    assert frame["Datum"].tolist() == [pd.Timestamp("2020-12-31"), pd.Timestamp("2021-02-01")]
    assert frame["Betrag"].tolist() == [1234.56, -0.5]
    assert frame["Menge"].tolist() == [1000, 2500]
