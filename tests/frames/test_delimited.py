"""Delimited text: what people's files look like, and what must come out."""

# ruff: noqa: RUF001 - letters of other scripts are what is tested

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import LoadedTable, read_source


@pytest.fixture
def load(tmp_path: Path):
    """Return a function that writes content to a file and reads it as a source."""

    def write_and_read(content: str | bytes, name: str = "table.csv") -> LoadedTable:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        [table] = read_source(str(path))
        return table

    return write_and_read


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "\x1f"])
def test_the_delimiter_is_found(load, delimiter):
    text = "city,sold,price\nPorto,3,2.5\nLyon,4,1.25\n".replace(",", delimiter)
    frame = load(text).frame
    assert frame.to_dict("list") == {"city": ["Porto", "Lyon"], "sold": [3, 4], "price": [2.5, 1.25]}


def test_spaces_separate_only_where_nothing_else_does_and_all_rows_agree(load):
    table = load('"mpg" "cyl" "disp"\n"Mazda RX4" 21 6 160\n"Datsun" 22.8 4 108\n', "cars.txt")
    assert list(table.frame.columns) == ["Unnamed: 0", "mpg", "cyl", "disp"]
    assert table.frame["mpg"].tolist() == [21, 22.8]
    assert load("full name\nAna Lima\nBo Ek\n").frame["full name"].tolist() == ["Ana Lima", "Bo Ek"]


def test_one_column_whose_text_has_commas_stays_one_column(load):
    table = load("text\nhello, world\nfoo\nbar, baz, x\n")
    assert table.frame["text"].tolist() == ["hello, world", "foo", "bar, baz, x"]
    assert table.notes == ()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "name,city\nJosé,São Paulo\n"),
        ("utf-16", "name,city\nJosé,São Paulo\n"),
        ("utf-16-le", "name,city\nJosé,São Paulo\n"),
        ("utf-16-be", "name,city\nJosé,São Paulo\n"),
        ("utf-32", "name,city\nJosé,São Paulo\n"),
    ],
)
def test_unicode_encodings_are_read_without_a_remark(load, encoding, text):
    table = load(text.encode(encoding))
    assert table.frame.to_dict("list") == {"name": ["José"], "city": ["São Paulo"]}
    assert table.notes == ()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", "name,city\nZoë,Köln\nJosé,São Paulo\n"),
        ("cp1252", "item,price\nnaïve “quote”,€5\nL’été,£3\n"),
        ("cp1250", "nazwa,miasto\nŁukasz,Łódź\nŻaneta,Kraków\n"),
        ("cp1251", "имя,город\nИван,Москва\nОльга,Казань\n"),
        ("mac_roman", "a,b\ncafé,über\nniño,façade\n"),
        ("cp932", "名前,都市\n山田,東京\n"),
    ],
)
def test_other_encodings_are_guessed_and_the_guess_is_told(load, encoding, text):
    table = load(text.encode(encoding))
    header, *rows = csv.reader(io.StringIO(text))
    assert list(table.frame.columns) == header
    assert table.frame.to_numpy().tolist() == rows
    assert any("guess" in note for note in table.notes)


def test_an_encoding_that_shows_only_far_below_is_still_found(load):
    table = load(b"n,city\n" + b"1,Lyon\n" * 60_000 + "2,São Paulo\n".encode("latin-1"))
    assert len(table.frame) == 60_001
    assert table.frame["city"].iloc[-1] == "São Paulo"


def test_a_decimal_comma_is_understood_and_told(load):
    table = load("name;price;sold\nBread;1.234,50;3\nTea;0,95;4\n")
    assert table.frame["price"].tolist() == [1234.5, 0.95]
    assert table.frame["sold"].dtype == "int64"
    assert table.notes == ("numbers read with a comma as decimal mark: 'price'",)


def test_commas_between_thousands_are_understood_and_told(load):
    table = load('n,m\n"1,234","2,500.5"\n"12,345",7\n')
    assert table.frame.to_dict("list") == {"n": [1234, 12345], "m": [2500.5, 7.0]}
    assert table.notes == ("numbers read with a comma as mark of thousands: 'n', 'm'",)


def test_digits_that_are_no_quantity_stay_text(load):
    table = load(
        "postcode,phone,account,hex,plain\n"
        "01234,+351912345678,123456789012345678901,0x1F,0\n"
        "98765,+351912345679,123456789012345678902,0x20,10\n"
    )
    frame = table.frame
    assert frame["postcode"].tolist() == ["01234", "98765"]
    assert frame["phone"].tolist() == ["+351912345678", "+351912345679"]
    assert frame["account"].tolist() == ["123456789012345678901", "123456789012345678902"]
    assert frame["hex"].tolist() == ["0x1F", "0x20"]
    assert frame["plain"].tolist() == [0, 10]
    assert table.notes == ("column 'account': more digits than a number holds exactly, so it stays text",)


def test_a_leading_zero_in_the_last_row_of_many_still_counts(load):
    frame = load("code,n\n" + "123,1\n" * 60_000 + "007,2\n").frame
    assert frame["code"].iloc[-1] == "007"
    assert frame["n"].sum() == 60_002


