"""Tables in pages and records in documents."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

import pytest
from zoo import Case, Refusal, at, every, plain_values, wanted_text

from autodash_jupyter.frames import read_source

AB = {"a": [1, 3], "b": ["x", "y"]}
TABLE = (
    "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x</td></tr><tr><td>3</td><td>y</td></tr></table>"
)


def page(body: str) -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>t</title></head><body>{body}</body></html>"
    )


PAGES = [
    Case("a page", page(TABLE), AB, file="t.html"),
    Case("a table alone", TABLE, AB, file="t.html"),
    Case("head and body", page(TABLE.replace("<table>", "<table><thead>", 1).replace("</th></tr>", "</th></tr></thead><tbody>", 1)
                               .replace("</table>", "</tbody></table>")), AB, file="t.html"),
    Case("labels in plain cells", page(TABLE.replace("th>", "td>")), AB, file="t.html"),
    Case("row labels", page("<table><tr><th></th><th>n</th></tr><tr><th>x</th><td>1</td></tr><tr><th>y</th><td>2</td></tr></table>"),
         {"Unnamed: 0": ["x", "y"], "n": [1, 2]}, file="t.html"),
    Case("cells across columns", page("<table><tr><th>k</th><th colspan=2>v</th></tr><tr><th></th><th>p</th><th>q</th></tr>"
                                      "<tr><td>x</td><td>1</td><td>2</td></tr></table>"),
         {"k": ["x"], "v p": [1], "v q": [2]}, file="t.html"),
    Case("cells across rows", page("<table><tr><th>k</th><th>n</th></tr><tr><td rowspan=2>x</td><td>1</td></tr><tr><td>2</td></tr></table>"),
         {"k": ["x", "x"], "n": [1, 2]}, file="t.html"),
    Case("a table without closed cells", page("<table><tr><th>a<th>b<tr><td>1<td>x<tr><td>3<td>y</table>"), AB, file="t.html"),
    Case("links and breaks in cells", page("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td><a href='#'>x</a><br>z</td></tr></table>"),
         {"a": [1], "b": ["x z"]}, file="t.html"),
    Case("entities", page("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>&eacute;&amp;&lt;</td></tr></table>"),
         {"a": [1], "b": ["é&<"]}, file="t.html"),
    Case("a page in Latin-1", page(TABLE.replace("x", "é")).replace("utf-8", "iso-8859-1").encode("latin-1"),
         {"a": [1, 3], "b": ["é", "y"]}, file="t.html"),
    Case("tables inside a layout", page(f"<table><tr><td>{TABLE}</td></tr></table>"), AB, file="t.html"),
    Case("a hidden script in a cell", page(TABLE.replace("<td>x", "<td><script>evil()</script><style>p{}</style>x")), AB, file="t.html"),
    Case("money", page("<table><tr><th>k</th><th>n</th></tr><tr><td>x</td><td>$1,234.50</td></tr><tr><td>y</td><td>$2.00</td></tr></table>"),
         {"k": ["x", "y"], "n": [1234.5, 2]}, file="t.html"),
    Case("a foot with a total", page(TABLE.replace("</table>", "<tfoot><tr><td>Total</td><td>2</td></tr></tfoot></table>")), AB,
         file="t.html", said="total"),
    Case("footnote marks", page("<table><tr><th>a</th><th>b</th></tr><tr><td>1<sup>[1]</sup></td><td>x</td></tr><tr><td>3</td><td>y</td></tr></table>"),
         AB, file="t.html"),
    Case("rows that lack cells", page("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td></tr><tr><td>3</td><td>y</td></tr></table>"),
         {"a": [1, 3], "b": [None, "y"]}, file="t.html"),
    Case("dates", page("<table><tr><th>d</th></tr><tr><td>2024-01-31</td></tr><tr><td>2024-03-02</td></tr></table>"),
         {"d": [at("2024-01-31"), at("2024-03-02")]}, file="t.html"),
]  # fmt: skip

DOCUMENTS = [
    Case("children", "<rows><row><a>1</a><b>x</b></row><row><a>3</a><b>y</b></row></rows>", AB, file="t.xml"),
    Case("attributes", '<rows><row a="1" b="x"/><row a="3" b="y"/></rows>', AB, file="t.xml"),
    Case("both", '<rows><row a="1"><b>x</b></row><row a="3"><b>y</b></row></rows>', AB, file="t.xml"),
    Case("deep inside", "<r><meta><v>1</v></meta><rows><row><a>1</a><b>x</b></row><row><a>3</a><b>y</b></row></rows></r>", AB, file="t.xml"),
    Case("namespaces", '<p:rows xmlns:p="urn:p" xmlns="urn:d"><p:row><a>1</a><b>x</b></p:row><p:row><a>3</a><b>y</b></p:row></p:rows>', AB, file="t.xml"),
    Case("CDATA", "<rows><row><a>1</a><b><![CDATA[<x> & y]]></b></row><row><a>3</a><b>y</b></row></rows>",
         {"a": [1, 3], "b": ["<x> & y", "y"]}, file="t.xml"),
    Case("a child lacking", "<rows><row><a>1</a></row><row><a>3</a><b>y</b></row></rows>", {"a": [1, 3], "b": [None, "y"]}, file="t.xml"),
    Case("empty children", "<rows><row><a>1</a><b/></row><row><a>3</a><b>y</b></row></rows>", {"a": [1, 3], "b": [None, "y"]}, file="t.xml"),
    Case("objects inside", "<rows><row><a>1</a><p><x>5</x></p></row><row><a>3</a><p><x>6</x></p></row></rows>",
         {"a": [1, 3], "p.x": [5, 6]}, file="t.xml"),
    Case("repeated children", "<rows><row><a>1</a><t>u</t><t>v</t></row><row><a>3</a><t>w</t></row></rows>",
         {"a": [1, 3], "t": ["u, v", "w"]}, file="t.xml"),
    Case("Latin-1", '<?xml version="1.0" encoding="iso-8859-1"?><rows><row><b>é</b></row><row><b>ü</b></row></rows>'.encode("latin-1"),
         {"b": ["é", "ü"]}, file="t.xml"),
    Case("UTF-16", '<?xml version="1.0" encoding="utf-16"?><rows><row><b>é</b></row><row><b>ü</b></row></rows>'.encode("utf-16"),
         {"b": ["é", "ü"]}, file="t.xml"),
    Case("comments", "<!-- x --><rows><!-- y --><row><a>1</a><b>x</b></row><row><a>3</a><b>y</b></row></rows>", AB, file="t.xml"),
    Case("a byte order mark and blanks", "\ufeff<rows>\n  <row>\n    <a>1</a>\n    <b>x</b>\n  </row>\n  <row><a>3</a><b>y</b></row></rows>", AB, file="t.xml"),
    Case("one record", "<rows><row><a>1</a><b>x</b></row></rows>", {"a": [1], "b": ["x"]}, file="t.xml"),
    Case("dates and zeros", "<rows><row><d>2024-01-31</d><z>007</z></row><row><d>2024-03-02</d><z>042</z></row></rows>",
         {"d": [at("2024-01-31"), at("2024-03-02")], "z": ["007", "042"]}, file="t.xml"),
    Case("a feed", "<rss><channel><title>t</title><item><title>x</title><n>1</n></item><item><title>y</title><n>3</n></item></channel></rss>",
         {"title": ["x", "y"], "n": [1, 3]}, file="t.xml"),
    Case("no suffix", "<?xml version='1.0'?><rows><row><a>1</a><b>x</b></row><row><a>3</a><b>y</b></row></rows>", AB, file="doc"),
]  # fmt: skip

BROKEN = [
    Refusal("a page without a table", page("<p>Hello</p>"), "no table", file="t.html"),
    Refusal("a document cut off", "<rows><row><a>1</a></row><row>", "no whole XML|cut off", file="t.xml"),
    Refusal("entities that multiply", '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
            '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><l><r><x>&c;</x></r><r><x>&c;</x></r></l>', "Can't read", file="t.xml"),
    Refusal("a page of an error called csv", page("<h1>404</h1>"), "no table|HTML"),
]  # fmt: skip


@every([*PAGES, *DOCUMENTS])
def test_markup_comes_out_as_a_table(case, tmp_path):
    case.check(tmp_path)


@every(BROKEN)
def test_what_is_no_table_is_refused(case, tmp_path):
    case.check(tmp_path)


def test_several_tables_have_their_captions_and_ids(tmp_path):
    first = TABLE.replace("<table>", "<table><caption>North East</caption>")
    (tmp_path / "t.html").write_text(
        page(first + "<p>and</p>" + TABLE.replace("<table>", "<table id='south'>") + TABLE)
    )
    tables = read_source(tmp_path / "t.html")
    assert [table.name for table in tables] == ["north_east", "south", "table_2"]
    assert all(plain_values(table.frame) == wanted_text(AB) for table in tables)


@pytest.mark.parametrize("suffix", ["csv", "xls", "txt"])
def test_a_page_with_a_table_under_another_suffix_is_read_as_a_page(tmp_path, suffix):
    (tmp_path / f"export.{suffix}").write_text(page(TABLE))
    [table] = read_source(tmp_path / f"export.{suffix}")
    assert plain_values(table.frame) == wanted_text(AB)
    assert any("HTML" in note for note in table.notes)
