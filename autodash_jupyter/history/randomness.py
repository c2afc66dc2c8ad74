"""Adapters for random number generators: their state is a value, and can be put back."""

from __future__ import annotations

import ctypes
import random
import sys
from typing import Any

import numpy as np

from autodash_jupyter.history.introspection import inherits
from autodash_jupyter.history.states import Adapter, Fixed

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
    """numpy's bit generators: the state is the dict they give, with arrays as bytes to compare it by."""

    def capture(self, obj: Any) -> tuple[Any, Any, Any]:
        state = obj.state
        return state, _comparable(state), obj.seed_seq

    def same(self, obj: Any, state: tuple[Any, Any, Any]) -> bool:
        return bool(_comparable(obj.state) == state[1])

    def children(self, state: tuple[Any, Any, Any]) -> tuple[Any, ...]:
        return state[2:]

    def restore(self, obj: Any, state: tuple[Any, Any, Any]) -> None:
        obj.state = state[0]


class _LegacyGenerators(Adapter):
    """``numpy.random.RandomState``: a bit generator and a Gaussian number drawn beforehand.

    Reading the state takes numpy long, so the memory of the usual one, the Mersenne twister, is compared
    first: unless a Gaussian number is pending, every draw shows there.
    """

    def capture(self, obj: Any) -> tuple[Any, bytes]:
        return obj.get_state(legacy=False), _memory_of_twister(obj)

    def same(self, obj: Any, state: tuple[Any, bytes]) -> bool:
        known, memory = state
        if memory and not known["has_gauss"]:
            return _memory_of_twister(obj) == memory
        return bool(_comparable(obj.get_state(legacy=False)) == _comparable(known))

    def restore(self, obj: Any, state: tuple[Any, bytes]) -> None:
        obj.set_state(state[0])


def _memory_of_twister(generator: np.random.RandomState) -> bytes:
    """Return the 624 words of a Mersenne twister and its position, or nothing for another kind."""
    bits = generator._bit_generator  # noqa: SLF001 - nothing public has it
    if type(bits) is not np.random.MT19937:
        return b""
    return ctypes.string_at(bits.ctypes.state_address, 625 * 4)


def _comparable(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _comparable(value) for key, value in state.items()}
    return state.tobytes() if isinstance(state, np.ndarray) else state


_PYTHON, _BIT_GENERATORS, _LEGACY = _PythonRandom(), _BitGenerators(), _LegacyGenerators()
_GENERATORS = Fixed(lambda generator: (generator.bit_generator,))


def random_adapter(kind: type) -> Adapter | None:
    """Return the adapter for a type of random generators, or None for any other type."""
    if inherits(kind, _BasicRandom):
        return _PYTHON
    if inherits(kind, np.random.BitGenerator):
        return _BIT_GENERATORS
    if inherits(kind, np.random.RandomState):
        return _LEGACY
    return _GENERATORS if inherits(kind, np.random.Generator) else None


def global_generators() -> dict[str, Any]:
    """Return the generators behind ``random.random()`` and ``numpy.random.rand()``, where they are loaded.

    Their names are no variables' names.
    """
    found: dict[str, Any] = {"<random>": getattr(random, "_inst", None)}
    if "numpy.random" in sys.modules:
        found["<numpy.random>"] = getattr(np.random.mtrand, "_rand", None)
    return {name: generator for name, generator in found.items() if generator is not None}
