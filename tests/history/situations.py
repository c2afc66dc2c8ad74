"""The checker of the tables of situations: what a person sees before and after, by undo and by redo."""

from __future__ import annotations

from typing import Any

from autodash_jupyter.history import Budget, Timeline

__all__ = ["CELLS", "PATIENT", "START", "Family", "check", "frame", "look", "parametrize"]

PATIENT = Budget(seconds=60)
"""A busy machine must not end a look."""

Family = dict[str, tuple[str, str, str]]
"""By its name, a situation: the cell that sets up, the cell that changes, and what a person looks at."""


START = (
    "import pandas as pd, numpy as np\n"
    "df = pd.DataFrame({'a': [1, 2, 3], 'b': [1.5, 2.5, None], 's': ['x', 'y', 'z']})\n"
)
CELLS = "df.to_dict('list'), [str(t) for t in df.dtypes], df.index.tolist()"


def frame(setup: str, change: str, watch: str = CELLS) -> tuple[str, str, str]:
    """Return a situation with the table ``df``, whose cells, types and index are watched."""
    return START + setup, change, watch


def parametrize(family: Family) -> dict[str, Any]:
    """Return the arguments of ``pytest.mark.parametrize`` for a family."""
    return {
        "argnames": ("setup", "change", "watch"),
        "argvalues": [*family.values()],
        "ids": [*family],
    }


def run(code: str, namespace: dict[str, Any]) -> None:
    exec(compile(code, "<cell>", "exec"), namespace)


def look(namespace: dict[str, Any], watch: str) -> tuple[Any, ...]:
    """Return which object each name means, and the text of what is watched."""
    names = {
        name: id(value) for name, value in namespace.items() if not _is_scalar(value) and name[:2] != "__"
    }
    try:
        seen = repr(eval(watch, namespace))
    except NameError as error:
        seen = str(error)
    return names, seen


def _is_scalar(value: Any) -> bool:
    return any(type(value) is kind for kind in (int, float, str, bytes, bool, complex))


def check(setup: str, change: str, watch: str) -> None:
    """Run the cells; undo, redo and goto must give exactly what was seen, with the same objects."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    timeline = Timeline(namespace, budget=PATIENT)
    run(setup, namespace)
    bystander = namespace["bystander"] = [1, {"untouched": [2]}]
    timeline.record(setup)
    prepared = timeline.position
    before = look(namespace, watch)
    run(change, namespace)
    after = look(namespace, watch)
    assert before != after, "the situation is one where a person sees something change"
    assert timeline.record(change) is not None, "a step"
    assert look(namespace, watch) == after, "recording changes nothing"
    assert timeline.record() is None, "what is recorded has no changes left"

    for _ in range(2):
        assert timeline.undo().not_restored == ()
        assert look(namespace, watch) == before, "undone"
        assert timeline.record() is None, "going back leaves no changes to record"
        assert timeline.redo().not_restored == ()
        assert look(namespace, watch) == after, "done again"
        assert timeline.record() is None, "going forward leaves no changes to record"
    timeline.goto(0)
    assert "bystander" not in namespace
    timeline.goto(prepared)
    assert look(namespace, watch) == before, "gone to"
    assert namespace["bystander"] is bystander
    assert bystander == [1, {"untouched": [2]}]
    timeline.redo()
    assert look(namespace, watch) == after
