"""The timeline over the namespace of a real IPython shell, driven by its own events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from autodash_jupyter.history import Budget, Timeline


class Shell:
    """An IPython shell whose cells are recorded as they run."""

    def __init__(self) -> None:
        self.shell = InteractiveShell()
        self.timeline = Timeline(
            self.shell.user_ns, hidden=lambda: self.shell.user_ns_hidden, budget=Budget(seconds=60)
        )
        self._depth = 0
        self.shell.events.register("pre_run_cell", self._enter)
        self.shell.events.register("post_run_cell", self._leave)

    def _enter(self, info: Any) -> None:
        self._depth += 1

    def _leave(self, result: Any) -> None:
        self._depth -= 1
        if not self._depth:  # %%capture runs its body as a cell within the cell
            self.timeline.record(result.info.raw_cell)

    def run(self, code: str) -> Any:
        return self.shell.run_cell(code, store_history=True)


@pytest.fixture
def shell() -> Iterator[Shell]:
    made = Shell()
    yield made
    made.shell.reset(new_session=False)
    InteractiveShell.clear_instance()


def labels(shell: Shell) -> list[str]:
    return [step.label for step in shell.timeline.steps]


def test_cells_are_steps_and_can_be_undone(shell: Shell) -> None:
    shell.run("import pandas as pd\ndf = pd.DataFrame({'a': [1, 2], 'year': [3, 4]})")
    shell.run("df['year'].sum()")
    shell.run("del df['year']")
    assert labels(shell)[1:] == ["del df['year']"]
    shell.timeline.undo()
    shell.run("columns = list(df)")
    assert shell.shell.user_ns["columns"] == ["a", "year"]


def test_a_cell_that_only_displays_is_no_step_and_out_stays(shell: Shell) -> None:
    shell.run("x = [1]")
    shell.run("x")
    shell.run("x.append(2)")
    shell.timeline.undo()
    assert len(shell.timeline.steps) == 2
    assert shell.shell.user_ns["Out"][2] is shell.shell.user_ns["x"]
    assert shell.shell.user_ns["_"] == [1]


def test_a_cell_that_raised_and_a_timed_cell_are_steps(shell: Shell, capsys: Any) -> None:
    shell.run("x = [1]")
    shell.run("x.append(2); 1 / 0")
    shell.run("%%time\nx.append(3)")
    shell.run("%%capture out\nx.append(4)")
    assert len(shell.timeline.steps) == 4
    shell.timeline.undo(3)
    assert shell.shell.user_ns["x"] == [1]


def test_functions_and_classes_typed_in_are_the_users(shell: Shell) -> None:
    shell.run("def f(seen=[]):\n    seen.append(1)\n    return len(seen)\nclass Config:\n    rate = 1")
    shell.run("f(); Config.rate = 2")
    shell.timeline.undo()
    assert shell.shell.user_ns["Config"].rate == 1
    assert shell.shell.user_ns["f"].__defaults__ == ([],)


def test_the_shell_in_a_variable_is_not_walked(shell: Shell) -> None:
    shell.run("ip = get_ipython(); names = globals(); log = __import__('logging').getLogger('x')")
    assert len(shell.timeline._heap.nodes) < 60
    shell.run("x = 1")
    shell.timeline.undo(2)
    assert "ip" not in shell.shell.user_ns


def test_an_async_cell_is_a_step(shell: Shell) -> None:
    shell.run("import asyncio\nx = []")
    shell.run("await asyncio.sleep(0)\nx.append(1)")
    shell.timeline.undo()
    assert shell.shell.user_ns["x"] == []
