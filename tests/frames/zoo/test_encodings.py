"""The bytes that letters become."""

# ruff: noqa: RUF001 - letters of other scripts are what is tested

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

from zoo import Case, every

WEST = "name,city\nJosé,São Paulo\nZoë,Köln\nBjörk,Reykjavík\n"
WEST_COLUMNS = {"name": ["José", "Zoë", "Björk"], "city": ["São Paulo", "Köln", "Reykjavík"]}
JAPANESE = "名前,都市,人口\n山田太郎,東京,100\n鈴木花子,大阪,200\n佐藤,横浜市,300\n"
JAPANESE_COLUMNS = {
    "名前": ["山田太郎", "鈴木花子", "佐藤"],
    "都市": ["東京", "大阪", "横浜市"],
    "人口": [100, 200, 300],
}
CHINESE = "城市,人口\n北京,100\n上海,200\n广州市,300\n"
CHINESE_COLUMNS = {"城市": ["北京", "上海", "广州市"], "人口": [100, 200, 300]}
RUSSIAN = "город,население\nМосква,100\nКазань,200\nСанкт-Петербург,300\n"
RUSSIAN_COLUMNS = {"город": ["Москва", "Казань", "Санкт-Петербург"], "население": [100, 200, 300]}
GREEK = "πόλη,τιμή\nΑθήνα,1\nΘεσσαλονίκη,2\nΠάτρα,3\n"
POLISH = "miasto,n\nŁódź,1\nKraków,2\nGdańsk,3\nWrocław,4\n"
TURKISH = "şehir,n\nİstanbul,1\nİzmir,2\nŞanlıurfa,3\nDiyarbakır,4\nEskişehir,5\n"

ENCODED = [
    *(
        Case(f"{name}", WEST.encode(name), WEST_COLUMNS)
        for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
    ),
    *(Case(f"{name} is a guess", WEST.encode(name), WEST_COLUMNS, said="guess")
      for name in ("cp1252", "latin-1", "mac_roman")),
    Case("euro and quotes of Windows", "item,price\n“naïve”,€5\nL’été,€3\n".encode("cp1252"),
         {"item": ["“naïve”", "L’été"], "price": [5, 3]}),
    *(Case(f"Japanese in {name}", JAPANESE.encode(name), JAPANESE_COLUMNS)
      for name in ("shift-jis", "cp932", "euc-jp", "utf-16", "utf-16-le", "utf-16-be", "utf-8")),
    *(Case(f"Chinese in {name}", CHINESE.encode(name), CHINESE_COLUMNS) for name in ("gb18030", "gbk", "utf-16-le")),
    Case("Chinese in big5", "城市,人口\n臺北,100\n高雄市,200\n臺中,300\n".encode("big5"),
         {"城市": ["臺北", "高雄市", "臺中"], "人口": [100, 200, 300]}),
    *(Case(f"Russian in {name}", RUSSIAN.encode(name), RUSSIAN_COLUMNS)
      for name in ("cp1251", "koi8-r", "utf-16", "utf-16-le", "cp866", "iso8859-5")),
    *(Case(f"Greek in {name}", GREEK.encode(name),
           {"πόλη": ["Αθήνα", "Θεσσαλονίκη", "Πάτρα"], "τιμή": [1, 2, 3]}) for name in ("cp1253", "iso8859-7")),
    *(Case(f"Polish in {name}", POLISH.encode(name),
           {"miasto": ["Łódź", "Kraków", "Gdańsk", "Wrocław"], "n": [1, 2, 3, 4]}) for name in ("cp1250", "iso8859-2")),
    *(Case(f"Turkish in {name}", TURKISH.encode(name),
           {"şehir": ["İstanbul", "İzmir", "Şanlıurfa", "Diyarbakır", "Eskişehir"], "n": [1, 2, 3, 4, 5]})
      for name in ("cp1254", "iso8859-9")),
    Case("Korean in cp949", "도시,인구\n서울,100\n부산광역시,200\n대구,300\n".encode("cp949"),
         {"도시": ["서울", "부산광역시", "대구"], "인구": [100, 200, 300]}),
    Case("Hebrew in cp1255", "עיר,אוכלוסייה\nירושלים,1\nתל אביב,2\nחיפה,3\n".encode("cp1255"),
         {"עיר": ["ירושלים", "תל אביב", "חיפה"], "אוכלוסייה": [1, 2, 3]}),
    Case("Arabic in cp1256", "مدينة,عدد\nالقاهرة,1\nبغداد,2\nدمشق,3\n".encode("cp1256"),
         {"مدينة": ["القاهرة", "بغداد", "دمشق"], "عدد": [1, 2, 3]}),
    Case("the encoding a person names", "miasto,n\nŁódź,1\n".encode("iso8859-2"), {"miasto": ["Łódź"], "n": [1]},
         options={"encoding": "iso8859-2"}),
    Case("emoji", "a,b\n😀,1\n👩‍🚀,2\n", {"a": ["😀", "👩‍🚀"], "b": [1, 2]}),
    Case("a byte order mark before quotes", '\ufeff"a","b"\n"1","2"\n', {"a": [1], "b": [2]}),
    Case("accents beyond the beginning", ("a,b\n" + "x,1\n" * 100_000 + "é,2\n").encode("latin-1"),
         {"a": ["x"] * 100_000 + ["é"], "b": [1] * 100_000 + [2]}),
    Case("zeros inside cells", b"a,b\nx\x00y,1\nz,2\n", {"a": ["x\x00y", "z"], "b": [1, 2]}),
    Case("UTF-16 with tabs, as Excel saves Unicode text", "a\tb\r\né\t1\r\nü\t2\r\n".encode("utf-16"),
         {"a": ["é", "ü"], "b": [1, 2]}, file="t.txt"),
    Case("UTF-16 without a mark at odd lengths", "a,b\n1,2\n".encode("utf-16-le"), {"a": [1], "b": [2]}),
    Case("one bad byte in UTF-8", "name,n\nJosé,1\n".encode() + b"caf\xe9,2\n" + "Zoë,3\n".encode() * 5,
         {"name": ["José", "caf\ufffd", *["Zoë"] * 5], "n": [1, 2, 3, 3, 3, 3, 3]}, said="UTF-8"),
    Case("text that was encoded twice stays as it is", "name,n\nJosÃ©,1\n", {"name": ["JosÃ©"], "n": [1]}),
    Case("a space that breaks no line around numbers", "a,b\n\xa01,2\n3\xa0,4\n", {"a": [1, 3], "b": [2, 4]}),
    Case("zero-width spaces in labels", "\u200ba,b\n1,2\n", {"a": [1], "b": [2]}),
]  # fmt: skip


@every(ENCODED)
def test_letters_come_out_as_they_were_meant(case, tmp_path):
    case.check(tmp_path)