def test_numbers_have_the_types_pandas_gives_them(load):
    frame = load("i,gap,e,signed,padded\n1,1,1e5,+5, 2.5\n2,,2,-3, NA\n").frame
    assert [str(dtype) for dtype in frame.dtypes] == ["int64", "float64", "float64", "float64", "float64"]
    assert frame["signed"].tolist() == [5, -3]
    assert frame["padded"].isna().tolist() == [False, True]


def test_big_integers_and_flags_with_gaps_stay_exact(load):
    frame = load("id,paid\n9007199254740993,true\n,\n5,FALSE\n").frame
    assert frame["id"].tolist() == [9007199254740993, pd.NA, 5]
    assert frame["paid"].tolist() == [True, pd.NA, False]


def test_iso_dates_become_timestamps(load):
    table = load(
        "day,moment,slashed,zoned,fine\n"
        "2020-01-31,2020-01-31 10:20,2020/01/31,2020-01-31T00:00:00Z,2020-01-31T00:00:00.123456789\n"
        ",2020-02-01 10:20:30.5,2020/02/01,2020-01-31T00:00:00+02:00,2020-01-31T00:00:01\n"
    )
    frame = table.frame
    assert frame["day"].iloc[0] == pd.Timestamp("2020-01-31")
    assert frame["day"].isna().tolist() == [False, True]
    assert frame["moment"].iloc[1] == pd.Timestamp("2020-02-01 10:20:30.5")
    assert frame["slashed"].iloc[1] == pd.Timestamp("2020-02-01")
    assert frame["zoned"].iloc[1] == pd.Timestamp("2020-01-30 22:00", tz="UTC")
    assert frame["fine"].iloc[0].nanosecond == 789
    assert table.notes == ()


def test_ambiguous_and_impossible_dates_stay_text_and_are_told(load):
    table = load("a,b,c\n03/04/2020,2020-02-30,13/02/2020\n05/06/2020,2020-02-28,02/13/2020\n")
    assert table.frame["a"].tolist() == ["03/04/2020", "05/06/2020"]
    assert table.frame["b"].tolist() == ["2020-02-30", "2020-02-28"]
    assert table.frame["c"].tolist() == ["13/02/2020", "02/13/2020"]
    assert [note.split(":")[0] for note in table.notes] == ["column 'a'", "column 'b'", "column 'c'"]
    assert "'2020-02-30' is no date" in table.notes[1]


@pytest.mark.parametrize(
    ("text", "order"), [("31.12.2020;x\n1.2.2021;y", "day"), ("12/31/2020;x\n2/1/2021;y", "month")]
)
def test_dates_are_read_where_a_day_above_12_shows_the_order(load, text, order):
    table = load(f"when;what\n{text}\n")
    assert table.frame["when"].tolist() == [pd.Timestamp("2020-12-31"), pd.Timestamp("2021-02-01")]
    assert table.notes == (f"column 'when': dates read {order} first, as a part above 12 shows",)


def test_short_rows_are_filled_up_and_long_ones_told(load):
    table = load("a,b\n1,2\n3\n4,5,6\n7,8,,\n\n9,10\n")
    assert table.frame["a"].tolist() == [1, 3, 7, 9]
    assert table.frame["b"].tolist()[2:] == [8, 10]
    assert table.notes == (
        "1 row with fewer cells than the header, filled up with missing values: line 3",
        "1 row with more cells than the header, LEFT OUT of the table, kept in .attrs['rows_apart']: line 4",
        "left out, line 4: '4,5,6'",
    )


def test_rows_are_told_by_line_however_far_down(load):
    table = load('a,b\n"two\nlines",0\n' + "1,2\n" * 100_000 + "3\n" + "1,2\n" * 10)
    assert len(table.frame) == 100_012
    assert table.notes[0] == (
        "1 row with fewer cells than the header, filled up with missing values: line 100,004"
    )


def test_a_quote_that_never_closes_swallows_nothing(load):
    table = load('a,b\n1,"open\n2,x\n3,"y, z"\n')
    assert table.frame.to_dict("list") == {"a": [1, 2, 3], "b": ['"open', "x", "y, z"]}
    assert table.notes == ("1 row with a quote that never closes, read as an ordinary character: line 2",)


def test_an_open_quote_is_noticed_without_a_final_newline_too(load):
    assert load('a,b\n1,"open\n2,x').frame.to_dict("list") == {"a": [1, 2], "b": ['"open', "x"]}


def test_a_last_cell_of_several_lines_is_no_open_quote(load):
    for end in ("", "\n", "\r\n"):
        table = load(f'a,b\n1,x\n2,"two\nlines"{end}')
        assert table.frame["b"].tolist() == ["x", "two\nlines"]
        assert table.notes == ()


def test_a_quote_that_never_closes_in_a_long_file_swallows_nothing(load):
    table = load('a,b\n1,"open\n' + "".join(f"{n},x\n" for n in range(80_000)))
    assert len(table.frame) == 80_001
    assert table.frame["b"].iloc[0] == '"open'


