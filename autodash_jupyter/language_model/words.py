r"""The words of an answer while it is being written: each field's text, never the form around it.

>>> words = FieldWords({"text", "list"})
>>> words.feed('[[ ## text ## ]]\nOne row is one bird.\n\n[[ ## list ## ]]\n[{"name": "mass", "unit": "g"}]')
[('text', 'One row is one bird.'), ('list', '- mass: g')]
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from autodash_jupyter.language_model.reading import MARKER

__all__ = ["FieldWords", "JsonWords"]

_BEGINS_MARKER = re.compile(r"\[(?:\[(?:\s*(?:#(?:#(?:\s*(?:\w+(?:\s*(?:#(?:#(?:\s*\]?)?)?)?)?)?)?)?)?)?)?\Z")
_ESCAPES = {"n": " ", "t": " ", "r": " ", "b": "", "f": ""}
_LONGEST_PREFIX = 2000  # characters before the first field, which some models fill with reasoning


class FieldWords:
    """Reads an answer piece by piece, and returns what it adds to each field.

    ``fields`` are their names, or the names that may stand for them and what they mean; ``texts`` are those
    that are no lists.
    """

    def __init__(self, fields: Collection[str] | Mapping[str, str], texts: Collection[str] = ()) -> None:
        self._fields = dict(fields) if isinstance(fields, Mapping) else {name: name for name in fields}
        self._texts = frozenset(texts)
        self._field: str | None = None
        self._pending = ""
        self._has_marker = False
        self._blanks = ""
        self._begun = False
        self._json: JsonWords | None = None

    def feed(self, piece: str) -> list[tuple[str, str]]:
        """Take the next piece of the answer; return fields with the words that it adds to them."""
        self._pending += piece
        told: list[tuple[str, str]] = []
        if not self._has_marker and self._json is None and self._begins_as_json():
            self._json = JsonWords(self._fields)
        if self._json is not None and not self._has_marker:
            text, self._pending = self._pending, ""
            return self._json.feed(text)
        while found := MARKER.search(self._pending):
            told += self._words(self._pending[: found.start()])
            self._pending = self._pending[found.end() :]
            self._begin(found[1])
        held = _BEGINS_MARKER.search(self._pending)
        place = held.start() if held else len(self._pending)
        if self._has_marker:
            told += self._words(self._pending[:place])
            self._pending = self._pending[place:]
        return _joined(told)

    def _begins_as_json(self) -> bool:
        start = re.match(r"\s*(?:```\w*\s*)?\{", self._pending)
        return start is not None or (
            len(self._pending) > _LONGEST_PREFIX and MARKER.search(self._pending) is None
        )

    def _begin(self, field: str) -> None:
        self._has_marker = True
        self._field = self._fields.get(field)
        self._blanks, self._begun = "", False
        self._json = None

    def _words(self, text: str) -> list[tuple[str, str]]:
        if self._field is None or not text:
            return []
        if not self._begun:
            text = text.lstrip()
            if not text:
                return []
            self._begun = True
            if text[0] in "[{`" and self._field not in self._texts:
                self._json = JsonWords(self._fields, self._field)
        if self._json is not None:
            return self._json.feed(text)
        if self._field not in self._texts and self._texts:
            return []  # a list that is no JSON has nothing to show
        text = self._blanks + text
        kept = text.rstrip()
        self._blanks = text[len(kept) :]  # blanks before the next marker belong to the form
        return [(self._field, kept)] if kept else []


def _joined(told: list[tuple[str, str]]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    for field, words in told:
        if joined and joined[-1][0] == field:
            joined[-1] = (field, joined[-1][1] + words)
        else:
            joined.append((field, words))
    return joined


class JsonWords:
    """Reads JSON piece by piece, and returns its texts: a line for each item, keys and brackets left out.

    Without ``field`` the JSON is an object whose keys are the fields.
    """

    def __init__(self, fields: Mapping[str, str], field: str | None = None) -> None:
        self._fields = fields
        self._field = field
        self._keyed = field is None
        self._open: list[str] = []
        self._in_text = False
        self._is_key = False
        self._awaits_key = False
        self._escape = ""
        self._text = ""
        self._lead = ""
        self._in_item = False
        self._has_begun: set[str | None] = set()

    def feed(self, piece: str) -> list[tuple[str, str]]:
        """Take the next piece; return fields with the words that it adds to them."""
        told: list[tuple[str, str]] = []
        for character in piece:
            words = self._in_string(character) if self._in_text else self._outside(character)
            if words and self._field is not None:
                told.append((self._field, words))
        return _joined(told)

    @property
    def _depth(self) -> int:
        """How deep inside a field: 0 a text, 1 a list, 2 an item of it."""
        return len(self._open) - (1 if self._keyed else 0)

    def _outside(self, character: str) -> str:
        if character == '"' and self._open:
            self._in_text, self._text = True, ""
            self._is_key = self._awaits_key
            if not self._is_key:
                self._lead = self._before_text()
        elif character in "[{":
            self._open.append(character)
            self._awaits_key = character == "{"
            if self._depth == 2:
                self._in_item = False
        elif character in "]}":
            if self._open:
                self._open.pop()
            self._awaits_key = False
        elif character in ":,":
            self._awaits_key = character == "," and self._open[-1:] == ["{"]
        return ""

    def _before_text(self) -> str:
        """What goes before a text: a new line for an item of the list, a mark for each further part of it."""
        if self._depth == 0:
            return ""
        if self._depth == 1 or not self._in_item:
            self._in_item = self._depth > 1
            return "\n- " if self._field in self._has_begun else "- "
        return ": " if self._depth == 2 else ", "

    def _in_string(self, character: str) -> str:
        if self._escape:
            return self._escaped(character)
        if character == "\\":
            self._escape = "\\"
            return ""
        if character == '"':
            self._in_text = False
            if self._is_key and self._keyed and len(self._open) == 1:
                self._field = self._fields.get(self._text)
            return ""
        return self._add(character)

    def _escaped(self, character: str) -> str:
        self._escape += character
        if self._escape[1] != "u":
            self._escape = ""
            return self._add(_ESCAPES.get(character, character))
        if len(self._escape) < 6:
            return ""
        digits, self._escape = self._escape[2:], ""
        try:
            return self._add(chr(int(digits, 16)))
        except ValueError:
            return ""

    def _add(self, text: str) -> str:
        if self._is_key:
            self._text += text
            return ""
        self._has_begun.add(self._field)
        lead, self._lead = self._lead, ""
        return lead + text
