"""The opening paragraph of a context: what a table is, in 200 to 500 characters."""

from __future__ import annotations

from collections.abc import Iterator

from autodash_jupyter.context.markdown import escape_markdown, quote_code
from autodash_jupyter.context.phrases import grain_but_for_repeats, name_code, names_code, quality_line, rank
from autodash_jupyter.context.suggestions import Roles
from autodash_jupyter.models import FrameProfile
from autodash_jupyter.profiling.names import name_words
from autodash_jupyter.profiling.patterns import mask_personal
from autodash_jupyter.profiling.semantic_types import LEVELS
from autodash_jupyter.profiling.wording import counted, format_range, format_share, join_words

__all__ = ["LONGEST", "SHORTEST", "lengthen", "size_sentence", "summarise"]

SHORTEST, LONGEST = 200, 500
_KEY_WORDS = {"id", "ids", "key", "code", "uuid", "guid", "no", "nr", "num", "number", "index", "sk", "pk"}


def summarise(profile: FrameProfile, roles: Roles, name: str, source: str) -> str:
    """Return the opening paragraph, 200 to 500 characters: sentences in order of weight, as many as fit.

    ``source`` is where the table came from, as it may be shown.
    """
    return lengthen(_opening(profile, name, source), profile, roles)


def lengthen(text: str, profile: FrameProfile, roles: Roles) -> str:
    """Return a paragraph with as many sentences of the profile as fit after it."""
    for sentence in _sentences(profile, roles):
        if sentence and len(text) + len(sentence) < LONGEST:
            text += f" {sentence}"
    for sentence in _FILLERS:
        if len(text) < SHORTEST:
            text += f" {sentence}"
    return text


def size_sentence(profile: FrameProfile) -> str:
    """Return how many rows and columns a table has, as a sentence."""
    return f"It has {counted(profile.row_count, 'row')} and {counted(profile.column_count, 'column')}."


def _opening(profile: FrameProfile, name: str, source: str) -> str:
    came_from = f", loaded from {quote_code(mask_personal(source), 60, in_table=False)}," if source else ""
    size = f"{counted(profile.row_count, 'row')} and {counted(profile.column_count, 'column')}"
    named = escape_markdown(mask_personal(name), 60)
    for told in (came_from, ""):
        text = f"**{named}**{told} has {size}: {_grain(profile)}."
        if len(text) <= LONGEST:
            break
    return text


_FILLERS = (
    "This was written from the data alone.",
    "What a column's name and values can't tell, such as units, sources and rules, is for a person to add.",
    "The sections below say what each column holds, what to beware of, and what to compute first.",
)


def _grain(profile: FrameProfile) -> str:
    if not profile.row_count:
        return "it is empty"
    if not profile.candidate_keys:
        grain = grain_but_for_repeats(profile)
        apart = f", apart from {counted(profile.duplicate_rows or 0, 'repeated row')}"
        return (
            f"one row per {_thing(grain.column)}{apart}"
            if grain and grain.column
            else "one row per observation"
        )
    key = profile.candidate_keys[0]
    thing = _thing(key[0]) if len(key) == 1 else join_words([name_code(column) for column in key])
    return f"one row per {thing}"


def _thing(column: str) -> str:
    """What a key column stands for: ``order_id`` for an order."""
    words = [word for word in name_words(column) if word not in _KEY_WORDS]
    if words and len(words) < len(name_words(column)) and all(word.isalpha() for word in words):
        return escape_markdown(" ".join(words), 40)
    return name_code(column)


def _sentences(profile: FrameProfile, roles: Roles) -> Iterator[str]:
    yield _time_sentence(profile)
    if roles.quantities:
        yield f"It measures {names_code(roles.quantities)}."
    named = [column for column in profile.columns if column.semantic_type in LEVELS and not column.personal]
    groups = [column for column in named if 1 < (column.distinct or 0) <= 50]
    if groups:
        parts = [f"{name_code(column.name)} ({column.distinct:,} values)" for column in groups]
        yield f"Rows fall into groups by {join_words(parts, 3)}."
    yield _outstanding(profile)
    personal = [column for column in profile.columns if column.personal]
    if personal:
        verb = "looks" if len(personal) == 1 else "look"
        yield f"{names_code(personal, 3)} {verb} like personal data."


def _time_sentence(profile: FrameProfile) -> str:
    for column in profile.columns:
        if (
            column.semantic_type not in ("date", "datetime", "year")
            or column.minimum is None
            or column.personal
        ):
            continue
        if column.semantic_type == "year" and isinstance(column.minimum, int | float):
            first, last = f"{column.minimum:.0f}", f"{column.maximum:.0f}"
            return (
                f"It covers the years {first} to {last}." if first != last else f"It covers the year {first}."
            )
        if not isinstance(column.minimum, int | float):
            return f"It covers {escape_markdown(format_range(column.minimum, column.maximum))}."
    return ""


def _outstanding(profile: FrameProfile) -> str:
    """What a reader should know first of its quality."""
    warnings = [finding for finding in profile.all_findings if finding.severity == "warning"]
    if warnings:
        first = min(warnings, key=rank)
        lead = "What stands out" + (" is" if first.column is not None else ":")
        rest = len(warnings) - 1
        return f"{lead} {quality_line(first)}" + (f" {counted(rest, 'more warning')} below." if rest else "")
    incomplete = [column for column in profile.columns if column.missing]
    if incomplete:
        most = max(incomplete, key=lambda column: column.missing_share)
        return (
            f"It is nearly complete; {name_code(most.name)} lacks most ({format_share(most.missing_share)})."
        )
    return "No value is missing." if profile.row_count and profile.columns else ""
