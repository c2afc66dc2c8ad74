"""Which encoding a text in another script than Latin is in: each is tried, and the likeliest letters win."""

# ruff: noqa: RUF001, E501 - letters of other scripts are what is weighed, and each is two places wide

from __future__ import annotations

from functools import cache

__all__ = ["likeliest_script"]

# Each encoding with the letters of its languages, the most frequent first.
CYRILLIC = "оеаинтсрвлкмдпуяызьбгчйхжшюцщэфъёіїєґљњћџђўјѓќѕ"
LETTERS = {
    "cp1251": CYRILLIC,
    "koi8_r": CYRILLIC,
    "koi8_u": CYRILLIC,
    "cp866": CYRILLIC,
    "iso8859_5": CYRILLIC,
    "mac_cyrillic": CYRILLIC,
    "cp1253": "αοιετσνηυρπκμλςωδγθχφβξζψάίόέήύώϊϋΐΰ",
    "iso8859_7": "αοιετσνηυρπκμλςωδγθχφβξζψάίόέήύώϊϋΐΰ",
    "cp1255": "יוהלארתבשמנםחדקעפכטןגזסץצךף",
    "cp1256": "اليمونرتبةعدسفهكقحجأشخصىطضذإئزغثظؤءآپچگژ",
    "cp874": "านรอกเงมยล่วดท้สตะปบคห์แจพชขใไ็ผูุีืัิึโ๋ำธถณซญฐศษฎภฮ๊ฉฝฟฆฏฑฒฌฬฤๆ",
}
# Encodings of two bytes a letter, the surer ones first where several fit alike.
WIDE = ("cp932", "cp949", "gb18030", "euc_jp", "big5")
KANJI = "日本東京都大阪市県名前町区年月人国会社学生山田中村島川崎横浜北南西部長者数品番号神奈福岡愛知森林木藤佐加高"
HANZI = "的一是不了人在有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小心多天经发方成事日都没看进好面定起行市省县区广州北京海城人口名称"
TRADITIONAL = "的一是不了人在有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可裡後小心多天經發方成事日都沒看進好面定起行臺市縣區北南高雄東門灣"
USUAL = {"cp932": KANJI, "euc_jp": KANJI, "gb18030": HANZI, "big5": TRADITIONAL, "cp949": ""}
# Between which first bytes the everyday characters lie, in the encoding that orders them so.
EVERYDAY = {
    "cp932": ("euc_jp", 0xB0, 0xCF),
    "euc_jp": ("euc_jp", 0xB0, 0xCF),
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "big5": ("big5", 0xA4, 0xC6),
    "cp949": ("euc_kr", 0xB0, 0xC8),
}
FEWEST = 0.25
SURELY_NONE = -3.0


def likeliest_script(sample: bytes) -> str:
    """Return the Python name of the encoding in which the bytes beyond ASCII are likeliest letters, ``""``
    where in none they are.

    >>> likeliest_script("Москва, Казань".encode("koi8-r")), likeliest_script("東京".encode("cp932"))
    ('koi8_r', 'cp932')
    """
    weighed = {name: _weight(sample, name) for name in (*LETTERS, *WIDE)}
    best = max(weighed, key=weighed.__getitem__)
    return best if weighed[best] > FEWEST else ""


def _weight(sample: bytes, name: str) -> float:
    """Return how likely the letters are, from -3 to 1, a mean over the bytes beyond ASCII."""
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        return SURELY_NONE
    total = count = 0.0
    before = " "
    for letter in text:
        if not letter.isascii():
            width = 1 if name in LETTERS else 2
            total += width * (_narrow(letter, before, name) if name in LETTERS else _wide(letter, name))
            count += width
        before = letter
    return total / count if count else SURELY_NONE


def _narrow(letter: str, before: str, name: str) -> float:
    rank = _ranks(LETTERS[name]).get(letter.lower())
    if rank is None:
        return -0.1 if letter in "«»„“”’–—№°§\xa0€" else -1.0
    if letter.isupper() and before.islower():
        return -1.0
    if before.isascii() and before.isalpha():
        return -0.5
    return (0.95 if letter.isupper() else 1.0) * (1.0 - 0.8 * rank)


@cache
def _ranks(letters: str) -> dict[str, float]:
    return {letter: place / len(letters) for place, letter in enumerate(letters)}


def _wide(letter: str, name: str) -> float:  # noqa: PLR0911 - each kind of letter
    if letter in USUAL[name]:
        return 1.0
    if "\u3040" <= letter <= "\u30ff":
        return 0.95 if name in {"cp932", "euc_jp"} else 0.2
    if "\uff61" <= letter <= "\uff9f":
        return 0.1  # half a kana wide, as other scripts come out by mistake
    if "\uac00" <= letter <= "\ud7a3":
        return 0.9 if _is_everyday(letter, name) else -0.5
    if "\u4e00" <= letter <= "\u9fff":
        everyday = _is_everyday(letter, name)
        return -0.3 if name == "cp949" else 0.8 if everyday else 0.0
    if "\u3000" <= letter <= "\u303f" or "\uff01" <= letter <= "\uff5e":
        return 0.5
    return -1.0 if "\ue000" <= letter <= "\uf8ff" else -0.4


def _is_everyday(letter: str, name: str) -> bool:
    encoding, first, last = EVERYDAY[name]
    try:
        return first <= letter.encode(encoding)[0] <= last
    except UnicodeEncodeError:
        return False
