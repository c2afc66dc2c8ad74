"""The async generator of a context: the profile first, then the document of a language model, if any."""

from __future__ import annotations

import asyncio
import traceback
from contextlib import aclosing
from typing import TYPE_CHECKING

from autodash_jupyter.context.program import (
    CREATE_DATASET_CONTEXT,
    check_answer,
    describe_profile,
    what_was_sent,
)
from autodash_jupyter.context.writer import write_context
from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.events import (
    ColumnProfiled,
    ContextCompleted,
    ContextEvent,
    ContextFailed,
    ContextStarted,
    ContextToken,
    ProfileCompleted,
)
from autodash_jupyter.profiling import profile_stream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import pandas as pd

    from autodash_jupyter.language_model import LanguageModel
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
    model keeps the text written from the profile. Each column is profiled in a thread, so the loop stays
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
        text = await asyncio.to_thread(write_context, profile, name=name, source=source)
    except Exception as error:  # noqa: BLE001 - data can break in any way, and the person must hear of it
        yield ContextFailed(dataset_id, f"{name} could not be profiled: {_first_line(error)}")
        return
    profiled = ProfileCompleted(dataset_id, profile, text)
    yield profiled
    if language_model is None:
        yield ContextCompleted(dataset_id, text)
        return
    async with aclosing(_ask(language_model, profiled, name)) as events:
        async for event in events:
            yield event


async def _ask(
    language_model: LanguageModel, profiled: ProfileCompleted, name: str
) -> AsyncGenerator[ContextEvent, None]:
    dataset_id, profile = profiled.dataset_id, profiled.profile
    sent = what_was_sent(profile, language_model.host)
    unsaid = sent
    try:
        inputs = describe_profile(profile, name)
        async with aclosing(language_model.stream(CREATE_DATASET_CONTEXT, inputs)) as answer:
            async for token in answer:
                yield ContextToken(dataset_id, token, unsaid)
                unsaid = ""
            document = check_answer(answer.text)
    except Exception as error:  # noqa: BLE001 - whatever fails here, the profile's text is there to be kept
        yield ContextFailed(dataset_id, _first_line(error), profiled.text, sent)
    else:
        yield ContextCompleted(dataset_id, document, language_model.model, sent)


def _first_line(error: Exception) -> str:
    if isinstance(error, AutoDashError):
        return str(error)
    return traceback.format_exception_only(error)[0].strip().splitlines()[0]
