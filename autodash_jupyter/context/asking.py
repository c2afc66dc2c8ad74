"""Has a model write a table's context: request by request, each answer checked, mistakes sent back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autodash_jupyter.context.model_document import with_answer
from autodash_jupyter.context.model_words import HeldWords
from autodash_jupyter.context.program import (
    correction_task,
    create_dataset_context,
    describe_columns,
    describe_mistakes,
    describe_profile,
    split_columns,
    what_was_sent,
)
from autodash_jupyter.context.sifting import Mistake, Sifted, sift
from autodash_jupyter.errors import LanguageModelError
from autodash_jupyter.events import ContextToken
from autodash_jupyter.language_model import Answer, LanguageModel, Task, Token, Usage

if TYPE_CHECKING:
    import pandas as pd

    from autodash_jupyter.documents import ContextDocument
    from autodash_jupyter.models import ColumnProfile, FrameProfile

__all__ = ["Asking"]

CORRECTIONS = 2
_ESSENTIAL = ("description", "columns")


class Asking:
    """One table's context being written by a model.

    Iterate ``tokens()`` to its end, then read ``document`` and ``notes``; ``usage`` and ``sent`` can be
    read at any time.
    """

    def __init__(
        self,
        model: LanguageModel,
        frame: pd.DataFrame,
        profile: FrameProfile,
        draft: ContextDocument,
        name: str,
    ) -> None:
        self._model = model
        self._frame = frame
        self._profile = profile
        self._draft = draft
        self._name = name
        self._runs = split_columns(profile)
        self._kept = Sifted()
        self._corrections = CORRECTIONS
        self._answer = Answer()
        self._is_first_token = True
        self.dataset_id = draft.dataset_ids[0]
        self.sent = what_was_sent(profile, model.host)
        self.usage = Usage()
        self.notes: list[str] = []

    @property
    def document(self) -> ContextDocument:
        """The profile's document with what the model wrote so far, as far as it holds."""
        return with_answer(self._draft, self._kept.values, self._profile, self.notes)

    async def tokens(self) -> AsyncGenerator[ContextToken]:
        """Ask, check and have corrected; yield the words as they are written.

        Raises:
            LanguageModelError: The model gave nothing that can be used.
        """
        for number, run in enumerate(self._runs, start=1):
            task = create_dataset_context() if number == 1 else describe_columns()
            try:
                async with aclosing(self._describe(task, run, number)) as tokens:
                    async for token in tokens:
                        yield token
            except LanguageModelError as error:
                if number == 1:
                    raise
                first, last = run[0].position + 1, self._runs[-1][-1].position + 1
                self.notes.append(f"columns {first} to {last} keep the profile's words: {error}")
                break
        async with aclosing(self._correct()) as tokens:
            async for token in tokens:
                yield token
        if not any(self._kept.values.get(name) for name in _ESSENTIAL):
            raise self._model.unreadable()

    async def _describe(
        self, task: Task, run: Sequence[ColumnProfile], number: int
    ) -> AsyncGenerator[ContextToken]:
        """Ask about a run of columns; an answer that can't be read is asked for again."""
        inputs = describe_profile(self._profile, self._name, run)
        told = task
        while True:
            async with aclosing(self._ask(told, inputs, number, again=told is not task)) as tokens:
                async for token in tokens:
                    yield token
            if self._answer.values:
                break
            if not self._corrections:
                raise self._model.unreadable()
            self._corrections -= 1
            told = correction_task(task, task.outputs)
            inputs["mistakes"] = describe_mistakes([{"error": _UNREADABLE}])
        self._kept.add(await self._sift(run, _missing(self._answer, task)))

    async def _correct(self) -> AsyncGenerator[ContextToken]:
        """Send mistakes back, at most twice; what is still wrong then is noted."""
        number = len(self._runs)
        while self._kept.mistakes and self._corrections:
            self._corrections -= 1
            number += 1
            mistakes, self._kept.mistakes = self._kept.mistakes, []
            run = self._run_of(mistakes[0])
            task = correction_task(create_dataset_context(), {mistake.field for mistake in mistakes})
            inputs = describe_profile(self._profile, self._name, run)
            inputs["mistakes"] = describe_mistakes(mistake.as_told() for mistake in mistakes)
            try:
                async with aclosing(self._ask(task, inputs, number)) as tokens:
                    async for token in tokens:
                        yield token
            except LanguageModelError as error:
                self.notes.append(f"mistakes could not be mended: {error}")
                self._kept.mistakes = mistakes
                break
            mended = await self._sift(run, ())
            self._kept.add(mended)
            self._kept.mistakes += [one for one in mistakes if not _is_answered(one, mended)]
        self.notes += dict.fromkeys(mistake.as_note() for mistake in self._kept.mistakes)

    def _run_of(self, mistake: Mistake) -> Sequence[ColumnProfile]:
        """Return the columns that a model needs to see to mend a mistake."""
        words = f"{mistake.wrote} {mistake.error}".casefold()
        named = (run for run in self._runs if any(column.name.casefold() in words for column in run))
        return next(named, self._runs[0])

    async def _ask(
        self, task: Task, inputs: dict[str, str], number: int, *, again: bool = False
    ) -> AsyncGenerator[ContextToken]:
        total = max(number, len(self._runs))
        telling = _Telling(self.dataset_id, number, total, starts_anew=again)
        async with aclosing(self._model.stream(task, inputs)) as stream:
            async for token in stream:
                for told in telling.of(token):
                    yield self._with_notice(told)
            for told in telling.rest():
                yield self._with_notice(told)
            self._answer = stream.answer or Answer()
            self.usage += stream.usage

    def _with_notice(self, token: ContextToken) -> ContextToken:
        if not self._is_first_token:
            return token
        self._is_first_token = False
        return replace(token, sent=self.sent)

    async def _sift(self, run: Sequence[ColumnProfile], missing: Iterable[Mistake]) -> Sifted:
        known = [column.name for column in self._draft.datasets[0].columns]
        asked = [column.name for column in run]
        found = await asyncio.to_thread(_sift_on, self._frame, self._answer.values, known, asked)
        found.mistakes += missing
        return found


