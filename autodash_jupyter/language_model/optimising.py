"""Programs optimised on a user's own answers: made by dspy's optimisers, kept as signed JSON.

A program is the examples that go before each question. It comes only from where it was written: it carries
the signature of this installation, and one that doesn't is not used.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodash_jupyter.errors import AutoDashError, LanguageModelError
from autodash_jupyter.language_model.library import load_dspy
from autodash_jupyter.language_model.predicting import predictor
from autodash_jupyter.regular_files import read_regular

if TYPE_CHECKING:
    from autodash_jupyter.language_model.client import LanguageModel
    from autodash_jupyter.language_model.tasks import Task

__all__ = ["Example", "forget_program", "is_optimised", "load_examples", "optimise"]

FORMAT = 1
_LARGEST_FILE = 5_000_000  # bytes

Example = tuple[Mapping[str, str], Mapping[str, Any]]
"""The inputs of a task, and the answer that a person approved of."""


def optimise(
    task: Task,
    approved: Sequence[Example],
    home: Path,
    *,
    most: int = 4,
    model: LanguageModel | None = None,
    accepts: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] | None = None,
) -> int:
    """Choose at most ``most`` examples for a task, and keep them below ``home`` for its next requests.

    Without a model they are chosen among those approved (dspy's ``LabeledFewShot``), and nothing is sent.
    With one, it answers each, and the answers that ``accepts(approved, answered)`` takes come first
    (``BootstrapFewShot``). Returns how many were kept.

    Raises:
        LanguageModelError: There is nothing to learn from, or the program can't be written.
    """
    if not approved:
        msg = "There is no approved context to learn from: save one that you have looked through first."
        raise LanguageModelError(msg)
    dspy = load_dspy()
    names = list(task.inputs)
    examples = [dspy.Example(**inputs, **answer).with_inputs(*names) for inputs, answer in approved]
    student = predictor(dspy, task)
    if model is None:
        chosen = dspy.LabeledFewShot(k=most).compile(student, trainset=examples)
    else:
        chosen = _bootstrapped(dspy, student, examples, most, model, task, accepts)
    state = chosen.dump_state()
    _write(task, home, state["demos"])
    return len(state["demos"])


def _bootstrapped(
    dspy: Any,
    student: Any,
    examples: list[Any],
    most: int,
    model: LanguageModel,
    task: Task,
    accepts: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] | None,
) -> Any:
    def metric(example: Any, prediction: Any, _: Any = None) -> bool:
        given = {name: example.get(name) for name in task.outputs}
        answered = {name: prediction.get(name) for name in task.outputs}
        return all(answered.values()) if accepts is None else accepts(given, answered)

    optimiser = dspy.BootstrapFewShot(
        metric=metric, max_bootstrapped_demos=most, max_labeled_demos=most, max_errors=len(examples) + 1
    )
    # dspy prints how far it has come.
    with model.configured(dspy, task), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        return optimiser.compile(student, trainset=examples)


def load_examples(task: Task, home: Path | None) -> list[dict[str, Any]]:
    """Return the examples kept for a task; none where there is no program, or one of somebody else's."""
    if home is None:
        return []
    path = _path(task, home)
    try:
        data = read_regular(path)
        record = json.loads(data) if len(data) <= _LARGEST_FILE else {}
        told = json.dumps(record["examples"], sort_keys=True)
        if record["format"] != FORMAT or not hmac.compare_digest(record["signature"], _sign(task, told)):
            return []
    except (OSError, ValueError, KeyError, TypeError, RecursionError, AutoDashError):
        return []
    known = {*task.inputs, *task.outputs}
    return [{name: value for name, value in one.items() if name in known} for one in record["examples"]]


def is_optimised(task: Task, home: Path) -> bool:
    """Tell whether a program of this installation is there for a task."""
    return bool(load_examples(task, home))


def forget_program(task: Task, home: Path) -> bool:
    """Remove what was learned for a task; tell whether there was any."""
    path = _path(task, home)
    had = path.exists()
    path.unlink(missing_ok=True)
    return had


def _path(task: Task, home: Path) -> Path:
    return home / "programs" / f"{task.name}.json"


def _sign(task: Task, told: str) -> str:
    from autodash_jupyter.blobs.signing import signing_key

    message = f"{task.name}\n{told}".encode("utf-8", "surrogatepass")
    return hmac.new(signing_key(), message, hashlib.sha256).hexdigest()


def _write(task: Task, home: Path, demos: Sequence[Mapping[str, Any]]) -> None:
    from autodash_jupyter.stores.durable_files import make_private_folder, replace_file

    examples = json.loads(json.dumps([dict(demo) for demo in demos], default=str))
    told = json.dumps(examples, sort_keys=True)
    path = _path(task, home)
    try:
        record = {"format": FORMAT, "task": task.name, "signature": _sign(task, told), "examples": examples}
        make_private_folder(path.parent)
        replace_file(path, json.dumps(record, indent=1).encode())
    except (OSError, AutoDashError) as error:
        msg = f"What was learned can't be kept in {path}: {error}"
        raise LanguageModelError(msg) from error
