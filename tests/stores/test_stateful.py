"""Any sequence of calls leaves a store as it leaves a dict keyed by types and values."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from autodash_jupyter.stores import InMemoryContextStore, TinyDBContextStore
from autodash_jupyter.stores.testing import exactly

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

texts = st.text(max_size=5) | st.sampled_from(["\ud800", "\ud83d\ude00", "😀", "$date", "\x00"])
leaves = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts, st.binary(max_size=3)),
    *(st.dates(), st.datetimes(), st.uuids()),
    st.sampled_from([0, 1, 0.0, -0.0, 1.0, True, False, "0", "1", "", None, (), frozenset()]),
)
keys = st.recursive(
    leaves, lambda parts: st.one_of(st.lists(parts, max_size=3).map(tuple), st.frozensets(parts, max_size=3))
)
values = st.dictionaries(
    texts,
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts, st.dates(), st.datetimes()),
        lambda parts: st.one_of(st.lists(parts, max_size=3), st.dictionaries(texts, parts, max_size=3)),
        max_leaves=8,
    ),
    max_size=4,
)


def typed(key):
    """A key with its types, all the way down: what a plain dict needs to tell 1 from True."""
    if isinstance(key, tuple):
        return "tuple", tuple(typed(item) for item in key)
    if isinstance(key, frozenset):
        return "frozenset", frozenset(typed(item) for item in key)
    return type(key).__name__, key


class InMemory(RuleBasedStateMachine):
    known = Bundle("known")

    def __init__(self):
        super().__init__()
        self.expected = {}
        self.store = self.open()

    def open(self):
        return InMemoryContextStore()

    @rule(target=known, key=keys)
    def think_of(self, key):
        return key

    @rule(key=known, value=values)
    def set(self, key, value):
        self.store.set(key, value)
        self.expected[typed(key)] = value

    @rule(key=known)
    def delete(self, key):
        self.store.delete(key)
        self.expected.pop(typed(key), None)

    @rule(key=known)
    def get(self, key):
        assert exactly(self.store.get(key)) == exactly(self.expected.get(typed(key)))

    @invariant()
    def has_the_same_keys_in_the_same_order(self):
        assert [typed(key) for key in self.store.list_keys()] == list(self.expected)


class TinyDB(InMemory):
    """Also while it is compacted, reopened, and written to by two instances in turn."""

    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "context.json"
        self.other = TinyDBContextStore(self.path)
        return TinyDBContextStore(self.path)

    @rule()
    def use_the_other_instance(self):
        self.store, self.other = self.other, self.store

    @rule()
    def compact(self):
        self.store.compact()

    @rule()
    def close_and_reopen(self):
        self.store.close()
        self.store = TinyDBContextStore(self.path)

    def teardown(self):
        self.folder.cleanup()


bounded = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
bounded_on_servers = settings(bounded, max_examples=8)
TestInMemory = InMemory.TestCase
TestInMemory.settings = bounded
TestTinyDB = TinyDB.TestCase
TestTinyDB.settings = bounded
