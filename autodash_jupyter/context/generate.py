"""The async generator of a context: the profile first, then the document of a language model, if any."""

from __future__ import annotations

import asyncio
import re
import traceback
from contextlib import aclosing, suppress
from functools import partial
from typing import TYPE_CHECKING

from autodash_jupyter.context.asking import Asking
from autodash_jupyter.context.rendering import render_markdown
from autodash_jupyter.context.writer import draft_document
from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.events import (
    ColumnProfiled,
    ContextCompleted,
    ContextEvent,
    ContextFailed,
    ContextStarted,
    GenerationCost,
    ProfileCompleted,
)
from autodash_jupyter.profiling import profile_stream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import pandas as pd

    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.language_model import LanguageModel, Usage
    from autodash_jupyter.models import FrameProfile

__all__ = ["generate"]


async def generate(
    frame: pd.DataFrame,
    *,
    dataset_id: str,
    name: str,
    source: str = "",
    language_model: LanguageModel | None = None,
) -> AsyncGenerator[ContextEvent, None]:
    """Write the context of ``frame``, event by event, and keep nothing.

    Events come in this order: started, column (once for each), profile, token (where a language model
    writes), then exactly one completed or failed. A failure is an event, never an exception; one of the
    model keeps the document written from the profile. Each column is profiled in a thread, so the loop stays
    free; closing the generator, or cancelling its task, breaks the profile off.
    """
    total = len(frame.columns)
    yield ContextStarted(dataset_id, total)
    profile: FrameProfile | None = None
    try:
        async with aclosing(profile_stream(frame, rough=False)) as updates:
            async for update in updates:
                if update.column is not None:
                    yield ColumnProfiled(dataset_id, update.column.position + 1, total, update.column)
                profile = update.profile
        assert profile is not None  # the last update has it
        draft = partial(_draft, frame, profile, dataset_id=dataset_id, name=name, source=source)
        document, text = await asyncio.to_thread(draft)
    except Exception as error:  # noqa: BLE001 - data can break in any way, and the person must hear of it
        yield ContextFailed(dataset_id, f"{name} could not be profiled: {_first_line(error)}")
        return
    yield ProfileCompleted(dataset_id, profile, text, document)
    if language_model is None:
        yield ContextCompleted(dataset_id, text, document=document)
        return
    asking = Asking(language_model, frame, profile, document, name)
    async with aclosing(_ask(asking, language_model.model, text, document)) as events:
        async for event in events:
            yield event


async def _ask(
    asking: Asking, model: str, text: str, document: ContextDocument
) -> AsyncGenerator[ContextEvent, None]:
    try:
        async with aclosing(asking.tokens()) as tokens:
            async for token in tokens:
                yield token
        written = asking.document
        told = await asyncio.to_thread(render_markdown, written)
    except Exception as error:  # noqa: BLE001 - whatever fails here, the profile's document is there to be kept
        yield ContextFailed(
            asking.dataset_id, _first_line(error), text, asking.sent, document, _spent(asking.usage)
        )
    else:
        yield ContextCompleted(
            asking.dataset_id, told, model, asking.sent, written, _spent(asking.usage), tuple(asking.notes)
        )


def _draft(
    frame: pd.DataFrame, profile: FrameProfile, *, dataset_id: str, name: str, source: str
) -> tuple[ContextDocument, str]:
    """Return the profile's document and its text, without what doesn't run on the table."""
    document = draft_document(profile, dataset_id=dataset_id, name=name, source=source)
    if document.metrics and not _is_plain(frame, profile):
        from autodash_jupyter.expressions import ExpressionError, ExpressionTable

        kept = []
        with ExpressionTable(frame) as table:
            for metric in document.metrics:
                with suppress(ExpressionError):
                    table.metric(metric.expression)
                    kept.append(metric)
        document = document.model_copy(update={"metrics": kept})
    return document, render_markdown(document)


def _is_plain(frame: pd.DataFrame, profile: FrameProfile) -> bool:
    """Tell whether suggested metrics run as they are: opening DuckDB takes longer than a small profile."""
    labels = list(frame.columns)
    if not all(isinstance(label, str) and label.isprintable() for label in labels):
        return False
    folded = {label.casefold() for label in labels}
    return len(folded) == len(labels) and all(_PLAIN.fullmatch(column.dtype) for column in profile.columns)


_PLAIN = re.compile(r"u?int\d+|float(?:32|64)|bool|str|category|datetime64\[\w+\]", re.IGNORECASE)


def _spent(usage: Usage) -> GenerationCost:
    return GenerationCost(usage.requests, usage.prompt_tokens, usage.completion_tokens, usage.cost)


def _first_line(error: Exception) -> str:
    if isinstance(error, AutoDashError):
        return str(error)
    return traceback.format_exception_only(error)[0].strip().splitlines()[0]
