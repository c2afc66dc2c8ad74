"""Sources to DataFrames: files of many kinds, archives, databases, addresses, samples, and names for them.

May import ``errors`` and ``regular_files`` and, lazily, the readers of pandas and Arrow. Never registers or
profiles what it read, never changes a database or writes where an archive says, and never guesses silently:
what was guessed or left out is said in a table's ``notes``.
"""

from autodash_jupyter.frames.differences import difference
from autodash_jupyter.frames.fingerprints import fingerprint
from autodash_jupyter.frames.memory import TooLargeError
from autodash_jupyter.frames.naming import clean_identifier, free_name, validate_name
from autodash_jupyter.frames.options import ReadOptions
from autodash_jupyter.frames.samples import sample_names, sample_path
from autodash_jupyter.frames.sources import LoadedTable, read_source
from autodash_jupyter.frames.variables import as_dataframe, is_table, table_names

__all__ = [
    "LoadedTable",
    "ReadOptions",
    "TooLargeError",
    "read_source",
    "difference",
    "fingerprint",
    "as_dataframe",
    "is_table",
    "table_names",
    "sample_names",
    "sample_path",
    "clean_identifier",
    "validate_name",
    "free_name",
]
