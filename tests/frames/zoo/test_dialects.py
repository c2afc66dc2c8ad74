"""How cells are separated and quoted, and how lines end."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

from zoo import Case, Refusal, every

AB = {"a": [1, 3], "b": [2, 4]}
NAMED = {"id": [1, 2], "name": ["Ana Lima", "Bo Ek"], "n": [10, 20]}

SEPARATED = [
    Case("commas", "a,b\n1,2\n3,4\n", AB),
    Case("semicolons", "a;b\n1;2\n3;4\n", AB),
    Case("tabs in a file called csv", "a\tb\n1\t2\n3\t4\n", AB),
    Case("commas in a file called tsv", "a,b\n1,2\n3,4\n", AB, file="table.tsv"),
    Case("pipes", "a|b\n1|2\n3|4\n", AB),
    Case("pipes around", "|a|b|\n|1|2|\n|3|4|\n", AB),
    Case("colons", "a:b\n1:2\n3:4\n", AB),
    Case("carets", "a^b\n1^2\n3^4\n", AB),
    Case("tildes", "a~b\n1~2\n3~4\n", AB),
    Case("control characters", "a\x01b\n1\x012\n3\x014\n", AB),
    Case("two pipes", "a||b\n1||2\n3||4\n", AB),
    Case("single spaces", "a b c\n1 2 3\n3 4 5\n", {"a": [1, 3], "b": [2, 4], "c": [3, 5]}, file="t.txt"),
    Case("aligned by spaces", "id  name      n\n 1  Ana Lima  10\n 2  Bo Ek     20\n", NAMED, file="t.txt"),
    Case("several tabs", "id\t\tname\t\tn\n1\t\tAna Lima\t10\n2\t\tBo Ek\t\t20\n", NAMED, file="t.txt"),
    Case("right aligned", "  id      name   n\n   1  Ana Lima  10\n   2     Bo Ek  20\n", NAMED, file="t.txt"),
    Case("commas and spaces", "a, b\n1, 2\n3, 4\n", AB),
    Case("spaces on both sides", "a ; b\n1 ; 2\n3 ; 4\n", AB),
    Case("sep= names a semicolon", "sep=;\na;b\n1;2\n3;4\n", AB),
    Case("sep= names a tab", "sep=\t\na\tb\n1\t2\n3\t4\n", AB),
    Case("sep= in quotes", '"sep=,"\na,b\n1,2\n3,4\n', AB),
    Case("sep= below a byte order mark", "\ufeffsep=;\r\na;b\r\n1;2\r\n3;4\r\n", AB),
    Case("SEP= in capitals", "SEP=;\na;b\n1;2\n3;4\n", AB),
    Case("a comma in texts that tabs separate", "a\tb\nx, y\t2\nz, w\t4\n", {"a": ["x, y", "z, w"], "b": [2, 4]}),
    Case("a semicolon in one cell", 'a,b\n"x;y",2\nz,4\n', {"a": ["x;y", "z"], "b": [2, 4]}),
    Case("times hold colons", "t,n\n10:15,1\n11:30,2\n", {"t": ["10:15", "11:30"], "n": [1, 2]}),
    Case("the delimiter a person names", "a,b;c\n1,2;3\n4,5;6\n", {"a": [1, 4], "b;c": ["2;3", "5;6"]},
         options={"delimiter": ","}),
    Case("one column", "a\n1\n2\n", {"a": [1, 2]}),
    Case("one column of words", "city\nPorto\nLyon\n", {"city": ["Porto", "Lyon"]}),
    Case("one column of sentences", "note\nIt was late.\nWe went home, then slept.\n",
         {"note": ["It was late.", "We went home, then slept."]}),
    Case("one row", "a,b\n1,2\n", {"a": [1], "b": [2]}),
    Case("only a header", "a,b\n", {"a": [], "b": []}),
    Case("one cell", "a\n", {"a": []}),
    Case("no newline at the end", "a,b\n1,2\n3,4", AB),
    Case("newlines at the end", "a,b\n1,2\n3,4\n\n\n", AB),
    Case("blank lines between", "a,b\n\n1,2\n\n\n3,4\n", AB),
    Case("blank lines above", "\n\na,b\n1,2\n3,4\n", AB),
    Case("lines of delimiters between", "a,b,c\n1,2,5\n,,\n3,4,6\n", {"a": [1, 3], "b": [2, 4], "c": [5, 6]}),
    Case("trailing delimiters", "a,b,\n1,2,\n3,4,\n", AB),
    Case("trailing delimiters below the header", "a,b\n1,2,\n3,4,\n", AB),
    Case("trailing delimiters in the header", "a,b,\n1,2\n3,4\n", AB),
    Case("many trailing delimiters", "a,b,,,,\n1,2,,,,\n3,4,,,,\n", AB),
    Case("lines of CR and LF", "a,b\r\n1,2\r\n3,4\r\n", AB),
    Case("lines of CR", "a,b\r1,2\r3,4\r", AB),
    Case("mixed line ends", "a,b\r\n1,2\n3,4\r\n", AB),
    Case("doubled CR", "a,b\r\r\n1,2\r\r\n3,4\r\r\n", AB),
    Case("a substitute at the end", "a,b\r\n1,2\r\n3,4\r\n\x1a", AB),
    Case("a space below", "a,b\n1,2\n3,4\n \n", AB),
]  # fmt: skip

QUOTED = [
    Case("the delimiter in quotes", 'a,b\n"x, y",2\nz,4\n', {"a": ["x, y", "z"], "b": [2, 4]}),
    Case("doubled quotes", 'a,b\n"say ""hi""",2\nz,4\n', {"a": ['say "hi"', "z"], "b": [2, 4]}),
    Case("quotes after a backslash", 'a,b\n"say \\"hi\\"",2\nz,4\n', {"a": ['say "hi"', "z"], "b": [2, 4]}),
    Case("backslashes in paths", 'a,b\n"C:\\new\\table",2\n"D:\\x",4\n', {"a": ["C:\\new\\table", "D:\\x"], "b": [2, 4]}),
    Case("a path that ends in a backslash", 'a,b\n"C:\\temp\\",2\n"D:\\",4\n', {"a": ["C:\\temp\\", "D:\\"], "b": [2, 4]}),
    Case("a newline in quotes", 'a,b\n"x\ny",2\nz,4\n', {"a": ["x\ny", "z"], "b": [2, 4]}),
    Case("blank lines in quotes", 'a,b\n"x\n\ny",2\nz,4\n', {"a": ["x\n\ny", "z"], "b": [2, 4]}),
    Case("CR LF in quotes", 'a,b\r\n"x\r\ny",2\r\nz,4\r\n', {"a": ["x\r\ny", "z"], "b": [2, 4]}),
    Case("a newline in a label", '"a\nlong",b\n1,2\n3,4\n', {"a\nlong": [1, 3], "b": [2, 4]}),
    Case("every cell in quotes", '"a","b"\n"1","2"\n"3","4"\n', AB),
    Case("single quotes", "a,b\n'x, y',2\n'z, w',4\n'v',6\n", {"a": ["x, y", "z, w", "v"], "b": [2, 4, 6]}),
    Case("apostrophes are no quotes", "a,b\nO'Brien,2\nL'été,4\n", {"a": ["O'Brien", "L'été"], "b": [2, 4]}),
    Case("inches in a cell", 'a,b\n5" pipe,2\n6" pipe,4\n', {"a": ['5" pipe', '6" pipe'], "b": [2, 4]}),
    Case("quotes inside a cell", 'a,b\nthe "best" one,2\nz,4\n', {"a": ['the "best" one', "z"], "b": [2, 4]}),
    Case("a space before quotes", 'a, b\n1, "x, y"\n3, "z"\n', {"a": [1, 3], "b": ["x, y", "z"]}),
    Case("a quote that never closes", 'a,b\nx,1\n"y,2\nz,3\n', {"a": ["x", '"y', "z"], "b": [1, 2, 3]}, said="never closes"),
    Case("empty quotes", 'a,b\n"",2\nz,4\n', {"a": [None, "z"], "b": [2, 4]}),
    Case("three quotes", 'a,b\n"""x""",2\nz,4\n', {"a": ['"x"', "z"], "b": [2, 4]}),
    Case("lines quoted whole", '"a,b"\n"1,2"\n"3,4"\n', AB),
    Case("JSON in a cell", 'a,b\n"{""k"": [1, 2]}",2\n"{}",4\n', {"a": ['{"k": [1, 2]}', "{}"], "b": [2, 4]}),
    Case("markup in a cell", 'a,b\n<b>x</b>,2\n<i>y</i>,4\n', {"a": ["<b>x</b>", "<i>y</i>"], "b": [2, 4]}),
    Case("spaces in quotes stay", 'a,b\n" x ",2\nz,4\n', {"a": [" x ", "z"], "b": [2, 4]}),
    Case("a formula that protects zeros", 'a,b\n="007",2\n="008",4\n', {"a": ["007", "008"], "b": [2, 4]}),
    Case("quotes around texts with a semicolon", '"a";"b"\n"x;y";"1,5"\n"z";"2,5"\n', {"a": ["x;y", "z"], "b": [1.5, 2.5]}),
]  # fmt: skip

BROKEN = [
    Refusal("nothing", "", "empty"),
    Refusal("only blanks", " \n\n  \n", "blank"),
    Refusal("only a byte order mark", b"\xef\xbb\xbf", "blank|empty"),
    Refusal("only zeros", b"\x00" * 4096, "blank|no text|empty|zero"),
    Refusal("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "PNG"),
    Refusal("a PDF", b"%PDF-1.7\n" + bytes(range(256)) * 4, "PDF"),
    Refusal("random bytes", bytes((number * 7919 >> 3) % 256 for number in range(4096)), "no text"),
    Refusal("a pickle", b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00]\x94.", "pickle"),
    Refusal("a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "LFS"),
]  # fmt: skip


@every(SEPARATED)
def test_cells_are_separated(case, tmp_path):
    case.check(tmp_path)


@every(QUOTED)
def test_cells_are_quoted(case, tmp_path):
    case.check(tmp_path)


@every(BROKEN)
def test_what_is_no_table_is_refused(case, tmp_path):
    case.check(tmp_path)
