"""AutoDash for Jupyter: a memory for the notebook.

``%load_ext autodash_jupyter`` adds the magics; the names below do the same from Python.
"""

from __future__ import annotations

__version__ = "0.1.0"
