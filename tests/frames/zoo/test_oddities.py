"""Odd cells, labels and lines that are neither of one kind nor another."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

from zoo import Case, at, every

ODDITIES = [
    Case("a separator of lines in a cell","a,b\nx\u2028y,1\nz,2\n",{"a":["x\u2028y","z"],"b":[1,2]}),
    Case("quoted label",'"a ""x""",b\n1,2\n',{'a "x"':[1],"b":[2]}),
    Case("escapes of MySQL stay","id\ttext\n1\tline\\nbreak\n2\ttab\\there\n",{"id":[1,2],"text":["line\\nbreak","tab\\there"]},file="t.tsv"),
    Case("times as Germans write them","t;n\n31.01.2024 14:30 Uhr;1\n01.02.2024 00:15 Uhr;2\n",{"t":[at("2024-01-31T14:30"),at("2024-02-01T00:15")],"n":[1,2]}),
    Case("month year","m;n\nenero 2024;1\nfebrero 2024;2\n",{"m":["enero 2024","febrero 2024"],"n":[1,2]}),
    Case("times of day with halves","t,n\n12:30:00 AM,1\n1:05:00 PM,2\n",{"t":["12:30:00 AM","1:05:00 PM"],"n":[1,2]}),
    Case("long preamble","".join(f"Key{i}: value {i}\n" for i in range(20))+"\na,b,c\n1,2,3\n4,5,6\n",{"a":[1,4],"b":[2,5],"c":[3,6]},said="Key0"),
    Case("empty delims above",";;;\n;;;\na;b;c;d\n1;2;3;4\n5;6;7;8\n",{"a":[1,5],"b":[2,6],"c":[3,7],"d":[4,8]}),
    Case("an end marked in words","a;b;c\n1;2;3\n4;5;6\nEnde der Daten\n",{"a":[1,4],"b":[2,5],"c":[3,6]},said="Ende"),
    Case("an accountant's dashes and brackets","k,v\na, $ 1 \nb, $ (2)\nc, $ - \n",{"k":["a","b","c"],"v":[1,-2,None]}),
    Case("yes blanks","k,v\na,Yes \nb,No\nc, yes\n",{"k":["a","b","c"],"v":[True,False,True]}),
    Case("T and F","k,v\na,T\nb,F\nc,T\n",{"k":["a","b","c"],"v":[True,False,True]}),
    Case("zeros and ones with a gap","k,v\na,0\nb,\nc,1\n",{"k":["a","b","c"],"v":[0,None,1]}),
    Case("bad quoting",'a,b\n"x"y,1\nz,2\n',{"a":["xy","z"],"b":[1,2]}),
    Case("apostrophe zeros","k,v\na,'007\nb,'042\n",{"k":["a","b"],"v":["'007","'042"]}),
    Case("the year one","d,n\n0001-01-01,1\n2024-01-31,2\n",{"d":[at("0001-01-01"),at("2024-01-31")],"n":[1,2]}),
    Case("the year 9999","d,n\n9999-12-31,1\n2024-01-31,2\n",{"d":[at("9999-12-31"),at("2024-01-31")],"n":[1,2]}),
    Case("days of the year","d,n\n2024-031,1\n2024-032,2\n",{"d":["2024-031","2024-032"],"n":[1,2]}),
    Case("milliseconds since 1970","ts,n\n1706659200000,1\n1709337600000,2\n",{"ts":[1706659200000,1709337600000],"n":[1,2]}),
    Case("long codes with zeros in front","id,n\n0000123456789012345,1\n0000123456789012346,2\n",{"id":["0000123456789012345","0000123456789012346"],"n":[1,2]}),
    Case("all digits of a float","x,n\n0.1,1\n0.30000000000000004,2\n",{"x":[0.1,0.30000000000000004],"n":[1,2]}),
    Case("some quoted thousands",'k,x\na,"1,234,567"\nb,12\nc,"1,000"\n',{"k":["a","b","c"],"x":[1234567,12,1000]}),
    Case("marks by column","k;x;y\na;1,5;2.5\nb;2,75;3.25\n",{"k":["a","b"],"x":[1.5,2.75],"y":[2.5,3.25]}),
    Case("comments after a semicolon","; made by hand\na,b\n1,2\n3,4\n",{"a":[1,3],"b":[2,4]},said="hand"),
    Case("quoted commas",'"a","b"\n"1,5","2,5"\n"3,25","4,5"\n',{"a":[1.5,3.25],"b":[2.5,4.5]}),
    Case("rules between","a|b\n---|---\n1|2\n---|---\n3|4\n",{"a":[1,3],"b":[2,4]}),
    Case("json backslash",'id,j\n1,"{\\"a\\": 1}"\n2,"{\\"a\\": 2}"\n',{"id":[1,2],"j":['{"a": 1}','{"a": 2}']}),
    Case("entities","a,b\nx &amp; y,1\nz,2\n",{"a":["x &amp; y","z"],"b":[1,2]}),
    Case("last quoted",'a,b\n1,"x"\n3,"y"',{"a":[1,3],"b":["x","y"]}),
    Case("Nan is a name","name,n\nNan,1\nAna,2\nBo,3\n",{"name":["Nan","Ana","Bo"],"n":[1,2,3]}),
    Case("TRUE gaps","a,b\nTRUE,1\n,2\nTRUE,3\n",{"a":[True,None,True],"b":[1,2,3]}),
    Case("minutes and seconds","lap,n\n12:30,1\n13:45,2\n",{"lap":["12:30","13:45"],"n":[1,2]}),
    Case("postal codes of nine digits","zip,n\n01234-5678,1\n98765-4321,2\n",{"zip":["01234-5678","98765-4321"],"n":[1,2]}),
    Case("numbers of books","isbn,n\n978-3-16-148410-0,1\n978-0-306-40615-7,2\n",{"isbn":["978-3-16-148410-0","978-0-306-40615-7"],"n":[1,2]}),
    Case("scores","match,n\n3-1,1\n2-2,2\n",{"match":["3-1","2-2"],"n":[1,2]}),
    Case("midnights of the USA","d,n\n1/2/2024 0:00:00,1\n1/31/2024 0:00:00,2\n",{"d":[at("2024-01-02"),at("2024-01-31")],"n":[1,2]}),
    Case("degrees","at,n\n54°19'N,1\n48°51'N,2\n",{"at":["54°19'N","48°51'N"],"n":[1,2]}),
    Case("crlf in quotes, lf rows",'a,b\n"x\r\ny",1\nz,2\n',{"a":["x\r\ny","z"],"b":[1,2]}),
    Case("a label three times","x,x,x\n1,2,3\n",{"x":[1],"x.1":[2],"x.2":[3]}),
    Case("a label that another would get","x,x.1,x\n1,2,3\n",{"x":[1],"x.1":[2],"x.2":[3]}),
    Case("units row brackets","time,T\n[s],[degC]\n0,20.5\n1,21.5\n2,22\n",{"time [s]":[0,1,2],"T [degC]":[20.5,21.5,22]}),
    Case("two rows of labels without one for the first column",",2023,,2024,\n,a,b,a,b\nx,1,2,3,4\ny,5,6,7,8\n",{"Unnamed: 0":["x","y"],"2023 a":[1,5],"2023 b":[2,6],"2024 a":[3,7],"2024 b":[4,8]}),
    Case("semicolon decimals and dates","Datum;Wert\n2024-01-31;-1,5\n2024-02-01;2\n",{"Datum":[at("2024-01-31"),at("2024-02-01")],"Wert":[-1.5,2]}),
    Case("points for thousands alone","Ort;Einwohner\nKiel;246.243\nBonn;331.885\nUlm;129.942\n",{"Ort":["Kiel","Bonn","Ulm"],"Einwohner":[246243,331885,129942]},said="thousands"),
    Case("space delim quoted",'a b c\n"x y" 1 2\nz 3 4\n',{"a":["x y","z"],"b":[1,3],"c":[2,4]},file="t.txt"),
    Case("hashes separate","a#b#c\n1#2#3\n4#5#6\n",{"a":[1,4],"b":[2,5],"c":[3,6]},file="t.txt"),
    Case("a column of totals","k,a,b,Total\nx,1,2,3\ny,3,4,7\n",{"k":["x","y"],"a":[1,3],"b":[2,4],"Total":[3,7]}),
    Case("a total and a mean","k,a\nx,1\ny,3\nTotal,4\nAverage,2\n",{"k":["x","y"],"a":[1,3]},said="Average"),
    Case("subtotal inside stays","k,a\nx,1\nSubtotal,1\ny,3\nSubtotal,3\n",{"k":["x","Subtotal","y","Subtotal"],"a":[1,1,3,3]}),
    Case("degrees in Latin-1","t (°C),n\n1.5,1\n2.5,2\n".encode("latin-1"),{"t (°C)":[1.5,2.5],"n":[1,2]}),
    Case("pound","k,v\na,£5\nb,£6.50\n".encode("cp1252"),{"k":["a","b"],"v":[5,6.5]}),
    Case("summer and winter","t,n\n2024-01-31T00:00:00+01:00,1\n2024-07-31T00:00:00+02:00,2\n",{"t":[at("2024-01-30T23:00:00+00:00"),at("2024-07-30T22:00:00+00:00")],"n":[1,2]}),
    Case("UTC by name","t,n\n2024-01-31 12:00:00 UTC,1\n2024-02-01 12:00:00 UTC,2\n",{"t":[at("2024-01-31T12:00:00+00:00"),at("2024-02-01T12:00:00+00:00")],"n":[1,2]}),
    Case("bool digits words","a,b\nyes,1\nno,2\nn/a,3\n",{"a":[True,False,None],"b":[1,2,3]}),
]  # fmt: skip


@every(ODDITIES)
def test_what_is_odd_comes_out(case, tmp_path):
    case.check(tmp_path)
