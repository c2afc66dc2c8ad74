"""Writes the context of a table from its profile alone, as a careful colleague would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from autodash_jupyter.context.column_words import describe_column, describe_group, group_columns, role_of
from autodash_jupyter.context.markdown import escape_markdown, quote_code
from autodash_jupyter.context.phrases import name_code
from autodash_jupyter.context.quality_sections import keys_section, quality_section
from autodash_jupyter.context.suggestions import Roles, name_metrics, suggest_metrics, suggest_questions
from autodash_jupyter.context.summary import summarise
from autodash_jupyter.models import FrameProfile
from autodash_jupyter.profiling.patterns import mask_personal
from autodash_jupyter.profiling.wording import join_words

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["draft_document", "write_context"]

_TABLE_ROWS = 60
_LONGEST_NAME = 80
_PLURALS = {
    "category": "categories",
    "identifier": "identifiers",
    "money": "amounts of money",
    "ordinal": "ordered categories",
    "nested": "nested columns",
    "json": "JSON columns",
    "list": "columns of lists",
    "country": "countries",
    "mixed": "columns of mixed types",
    "constant": "constant columns",
    "empty": "empty columns",
    "text": "free texts",
    "latitude": "latitudes",
}


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
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1].rstrip() + "…"


def _columns_told(profile: FrameProfile) -> Iterator[dict[str, object]]:
    told: set[str] = set()
    for column in profile.columns:
        if not column.name or column.name in told or mask_personal(column.name) != column.name:
            continue
        told.add(column.name)
        yield {
            "name": column.name,
            "description": describe_column(column),
            "semantic_type": column.semantic_type,
            "unit": column.unit or "",
            "personal": column.personal or None,
            "written_by": "profile",
        }


def write_context(profile: FrameProfile, *, name: str, source: str = "") -> str:
    """Return the context as Markdown: a summary, columns, keys and grain, quality, metrics, questions.

    The same profile gives the same text. Names and values are escaped; those that look like a
    person's data never appear. ``source`` is where the table came from, as it may be shown.
    """
    roles = Roles.of(profile)
    sections = [
        f"# {escape_markdown(name, 80)}",
        summarise(profile, roles, name, source),
        *_columns(profile),
        keys_section(profile),
        quality_section(profile),
        *_metrics(roles),
        *_questions(roles, profile),
    ]
    return "\n\n".join(sections) + "\n"


def _columns(profile: FrameProfile) -> Iterator[str]:
    if not profile.columns:
        return
    yield "## Columns"
    groups = group_columns(profile.columns)
    lines = ["| Column | Role | What it holds |", "|---|---|---|"]
    for group in groups[:_TABLE_ROWS]:
        first = group[0]
        label = quote_code(mask_personal(first.name), 60)
        if len(group) == 1:
            lines.append(f"| {label} | {role_of(first)} | {describe_column(first)} |")
        else:
            last = quote_code(mask_personal(group[-1].name), 60)
            lines.append(f"| {label} … {last} | {role_of(first)} | {describe_group(group)} |")
    yield "\n".join(lines)
    rest = [column for group in groups[_TABLE_ROWS:] for column in group]
    if rest:
        kinds = Counter(column.semantic_type for column in rest).most_common()
        words = join_words([_kind_words(kind, count) for kind, count in kinds], 10)
        yield f"The table stops at {_TABLE_ROWS} entries; the other {len(rest):,} columns are {words}."
    if any(column.approximate for column in profile.columns):
        yield (
            "Ranges, means and missing shares are of all rows; of long columns with many different values, "
            "distinct values are estimated within about 1 %, and quantiles and frequencies from a sample."
        )


def _kind_words(kind: str, count: int) -> str:
    return f"{count:,} {kind if count == 1 else _PLURALS.get(kind, kind + 's')}"


def _metrics(roles: Roles) -> Iterator[str]:
    metrics = suggest_metrics(roles)
    if not metrics:
        return
    yield "## Metrics worth computing"
    lines = []
    for metric in metrics:
        by = f" by {quote_code(metric.by, in_table=False)}" if metric.by else ""
        expression = quote_code(metric.expression, 120, in_table=False)
        lines.append(f"- {expression}{by}: {escape_markdown(metric.meaning, 120)}")
    yield "\n".join(lines)


def _questions(roles: Roles, profile: FrameProfile) -> Iterator[str]:
    questions = suggest_questions(roles, profile)
    if not questions:
        return
    yield "## Questions worth asking"
    yield "\n".join(f"- {template.format(*map(name_code, names))}" for template, names in questions)
