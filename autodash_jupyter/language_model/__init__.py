"""The one client of language models: a task goes in, its typed answer streams out, field by field.

Only ``library`` imports dspy, and only at the first request. No key is kept here: the provider's client
reads its own variable, and whatever a server says of a key is masked before anyone sees it. What a model
writes is text and data: it is never executed.
"""

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
