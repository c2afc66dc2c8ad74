"""What a column means: each detector that recognises something makes a guess, and the surest wins.

Detectors look at the column's name and at its values. Names help, values decide: a name alone never
makes a guess that the values contradict. Those for numbers and for texts have a file each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from autodash_jupyter.profiling.names import name_words, speaks_for
from autodash_jupyter.profiling.parsing import Parsed
from autodash_jupyter.profiling.reading import Array, Reading
from autodash_jupyter.profiling.statistics import Statistics

__all__ = ["PERSONAL_IDENTIFIERS", "Facts", "Guess", "guess_semantic_type", "surest"]


@dataclass(frozen=True, slots=True)
class Guess:
    """A semantic type, how sure (0 to 1), a phrase that says why, and whether it is personal data."""

    semantic_type: str
    confidence: float
    evidence: str
    personal: bool = False


@dataclass(frozen=True)
class Facts:
    """Everything the detectors may look at.

    ``siblings`` are the words of all the table's column names; ``parsed`` is set where a text column
    holds numbers, moments or spans, and ``reading`` and ``statistics`` are then those of the text.
    """

    label: str
    reading: Reading
    statistics: Statistics
    siblings: frozenset[str] = field(default_factory=frozenset)
    parsed: Parsed | None = None
    as_text: bool = False

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the column's name."""
        return name_words(self.label)

    @cached_property
    def numbers(self) -> Array:
        """The sorted sample, for number columns, without negative codes for a missing value."""
        ordered = self.statistics.ordered
        if len(ordered) and ordered.dtype.kind in "if" and ordered[0] in _MISSING_CODES:
            others: Array = ordered[ordered > ordered[0]]
            if len(others) > 0.5 * len(ordered) and others[0] >= 0:
                return others
        return ordered

    @cached_property
    def whole(self) -> bool:
        """Whether all the numbers are whole."""
        numbers = self.numbers
        return len(numbers) > 0 and (numbers.dtype.kind in "iu" or bool(np.all(numbers == np.floor(numbers))))

    @property
    def spread(self) -> str:
        """A phrase on the numbers, for evidence."""
        return f"{'whole' if self.whole else 'decimal'} numbers, {self.distinct:,} distinct of {self.count:,}"

    def within(self, low: float, high: float) -> float:
        """Return the share of the sampled numbers between two, both included."""
        numbers = self.numbers
        if not len(numbers):
            return 0.0
        inside = np.searchsorted(numbers, high, "right") - np.searchsorted(numbers, low, "left")
        return float(inside) / len(numbers)

    @cached_property
    def texts(self) -> list[str]:
        """At most 400 distinct texts, spread over the frequent and the rare, of 300 characters each."""
        tallies = self.reading.tallies
        return [text[:300] for text, _ in tallies[:: max(1, len(tallies) // 400)]]

    @property
    def distinct(self) -> int:
        """The number of distinct values, 0 where it is not known."""
        return self.statistics.distinct or 0

    @property
    def count(self) -> int:
        """The number of values."""
        return self.reading.count

    @property
    def unique_share(self) -> float:
        """Distinct values for each value: 1.0 where none comes twice."""
        return self.distinct / self.count if self.count else 0.0

    def says(self, role: str) -> str | None:
        """Return the word of the name that speaks for a role, or ``None``."""
        return speaks_for(self.words, role)


PERSONAL_IDENTIFIERS = frozenset(("ssn", "iban", "passport", "imei"))

_MISSING_CODES = (-99, -999, -9999, -99999)

_LISTS = {"list", "tuple", "set", "frozenset", "ndarray", "array", "large_list", "fixed_size_list"}
_OBJECTS = {"dict", "struct", "map"}

Detector = Callable[[Facts], Guess | None]


def surest(facts: Facts, detectors: Iterable[Detector]) -> Guess | None:
    """Return the guess with the highest confidence; of equals the first."""
    guesses = [guess for detector in detectors if (guess := detector(facts)) is not None]
    return max(guesses, key=lambda guess: guess.confidence) if guesses else None


def guess_semantic_type(facts: Facts) -> Guess:
    """Say what a column means, from its name and its values."""
    from autodash_jupyter.profiling.semantic_numbers import guess_numbers
    from autodash_jupyter.profiling.semantic_texts import guess_texts
    from autodash_jupyter.profiling.semantic_times import guess_spans, guess_times

    plain = _guess_by_form(facts)
    if plain is not None:
        return plain
    by_family = {"time": guess_times, "span": guess_spans, "number": guess_numbers}
    guess = by_family.get(facts.reading.family, guess_texts)(facts)
    return _as_declared(guess, facts.reading)


def _as_declared(guess: Guess, reading: Reading) -> Guess:
    """Heed that a column was declared as categories, or as ordered ones."""
    if reading.categorical and guess.semantic_type in ("measure", "count"):
        guess = Guess("category", 0.8, "numbers declared as categories")
    if reading.ordered and guess.semantic_type == "category":
        return replace(guess, semantic_type="ordinal", evidence="declared as ordered categories")
    return guess


def _guess_by_form(facts: Facts) -> Guess | None:
    """Recognise what the form of the values says alone."""
    reading = facts.reading
    if reading.family == "other":
        return _guess_other(reading)
    if facts.distinct == 1 and facts.count > 1 and not _is_address(reading):
        personal = any(facts.says(role) for role in ("email", "phone", "address", "ip"))
        personal = personal or bool(facts.says("person") and facts.says("name"))
        return Guess("constant", 0.95, "one and the same value in every row that has one", personal)
    if reading.family == "mixed" and facts.parsed is not None:
        return None
    guesses = {
        "empty": Guess("empty", 1.0, "no values"),
        "nested": Guess(_nested_kind(reading), 0.95, f"each value is a {_kinds(reading)}"),
        "boolean": Guess("flag", 0.95, "true or false"),
        "mixed": Guess("mixed", 0.9, f"values of several types: {_kinds(reading)}"),
    }
    return guesses.get(reading.family)


def _nested_kind(reading: Reading) -> str:
    """Return ``list`` or ``json`` where nearly all values are one of them."""
    total = sum(reading.kinds.values())
    lists = sum(count for kind, count in reading.kinds.items() if kind.split("[")[0].lower() in _LISTS)
    objects = sum(count for kind, count in reading.kinds.items() if kind.split("[")[0].lower() in _OBJECTS)
    if total and lists >= 0.9 * total:
        return "list"
    return "json" if total and objects >= 0.9 * total else "nested"


def _guess_other(reading: Reading) -> Guess:
    if "complex" in reading.kinds:
        return Guess("measure", 0.7, "complex numbers")
    if "Interval" in reading.kinds:
        return Guess("ordinal", 0.8, "intervals of numbers or dates")
    return Guess("nested", 0.5, f"each value is a {_kinds(reading)}")


def _is_address(reading: Reading) -> bool:
    """Personal data stays what it is, even where one value fills the column."""
    return reading.family == "text" and bool(reading.tallies) and "@" in reading.tallies[0][0]


def _kinds(reading: Reading) -> str:
    ranked = sorted(reading.kinds.items(), key=lambda kind: (-kind[1], kind[0]))
    return ", ".join(kind for kind, _ in ranked[:3]) or "object"
