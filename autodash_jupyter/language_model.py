"""The one client of language models: a task goes in, the answer's text streams out.

Only this module imports dspy, and only at the first request. No key is kept here: the provider's client
reads its own variable, and whatever a server says of a key is masked before anyone sees it.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from autodash_jupyter.errors import LanguageModelError

if TYPE_CHECKING:
    from autodash_jupyter.settings import Settings

__all__ = ["AnswerStream", "LanguageModel", "Task"]

# Servers on one's own machine ask for no key, but their clients refuse to call without one.
_PLACEHOLDER_KEY = "no-key-needed"
_KEY_VARIABLE = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$", re.IGNORECASE)
_KEY_ENDINGS = ("APIKEY", "KEY", "APITOKEN", "TOKEN")
_KEY_LIKE = re.compile(r"\bsk-[\w*.-]+|(?<=Bearer )\S+|(?<=://)[^/\s@]+(?=@)")
# Providers whose key variables also begin with another word than their name.
_KEY_PREFIXES = {"gemini": "google", "vertex_ai": "google", "huggingface": "hf", "azure": "azure_openai"}
# In an error's line rather a word too many is masked; in an answer only what no prose contains.
_SHORTEST_SECRET = 4
_SHORTEST_SECRET_IN_PROSE = 12
_LONGEST_DETAIL = 200
_SECONDS_TO_CLOSE = 2.0

# What dspy's errors mean to a person, and what to do about them, by the name of the class.
_MEANINGS = {
    "LMAuthError": ("refused the key", "Set its provider's key in the environment and restart the kernel."),
    "LMBillingError": ("asks for payment", "Look at the account with its provider."),
    "LMRateLimitError": ("is asked too often", "Wait a little, then try again."),
    "ContextWindowExceededError": ("can't take in so much", "Choose one with a longer context window."),
    "LMUnsupportedModelError": ("is not known there", "Check AUTODASH_LM."),
    "LMInvalidRequestError": ("refused the request", "Check AUTODASH_LM; it reads provider/model."),
    "LMConfigurationError": ("is not set up", "Set its provider's key, or check AUTODASH_LM."),
    "LMTimeoutError": ("took too long", "Try again, or raise AUTODASH_LM_TIMEOUT."),
    "LMTransportError": ("can't be reached or broke off", "Check that it runs, and AUTODASH_LM_API_BASE."),
    "AdapterParseError": ("did not keep to the form asked for", "Try again, or choose another model."),
    "ImportError": ("can't be used without dspy", "Install it: pip install dspy-ai"),
    "ValueError": ("can't be used", "Check AUTODASH_LM; it reads provider/model."),
}
_FAILED = ("failed", "Try again, or choose another model.")


@dataclass(frozen=True, slots=True)
class Task:
    """What to ask: instructions, the inputs' names and descriptions, and the one field to answer with.

    ``name``, the inputs' names and ``output`` are Python identifiers.
    """

    name: str
    instructions: str
    inputs: Mapping[str, str]
    output: str
    output_description: str


class AnswerStream(AsyncIterator[str]):
    """An answer being written: iterate it for its tokens, then read ``text``.

    ``text`` is the whole answer, empty until the stream has ended. It is what counts: tokens are shown
    as they come, and may lack what looked like a field marker. ``aclose()`` cancels the request.
    """

    def __init__(self, ask: Callable[[Callable[[str], None]], Awaitable[str]]) -> None:
        self.text = ""
        self._tokens = self._run(ask)

    async def __anext__(self) -> str:
        return await anext(self._tokens)

    async def aclose(self) -> None:
        """Stop: the request is cancelled and its connection closed."""
        await self._tokens.aclose()

    async def _run(self, ask: Callable[[Callable[[str], None]], Awaitable[str]]) -> AsyncGenerator[str]:
        # The request has a task of its own, since its time-out and dspy's task group must begin and end
        # in one task, while a generator may be resumed and closed from several.
        arrived: asyncio.Queue[str | None] = asyncio.Queue()
        request = asyncio.ensure_future(ask(arrived.put_nowait))
        request.add_done_callback(lambda _: arrived.put_nowait(None))
        streamed = False
        try:
            while (token := await arrived.get()) is not None:
                streamed = True
                yield token
            self.text = await request
            if not streamed:
                yield self.text
        finally:
            request.cancel()
            await asyncio.wait({request}, timeout=_SECONDS_TO_CLOSE)
            if request.done() and not request.cancelled():
                request.exception()  # seen, so that asyncio does not log it


class LanguageModel:
    """A model by its name (``provider/model``), at its provider's address or at ``api_base``.

    ``timeout`` is in seconds of wall clock for a whole answer, retries included.

    >>> LanguageModel("openai/llama", api_base="http://127.0.0.1:8080/v1").host
    '127.0.0.1'
    """

    def __init__(self, model: str, api_base: str | None = None, timeout: float = 120.0) -> None:
        self.model = model
        self.api_base = api_base
        self.timeout = timeout

    @classmethod
    def from_settings(cls, settings: Settings) -> LanguageModel | None:
        """Return the model that the settings name, or ``None`` where they name none."""
        if settings.language_model is None:
            return None
        return cls(
            settings.language_model,
            api_base=settings.language_model_api_base,
            timeout=settings.language_model_timeout,
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

        Raises (while iterating):
            LanguageModelError: No answer, no useful answer, or no whole answer in time. The message is
                one line and shows no key.
        """
        return AnswerStream(lambda show: self._answer(task, inputs, show))

    async def _answer(self, task: Task, inputs: Mapping[str, str], show: Callable[[str], None]) -> str:
        clock = asyncio.timeout(None)
        try:
            dspy = await asyncio.to_thread(_load_dspy)
            async with clock:
                clock.reschedule(asyncio.get_running_loop().time() + self.timeout)
                text = await self._request(dspy, task, inputs, show)
            message = "" if text else self._describe("gave an empty answer", "", _FAILED[1])
        except Exception as error:  # noqa: BLE001 - whatever a client raises, a person gets one masked line
            message = self._too_late() if clock.expired() else self._explain(error)
        # Raised here, where nothing is being handled: the original, which may hold the key, is not chained.
        if message:
            raise LanguageModelError(message)
        return text

    async def _request(
        self, dspy: Any, task: Task, inputs: Mapping[str, str], show: Callable[[str], None]
    ) -> str:
        model = dspy.LM(self.model, cache=False, timeout=self.timeout, **self._connection())
        # Our own for each setting that would keep the prompt, or show it to the user's own dspy set-up.
        apart = dspy.context(
            lm=model,
            adapter=dspy.ChatAdapter(use_json_adapter_fallback=False),
            callbacks=[],
            trace=None,
            usage_tracker=None,
            disable_history=True,
        )
        answer = ""
        try:
            with apart:
                stream = dspy.streamify(
                    dspy.ChainOfThought(_signature(dspy, task)),
                    stream_listeners=[dspy.streaming.StreamListener(task.output)],
                    is_async_program=True,
                )
                async for value in stream(**{name: _encodable(text) for name, text in inputs.items()}):
                    if isinstance(value, dspy.Prediction):
                        answer = str(value.get(task.output) or "").strip()
                    elif token := getattr(value, "chunk", ""):
                        show(_encodable(token))
        finally:
            await model.aclose()
        return _mask(_encodable(answer), _SHORTEST_SECRET_IN_PROSE)

    def _connection(self) -> dict[str, str]:
        if self.api_base is None:
            return {}
        provider = self.model.partition("/")[0]
        has_key = any(_is_key_of(name, provider) for name in _secrets())
        return {"api_base": self.api_base} | ({} if has_key else {"api_key": _PLACEHOLDER_KEY})

    def _too_late(self) -> str:
        what = f"gave no whole answer within {self.timeout:g} s"
        return self._describe(what, "", "Raise AUTODASH_LM_TIMEOUT, or choose a faster model.")

    def _explain(self, error: BaseException) -> str:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        classes = [cls.__name__ for cls in type(error).__mro__]
        what, remedy = next((_MEANINGS[name] for name in classes if name in _MEANINGS), _FAILED)
        # A parse error repeats the answer, which tells a person nothing.
        detail = "" if "AdapterParseError" in classes else _first_line(getattr(error, "message", error))
        return self._describe(what, detail, remedy)

    def _describe(self, what: str, detail: str, remedy: str) -> str:
        said = f": {detail.rstrip('.')}." if detail else "."
        return f"{self.model} ({self.host}) {what}{said} {remedy}"