def test_quoted_cells_hold_newlines_quotes_and_delimiters(load):
    frame = load('a,b\n"l1\nl2","x ""y"", z"\n"",5" pipe\n').frame
    assert frame["a"].iloc[0] == "l1\nl2"
    assert frame["b"].tolist() == ['x "y", z', '5" pipe']


def test_quoted_newlines_far_below_a_plain_head_are_kept(load):
    rows = [f'{n},"line {n}\nmore, text"' for n in range(40_000)]
    frame = load("a,b\n" + "1,x\n" * 150_000 + "\n".join(rows) + "\n").frame
    assert len(frame) == 190_000
    assert frame["b"].iloc[-1] == "line 39999\nmore, text"


def test_one_very_long_cell_is_read_whole(load):
    assert load('a,b\n"' + "x" * 3_000_000 + '",1\n').frame["a"].str.len().tolist() == [3_000_000]


def test_labels_that_occur_twice_stay_distinct(load):
    frame = load("a,a,,a.1, \n1,2,3,4,5\n").frame
    assert list(frame.columns) == ["a", "a.2", "Unnamed: 2", "a.1", "Unnamed: 4"]
    assert frame.iloc[0].tolist() == [1, 2, 3, 4, 5]


def test_labels_and_cells_with_html_are_kept_as_they_are(load):
    table = load("<b>h</b>,n\n<script>alert(1)</script>,2\n", "<i>&x.csv")
    assert table.frame["<b>h</b>"].tolist() == ["<script>alert(1)</script>"]
    assert (table.name, table.filename) == ("i_x", "<i>&x.csv")


@pytest.mark.parametrize("text", ["a,b\n", "a,b", "a\n"])
def test_a_header_alone_is_a_table_without_rows(load, text):
    assert load(text).frame.shape == (0, text.count(",") + 1)


def test_one_column_needs_no_delimiter(load):
    assert load("x\n1\n2\n\n3\n").frame["x"].tolist() == [1, 2, 3]


def test_zero_bytes_in_a_text_neither_cut_nor_shift_it(load):
    assert load(b"a,b\nx\x00y,2\nz,4\n").frame.to_dict("list") == {"a": ["x\x00y", "z"], "b": [2, 4]}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_known(load, newline):
    assert load(newline.join(["a,b", "1,2", "3,4", ""])).frame.to_dict("list") == {"a": [1, 3], "b": [2, 4]}


def test_lines_above_the_header_are_skipped_and_told(load):
    table = load("Report of March\nmade by hand\n\nid,name,price\n1,x,2.5\n2,y,3\n")
    assert list(table.frame.columns) == ["id", "name", "price"]
    assert table.notes == ("the header is on line 4; above it: 'Report of March', 'made by hand'",)


def test_a_line_that_declares_the_delimiter_is_obeyed(load):
    assert load("sep=;\na;b\n1;2\n").frame.to_dict("list") == {"a": [1], "b": [2]}


def test_a_trailing_delimiter_and_row_names_find_their_columns(load):
    assert list(load("a,b,c\n1,2,3,\n4,5,6,\n").frame.columns) == ["a", "b", "c"]
    assert list(load("a,b,c\nx,1,2,3\ny,4,5,6\n").frame.columns) == ["Unnamed: 0", "a", "b", "c"]


def test_missing_values_are_what_pandas_takes_for_missing(load, tmp_path):
    text = "a,b\nNA,1\nnull,2\nN/A,\nnone,4\n,5\n"
    (tmp_path / "same.csv").write_text(text)
    expected = pd.read_csv(tmp_path / "same.csv")
    pd.testing.assert_frame_equal(load(text).frame, expected)


def test_gzip_is_read_through_and_a_truncated_one_refused(load):
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 200_000)
    assert load(packed, "orders.csv.gz").frame.shape == (200_000, 2)
    assert load(packed, "orders.csv.gz").name == "orders"
    with pytest.raises(SourceError, match=r"Can't read 'orders\.csv\.gz': it is cut off or damaged"):
        load(packed[:-20], "orders.csv.gz")


def test_a_tsv_prefers_tabs_where_they_fit(load):
    frame = load("a\tb,c\n1\t2,3\n4\t5,6\n", "t.tsv").frame
    assert list(frame.columns) == ["a", "b,c"]


def test_the_frame_can_be_changed_in_place(load):
    frame = load("a,b\n1,x\n2,y\n").frame
    frame.loc[0, "a"] = 9
    frame.loc[1, "b"] = "z"
    assert frame.to_dict("list") == {"a": [9, 2], "b": ["x", "z"]}


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from('",;\n\t |'), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(cells, cells, cells), min_size=3, max_size=8))
def test_any_cells_the_csv_module_writes_come_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "any.csv"
    marked = [
        [f"={cell}=" for cell in row] for row in rows
    ]  # marked, so that no cell looks like a number or NA
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["first", "second", "third"], *marked])
    [table] = read_source(str(path))
    assert table.frame.to_numpy().tolist() == marked
