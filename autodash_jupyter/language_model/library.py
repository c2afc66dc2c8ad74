"""dspy, imported at the first request: it takes seconds."""

from __future__ import annotations

import os
from typing import Any

__all__ = ["load_dspy"]


def load_dspy() -> Any:
    """Return the module dspy, kept from asking the network for anything but answers."""
    # Without it, the first use of a model asks the network for a price list.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "true"
    import dspy

    return dspy
