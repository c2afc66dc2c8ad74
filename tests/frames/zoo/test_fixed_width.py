"""Columns that stand at the same place in every line."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

from zoo import Case, at, every

FIXED = [
    Case("commas are no delimiter in a fixed-width file", "name        n\nLima, Ana  10\nEk, Bo     20\nSmith, Cy  30\n",
         {"name": ["Lima, Ana", "Ek, Bo", "Smith, Cy"], "n": [10, 20, 30]}, file="t.txt", options={"file_format": "fixed"}),
    Case("the same by its suffix", "name        n\nLima, Ana  10\nEk, Bo     20\nSmith, Cy  30\n",
         {"name": ["Lima, Ana", "Ek, Bo", "Smith, Cy"], "n": [10, 20, 30]}, file="t.fwf"),
    Case("stations", "ID     NAME             LAT    LON\nA0001  Kiel Harbour   54.32  10.13\nB0002  Bonn           50.73   7.10\nC0003  Ny Alesund     78.92  11.92\n",
         {"ID": ["A0001", "B0002", "C0003"], "NAME": ["Kiel Harbour", "Bonn", "Ny Alesund"], "LAT": [54.32, 50.73, 78.92], "LON": [10.13, 7.1, 11.92]}, file="t.txt"),
    Case("a rule below the labels", "id   name    born\n---- ------- ----------\n1    Ana     1990-01-31\n2    Bo      1991-02-28\n",
         {"id": [1, 2], "name": ["Ana", "Bo"], "born": [at("1990-01-31"), at("1991-02-28")]}, file="t.txt"),
    Case("a title above", "Stations of 2024\n\nid   name       n\n1    Ana Lima  10\n2    Bo Ek     20\n3    Cy        30\n",
         {"id": [1, 2, 3], "name": ["Ana Lima", "Bo Ek", "Cy"], "n": [10, 20, 30]}, file="t.fwf", said="Stations"),
    Case("gaps at the ends of lines", "id   name       n\n1    Ana Lima  10\n2    Bo\n3    Cy        30\n",
         {"id": [1, 2, 3], "name": ["Ana Lima", "Bo", "Cy"], "n": [10, None, 30]}, file="t.fwf"),
    Case("zeros in front", "code  n\n0010  1\n0020  2\n1000  3\n", {"code": ["0010", "0020", "1000"], "n": [1, 2, 3]}, file="t.fwf"),
    Case("CR and LF", "code  n\r\n0010  1\r\n0020  2\r\n1000  3\r\n", {"code": ["0010", "0020", "1000"], "n": [1, 2, 3]}, file="t.fwf"),
    Case("Latin-1", "ville      n\nOrléans    1\nSète       2\nAngoulême  3\n".encode("latin-1"),
         {"ville": ["Orléans", "Sète", "Angoulême"], "n": [1, 2, 3]}, file="t.fwf"),
    Case("delimited text that is called fixed width", "a,b\n1,2\n3,4\n", {"a": [1, 3], "b": [2, 4]}, file="t.fwf"),
]  # fmt: skip


@every(FIXED)
def test_columns_are_cut_where_every_line_has_a_blank(case, tmp_path):
    case.check(tmp_path)
