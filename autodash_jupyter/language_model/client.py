"""``LanguageModel``: one model at one address, asked for one task at a time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from autodash_jupyter.errors import LanguageModelError
from autodash_jupyter.language_model.failures import (
    TRY_AGAIN,
    EndlessAnswerError,
    explain,
    is_cut_off,
    streams_nothing,
)
from autodash_jupyter.language_model.library import load_dspy
from autodash_jupyter.language_model.masking import PROSE, encodable, is_key_of, mask, secrets
from autodash_jupyter.language_model.predicting import adapter, apart, predictor, recording_model
from autodash_jupyter.language_model.reading import is_whole, read_answer
from autodash_jupyter.language_model.streams import AnswerStream, Show
from autodash_jupyter.language_model.tasks import Answer, Task, Token, Usage
from autodash_jupyter.language_model.words import FieldWords

if TYPE_CHECKING:
    from autodash_jupyter.settings import Settings

__all__ = ["LanguageModel"]

# Servers on one's own machine ask for no key, but their clients refuse to call without one.
_PLACEHOLDER_KEY = "no-key-needed"
_LONGEST_ANSWER = 200_000  # characters
_TRIES = 3  # where an answer is cut off; what fails before its first word is tried again by dspy


class LanguageModel:
    """A model by its name (``provider/model``), at its provider's address or at ``api_base``.

    ``timeout`` is in seconds of wall clock for a whole answer, retries included. ``home`` is where
    programs optimised for a task are looked for; ``None`` uses none.

    >>> LanguageModel("openai/llama", api_base="http://127.0.0.1:8080/v1").host
    '127.0.0.1'
    """

    def __init__(
        self, model: str, api_base: str | None = None, timeout: float = 120.0, *, home: Path | None = None
    ) -> None:
        self.model = model
        self.api_base = api_base
        self.timeout = timeout
        self.home = home

    @classmethod
    def from_settings(cls, settings: Settings) -> LanguageModel | None:
        """Return the model that the settings name, or ``None`` where they name none."""
        if settings.language_model is None:
            return None
        return cls(
            settings.language_model,
            api_base=settings.language_model_api_base,
            timeout=settings.language_model_timeout,
            home=settings.home,
        )

    @property
    def host(self) -> str:
        """The host that prompts go to, or the provider's name where its own client knows the address."""
        provider, separator, _ = self.model.partition("/")
        variables = (f"{provider.upper()}_API_BASE", f"{provider.upper()}_BASE_URL")
        address = self.api_base or next(filter(None, map(os.environ.get, variables)), "")
        try:
            host = urlsplit(address if "://" in address else f"//{address}").hostname
        except ValueError:
            host = None
        return host or (provider if separator else f"the provider of {self.model}")

    def stream(self, task: Task, inputs: Mapping[str, str]) -> AnswerStream:
        """Ask, and return the answer as it is written; nothing is sent before the first token is awaited.

        What is busy or breaks off is asked again, with growing pauses, within the time-out. Whatever is
        answered is an answer; it says which fields can't be read, and why (``unreadable`` tells a person).

        Raises (while iterating):
            LanguageModelError: No answer, or no whole answer in time. The message is one line and shows
                no key.
        """
        return AnswerStream(lambda show: self._answer(task, inputs, show))

    def unreadable(self) -> LanguageModelError:
        """Return the error that an answer is in which nothing could be read."""
        return LanguageModelError(self._describe("did not keep to the form asked for", "", TRY_AGAIN))

    @contextmanager
    def configured(self, dspy: Any, task: Task) -> Iterator[None]:
        """Let dspy's own programs use this model while the block lasts, in this context only."""
        with apart(dspy, self.client(dspy, lambda _: None), adapter(dspy, task, lambda *_: None)):
            yield

    def client(self, dspy: Any, record: Callable[[dict[str, Any]], None]) -> Any:
        """Return dspy's client of this model, which tells ``record`` of each call; the caller closes it."""
        return recording_model(dspy, record, self.model, **self._connection())

    async def _answer(self, task: Task, inputs: Mapping[str, str], show: Show) -> tuple[Answer, Usage]:
        clock = asyncio.timeout(None)
        message, answer, usage = "", Answer(), Usage()
        try:
            dspy = await asyncio.to_thread(load_dspy)
            async with clock:
                clock.reschedule(asyncio.get_running_loop().time() + self.timeout)
                answer, usage = await self._request_until_whole(dspy, task, inputs, show)
        except Exception as error:  # noqa: BLE001 - whatever a client raises, a person gets one masked line
            message = self._too_late() if clock.expired() else self._describe(*explain(error))
        # Raised here, where nothing is being handled: the original, which may hold the key, is not chained.
        if message:
            raise LanguageModelError(message)
        return answer, usage

    async def _request_until_whole(
        self, dspy: Any, task: Task, inputs: Mapping[str, str], show: Show
    ) -> tuple[Answer, Usage]:
        streamed = True
        for tried in range(_TRIES):
            request = _Request(self, dspy, task, show, starts_anew=tried > 0)
            try:
                return await request.run(inputs, streamed=streamed)
            except Exception as error:
                if is_whole(request.text):
                    return read_answer(mask(request.text, PROSE), task.outputs), request.usage
                unstreamed = streamed and not request.text and streams_nothing(error)
                if tried + 1 == _TRIES or not (unstreamed or is_cut_off(error, begun=bool(request.text))):
                    raise
                streamed = streamed and not unstreamed
            await asyncio.sleep(0 if unstreamed else 2**tried)
        raise AssertionError

    def _connection(self) -> dict[str, Any]:
        if self.api_base is None:
            return {"timeout": self.timeout}
        provider = self.model.partition("/")[0]
        has_key = any(is_key_of(name, provider) for name in secrets())
        placeholder = {} if has_key else {"api_key": _PLACEHOLDER_KEY}
        return {"timeout": self.timeout, "api_base": self.api_base, **placeholder}

    def _too_late(self) -> str:
        what = f"gave no whole answer within {self.timeout:g} s"
        return self._describe(what, "", "Raise AUTODASH_LM_TIMEOUT, or choose a faster model.")

    def _describe(self, what: str, detail: str, remedy: str) -> str:
        said = f": {detail.rstrip('.')}." if detail else "."
        return f"{self.model} ({self.host}) {what}{said} {remedy}"


