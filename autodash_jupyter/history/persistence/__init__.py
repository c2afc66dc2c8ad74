"""History on the disk: it survives a restart or a crash of the kernel.

It may import the rest of ``history``, blobs, stores, processes and what these may import.
It never pickles an object by its own methods while its recorded state will do, never reads what this
installation did not sign, never writes a credential, and never makes a cell wait for the disk.

From the bottom up:

- ``masking`` hides credentials in cells' code, ``constants`` finds them in compiled code, ``columns`` in
  tables; ``lost`` stands for a value that is not kept, and says why.
- ``pickling`` writes a value with recorded objects as numbers and large memory as blobs, and by ``reducers``
  what pickle can't; ``rebuilding`` has the functions its pickles name; ``contents`` keeps the bytes of
  arrays, ``pandas_tables`` the tables.
- ``blueprints`` and ``exact_blueprints`` say how an empty object is made, ``making`` makes it; ``own_code``
  knows what was assigned in modules; ``records`` has all of these and the state, which ``portable_states``
  writes and reads.
- ``loading`` brings many records back at once, whatever circles they form.
- ``payloads`` is what is stored of one step, ``bindings`` what its names are bound to; ``stored_states``
  knows which states are stored; ``ledger`` is the journal, ``reading`` reads all of them, ``waiting`` holds
  what is to be written, ``writer`` writes it.
- ``memory_budget`` releases from memory what is on the disk, or lets the oldest states go.
- ``keeper`` is the main thread's end: told of every snapshot, it brings back those not in memory.
- ``folders`` finds the histories of a notebook, ``choosing`` chooses one; ``past`` puts it before the present
  steps, ``returned`` says what came back; ``history`` puts it all together.
"""

from __future__ import annotations

from autodash_jupyter.history.persistence.folders import notebook_of
from autodash_jupyter.history.persistence.history import History
from autodash_jupyter.history.persistence.memory_budget import enforce_on, held_by
from autodash_jupyter.history.persistence.returned import Returned

__all__ = ["History", "Returned", "enforce_on", "held_by", "notebook_of"]
