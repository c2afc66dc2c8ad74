"""What is asked of a model, and what comes back: tasks, tokens, answers and their cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["Answer", "Output", "Task", "Token", "Usage", "field_names"]


@dataclass(frozen=True, slots=True)
class Output:
    """A field of an answer: what it means, and its type: ``str``, or a list of texts or pydantic models.

    ``aliases`` are other names that models give the field.
    """

    description: str
    type: Any = str
    aliases: tuple[str, ...] = ()


def field_names(outputs: Mapping[str, Output]) -> dict[str, str]:
    """Return the names that may stand for fields, and the fields that they mean.

    >>> field_names({"rules": Output("-", aliases=("business_rules",))})
    {'business_rules': 'rules', 'rules': 'rules'}
    """
    aliases = {alias: name for name, output in outputs.items() for alias in output.aliases}
    return aliases | {name: name for name in outputs}


@dataclass(frozen=True, slots=True)
class Task:
    """What to ask: instructions, the inputs' names and descriptions, and the fields to answer with.

    ``name`` and the names of inputs and outputs are Python identifiers.
    """

    name: str
    instructions: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, Output]

    @property
    def field_names(self) -> dict[str, str]:
        """The names that may stand for fields in an answer, and the fields that they mean."""
        return field_names(self.outputs)

    def only(self, outputs: Iterable[str], **more_inputs: str) -> Task:
        """Return the task that asks for some of its fields, and is told more.

        >>> outputs = {"text": Output("a text"), "kind": Output("a word")}
        >>> task = Task("Describe", "Describe it.", {"table": "t"}, outputs)
        >>> list(task.only(["kind"], mistakes="what was wrong").inputs)
        ['table', 'mistakes']
        """
        wanted = set(outputs)
        fewer = {name: output for name, output in self.outputs.items() if name in wanted}
        return replace(self, outputs=fewer, inputs={**self.inputs, **more_inputs})


@dataclass(frozen=True, slots=True)
class Token:
    """Words of one field as a model writes them; ``starts_anew`` tells that what came before is void."""

    field: str
    text: str
    starts_anew: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """What answers took: tokens as the server counted them, and US dollars where the price is known.

    ``None`` is unknown: not every server counts, and a model of one's own has no price.

    >>> Usage(100, 20, 1, 0.5) + Usage(50, 10, 1)
    Usage(prompt_tokens=150, completion_tokens=30, requests=2, cost=None)
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    requests: int = 0
    cost: float | None = None

    @property
    def tokens(self) -> int | None:
        """All tokens, of prompts and answers."""
        counted = [count for count in (self.prompt_tokens, self.completion_tokens) if count is not None]
        return sum(counted) if counted else None

    def __add__(self, other: Usage) -> Usage:
        if not self.requests or not other.requests:
            return self if self.requests else other
        return Usage(
            _sum(self.prompt_tokens, other.prompt_tokens),
            _sum(self.completion_tokens, other.completion_tokens),
            self.requests + other.requests,
            _sum(self.cost, other.cost),
        )


def _sum(first: Any, second: Any) -> Any:
    return None if first is None or second is None else first + second


@dataclass(frozen=True, slots=True)
class Answer:
    """The fields that could be read, each of its type, and what was wrong with the others, a line each."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
