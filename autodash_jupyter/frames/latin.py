"""Which encoding a text in a Latin script is in: one without oddities, whose letters go together."""

# ruff: noqa: RUF001, RUF003 - letters of many languages are what is weighed

from __future__ import annotations

__all__ = ["likeliest_latin"]

WESTERN_LANGUAGES = (
    "éèêëàâçîïôûùüœæ", "äöüß", "áéíóúñüª", "ãõáéíóúâêôçàüª", "åäöæøéü", "áéíóúýðþæö", "àèéìíòóùú",
    "éëïèüöó", "àáèéíïóòúüç",
)  # fmt: skip
EASTERN_LANGUAGES = (
    "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţșțŞŢ", "čćđšž", "čšž",
)  # fmt: skip
# Each encoding with the letters beyond ASCII of the languages it was made for; the likeliest first.
LANGUAGES = {
    "cp1252": WESTERN_LANGUAGES,
    "cp1250": EASTERN_LANGUAGES,
    "iso8859_2": EASTERN_LANGUAGES,
    "cp1254": ("çğıiöşüâîû",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöüõšž"),
    "mac_roman": WESTERN_LANGUAGES,
    "cp850": WESTERN_LANGUAGES,
}
# Symbols that do stand beside letters.
TOUCHING_WORDS = "‘’“”«»„–—…€£¥°©®™§²ªº\xa0"
NEVER_ALONE = "ýþð"  # in Icelandic others stand beside them; in Turkish these are ı, ş and ğ
FEWEST_OF_ONE_LANGUAGE = 0.95
MOST_OF_NONE = 0.8
FEWEST_LETTERS = 2


def likeliest_latin(sample: bytes) -> str:
    """Return the Python name of the encoding that a text with some letters beyond ASCII is in.

    >>> likeliest_latin("Łódź, Kraków".encode("cp1250")), likeliest_latin("café".encode("latin-1"))
    ('cp1250', 'cp1252')
    """
    texts = {}
    for name in LANGUAGES:
        try:
            texts[name] = sample.decode(name)
        except UnicodeDecodeError:
            continue
    odd = {name: _oddities(text) for name, text in texts.items()}
    fewest = min(odd.values(), default=0)
    fitting = [name for name in texts if odd[name] == fewest]
    if not fitting or _share_of_one_language(texts[fitting[0]], fitting[0]) >= MOST_OF_NONE:
        return fitting[0] if fitting else ""
    shares = {name: _share_of_one_language(texts[name], name) for name in fitting}
    best = max(fitting, key=shares.__getitem__)
    return best if shares[best] >= FEWEST_OF_ONE_LANGUAGE else fitting[0]


def _share_of_one_language(text: str, name: str) -> float:
    """Return how many of the letters beyond ASCII one language of an encoding has, 1 where there are few."""
    letters = {
        letter for letter in text.lower().replace("i\u0307", "i") if letter.isalpha() and not letter.isascii()
    }
    if len(letters) < FEWEST_LETTERS:
        return 1.0
    if letters <= set(NEVER_ALONE):
        return 0.0
    return max(len(letters.intersection(language)) for language in LANGUAGES[name]) / len(letters)


def _oddities(text: str) -> int:
    """Count symbols that touch a letter, and capitals after a small letter, beyond ASCII."""
    count = 0
    for before, letter, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if letter.isascii() or letter in TOUCHING_WORDS:
            continue
        if letter.isalpha():
            count += letter.isupper() and before.islower()
        else:
            count += before.isalpha() or after.isalpha()
    return count
