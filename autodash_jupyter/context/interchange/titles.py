"""Names for people beside names for machines: a foreign file has one name, and synonyms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autodash_jupyter.context.interchange.sql_names import as_identifier, is_identifier
from autodash_jupyter.documents import slug

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument, NamedPart

__all__ = ["document_left_out", "foreign_name", "split_title"]


def split_title(name: str, synonyms: Sequence[str]) -> tuple[str, list[str]]:
    """Return the name for people and the other synonyms: the first one, if the file's name is made of it.

    >>> split_title("total_arr", ["Total ARR", "ARR"])
    ('Total ARR', ['ARR'])
    >>> split_title("total_arr", ["ARR"])
    ('', ['ARR'])
    """
    if synonyms and synonyms[0] != name and as_identifier(synonyms[0]) == name.lower():
        return synonyms[0], list(synonyms[1:])
    return "", list(synonyms)


def foreign_name(part: NamedPart) -> tuple[str, list[str]]:
    """Return a part's name in a foreign file, and the synonyms that bring its own name back.

    >>> from autodash_jupyter.documents import Metric
    >>> foreign_name(Metric(name="Total ARR", expression="SUM(arr)"))
    ('total_arr', ['Total ARR'])
    """
    if is_identifier(part.name) and slug(part.name) == part.id:
        return part.name, []
    name = part.id if is_identifier(part.id) else as_identifier(part.name)
    return name, [] if part.name == name else [part.name]


def document_left_out(document: ContextDocument, *, kept: Sequence[str] = ()) -> list[str]:
    """Return what a document says that neither of the foreign formats has a place for."""
    lost = [f"glossary[{term.term}]" for term in document.glossary if "glossary" not in kept]
    lost += [f"questions[{number}]" for number, _ in enumerate(document.questions) if "questions" not in kept]
    lost += [
        f"business_rules[{rule.id}]" + ("" if "business_rules" not in kept else ".condition")
        for rule in document.business_rules
        if "business_rules" not in kept or rule.condition
    ]
    defaults = {"version": "1.0.0", "status": "active"}
    for field in ("description", "version", "status", "tags", "category", "owner", "settings", "body"):
        value = getattr(document, field)
        if field not in kept and value and value != defaults.get(field):
            lost.append(field)
    return lost + [field for field in (document.model_extra or {}) if field not in kept]
