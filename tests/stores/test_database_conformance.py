"""The database store keeps the promises of ``ContextStore``, on SQLite and on real servers."""

import tempfile
import uuid
from pathlib import Path

import pytest
from hypothesis.stateful import rule
from stores.test_conformance import RevisionConformance
from stores.test_stateful import InMemory, bounded, bounded_on_servers

from autodash_jupyter.stores import DatabaseContextStore
from autodash_jupyter.stores.testing import KEYS, VALUES, ContextStoreConformance, exactly

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


def tables_of_its_own():
    return f"test_{uuid.uuid4().hex[:12]}_"


class TestSQLite(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, tmp_path):
        with DatabaseContextStore(tmp_path / "context.db") as store:
            yield store


class TestPostgreSQL(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, postgresql):
        with DatabaseContextStore(postgresql.url, prefix=tables_of_its_own()) as store:
            yield store


class TestPostgreSQLSerializable(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, postgresql):
        url, prefix = postgresql.url, tables_of_its_own()
        with DatabaseContextStore(url, prefix=prefix, isolation_level="SERIALIZABLE") as store:
            yield store


class TestMariaDB(ContextStoreConformance, RevisionConformance):
    @pytest.fixture
    def store(self, mariadb):
        with DatabaseContextStore(mariadb.url, prefix=tables_of_its_own()) as store:
            yield store


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_all_keys_and_values_are_there_after_reopening(tmp_path, request, kind):
    address = tmp_path / "context.db" if kind == "sqlite" else request.getfixturevalue(kind).url
    prefix = tables_of_its_own()
    with DatabaseContextStore(address, prefix=prefix) as store:
        store.set_many((key, VALUES[number % len(VALUES)]) for number, key in enumerate(KEYS))
    with DatabaseContextStore(address, prefix=prefix) as reopened:
        assert exactly(reopened.list_keys()) == exactly(KEYS)
        expected = [VALUES[number % len(VALUES)] for number in range(len(KEYS))]
        assert exactly(reopened.get_many(KEYS)) == exactly(expected)


class OnSQLite(InMemory):
    """Also while it is compacted, reopened, and written to by two instances in turn."""

    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "context.db"
        self.other = self.reopened()
        return self.reopened()

    def reopened(self):
        return DatabaseContextStore(self.path)

    @rule()
    def use_the_other_instance(self):
        self.store, self.other = self.other, self.store

    @rule()
    def close_and_reopen(self):
        self.store.close()
        self.store = self.reopened()

    def teardown(self):
        self.store.close()
        self.other.close()
        self.folder.cleanup()


TestStatesOfSQLite = OnSQLite.TestCase
TestStatesOfSQLite.settings = bounded
TestStatesOfSQLite = pytest.mark.slow(TestStatesOfSQLite)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_any_sequence_of_calls_leaves_a_server_as_it_leaves_a_dict(request, kind):
    server = request.getfixturevalue(kind)

    class OnServer(OnSQLite):
        def open(self):
            self.folder = tempfile.TemporaryDirectory()
            self.prefix = tables_of_its_own()
            self.other = self.reopened()
            return self.reopened()

        def reopened(self):
            return DatabaseContextStore(server.url, prefix=self.prefix)

    case = OnServer.TestCase
    case.settings = bounded_on_servers
    case().runTest()