_UNREADABLE = "Nothing could be read: write each field after its marker, lists as JSON."


def _sift_on(frame: pd.DataFrame, answer: dict[str, Any], known: list[str], asked: list[str]) -> Sifted:
    from autodash_jupyter.expressions import ExpressionTable

    with ExpressionTable(frame) as table:
        return sift(answer, known, table, asked=asked)


def _missing(answer: Answer, task: Task) -> list[Mistake]:
    """Return the fields, or items of them, that couldn't be read; what may be left out is no mistake."""
    found = []
    for problem in answer.problems:
        field = problem.partition(" ")[0].partition("[")[0]
        if field in task.outputs and (field in _ESSENTIAL or "is missing" not in problem):
            found.append(Mistake(field, "", "", f"{problem}."))
    return found


def _is_answered(mistake: Mistake, mended: Sifted) -> bool:
    """Tell whether a correction said anything that holds where a mistake was, or repeated the mistake."""
    return bool(mended.values.get(mistake.field)) or any(
        one.field == mistake.field for one in mended.mistakes
    )


class _Telling:
    """Turns a request's tokens into events: cleaned words, and where in the answer they are."""

    def __init__(self, dataset_id: str, number: int, total: int, *, starts_anew: bool) -> None:
        self._dataset_id = dataset_id
        self._number = number
        self._total = total
        self._starts_anew = starts_anew
        self._field = ""
        self._held = HeldWords()

    def of(self, token: Token) -> Iterable[ContextToken]:
        """Return the events of a token."""
        if token.starts_anew:
            self._starts_anew, self._field, self._held = True, "", HeldWords()
        elif token.field != self._field:
            yield from self.rest()
        self._field = token.field
        yield from self._event(self._held.feed(token.text))

    def rest(self) -> Iterable[ContextToken]:
        """Return the event of what was held back."""
        yield from self._event(self._held.finish())

    def _event(self, words: str) -> Iterable[ContextToken]:
        if words:
            yield ContextToken(
                self._dataset_id,
                words,
                field=self._field,
                request=self._number,
                requests=self._total,
                starts_anew=self._starts_anew,
            )
            self._starts_anew = False
