"""A pytest plugin for TinyDB's own tests: wherever they name a storage of TinyDB's, they get ours."""

import os
import tempfile

import tinydb.storages

from autodash_jupyter.stores.tinydb.journal_storage import JournalStorage


class MemoryStorage(JournalStorage):
    """In a new file each time, as the other is in new memory."""

    memory = property(JournalStorage.read)

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        super().__init__(f"{self.folder.name}/db.json")


class JSONStorage(JournalStorage):
    """In the file that the test names; how the JSON is laid out is not for the caller to say."""

    def __init__(self, path, **layout):
        super().__init__(path)


def pytest_configure(config):
    """Put ours in the places of TinyDB's own, before its tests import them."""
    for ours in (MemoryStorage, JSONStorage):
        ours.__module__ = "tinydb.storages"  # as a test looks for it in the repr of a table
        setattr(tinydb.storages, ours.__name__, ours)
        setattr(tinydb, ours.__name__, ours)
    tinydb.TinyDB.default_storage_class = JSONStorage


def pytest_collection_modifyitems(config, items):
    """Leave out the tests named by ``LEFT_OUT``; ``--deselect`` would take all that begin like them too."""
    left_out = set(os.environ["LEFT_OUT"].split())
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]
