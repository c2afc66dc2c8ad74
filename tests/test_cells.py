"""The boundary between cells, in a real IPython shell."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from IPython.core.interactiveshell import InteractiveShell

from autodash_jupyter.cells import CellBoundary, Pending


class Followed:
    """A shell, its boundary, and what the boundary told."""

    def __init__(self) -> None:
        self.shell = InteractiveShell()
        self.recorded: list[str] = []
        self.busy_seen: list[bool] = []
        self.cells = CellBoundary(self.shell, self._record, lambda: self.busy_seen.append(self.cells.busy))
        self.cells.attach()

    def _record(self, code: str, seconds: float) -> None:
        assert seconds >= 0
        self.recorded.append(code)


@pytest.fixture
def followed() -> Iterator[Followed]:
    opened = Followed()
    yield opened
    opened.cells.detach()


def test_each_outermost_cell_is_recorded_once(followed: Followed) -> None:
    followed.shell.user_ns["shell"] = followed.shell
    followed.shell.run_cell("shell.run_cell('x = 1')\ny = 2")
    assert followed.recorded == ["shell.run_cell('x = 1')\ny = 2"]


def test_a_blank_cell_inside_a_cell_does_not_split_it(followed: Followed) -> None:
    followed.shell.user_ns.update(shell=followed.shell, busy=lambda: followed.cells.busy)
    followed.shell.run_cell("shell.run_cell('')\nstill = busy()")
    assert followed.shell.user_ns["still"] is True
    assert len(followed.recorded) == 1


def test_a_cell_that_raises_is_recorded_too(followed: Followed) -> None:
    followed.shell.showtraceback = lambda *_, **__: None
    followed.shell.run_cell("x = 1; raise ValueError")
    assert len(followed.recorded) == 1


def test_whoever_looks_sees_the_kernel_busy_and_then_idle(followed: Followed) -> None:
    followed.shell.run_cell("x = 1")
    assert followed.busy_seen == [True, False]


def test_an_action_waits_for_the_running_cell_and_runs_after_it(followed: Followed) -> None:
    done: list[list[str]] = []
    followed.shell.user_ns["act"] = lambda: followed.cells.run_between_cells(
        Pending(lambda: done.append(list(followed.recorded)))
    )
    followed.shell.run_cell("act()\nfirst = True")
    assert done == [["act()\nfirst = True"]]


def test_a_waiting_action_can_be_cancelled_and_a_finished_one_cannot(followed: Followed) -> None:
    done: list[int] = []
    waiting = Pending(lambda: done.append(1))
    outcome: list[bool] = []

    def ask() -> None:
        followed.cells.run_between_cells(waiting)
        outcome.append(followed.cells.cancel(waiting))

    followed.shell.user_ns["ask"] = ask
    followed.shell.run_cell("ask()")
    assert (done, outcome) == ([], [True])
    assert followed.cells.cancel(waiting) is False


def test_an_action_that_fails_keeps_no_other_waiting(followed: Followed) -> None:
    done: list[int] = []

    def ask() -> None:
        followed.cells.run_between_cells(Pending(lambda: 1 // 0))
        followed.cells.run_between_cells(Pending(lambda: done.append(1)))

    followed.shell.user_ns["ask"] = ask
    followed.shell.run_cell("ask()")
    assert done == [1]


def test_with_no_cell_running_an_action_runs_at_once(followed: Followed) -> None:
    done: list[int] = []
    followed.cells.run_between_cells(Pending(lambda: done.append(1)))
    assert done == [1]


def test_a_cell_in_another_thread_is_recorded_between_cells(followed: Followed) -> None:
    seen: list[tuple[bool, list[str]]] = []

    def beside() -> None:
        followed.shell.events.trigger("pre_run_cell", None)
        followed.shell.events.trigger(
            "post_run_cell", SimpleNamespace(info=SimpleNamespace(raw_cell="y = 1"))
        )
        seen.append((followed.cells.busy, list(followed.recorded)))

    followed.shell.user_ns["beside"] = lambda: run_in_thread(beside)
    followed.shell.run_cell("beside()")
    assert seen == [(True, [])]
    assert followed.recorded == ["beside()", "y = 1"]


def run_in_thread(function: Callable[[], None]) -> None:
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def test_after_detaching_nothing_is_heard(followed: Followed) -> None:
    followed.cells.detach()
    followed.shell.run_cell("x = 1")
    assert followed.recorded == []
