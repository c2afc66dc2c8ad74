"""Adapters for random number generators: their state is a value, and can be put back."""

from __future__ import annotations

import random
import sys
from typing import Any

import numpy as np

from autodash_jupyter.history.states import Adapter, Fixed, inherits

__all__ = ["global_generators", "random_adapter"]

_BasicRandom = random.Random.__mro__[1]  # the C type: its methods are nobody's overrides


class _PythonRandom(Adapter):
    def capture(self, obj: Any) -> Any:
        return _BasicRandom.getstate(obj)  # type: ignore[attr-defined]  # unknown to the stubs

    def same(self, obj: Any, state: Any) -> bool:
        return bool(_BasicRandom.getstate(obj) == state)  # type: ignore[attr-defined]

    def restore(self, obj: Any, state: Any) -> None:
        _BasicRandom.setstate(obj, state)  # type: ignore[attr-defined]


class _BitGenerators(Adapter):
    """numpy's bit generators, and ``RandomState``, which adds a pending Gaussian."""

    def capture(self, obj: Any) -> Any:
        return obj.get_state(legacy=False) if isinstance(obj, np.random.RandomState) else obj.state

    def same(self, obj: Any, state: Any) -> bool:
        return bool(_comparable(self.capture(obj)) == _comparable(state))

    def restore(self, obj: Any, state: Any) -> None:
        if isinstance(obj, np.random.RandomState):
            obj.set_state(state)
        else:
            obj.state = state


def _comparable(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _comparable(value) for key, value in state.items()}
    return state.tobytes() if isinstance(state, np.ndarray) else state


_PYTHON, _NUMPY = _PythonRandom(), _BitGenerators()
_GENERATORS = Fixed(lambda generator: (generator.bit_generator,))


def random_adapter(kind: type) -> Adapter | None:
    """Return the adapter for a type of random generators, or None for any other type."""
    if inherits(kind, _BasicRandom):
        return _PYTHON
    if inherits(kind, np.random.BitGenerator) or inherits(kind, np.random.RandomState):
        return _NUMPY
    return _GENERATORS if inherits(kind, np.random.Generator) else None


def global_generators() -> dict[str, Any]:
    """Return the generators behind ``random.random()`` and ``numpy.random.rand()``, where they are loaded."""
    found: dict[str, Any] = {"random": getattr(random, "_inst", None)}
    if "numpy.random" in sys.modules:
        found["numpy.random"] = getattr(np.random.mtrand, "_rand", None)
    return {name: generator for name, generator in found.items() if generator is not None}
