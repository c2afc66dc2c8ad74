"""Tells whether the texts of a whole column are credentials, by the column's name or by what they look like.

A column is stored as it lies in memory, so it is kept whole or not at all.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

import numpy as np

from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.history.credentials import FORM, REASON, has_secret_form, is_opaque, is_secret_name

__all__ = ["CredentialError", "is_secret_column", "refuse_arrow", "refuse_polars", "refuse_texts"]

_LOOKED_AT = 1_000
_WORDS_TOO = re.compile(r"tokens?$|bearer|credential|authorization", re.IGNORECASE)
"""Names that columns of plain words have as well: there the values decide."""


class CredentialError(AutoDashError):
    """Texts of this column look like credentials."""

    def __init__(self) -> None:
        super().__init__(REASON)


def is_secret_column(name: object, values: Any) -> bool:
    """Whether a column of texts of this name is not to be written.

    >>> is_secret_column("password", ["abc"]), is_secret_column("token", ["the", "cat"])
    (True, False)
    >>> is_secret_column("token", ["9f8a7b6c5d4e3f2a"])
    True
    """
    if not is_secret_name(name):
        return False
    return _WORDS_TOO.search(str(name)) is None or any(map(is_opaque, islice(values, _LOOKED_AT)))


def refuse_arrow(table: Any) -> None:
    """Raise CredentialError where a column of texts of an Arrow table has some that look like credentials."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    for column in table.columns:
        kind = column.type
        values = column
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
            values = pa.chunked_array([chunk.dictionary for chunk in column.chunks], kind)
        if any(is_text(kind) for is_text in texts):
            found = pc.match_substring_regex(values.cast(pa.large_string()), FORM)
            if pc.any(found, min_count=1).as_py():
                raise CredentialError


def refuse_polars(series: Any) -> None:
    """Raise CredentialError where a series of texts of polars has some that look like credentials."""
    import polars

    if series.dtype in (polars.Categorical, polars.Enum):
        series = series.cat.get_categories()
    if series.dtype == polars.String and series.str.contains(FORM).any():
        raise CredentialError


def refuse_texts(values: np.ndarray[Any, Any]) -> None:
    """Raise CredentialError where an array of texts has some, of its first, that look like credentials."""
    if values.dtype.kind in "US" and values.size:
        some = values.reshape(-1)[:_LOOKED_AT].tolist()
        if any(has_secret_form(each.decode("latin-1") if type(each) is bytes else each) for each in some):
            raise CredentialError
