"""What waits to be written when a kernel leaves: the newest state goes first, with all it needs."""

from __future__ import annotations

from typing import Any

from autodash_jupyter.history.persistence.waiting import State, Waiting


def nodes(*serials: int) -> Any:
    return dict.fromkeys(serials)


def order(*states: State) -> list[tuple[int, int | None, list[int]]]:
    waiting = Waiting()
    waiting.extend([*states])
    waiting.put_newest_first()
    found = []
    while waiting:
        state = waiting.take()
        assert isinstance(state, State)
        found.append((state.step_id, state.parent, sorted(state.nodes)))
    return found


def test_the_newest_state_takes_along_what_it_needs_of_those_that_wait() -> None:
    assert order(State(1, 0, {}, nodes(1)), State(2, 1, {}, nodes(2)), State(3, 2, {}, nodes(3))) == [
        (3, 0, [1, 2, 3]),
        (1, 0, [1]),
        (2, 1, [2]),
    ]


def test_the_newest_state_builds_on_one_of_which_only_an_amendment_waits() -> None:
    assert order(State(1, 0, {}, nodes(1), amends=True), State(2, 1, {}, nodes(2))) == [
        (2, 1, [1, 2]),
        (1, 0, [1]),
    ]


def test_a_state_and_its_amendment_are_written_as_one() -> None:
    state, amendment = State(1, 0, {}, nodes(1, 2)), State(1, 0, {}, nodes(2), amends=True)
    assert order(state, amendment, State(2, 1, {}, nodes(3))) == [(2, 0, [1, 2, 3]), (1, 0, [1, 2])]
