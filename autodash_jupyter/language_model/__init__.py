"""The one client of language models: a task goes in, its typed answer streams out, field by field.

Only ``library`` imports dspy, and only at the first request. No key is kept here: the provider's client
reads its own variable, and whatever a server says of a key is masked before anyone sees it. What a model
writes is text and data: it is never executed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autodash_jupyter.language_model.client import LanguageModel
    from autodash_jupyter.language_model.optimising import forget_program, is_optimised, optimise
    from autodash_jupyter.language_model.streams import AnswerStream
    from autodash_jupyter.language_model.tasks import Answer, Output, Task, Token, Usage

__all__ = [
    "Answer",
    "AnswerStream",
    "LanguageModel",
    "Output",
    "Task",
    "Token",
    "Usage",
    "forget_program",
    "is_optimised",
    "optimise",
]

# Imported when first asked for: a package that imports its modules while another thread imports one of them
# gets it half made.
_HOMES = {
    "Answer": "tasks",
    "AnswerStream": "streams",
    "LanguageModel": "client",
    "Output": "tasks",
    "Task": "tasks",
    "Token": "tasks",
    "Usage": "tasks",
    "forget_program": "optimising",
    "is_optimised": "optimising",
    "optimise": "optimising",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.language_model.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter.language_model' has no attribute {name!r}"
    raise AttributeError(msg)
