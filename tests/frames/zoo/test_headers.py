"""What stands above and below a table, and rows that are not as long as others."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

from zoo import Case, every

AB = {"a": [1, 3], "b": [2, 4]}
ABC = {"a": [1, 4, 7], "b": [2, 5, 8], "c": [3, 6, 9]}
SALES = {"region": ["North", "South"], "q1": [10, 30], "q2": [20, 40]}
ROWS = "a,b,c\n1,2,3\n4,5,6\n7,8,9\n"

ABOVE = [
    Case("a title", f"Report\n{ROWS}", ABC, said="Report"),
    Case("a title and a blank line", f"Report of 2024\n\n{ROWS}", ABC, said="Report"),
    Case("a title with a comma", f"Report, final\n\n{ROWS}", ABC, said="Report"),
    Case("several lines of pairs", f"Station;Kiel\nOwner;Ana\n\n{ROWS.replace(',', ';')}", ABC, said="Station"),
    Case("a preamble as wide as the table", f"Report,,\nMade by,Ana,\n,,\n{ROWS}", ABC, said="Report"),
    Case("comments", f"# one\n# two, three\n{ROWS}", ABC, said="one|comment"),
    Case("comments of percent signs", f"% one\n% two\n{ROWS}", ABC, said="one|comment"),
    Case("comments of slashes", f"// one\n{ROWS}", ABC, said="one|comment"),
    Case("a header marked as a comment", f"#{ROWS}", ABC),
    Case("a comment inside", "a,b\n1,2\n# lost, once\n3,4\n", AB, said="comment"),
    Case("hashes are values", "tag,n\n#one,1\n#two,2\nthree,3\n", {"tag": ["#one", "#two", "three"], "n": [1, 2, 3]}),
    Case("a drawn table", "+---+---+\n| a | b |\n+---+---+\n| 1 | 2 |\n| 3 | 4 |\n+---+---+\n", AB, file="t.txt"),
    Case("a rule below the header", "a,b\n---,---\n1,2\n3,4\n", AB),
    Case("two rows of labels", "region,Sales,Sales\n,2023,2024\nNorth,10,20\nSouth,30,40\n",
         {"region": ["North", "South"], "Sales 2023": [10, 30], "Sales 2024": [20, 40]}, said="two rows"),
    Case("two rows of labels, the upper spanning", ",Sales,,Costs,\nregion,q1,q2,q1,q2\nNorth,1,2,3,4\nSouth,5,6,7,8\n",
         {"region": ["North", "South"], "Sales q1": [1, 5], "Sales q2": [2, 6], "Costs q1": [3, 7], "Costs q2": [4, 8]},
         said="two rows"),
    Case("a row of units", "time,speed,mass\ns,m/s,kg\n1,2.5,3\n2,3.5,4\n3,4.5,5\n",
         {"time s": [1, 2, 3], "speed m/s": [2.5, 3.5, 4.5], "mass kg": [3, 4, 5]}, said="two rows"),
    Case("no header", "1,2,3\n4,5,6\n7,8,9\n", {"column_1": [1, 4, 7], "column_2": [2, 5, 8], "column_3": [3, 6, 9]},
         said="no header"),
    Case("no header of words and numbers", "Ana,34,Porto\nBo,28,Lyon\nCy,41,Rome\n",
         {"column_1": ["Ana", "Bo", "Cy"], "column_2": [34, 28, 41], "column_3": ["Porto", "Lyon", "Rome"]}, said="no header"),
    Case("no header of dates", "2024-01-01,1.5\n2024-01-02,2.5\n2024-01-03,3.5\n",
         {"column_1": ["<2024-01-01T00:00:00>", "<2024-01-02T00:00:00>", "<2024-01-03T00:00:00>"],
          "column_2": [1.5, 2.5, 3.5]}, said="no header"),
    Case("years are labels", "region,2022,2023,2024\nNorth,1,2,3\nSouth,4,5,6\n",
         {"region": ["North", "South"], "2022": [1, 4], "2023": [2, 5], "2024": [3, 6]}),
    Case("labels twice", "x,x,y\n1,2,3\n4,5,6\n", {"x": [1, 4], "x.1": [2, 5], "y": [3, 6]}),
    Case("labels twice in other case", "id,ID\n1,2\n4,5\n", {"id": [1, 4], "ID": [2, 5]}),
    Case("an empty label", "a,,c\n1,2,3\n4,5,6\n", {"a": [1, 4], "Unnamed: 1": [2, 5], "c": [3, 6]}),
    Case("an index without a label", ",a,b\n0,1,2\n1,3,4\n", {"Unnamed: 0": [0, 1], "a": [1, 3], "b": [2, 4]}),
    Case("a column without label and values", "a,,b\n1,,2\n3,,4\n", AB),
    Case("labels with blanks around", " a , b \n1,2\n3,4\n", AB),
    Case("a label with a blank at its end", "a ,b\n1,2\n3,4\n", AB),
    Case("a label longer than others", f"a,{'long ' * 60}\n1,2\n", {"a": [1], ("long " * 60).strip(): [2]}),
    Case("labels that are numbers", "1,2,x\n5,6,a\n7,8,b\n", {"column_1": [1, 5, 7], "column_2": [2, 6, 8], "column_3": ["x", "a", "b"]}),
    Case("all words, with a header", "name,city\nAna,Porto\nBo,Lyon\n", {"name": ["Ana", "Bo"], "city": ["Porto", "Lyon"]}),
    Case("the header again", "a,b\n1,2\na,b\n3,4\n", AB, said="repeats the header"),
    Case("row names, as R writes them", "mpg,cyl\nMazda,21,6\nDatsun,22.8,4\n",
         {"Unnamed: 0": ["Mazda", "Datsun"], "mpg": [21, 22.8], "cyl": [6, 4]}),
]  # fmt: skip

BELOW = [
    Case("a total", "region,n\nNorth,1\nSouth,2\nTotal,3\n", {"region": ["North", "South"], "n": [1, 2]}, said="total"),
    Case("a total in German", "Region;n\nNord;1\nSüd;2\nSumme;3\n", {"Region": ["Nord", "Süd"], "n": [1, 2]}, said="Summe"),
    Case("a grand total below a blank line", "region,q1,q2\nNorth,10,20\nSouth,30,40\n,,\nGrand Total,40,60\n", SALES,
         said="Grand Total"),
    Case("a source", "region,q1,q2\nNorth,10,20\nSouth,30,40\n\nSource: ministry\n", SALES, said="ministry"),
    Case("footnotes", "region,q1,q2\nNorth,10,20\nSouth,30,40\n* estimated\n** revised\n", SALES, said="estimated"),
    Case("a note with commas", "region,q1,q2\nNorth,10,20\nSouth,30,40\n\nNote: a, b, c and d\n", SALES, said="Note"),
    Case("the number of rows", "region,q1,q2\nNorth,10,20\nSouth,30,40\n(2 rows)\n", SALES, said="2 rows"),
    Case("a total among values stays", "kind,n\nTotal,1\nPart,2\nTotal,3\n", {"kind": ["Total", "Part", "Total"], "n": [1, 2, 3]}),
    Case("the last row lacks values", "a,b,c\nx,1,2\ny,3,4\nz,,\n", {"a": ["x", "y", "z"], "b": [1, 3, None], "c": [2, 4, None]}),
]  # fmt: skip

RAGGED = [
    Case("a short row", "a,b,c\n1,2,3\n4,5\n7,8,9\n", {"a": [1, 4, 7], "b": [2, 5, 8], "c": [3, None, 9]}, said="line 3"),
    Case("a long row is kept apart", "a,b,c\n1,2,3\n4,5,6,7\n7,8,9\n", {"a": [1, 7], "b": [2, 8], "c": [3, 9]},
         said="left out.*line 3"),
    Case("a long row's cells are told", "a,b,c\n1,2,3\n4,5,6,7\n7,8,9\n", {"a": [1, 7], "b": [2, 8], "c": [3, 9]},
         said="4,5,6,7"),
    Case("short and long rows", "a,b,c\n1,2,3\n4\n4,5,6,7\n7,8,9\n", {"a": [1, 4, 7], "b": [2, None, 8], "c": [3, None, 9]},
         said="line 4"),
    Case("a comma that wants quotes", "name,city,n\nAna,Porto,1\nBo,Paris, France,2\nCy,Rome,3\n",
         {"name": ["Ana", "Cy"], "city": ["Porto", "Rome"], "n": [1, 3]}, said="line 3"),
    Case("a row longer by empty cells", "a,b\n1,2,,\n3,4\n", AB),
    Case("the first row is the long one", "a,b\n1,2,9\n3,4\n5,6\n7,8\n", {"a": [3, 5, 7], "b": [4, 6, 8]}, said="line 2"),
    Case("cut off in a row", "a,b,c\n1,2,3\n4,5,6\n7,8", {"a": [1, 4, 7], "b": [2, 5, 8], "c": [3, 6, None]},
         said="cut off|fewer"),
    Case("two tables in one file", "a,b\n1,2\n3,4\n\nx,y,z\nu,v,w\n", AB, said="left out"),
]  # fmt: skip


@every(ABOVE)
def test_what_stands_above_is_no_row(case, tmp_path):
    case.check(tmp_path)


@every(BELOW)
def test_what_stands_below_is_no_row(case, tmp_path):
    case.check(tmp_path)


@every(RAGGED)
def test_rows_of_other_lengths_are_told(case, tmp_path):
    case.check(tmp_path)
