"""What texts look like: addresses, numbers, moments, codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

__all__ = [
    "PATTERNS",
    "PERSONAL",
    "frequent_shapes",
    "looks_personal",
    "mask_personal",
    "pattern_share",
    "shape_of",
]

_EMAIL = r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]m)?"
_ZONE = r"\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2})?"
_DAY = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}[ -]{_MONTH}[ ,-]+\d{{2,4}}|{_MONTH}[ .]+\d{{1,2}}(?:st|nd|rd|th)?,? +\d{{4}}"
    rf"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +.*{_MONTH}.*\d{{4}}.*)"
)
_PHONE = r"(?=(?:\D*\d){7,15}\D*$)(?:\+|\(|00|\d)[\d\s().\-/]{6,24}(?:\s*(?:x|ext\.?)\s*\d+)?"


def _matcher(pattern: str, flags: int = re.IGNORECASE) -> Callable[[str], object]:
    return re.compile(pattern, flags).fullmatch


PATTERNS: dict[str, Callable[[str], object]] = {
    "email": _matcher(_EMAIL),
    "url": _matcher(r"(?:https?|ftp)://\S+|www\.\S+\.\S+"),
    "ip": _matcher(r"(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}"),
    "uuid": _matcher(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?"),
    "hash": _matcher(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{12,}"),
    "date": _matcher(_DAY),
    "datetime": _matcher(rf"{_DAY}[T ,]+{_CLOCK}{_ZONE}"),
    "month": _matcher(
        rf"\d{{4}}[-/]\d{{1,2}}|{_MONTH}[ .,'-]+\d{{2,4}}|\d{{4}}[ -]?q[1-4]|q[1-4][ -]\d{{4}}"
    ),
    "time": _matcher(r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?\s*(?:[ap]m)?"),
    "duration": _matcher(
        r"(?:\d+(?:\.\d+)?\s*(?:days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|weeks?|w|months?|years?|yrs?)"
        r"[\s,]*)+|\d{1,3}:\d{2}:\d{2}(?:\.\d+)?|\d+ days? \d{1,2}:\d{2}:\d{2}.*|P(?=\d|T)[\dYMWDTHS.]+"
    ),
    "phone": _matcher(_PHONE),
    "json": _matcher(r"\s*(?:\{.*\}|\[.*\])\s*", re.DOTALL),
    "code": _matcher(r"(?=.*\d)[A-Z0-9][A-Za-z0-9]*(?:[-_./:][A-Za-z0-9]+)*|[A-Z]{2,6}", 0),
    "address": _matcher(
        r"\d+\w?\s+\S.*|.*\b(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|blvd|way|court|ct|straße|str)\b\.?.*\d*"
    ),
    "person": _matcher(r"(?:[A-ZÀ-Þ][\w'\u2019.-]*,?\s+){1,4}(?:[a-z]{2,3}\s+)?[A-ZÀ-Þ(][\w'\u2019.()-]*", 0),
    "timezone": _matcher(r"[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Za-z_]+)?", 0),
}

PERSONAL = {"email": "email address", "phone": "phone number", "ip": "IP address"}
_PERSONAL_IN_TEXT = re.compile(
    rf"(?P<email>(?<![\w.+'-]){_EMAIL})|(?P<ip>\b(?:\d{{1,3}}\.){{3}}\d{{1,3}}\b)"
    r"|(?P<phone>(?<![\w.])(?:\+\d{1,3}[\s().-]*|\(\d{2,4}\)\s*)(?:\d[\s().-]?){6,12}\d(?!\w)"
    r"|(?<![\w.-])\d{3}[-.\s]\d{3}[-.\s]\d{4}(?![\w-]))"
)


def pattern_share(texts: Sequence[str], pattern: str) -> float:
    """Return the share of ``texts`` that as a whole follow a pattern.

    >>> pattern_share(["ann@example.org", "ben@example.org", "nobody"], "email") > 0.6
    True
    """
    matches = PATTERNS[pattern]
    return sum(matches(text.strip()) is not None for text in texts) / len(texts) if texts else 0.0


def looks_personal(text: str) -> bool:
    """Tell whether a text holds an e-mail address, a phone number or an IP address anywhere."""
    if "@" not in text and sum(map(str.isdigit, text[:1000])) < 7:
        return False
    return _PERSONAL_IN_TEXT.search(text[:1000]) is not None


def mask_personal(text: str) -> str:
    """Put a word in brackets in the place of what looks like a person's data.

    >>> mask_personal("write to ann@example.org or call +49 30 1234567")
    'write to [email address] or call [phone number]'
    """
    return _PERSONAL_IN_TEXT.sub(lambda found: f"[{PERSONAL[str(found.lastgroup)]}]", text)


def shape_of(text: str) -> str:
    """Return a text's shape: each capital ``A``, small letter ``a``, digit ``9``.

    >>> shape_of("N1A-x")
    'A9A-a'
    """
    start = text[:60]
    return start.translate(_ASCII_SHAPES) if start.isascii() else "".join(map(_shape, start))


def _shape(character: str) -> str:
    if character.isdigit():
        return "9"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return character


_ASCII_SHAPES = {code: _shape(chr(code)) for code in range(128)}


def frequent_shapes(texts: Sequence[str], most: int = 3) -> tuple[tuple[str, float], ...]:
    """Return the most frequent shapes of texts with their shares; runs of one kind are written once.

    >>> frequent_shapes(["AB-12", "XYZ-7", "n/a"])
    (('A-9', 0.667), ('a/a', 0.333))
    """
    shapes = Counter(map(shape_of, texts))
    found: Counter[str] = Counter()
    for shape, count in shapes.items():
        found[re.sub(r"(.)\1+", r"\1", shape)] += count
    return tuple((shape, round(count / len(texts), 3)) for shape, count in found.most_common(most))
