"""What a chart needs to know of each column: its kind, its words, its values."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from autodash_jupyter.charts.words import name_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Field", "Kind", "describe_fields", "is_date_text"]

Kind = Literal["quantitative", "temporal", "nominal"]
SAMPLE_ROWS = 50_000  # rows whose values are looked at
MOST_VALUES = 5_000  # values of one column that a sentence may name
FEW_WHOLE = 20  # whole numbers of no more values than this may stand on an axis as they are
FEW_NUMBERS = 12  # and other numbers
FEW_DATES = 20
DATE = re.compile(
    r"\d{4}-\d{1,2}(-\d{1,2})?([T ].*)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}( .*)?|\d{4}/\d{1,2}/\d{1,2}"
)
YES = (True, 1, "yes", "y", "true")
NO = frozenset({False, "no", "n", "false"})
COUNTED = frozenset({"id", "code", "key", "zip", "postal", "phone", "uuid", "postcode", "zipcode"})


@dataclass(frozen=True, slots=True)
class Field:
    """One column, as a chart sees it.

    ``name`` is what the intent calls it, ``position`` where it stands in the frame; ``names`` are the words
    of each name it goes by, its own first; ``values`` are those a filter may name; ``is_year`` tells whole
    numbers that are years; ``from_text`` dates that are kept as text;
    ``is_key`` a column of as many values as rows; ``time_unit`` the unit that its many dates are put
    together by where the sentence names none; ``metric`` tells a metric of the context, with the column
    and aggregate it stands for where it is as plain as that.
    """

    name: str
    position: int
    kind: Kind
    distinct: int
    names: tuple[tuple[str, ...], ...]
    values: tuple[Hashable, ...] = ()
    title: str = ""
    unit: str = ""
    is_whole: bool = False
    is_year: bool = False
    is_identifier: bool = False
    from_text: bool = False
    is_key: bool = False
    time_unit: str | None = None
    metric: tuple[str, str] | None = None
    latest: date | None = None
    smallest: float | None = None
    largest: float | None = None

    @property
    def yes(self) -> Hashable | None:
        """The value that means yes in a column of yes and no, ``None`` in any other.

        >>> Field("paid", 0, "nominal", 2, ((),), ("No", "Yes")).yes
        'Yes'
        """
        if len(self.values) != 2:
            return None
        plain = {each.lower() if isinstance(each, str) else each: each for each in self.values}
        yes = next((plain[each] for each in YES if each in plain), None)
        return yes if yes is not None and NO & plain.keys() else None

    @property
    def is_discrete(self) -> bool:
        """Whether its values can stand side by side on an axis without being binned."""
        return self.kind != "quantitative" or self.distinct <= (FEW_WHOLE if self.is_whole else FEW_NUMBERS)


def describe_fields(frame: pd.DataFrame) -> tuple[Field, ...]:
    """Return what is known of each column, from at most ``SAMPLE_ROWS`` of its rows.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"city": ["Rome"], "age": [3], "year": [2001]})
    >>> [field.kind for field in describe_fields(frame)]
    ['nominal', 'quantitative', 'temporal']
    """
    sample = frame
    if len(frame) > SAMPLE_ROWS:
        step = len(frame) // SAMPLE_ROWS + 1
        sample = frame.iloc[::step]
    taken: set[str] = set()
    fields: list[Field] = []
    for position, label in enumerate(frame.columns):
        name = str(label)
        if name in taken:
            continue  # of columns with one name, the first is meant
        taken.add(name)
        field = _describe(name, position, sample.iloc[:, position])
        if sample is not frame and field.kind == "temporal":
            field = replace(field, latest=_latest(frame.iloc[:, position], field.latest))
        key = field.distinct == len(sample) > 1
        numbered = key and field.is_whole and field.names[0][-1:] == ("number",)
        fields.append(
            replace(field, is_key=True, is_identifier=field.is_identifier or numbered) if key else field
        )
    return tuple(fields)


def _describe(name: str, position: int, values: pd.Series[Any]) -> Field:
    from pandas.api import types

    words = name_words(name)
    dtype = values.dtype
    if types.is_bool_dtype(dtype):
        return Field(name, position, "nominal", 2, (words,), (True, False))
    if types.is_numeric_dtype(dtype) and not types.is_complex_dtype(dtype):
        return _numbers(name, position, values, words)
    if types.is_datetime64_any_dtype(dtype) or str(dtype).startswith("period"):
        unit, latest = _time_unit(values)
        distinct = int(values.nunique())
        return Field(name, position, "temporal", distinct, (words,), time_unit=unit, latest=latest)
    if types.is_timedelta64_dtype(dtype):
        return Field(name, position, "quantitative", int(values.nunique()), (words,))
    return _texts(name, position, values, words)


def _numbers(name: str, position: int, values: pd.Series[Any], words: tuple[str, ...]) -> Field:
    import numpy as np
    import pandas as pd

    found = pd.to_numeric(values, errors="coerce").dropna()
    found = found[np.isfinite(found.to_numpy(dtype="float64", na_value=np.nan))]
    uniques = found.unique()
    smallest, largest = (float(found.min()), float(found.max())) if len(found) else (None, None)
    whole = bool(len(uniques)) and bool((np.mod(np.asarray(uniques, dtype="float64"), 1) == 0).all())
    year = whole and "year" in words and smallest is not None and smallest >= 1000 and (largest or 0) <= 2999
    identifier = whole and bool(COUNTED & set(words[-1:]))
    label = whole and (
        re.search(r"(?:^|[_\W])id$|[a-z]I[dD]$", name, re.IGNORECASE if "_" in name else 0) is not None
    )
    label = label or (whole and (name.lower() == "id" or bool({"zip", "postal"} & set(words))))
    kind: Kind = "temporal" if year else ("nominal" if label else "quantitative")
    listed = tuple(each.item() if hasattr(each, "item") else each for each in uniques[:MOST_VALUES])
    return Field(
        name,
        position,
        kind,
        len(uniques),
        (words,),
        listed,
        is_whole=whole,
        is_year=year,
        is_identifier=identifier,
        smallest=smallest,
        largest=largest,
    )


def _texts(name: str, position: int, values: pd.Series[Any], words: tuple[str, ...]) -> Field:
    found = values.dropna()
    try:
        uniques = list(found.unique())
    except TypeError:  # lists and dicts can't be told apart by hash
        uniques = list(dict.fromkeys(str(each) for each in found))
    texts = [each for each in uniques[:MOST_VALUES] if isinstance(each, str)]
    dated = [each for each in texts[:200] if is_date_text(each)]
    if texts and len(dated) >= 0.9 * len(texts[:200]):
        unit, latest = _time_unit(found.drop_duplicates())
        return Field(
            name, position, "temporal", len(uniques), (words,), from_text=True, time_unit=unit, latest=latest
        )
    is_dates = bool(uniques) and all(hasattr(each, "isoformat") for each in uniques[:50])
    kind: Kind = "temporal" if is_dates and all(hasattr(each, "year") for each in uniques[:50]) else "nominal"
    identifier = bool(words) and words[-1] == "id"
    listed = tuple(each for each in uniques[:MOST_VALUES] if isinstance(each, str | int | float | bool))
    return Field(
        name,
        position,
        kind,
        len(uniques),
        (words,),
        listed,
        is_identifier=identifier,
        from_text=kind == "temporal",
    )


def _time_unit(values: pd.Series[Any]) -> tuple[str | None, date | None]:
    """Return by what unit many dates are put together, and the latest of them."""
    import pandas as pd

    try:
        dates = pd.to_datetime(values.astype("string"), errors="coerce", format="mixed", utc=True)
        first, last = dates.min(), dates.max()
        if str(last) == "NaT":
            return None, None
        days = (last - first).days
        latest = last.date()
    except (ValueError, TypeError, OverflowError, AttributeError):
        return None, None
    unit = "year" if days > 2 * 366 else ("yearmonth" if days > 62 else None)
    return unit if values.nunique() > FEW_DATES else None, latest


def _latest(values: pd.Series[Any], sampled: date | None) -> date | None:
    """Return the latest date of a whole column, where finding it takes no parsing of texts."""
    from pandas.api import types

    if not types.is_datetime64_any_dtype(values.dtype):
        return sampled
    last = values.max()
    return sampled if str(last) == "NaT" else last.date()


def is_date_text(text: str) -> bool:
    """Tell whether a text is written as a date.

    >>> is_date_text("2021-03-04"), is_date_text("4/3/2021"), is_date_text("12-345")
    (True, True, False)
    """
    return len(text) < 40 and DATE.fullmatch(text.strip()) is not None
