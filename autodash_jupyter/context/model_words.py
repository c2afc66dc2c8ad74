"""A model's words made fit to be kept and shown: plain sentences, whatever it was talked into.

No HTML, no images, no links; names of tags and addresses go, the words around them stay.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["HeldWords", "clean_line", "clean_words"]

_SCRIPT = re.compile(r"<(script|style|iframe|object|svg)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*(?:>|(?=<)|\Z)")
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])")
_ADDRESS = re.compile(
    r"(?<![\w`])(?:[a-z][a-z0-9+.-]{1,20}://|www\.)[^\s<>`)\]]+|\b(?:javascript|data|vbscript):\S+", re.I
)
_DEFINITION = re.compile(r"^\s*\[[^\]]+\]:.*$", re.MULTILINE)
_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|>+\s*|[-*+]\s+|\d+[.)]\s+|(?:[-*_]\s*){3,}$|\|)", re.MULTILINE)
_MARKER = re.compile(r"\[\[\s*##.*?(?:##\s*\]\]|\Z)")
# What may become a tag, a link or an image once more has come.
_UNFINISHED = re.compile(r"(?:<[^<>]{0,300}|!?\[[^\[\]]{0,200}(?:\](?:\([^()]{0,500})?)?|!)\Z")


def clean_words(text: str) -> str:
    """Return a text without what a reader of Markdown would load, follow or run.

    >>> clean_words("Prices <b>in EUR</b>; see ![x](https://evil.example/p.png) and [this](javascript:a) <10")
    'Prices in EUR; see x and this <10'
    """
    text = "".join(each for each in text if each in "\n\t" or unicodedata.category(each) not in _CONTROLS)
    for _ in range(3):  # what is taken out may leave something behind that is one again
        before = text
        for pattern in (_SCRIPT, _TAG, _DEFINITION, _MARKER):
            text = pattern.sub("", text)
        text = _IMAGE_OR_LINK.sub(r"\1", text)
        text = _ADDRESS.sub("", text)
        if text == before:
            break
    text = text.replace("](", "] (")  # what is left of links inside links
    return re.sub(r"[ \t]{2,}", " ", text).strip()


_CONTROLS = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))


def clean_line(text: str, limit: int) -> str:
    """Return a text as one line of plain words, cut at a word.

    >>> clean_line("# Title\\n\\n- one two three", 12)
    'Title one…'
    """
    line = " ".join(_MARKS.sub("", clean_words(text)).split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


class HeldWords:
    """Cleans words while they stream: what may yet become a tag or a link is held back until it is known."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        """Take the next words; return what can be shown."""
        self._held += text
        unfinished = _UNFINISHED.search(self._held)
        place = unfinished.start() if unfinished else len(self._held)
        ready, self._held = self._held[:place], self._held[place:]
        return self._clean(ready)

    def finish(self) -> str:
        """Return what was still held back, cleaned."""
        ready, self._held = self._held, ""
        return self._clean(ready)

    @staticmethod
    def _clean(text: str) -> str:
        if not text.strip():
            return text
        kept = clean_words(text)
        before = text[: len(text) - len(text.lstrip())]
        after = text[len(text.rstrip()) :]
        return before + kept + after if kept else before or after
