"""The filters a language model may propose, checked against the columns and their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from autodash_jupyter.charts.fields import Field as Column
from autodash_jupyter.charts.vocabulary import Vocabulary
from autodash_jupyter.errors import did_you_mean

__all__ = ["ProposedFilter", "as_predicate"]

OPERATORS = ("equal", "oneOf", "lt", "lte", "gt", "gte", "range")
DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
LONGEST_SHOWN = 40


class ProposedFilter(BaseModel):
    """Which rows are kept."""

    model_config = ConfigDict(extra="ignore")

    field: str = Field(description="a column's name, or the name of one of the table's own filters")
    operator: str = Field("equal", description=f"{', '.join(OPERATORS)}, or named for one of the table's own")
    value: Any = Field(None, description="as the question has it: a text, a number, YYYY-MM-DD, or a list")
    negated: bool = Field(False, description="whether the rows it describes are left out")


def as_predicate(
    proposed: ProposedFilter, words: Vocabulary, column: Callable[[str], Column | None], mistakes: list[str]
) -> Mapping[str, Any] | None:
    """Return a filter in Vega-Lite's words, ``None`` where it can't be used; ``mistakes`` are told why."""
    if proposed.field in words.conditions:
        return _negated({"param": proposed.field}, proposed)
    field = column(proposed.field)
    if field is None:
        return None
    several = isinstance(proposed.value, list | tuple)
    given = list(proposed.value) if several else [proposed.value]
    wanted = [_value(field, each, mistakes) for each in given]
    if any(each is None for each in wanted) or not wanted:
        return None
    name = "oneOf" if several and proposed.operator == "equal" else proposed.operator
    wrong = _wrong(name, field, len(wanted))
    if wrong:
        mistakes.append(wrong)
        return None
    value = wanted if name in ("oneOf", "range") else wanted[0]
    if name == "oneOf" and field.kind == "temporal" and not field.is_year:
        name, value = "range", [wanted[0], wanted[-1]]
    return _negated({"field": field.name, name: value}, proposed)


def _wrong(operator: str, field: Column, count: int) -> str:
    if operator not in OPERATORS:
        return f"operator {operator!r} is none of {', '.join(OPERATORS)}"
    if operator == "range" and count != 2:
        return "a range has two bounds"
    if operator in ("lt", "lte", "gt", "gte") and field.kind == "nominal":
        return f"{field.name!r} has no order: use equal or oneOf"
    return ""


def _negated(predicate: Mapping[str, Any], proposed: ProposedFilter) -> Mapping[str, Any]:
    return {"not": predicate} if proposed.negated else predicate


def _value(field: Column, given: Any, mistakes: list[str]) -> Any:
    if field.kind == "temporal" and not field.is_year:
        return _moment(field, given, mistakes)
    if field.kind == "nominal":
        return _known(field, given, mistakes)
    try:
        number = float(given)
    except (TypeError, ValueError):
        mistakes.append(f"{field.name!r} holds numbers, and {_shown(given)} is none")
        return None
    return int(number) if number.is_integer() else number


def _moment(field: Column, given: Any, mistakes: list[str]) -> dict[str, int] | None:
    found = DATE.match(str(given))
    if found is None:
        mistakes.append(f"{field.name!r} holds dates: write {_shown(given)} as YYYY, YYYY-MM or YYYY-MM-DD")
        return None
    names = ("year", "month", "date")
    moment = {name: int(part) for name, part in zip(names, found.groups(), strict=True) if part}
    in_a_year = 1 <= moment.get("month", 1) <= 12 and 1 <= moment.get("date", 1) <= 28
    return moment if in_a_year else {name: moment[name] for name in names[:1]}


def _known(field: Column, given: Any, mistakes: list[str]) -> Any:
    """Return the value of a column that is meant: as written, in other cases, or the nearest by far."""
    folded = {str(each).casefold(): each for each in field.values}
    if given in field.values or not field.values:
        return given
    if isinstance(given, bool) and field.yes is not None:
        return field.yes if given else next(each for each in field.values if each != field.yes)
    found = folded.get(str(given).casefold())
    if found is None:
        # The nearest value isn't told: a mistake is sent back to the model, and a value is a cell's.
        mistakes.append(f"{field.name!r} has no value {_shown(given)}; use the question's own words")
        mended = did_you_mean(str(given), [str(each) for each in field.values])
        near = next((each for each in field.values if f"'{each}'" in mended), None)
        if near is not None:
            mistakes.pop()
            return near
    return found


def _shown(value: Any) -> str:
    return repr(str(value)[:LONGEST_SHOWN])