def _load_dspy() -> Any:
    # Without it, the first use of a model asks the network for a price list.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "true"
    import dspy

    return dspy


def _signature(dspy: Any, task: Task) -> Any:
    fields = {name: (str, dspy.InputField(desc=description)) for name, description in task.inputs.items()}
    fields[task.output] = (str, dspy.OutputField(desc=task.output_description))
    return dspy.Signature(fields, task.instructions, signature_name=task.name)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _secrets() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if _KEY_VARIABLE.search(name) and value}


def _is_key_of(variable: str, provider: str) -> bool:
    def plain(name: str) -> str:
        return re.sub(r"[_-]", "", name).upper()

    prefixes = {plain(provider), plain(_KEY_PREFIXES.get(provider, provider))}
    return plain(variable) in {prefix + ending for prefix in prefixes for ending in _KEY_ENDINGS}


def _mask(text: str, shortest: int = _SHORTEST_SECRET) -> str:
    for secret in sorted(_secrets().values(), key=len, reverse=True):
        if len(secret) >= shortest:
            text = text.replace(secret, "***")
    return text


def _first_line(message: object) -> str:
    lines = _KEY_LIKE.sub("***", _mask(str(message))).strip().splitlines() or [""]
    line = "".join(character for character in lines[0] if character.isprintable())
    return line if len(line) <= _LONGEST_DETAIL else f"{line[:_LONGEST_DETAIL]}…"
