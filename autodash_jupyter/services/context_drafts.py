"""What a language model has written so far of a context, as a person may read it."""

from __future__ import annotations

from autodash_jupyter.events import ContextToken

__all__ = ["ContextDraft"]

_HEADINGS = {
    "columns": "Columns",
    "relationships": "Relationships",
    "metrics": "Metrics",
    "business_rules": "Rules",
    "glossary": "Glossary",
    "questions": "Questions worth asking",
}


class ContextDraft:
    """Collects tokens, and gives them headings.

    >>> draft = ContextDraft()
    >>> draft.add(ContextToken("upload_1", "One row is one bird.", field="description"))
    True
    >>> draft.add(ContextToken("upload_1", "- mass", field="columns"))
    True
    >>> draft.add(ContextToken("upload_1", ": g", field="columns"))
    False
    >>> print(draft.text)
    One row is one bird.
    <BLANKLINE>
    ## Columns
    <BLANKLINE>
    - mass: g
    """

    def __init__(self) -> None:
        self._parts: dict[tuple[int, str], str] = {}

    def add(self, token: ContextToken) -> bool:
        """Take the next token; tell whether it begins a field."""
        if token.starts_anew:
            self._parts = {key: text for key, text in self._parts.items() if key[0] != token.request}
        key = (token.request, token.field)
        begins = key not in self._parts
        self._parts[key] = self._parts.get(key, "") + token.text
        return begins

    @property
    def text(self) -> str:
        """The draft as Markdown."""
        told: list[str] = []
        heading = ""
        for (_, field), text in self._parts.items():
            if field != heading and field in _HEADINGS:
                told.append(f"## {_HEADINGS[field]}")
            heading = field
            told.append(text)
        return "\n\n".join(told)