class _Request:
    """One request: its words are shown as they come, its usage is counted."""

    def __init__(self, model: LanguageModel, dspy: Any, task: Task, show: Show, *, starts_anew: bool) -> None:
        self._model = model
        self._dspy = dspy
        self._task = task
        self._words = FieldWords(
            task.field_names, [name for name, output in task.outputs.items() if output.type is str]
        )
        self._show = show
        self._starts_anew = starts_anew
        self._answer = Answer()
        self.usage = Usage(requests=1)
        self.text = ""

    async def run(self, inputs: Mapping[str, str], *, streamed: bool) -> tuple[Answer, Usage]:
        """Ask; return the answer and what it took."""
        from autodash_jupyter.language_model.optimising import load_examples

        dspy, task = self._dspy, self._task
        client = self._model.client(dspy, self._count)
        asked = predictor(dspy, task)
        asked.demos = await asyncio.to_thread(load_examples, task, self._model.home)
        given = {name: encodable(text) for name, text in inputs.items()}
        try:
            with apart(dspy, client, adapter(dspy, task, self._keep)):
                if not streamed:
                    await asked.acall(**given)
                    return self._answer, self.usage
                async for chunk in dspy.streamify(asked, is_async_program=True)(**given):
                    self._tell(encodable(_text_of(chunk)))
        finally:
            await client.aclose()
        return self._answer, self.usage

    def _tell(self, text: str) -> None:
        self.text += text
        if len(self.text) > _LONGEST_ANSWER:
            raise EndlessAnswerError
        for field, words in self._words.feed(text) if text else ():
            self._show(Token(field, words, self._starts_anew))
            self._starts_anew = False

    def _keep(self, text: str, answer: Answer) -> None:
        self._answer = answer
        if not self.text:
            self._tell(text)

    def _count(self, entry: Mapping[str, Any]) -> None:
        usage = entry.get("usage") or {}
        prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
        cost = entry.get("cost")
        self.usage = Usage(
            prompt if isinstance(prompt, int) else None,
            completion if isinstance(completion, int) else None,
            1,
            float(cost) if isinstance(cost, int | float) and cost > 0 else None,
        )


def _text_of(chunk: Any) -> str:
    """Return what a chunk of an engine's stream adds to the answer; reasoning and ends add nothing."""
    choices = getattr(chunk, "choices", None)
    if not choices:
        return ""
    return str(getattr(choices[0].delta, "content", None) or "")
