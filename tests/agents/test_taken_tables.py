"""Whether a table still is what an agent took: told by identity where it can be, else by its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

from autodash_jupyter import Session
from autodash_jupyter.agents.taken_tables import take_table
from autodash_jupyter.stores import InMemoryContextStore

polars = pytest.importorskip("polars")
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def session() -> Iterator[Session]:
    opened = Session(
        {
            "sales": pd.DataFrame({"price": [1.0, 2.0], "city": ["Rome", "Oslo"]}),
            "shops": polars.DataFrame({"city": ["Rome", "Oslo"]}),
        },
        store=InMemoryContextStore(),
    )
    yield opened
    opened.close()


def bind(name: str, value: Callable[[Any], Any]) -> Change:
    return lambda names: names.update({name: value(names[name])})


def call(name: str, change: Callable[[Any], object]) -> Change:
    return lambda names: change(names[name])


@pytest.mark.parametrize(
    ("table", "change", "still"),
    [
        ("sales", lambda _names: None, True),
        ("sales", bind("sales", lambda sales: sales.copy()), True),
        ("sales", call("sales", lambda sales: sales.groupby("city").sum()), True),
        ("sales", bind("sales", lambda sales: sales.head(1)), False),
        ("sales", bind("sales", lambda sales: sales.astype({"price": "float32"})), False),
        ("sales", call("sales", lambda sales: sales.insert(0, "day", 1)), False),
        ("sales", call("sales", lambda sales: sales.__setitem__("price", [1.0, 3.0])), False),
        ("sales", lambda names: names.pop("sales"), False),
        ("sales", bind("sales", lambda _sales: "no table any more"), False),
        ("shops", lambda _names: None, True),
        ("shops", bind("shops", lambda shops: shops.clone()), True),
        ("shops", bind("shops", lambda shops: shops.reverse()), False),
        ("shops", call("shops", lambda shops: shops.insert_column(0, polars.Series("n", [1, 2]))), False),
    ],
)
def test_a_table_is_what_was_taken_as_long_as_its_cells_are(
    session: Session, table: str, change: Change, *, still: bool
) -> None:
    taken = take_table(session, table)
    before = taken.place.frame.shape
    change(session.namespace)
    session.record("a cell")
    assert taken.is_current(session) is still
    assert taken.place.frame.shape == before


def test_a_write_that_goes_round_copy_on_write_is_seen_once_its_cell_is_recorded(session: Session) -> None:
    taken = take_table(session, "sales")
    session.namespace["sales"]["price"].array._ndarray.setflags(write=True)
    session.namespace["sales"]["price"].array._ndarray[0] = 9.0
    session.record("sales['price'].array[0] = 9.0")
    assert not taken.is_current(session)


def test_a_change_in_place_is_seen_where_no_steps_are_recorded(session: Session) -> None:
    session.set_history_mode("off")
    sales, shops = take_table(session, "sales"), take_table(session, "shops")
    session.namespace["sales"].insert(0, "day", 1)
    session.namespace["shops"].insert_column(0, polars.Series("n", [1, 2]))
    assert not sales.is_current(session)
    assert not shops.is_current(session)
