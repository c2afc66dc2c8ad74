"""Fields that were probably meant to be others: kept, as all of a person's own are, but read by nobody."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from autodash_jupyter.context.findings import Findings

if TYPE_CHECKING:
    from pydantic import BaseModel

    from autodash_jupyter.documents import ContextDocument

__all__ = ["check_fields"]

_AS_GOOD_AS_THE_SAME = 0.8  # `decription`, `metric`, `units`; not `label` or `owner_team`
_PARTS = ("datasets", "relationships", "metrics", "filters", "business_rules", "glossary")


def check_fields(document: ContextDocument, findings: Findings) -> None:
    """Warn of fields whose names are nearly those of others, and of YAML that was read as Markdown."""
    for path, part in _parts(document):
        known = type(part).model_fields
        for name in part.model_extra or {}:
            near = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=_AS_GOOD_AS_THE_SAME)
            if near and near[0] not in part.model_fields_set:
                message = f"There is no field '{name}', so it is kept, not used. Did you mean '{near[0]}'?"
                findings.warn((*path, name), message)
    began = re.match(r"\s*([a-z_]+):(?:\s|$)", document.body)
    if began and began[1] in type(document).model_fields:
        message = f"The text after '{began[1]}:' was read as Markdown; put YAML between two lines of ---."
        findings.warn(("body",), message)


def _parts(document: ContextDocument) -> Iterator[tuple[Sequence[str | int], BaseModel]]:
    yield (), document
    for kind in _PARTS:
        for index, part in enumerate(getattr(document, kind)):
            yield (kind, index), part
            for position, column in enumerate(getattr(part, "columns", ())):
                yield (kind, index, "columns", position), column
