"""A model's words put into the document that the profile wrote; each part says whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autodash_jupyter.context.suggestions import Roles
from autodash_jupyter.context.summary import LONGEST, SHORTEST, lengthen, size_sentence
from autodash_jupyter.models import FrameProfile

if TYPE_CHECKING:
    from autodash_jupyter.documents import ColumnContext, ContextDocument

__all__ = ["with_answer"]


def with_answer(
    draft: ContextDocument, values: Mapping[str, Any], profile: FrameProfile, notes: Sequence[str] = ()
) -> ContextDocument:
    """Return the profile's document with what a model wrote in place of the profile's words.

    ``values`` are what ``sift`` found to hold. A column keeps its facts after the model's sentence; figures
    of the profile stay where the model has none of the same expression.
    """
    from autodash_jupyter.context.merging import GENERATION_NOTES
    from autodash_jupyter.documents import ContextDocument

    [dataset] = draft.datasets
    told: Mapping[str, Mapping[str, Any]] = values.get("columns", {})
    changed: dict[str, Any] = {
        "datasets": [
            dataset.model_dump()
            | {"columns": [_column(column, told.get(column.name)) for column in dataset.columns]}
        ],
        "metrics": _metrics(draft, values.get("metrics", {}).values(), dataset.dataset_id),
        "relationships": [
            {
                **one,
                "left_dataset": dataset.dataset_id,
                "right_dataset": dataset.dataset_id,
                "written_by": "model",
            }
            for one in values.get("relationships", {}).values()
        ],
        "business_rules": _named(values.get("business_rules", {}).values(), dataset.dataset_id),
        "glossary": [{**one, "written_by": "model"} for one in values.get("glossary", {}).values()],
    }
    if "description" in values:
        changed["description"] = _opening(values["description"], profile)
    if "questions" in values:
        changed["questions"] = list(values["questions"])
    written_by = draft.written_by | dict.fromkeys(changed.keys() & {"description", "questions"}, "model")
    if notes:
        changed["settings"] = {**draft.settings, GENERATION_NOTES: list(notes)}
    return ContextDocument.model_validate(draft.model_dump() | changed | {"written_by": written_by})


def _opening(text: str, profile: FrameProfile) -> str:
    """Return a model's description, with facts after it where it is too short for a summary."""
    if len(text) >= SHORTEST:
        return text
    text = text if text.endswith((".", "!", "?", "…")) else f"{text}."
    with_size = f"{text} {size_sentence(profile)}"
    return lengthen(with_size, profile, Roles.of(profile))[:LONGEST]


def _column(column: ColumnContext, told: Mapping[str, Any] | None) -> dict[str, Any]:
    kept = column.model_dump()
    if not told:
        return kept
    meaning = str(told.get("description", ""))
    sentence = meaning if meaning.endswith((".", "!", "?", "…")) else f"{meaning}."
    facts = column.description
    described = f"{sentence} {facts[:1].upper()}{facts[1:]}" if meaning and facts else meaning or facts
    return kept | {
        **told,
        "description": described,
        "unit": column.unit or told.get("unit", ""),
        "written_by": "model",
    }


def _metrics(draft: ContextDocument, written: Any, dataset_id: str) -> list[dict[str, Any]]:
    metrics = _named(written, dataset_id)
    expressions = {_bare(metric["expression"]) for metric in metrics}
    ids = {metric["id"] for metric in metrics}
    kept = (metric.model_dump() for metric in draft.metrics if _bare(metric.expression) not in expressions)
    return metrics + [metric for metric in kept if metric["id"] not in ids]


def _bare(expression: str) -> str:
    return "".join(expression.split()).replace('"', "").casefold()


def _named(parts: Any, dataset_id: str) -> list[dict[str, Any]]:
    """Return parts with ids of their own."""
    from autodash_jupyter.documents import slug

    named: dict[str, dict[str, Any]] = {}
    for part in parts:
        key, number = slug(part["name"]), 2
        while key in named:
            key, number = f"{slug(part['name'])}_{number}", number + 1
        named[key] = {**part, "id": key, "dataset_id": dataset_id, "written_by": "model"}
    return list(named.values())
