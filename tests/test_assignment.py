"""What the calling statement does with a magic's value, in code that runs."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from autodash_jupyter.assignment import Use, find_use


class Recorder:
    """Stands where a magic stands, and notes how its value is used."""

    def __init__(self) -> None:
        self.namespace: dict[str, object] = {"load": self, "tables": {}}
        self.uses: list[Use] = []

    def __call__(self) -> str:
        self.uses.append(find_use(self.namespace))
        return "ab"


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("load()", [Use(as_value=False)]),
        ("orders = load()", [Use(as_value=True, target="orders")]),
        ("orders: str = load()", [Use(as_value=True, target="orders")]),
        ("first = 1\norders = load()\nlast = 2", [Use(as_value=True, target="orders")]),
        ("if True:\n    orders = load()", [Use(as_value=True, target="orders")]),
        ("if True:\n    load()", [Use(as_value=False)]),
        ("a = load(); load(); b = load()", [Use(True, "a"), Use(False), Use(True, "b")]),
        ("a = b = load()", [Use(as_value=True)]),
        ("a, b = load()", [Use(as_value=True)]),
        ("tables['a'] = load()", [Use(as_value=True)]),
        ("tables['a'] = (\n    load()\n)", [Use(as_value=True)]),
        ("rows = len(load())", [Use(as_value=True)]),
        ("load().upper()", [Use(as_value=True)]),
        ("def f():\n    return load()\nf()", [Use(as_value=True)]),
        ("def f():\n    mine = load()\nf()", [Use(as_value=True, target="mine")]),
    ],
)
def test_the_statement_around_the_call_decides(source: str, uses: list[Use]) -> None:
    recorder = Recorder()
    exec(compile(source, "<cell>", "exec"), recorder.namespace)
    assert recorder.uses == uses


@pytest.mark.parametrize("mode", ["single", "eval"])
def test_a_cell_that_is_one_expression_uses_no_value(mode: str, capsys: pytest.CaptureFixture[str]) -> None:
    recorder = Recorder()
    eval(compile("load()", "<cell>", mode), recorder.namespace)
    assert recorder.uses == [Use(as_value=False)]


def test_it_holds_in_a_shell_under_timing_and_capturing() -> None:
    shell = InteractiveShell()
    uses: list[Use] = []
    shell.register_magic_function(lambda line: uses.append(find_use(shell.user_ns)), magic_name="probe")
    shell.run_cell("%%time\nx = %probe")
    shell.run_cell("%%capture\ny = %probe")
    shell.run_cell("%%time\n%probe")
    shell.run_cell("z = %probe")
    assert uses == [Use(True, "x"), Use(True, "y"), Use(False), Use(True, "z")]
