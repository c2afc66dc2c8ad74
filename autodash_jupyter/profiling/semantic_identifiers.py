"""Recognises numbers that count nothing and measure nothing: they tell rows or things apart."""

from __future__ import annotations

from autodash_jupyter.profiling.semantic import PERSONAL_IDENTIFIERS, Facts, Guess

__all__ = ["NUMBERED", "identifier_number"]

NUMBERED = {"n", "nr", "nb", "nbr", "no", "num", "number"}
"""Words for a number: at the end of a name they identify (``account_no``), before it they count."""

_ENTITIES = {
    "individual", "subject", "person", "respondent", "participant", "household", "case", "patient", "student",
    "stratum", "episode", "session", "trial", "block", "plot", "litter", "tree", "dog", "rat", "bird", "firm",
    "school", "hospital", "plant", "animal", "record", "row", "item", "unit", "worker", "family", "pair",
    "obs", "observation",
}  # fmt: skip
_SUBJECTS = {
    "subject", "individual", "respondent", "participant", "patient", "firm", "animal", "commune", "village",
    "rat", "rabbit", "pig", "cow", "sheep", "dog", "cat", "bird", "mouse", "monkey", "chick", "horse",
    "worker", "subj", "indiv", "company", "judge", "rater", "observer", "donor", "cluster", "pair", "litter",
    "tree", "plot",
}  # fmt: skip
_ID_LOOKALIKES = {
    "humid", "liquid", "valid", "solid", "rapid", "fluid", "unpaid", "prepaid", "fibroid", "steroid",
    "thyroid", "hybrid", "covid", "bid", "acid", "lipid", "platinum", "minimum", "maximum",
}  # fmt: skip


def identifier_number(facts: Facts) -> Guess | None:
    """Recognise numbers that tell things apart: by their name, by what they number, by their values."""
    if not facts.whole:
        return None
    word = facts.says("identifier") or _ends_in_id(facts)
    if word in NUMBERED and facts.words[-1] != word:
        word = None  # "num_accounts" counts, "account_num" identifies
    few = facts.distinct <= 12 and facts.unique_share < 0.5 and facts.numbers[-1] <= 20
    if word in NUMBERED and (few or (facts.words in (("no",), ("n",)) and facts.unique_share < 0.9)):
        word = None
    if word and (facts.unique_share > 0.02 or facts.distinct > 20 or word == "id"):
        evidence = f"{facts.distinct:,} distinct of {facts.count:,}, name has {word}"
        return Guess("identifier", 0.93, evidence, personal=word in PERSONAL_IDENTIFIERS)
    return _numbered_things(facts) or _identifier_by_values(facts)


def _numbered_things(facts: Facts) -> Guess | None:
    """Numbers of subjects, firms and the like, which come back where each is observed several times."""
    thing = facts.words[-1] if facts.words else ""
    if thing in _SUBJECTS and facts.distinct > 4 and facts.numbers[0] >= 0:
        return Guess("identifier", 0.87, f"numbers each {thing}, {facts.distinct:,} of them")
    dense = facts.distinct == facts.numbers[-1] - facts.numbers[0] + 1
    starts = facts.numbers[0] in (0, 1) or (thing in ("obs", "observation") and facts.unique_share == 1.0)
    if dense and starts and facts.distinct > 30 and thing in _ENTITIES:
        return Guess("identifier", 0.88, f"numbers each {thing} from {facts.numbers[0]:.0f} on")
    return None


def _identifier_by_values(facts: Facts) -> Guess | None:
    """A row number, or numbers that are all different, of one length, and no quantities."""
    if facts.unique_share < 1.0 or facts.count <= 5:
        return None
    if facts.says("measure") or facts.says("count") or facts.says("money") or facts.says("duration"):
        return None
    first, last = facts.numbers[0], facts.numbers[-1]
    if last - first == facts.count - 1 and first in (0, 1):
        named = not facts.words or facts.words[0] in ("unnamed", "column", "x", "obs", "row", "rank", "order")
        return Guess("identifier", 0.9 if named else 0.75, f"numbers the rows from {first:.0f} on")
    shortest = 10_000 if facts.says("place") or facts.says("name") else 100_000
    same_length = len(str(int(first))) == len(str(int(last)))
    # A quantity's values lie near each other, and don't follow each other closely.
    apart = shortest < 100_000 or last > 1.5 * first or last - first < 3 * facts.count
    if same_length and apart and first >= shortest and not _rounded(facts):
        return Guess("identifier", 0.7, f"{facts.count:,} different whole numbers of one length")
    return None


def _rounded(facts: Facts) -> bool:
    """Tell whether all numbers end in a zero, as amounts do and identifiers don't."""
    return bool(all(int(number) % 10 == 0 for number in facts.numbers[:100]))


def _ends_in_id(facts: Facts) -> str | None:
    named = [word for word in facts.words if not word.isdigit()]
    last = named[-1] if named else ""
    ends = last.endswith(("id", "code", "num", "nbr", "nr", "nummer", "fip", "fips")) or (
        last.endswith("no") and facts.unique_share > 0.9
    )
    return last if ends and len(last) > 4 and last not in _ID_LOOKALIKES else None
