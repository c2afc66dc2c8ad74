"""What a column's name says: its words, the roles they speak for, and its unit."""

from __future__ import annotations

import functools
import re

from autodash_jupyter.profiling.vocabulary import NAME_WORDS

__all__ = ["CURRENCIES", "ending_in", "name_unit", "name_words", "speaks_for", "stem_in"]

_MAYBE_A_UNIT = re.compile(r"(?=.*\D)(?!.*\d{3}).{1,8}")  # not a year, nor a version
_BOUNDARY = re.compile(
    r"[^\w%]+|_+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])"
)
_IN_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]{1,12})\s*[)\]]\s*$")

CURRENCIES = {
    "usd": "USD",
    "eur": "EUR",
    "gbp": "GBP",
    "chf": "CHF",
    "jpy": "JPY",
    "inr": "INR",
    "cny": "CNY",
}
_UNITS = {
    **CURRENCIES,
    **{
        unit: unit
        for unit in ("mm", "cm", "km", "kg", "mg", "ms", "ml", "kw", "mw", "mph", "hpa", "mb", "db")
    },
    **{"g": "g", "m": "m", "lb": "lb", "lbs": "lb", "oz": "oz", "ft": "ft", "inch": "in", "inches": "in"},
    **{
        "celsius": "°C",
        "fahrenheit": "°F",
        "kelvin": "K",
        "degc": "°C",
        "degf": "°F",
        "kmh": "km/h",
        "kph": "km/h",
    },
    **{"sec": "s", "secs": "s", "seconds": "s", "min": "min", "mins": "min", "minutes": "min", "hours": "h"},
    **{"hrs": "h", "days": "days", "weeks": "weeks", "months": "months", "years": "years", "miles": "mi"},
    **{"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"},
    **{"pct": "%", "percent": "%", "percentage": "%", "perc": "%", "%": "%", "kcal": "kcal", "mmhg": "mmHg"},
    **{
        "hp": "hp",
        "kwh": "kWh",
        "wh": "Wh",
        "khz": "kHz",
        "hz": "Hz",
        "bytes": "bytes",
        "gb": "GB",
        "dollars": "USD",
    },
}
_TIMED = NAME_WORDS["duration"] | {"time"}
_NOT_ALONE = {"g", "m", "min", "mb", "in", "ms", "mg", "db"}


@functools.lru_cache(maxsize=4096)
def name_words(label: str) -> tuple[str, ...]:
    """Split a label into lower-case words at separators, changes of case, and digits.

    >>> name_words("gdpPercap"), name_words("Body Mass (g)"), name_words("user_id2")
    (('gdp', 'percap'), ('body', 'mass', 'g'), ('user', 'id', '2'))
    """
    return tuple(word.lower() for word in _BOUNDARY.split(label[:200]) if word)


def name_unit(label: str) -> str | None:
    """Return the unit a label ends in.

    >>> name_unit("body_mass_g"), name_unit("Depth (mm)"), name_unit("g")
    ('g', 'mm', None)
    >>> name_unit("temp_min"), name_unit("delay_min")
    (None, 'min')
    """
    bracketed = _IN_BRACKETS.search(label[-40:])
    if bracketed:
        text = bracketed.group(1)
        return _UNITS.get(text.lower(), text if _MAYBE_A_UNIT.fullmatch(text) else None)
    words = name_words(label)
    if not words or (len(words) == 1 and words[0] in _NOT_ALONE):
        return None
    if words[-1] in ("g", "m") and len(words[-2]) < 3:
        return None
    if words[-1] == "min" and not _TIMED & set(words):
        return None  # a minimum
    return _UNITS.get(words[-1])


def speaks_for(words: tuple[str, ...], role: str) -> str | None:
    """Return the word of a name that speaks for ``role``, the last one first, or ``None``.

    >>> speaks_for(("annual", "income"), "money")
    'income'
    """
    known = NAME_WORDS[role]
    for word in reversed(words):
        if word in known:
            return word
    joined = "".join(words)
    return joined if len(words) > 1 and joined in known else None


def stem_in(words: tuple[str, ...], stems: tuple[str, ...]) -> str | None:
    """Return the first of the stems that a word of a name begins or ends with.

    >>> stem_in(("medianincom", "2"), ("incom", "price"))
    'incom'
    """
    return next(
        (stem for stem in stems for word in words if word.startswith(stem) or word.endswith(stem)), None
    )


def ending_in(words: tuple[str, ...], endings: tuple[str, ...]) -> str | None:
    """Return the first of the endings that a longer word of a name has.

    >>> ending_in(("gasbill",), ("bill", "fee")), ending_in(("coffee",), ("bill",))
    ('bill', None)
    """
    return next((end for end in endings for word in words if word.endswith(end) and word != end), None)
