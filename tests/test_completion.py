"""Every option that a magic takes is offered after it."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Callable, Iterator

import pytest

from autodash_jupyter import arguments
from autodash_jupyter.completion import candidates
from autodash_jupyter.session import Session
from autodash_jupyter.stores import InMemoryContextStore


@pytest.fixture
def session() -> Iterator[Session]:
    opened = Session({}, store=InMemoryContextStore())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("magic", "parser"), [("%context", arguments.context), ("%timeline", arguments.timeline)]
)
def test_every_option_of_a_magic_is_offered(
    session: Session, magic: str, parser: Callable[[], ArgumentParser]
) -> None:
    taken = set(re.findall(r"--[a-z]+", parser().format_usage())) - {"--help"}
    assert set(candidates(session, f"{magic} --", "--")) == taken


def test_an_option_is_completed_from_its_beginning(session: Session) -> None:
    assert candidates(session, "%context penguins --re", "--re") == ["--regenerate", "--restore"]
    assert candidates(session, "%timeline --re", "--re") == ["--restore"]
