"""A task as dspy has it: its signature, its predictor, and the adapter that reads answers with patience."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autodash_jupyter.language_model.masking import PROSE, encodable, mask
from autodash_jupyter.language_model.reading import read_answer

if TYPE_CHECKING:
    from autodash_jupyter.language_model.tasks import Answer, Task

__all__ = ["adapter", "apart", "predictor", "recording_model"]


def predictor(dspy: Any, task: Task) -> Any:
    """Return the predictor of a task, without examples."""
    fields = {name: (str, dspy.InputField(desc=description)) for name, description in task.inputs.items()}
    for name, output in task.outputs.items():
        fields[name] = (output.type, dspy.OutputField(desc=output.description))
    return dspy.Predict(dspy.Signature(fields, task.instructions, signature_name=task.name))


def adapter(dspy: Any, task: Task, keep: Callable[[str, Answer], None]) -> Any:
    """Return a chat adapter that takes what can be read of an answer, and hands text and fields to ``keep``.

    dspy's own refuses an answer for one wrong item, and can't ask again once it streams.
    """

    class PatientAdapter(dspy.ChatAdapter):  # type: ignore[misc]  # dspy is known when it runs only
        def parse(self, signature: Any, completion: str) -> dict[str, Any]:
            text = mask(encodable(completion), PROSE)
            answer = read_answer(text, task.outputs)
            keep(text, answer)
            return {name: answer.values.get(name) for name in signature.output_fields}

    return PatientAdapter(use_json_adapter_fallback=False)


def recording_model(dspy: Any, record: Callable[[dict[str, Any]], None], model: str, **settings: Any) -> Any:
    """Return a model that keeps no history but tells ``record`` of each call: its usage and cost."""

    class RecordingModel(dspy.LM):  # type: ignore[misc]  # dspy is known when it runs only
        def update_history(self, entry: dict[str, Any]) -> None:
            record(entry)

    return RecordingModel(model, cache=False, **settings)


def apart(dspy: Any, model: Any, chat: Any) -> Any:
    """Return a context in which dspy uses this model, and nothing of it is kept or shown elsewhere."""
    # Our own for each setting that would keep the prompt, or show it to the user's own dspy set-up.
    return dspy.context(
        lm=model, adapter=chat, callbacks=[], trace=None, usage_tracker=None, disable_history=False
    )
