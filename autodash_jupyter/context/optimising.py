"""What a user's own approved contexts teach the program: examples that go before each question."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodash_jupyter.context.program import create_dataset_context, describe_profile, split_columns
from autodash_jupyter.language_model import LanguageModel, forget_program, optimise
from autodash_jupyter.profiling.patterns import mask_personal

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.models import FrameProfile

__all__ = ["Approved", "forget_programs", "optimise_program"]

Approved = tuple["FrameProfile", "ContextDocument"]
_MOST_PARTS = 12
_LEAST_DESCRIBED = 0.8


def optimise_program(
    approved: Sequence[Approved], home: Path, *, model: LanguageModel | None = None, most: int = 4
) -> int:
    """Learn from tables and the contexts that a person approved of; return how many examples are kept.

    They are kept below ``home`` (``AUTODASH_HOME``) as signed JSON, and used by the next generation. Without
    a model they are the approved contexts themselves, and nothing is sent; with one, it is asked about each
    table, and its answers that keep to the table's columns come first. Personal-looking values are masked.

    Raises:
        LanguageModelError: There is nothing to learn from, or it can't be written.
    """
    examples = [_example(profile, document) for profile, document in approved if document.datasets]
    return optimise(
        create_dataset_context(), examples, home, most=most, model=model, accepts=_keeps_to_the_columns
    )


def forget_programs(home: Path) -> bool:
    """Remove what was learned; tell whether anything was."""
    return forget_program(create_dataset_context(), home)


def _example(profile: FrameProfile, document: ContextDocument) -> tuple[dict[str, str], dict[str, Any]]:
    told = split_columns(profile)[0]
    names = {column.name for column in told}
    columns = [column for column in document.datasets[0].columns if column.name in names]
    answer = {
        "description": document.description,
        "columns": _plain(columns, ("name", "business_name", "description", "unit", "synonyms")),
        "relationships": [
            {
                "columns": one.left_columns,
                "refers_to": one.right_columns,
                "kind": one.kind,
                "description": one.description,
            }
            for one in document.relationships[:_MOST_PARTS]
            if one.left_dataset == one.right_dataset
        ],
        "metrics": _plain(document.metrics[:_MOST_PARTS], ("name", "expression", "description", "unit")),
        "glossary": _plain(
            document.glossary[:_MOST_PARTS], ("term", "definition", "synonyms", "related_columns")
        ),
        "business_rules": _plain(document.business_rules[:_MOST_PARTS], ("name", "description", "condition")),
        "questions": list(document.questions[:_MOST_PARTS]),
    }
    masked: dict[str, Any] = json.loads(mask_personal(json.dumps(answer, ensure_ascii=False)))
    return describe_profile(profile, document.name, told), masked


def _plain(parts: Iterable[Any], fields: Sequence[str]) -> list[dict[str, Any]]:
    return [{name: getattr(part, name) for name in fields if getattr(part, name)} for part in parts]


def _keeps_to_the_columns(given: Mapping[str, Any], answered: Mapping[str, Any]) -> bool:
    """Tell whether an answer describes the table's columns, and no others."""
    known = {column["name"] for column in given["columns"]}
    described = [column.name for column in answered.get("columns") or ()]
    if not answered.get("description") or not set(described) <= known:
        return False
    return len(set(described)) >= _LEAST_DESCRIBED * len(known)
