"""Recognises countries, regions, postal codes, addresses and other places, by their names and values."""

from __future__ import annotations

from autodash_jupyter.profiling.patterns import pattern_share
from autodash_jupyter.profiling.places import country_share, place_share, region_share
from autodash_jupyter.profiling.semantic import Facts, Guess

__all__ = ["place_kind", "place_number", "place_text"]

_FEWEST_STATES = 5
_FEW_PLACES = 12
_SHORTEST_ADDRESS = 9
_LONGEST_NAME = 60
_COUNTRY_WORDS = {"country", "countries", "nation", "countrycode", "iso2", "iso3", "nationality"}
_REGION_WORDS = {
    "state", "province", "county", "district", "region", "continent", "prefecture", "territory",
    "territories", "municipality",
}  # fmt: skip
_GENERIC_WORDS = {"region", "location", "territory", "destination", "dest", "venue", "island"}
_CODED_PLACES = _REGION_WORDS - {"continent"} | {"country", "city", "village", "town", "nation"}


def place_text(facts: Facts) -> Guess | None:
    """Recognise places kept as text, and say of which kind they are."""
    guess = _known_place(facts) or _address(facts) or _named_place(facts) or _town(facts)
    if guess is None or guess.personal:
        return guess
    return Guess(place_kind(facts), guess.confidence, guess.evidence)


def place_kind(facts: Facts) -> str:
    """Return ``country``, ``region``, ``postal code`` or, for any other place, ``place``."""
    if facts.says("postal"):
        return "postal code"
    words = set(facts.words)
    countries, regions = country_share(facts.texts), region_share(facts.texts)
    if countries >= 0.6 and (countries >= regions or words & _COUNTRY_WORDS):
        return "country"
    if regions >= 0.6:
        return "region"
    named = next((word for word in reversed(facts.words) if word in _COUNTRY_WORDS | _REGION_WORDS), None)
    if named is None or facts.words[-1] in ("city", "town"):
        return "place"
    return "country" if named in _COUNTRY_WORDS else "region"


def place_number(facts: Facts) -> Guess | None:
    """Recognise postal codes kept as numbers, and numbers that stand for states and the like."""
    if not facts.whole:
        return None
    if facts.says("postal") and facts.within(100, 9_999_999) > 0.95:
        return Guess(
            "postal code", 0.93, f"postal codes, by the name and {facts.distinct:,} distinct numbers"
        )
    word = facts.words[-1] if facts.words else ""
    if word in _CODED_PLACES and facts.distinct > 2 and facts.numbers[0] >= 0:
        kind = "identifier" if facts.distinct > 20 else "category"
        return Guess(kind, 0.86, f"numbers that stand for each {word}, {facts.distinct:,} of them")
    return None


def _known_place(facts: Facts) -> Guess | None:
    share = place_share(facts.texts)
    short = _mean_length(facts) <= 3
    various = not short or facts.says("place") or facts.distinct > _FEW_PLACES
    if share >= (0.9 if short else 0.6) and various:
        return Guess("place", 0.92, f"{share:.0%} of the distinct values are known places")
    return None


def _address(facts: Facts) -> Guess | None:
    share = pattern_share(facts.texts, "address")
    if facts.says("address") or (share >= 0.8 and _mean_length(facts) >= _SHORTEST_ADDRESS):
        personal = facts.says("address") is not None and share >= 0.3
        return Guess("place", 0.9 if personal else 0.6, "street addresses", personal=personal)
    if pattern_share(facts.texts, "timezone") >= 0.9:
        return Guess("place", 0.85, "names of time zones")
    return None


def _named_place(facts: Facts) -> Guess | None:
    word = facts.says("place")
    if word == "state" and place_share(facts.texts) == 0 and facts.distinct < _FEWEST_STATES:
        return None  # of matter, or of an order
    if word is None or word == "area" or _mean_length(facts) > _LONGEST_NAME:
        return None
    generic = word in _GENERIC_WORDS and facts.distinct < _FEW_PLACES
    return Guess(
        "place", 0.72 if generic else 0.89, f"named {word}, {facts.distinct:,} distinct of {facts.count:,}"
    )


def _mean_length(facts: Facts) -> float:
    return sum(map(len, facts.texts)) / len(facts.texts) if facts.texts else 0.0


def _town(facts: Facts) -> Guess | None:
    """Know the names of towns by the columns beside them."""
    located = {"lat", "latitude", "country", "countrycode"} & facts.siblings
    peopled = {"population", "pop"} & facts.siblings
    if facts.words in (("name",), ("names",)) and located and peopled and "city" not in facts.siblings:
        return Guess("place", 0.86, "names beside a population and a location")
    return None
