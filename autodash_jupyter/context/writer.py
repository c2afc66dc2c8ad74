"""Writes the context of a table from its profile alone, as a careful colleague would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autodash_jupyter.context.column_words import describe_column, describe_group, group_columns
from autodash_jupyter.context.markdown import shorten
from autodash_jupyter.context.phrases import name_code
from autodash_jupyter.context.quality_sections import keys_section, quality_section
from autodash_jupyter.context.rendering import render_markdown
from autodash_jupyter.context.suggestions import Roles, name_metrics, suggest_metrics, suggest_questions
from autodash_jupyter.context.summary import summarise
from autodash_jupyter.models import ColumnProfile, FrameProfile
from autodash_jupyter.profiling.patterns import mask_personal

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["draft_document", "write_context"]

_LONGEST_NAME = 80


def draft_document(profile: FrameProfile, *, dataset_id: str, name: str, source: str = "") -> ContextDocument:
    """Return what a profile alone says of a table; each part is marked as the profile's.

    The same profile gives the same document. Values that look like a person's data never appear, nor do
    columns that are named after a person. ``source`` is where the table came from, as it may be shown.
    """
    from autodash_jupyter.documents import ContextDocument

    roles = Roles.of(profile)
    names = (
        (template.format(*map(name_code, columns))) for template, columns in suggest_questions(roles, profile)
    )
    return ContextDocument.model_validate(
        {
            "name": _plain(name) or dataset_id,
            "description": summarise(profile, roles, name, source),
            "datasets": [
                {"dataset_id": dataset_id, "written_by": "profile", "columns": list(_columns_told(profile))}
            ],
            "metrics": [
                {
                    "name": metric.name,
                    "id": metric.id,
                    "expression": metric.expression,
                    "description": metric.description,
                    "dataset_id": dataset_id,
                    "written_by": "profile",
                }
                for metric in name_metrics(suggest_metrics(roles))
            ],
            "questions": list(names),
            "body": f"{keys_section(profile)}\n\n{quality_section(profile)}",
            "written_by": dict.fromkeys(("description", "questions", "body"), "profile"),
        }
    )


def _plain(name: str) -> str:
    line = " ".join("".join(each if each.isprintable() else " " for each in mask_personal(name)).split())
    return shorten(line, _LONGEST_NAME)


def _columns_told(profile: FrameProfile) -> Iterator[dict[str, object]]:
    told: set[str] = set()
    words = dict(_descriptions(profile))
    for column in profile.columns:
        if not column.name or column.name in told or mask_personal(column.name) != column.name:
            continue
        told.add(column.name)
        yield {
            "name": column.name,
            "description": words[column.position],
            "semantic_type": column.semantic_type,
            "unit": column.unit or "",
            "personal": column.personal or None,
            "written_by": "profile",
        }


def _descriptions(profile: FrameProfile) -> Iterator[tuple[int, str]]:
    """Say of each column, by its position, what it holds; columns of one kind share their words."""
    groups: list[list[ColumnProfile]] = group_columns(profile.columns)
    for group in groups:
        said = describe_column(group[0]) if len(group) == 1 else describe_group(group)
        yield from ((column.position, said) for column in group)


def write_context(profile: FrameProfile, *, name: str, source: str = "") -> str:
    """Return what a profile alone says of a table, as Markdown."""
    return render_markdown(draft_document(profile, dataset_id=name or "table", name=name, source=source))
