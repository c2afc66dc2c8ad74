"""What changed between two readings of one source: columns, rows and cells."""

from __future__ import annotations

import pandas as pd

from autodash_jupyter.frames.naming import printable

__all__ = ["difference"]

NAMED = 5


def difference(old: pd.DataFrame, new: pd.DataFrame) -> str:
    """Return what is other in the new table, in one line; rows count as the same whatever their order.

    >>> old = pd.DataFrame({"id": [1, 2], "n": [5, 6]})
    >>> difference(old, pd.DataFrame({"id": [1, 2], "n": [5, 7]}))
    "1 cell changed, in 'n'"
    >>> difference(old, pd.DataFrame({"id": [1, 2, 3], "n": [5, 6, 7]}))
    'rows: 2 before, 3 now (1 new, 0 gone)'
    >>> difference(old, old)
    'nothing changed'
    """
    before, after = list(map(str, old.columns)), list(map(str, new.columns))
    said = []
    for words, labels in (
        ("new columns", [label for label in after if label not in before]),
        ("columns gone", [label for label in before if label not in after]),
    ):
        if labels:
            said.append(f"{words}: {_listed(labels)}")
    common = [label for label in after if label in before]
    old, new = _by_labels(old, common), _by_labels(new, common)
    retyped = [label for label in common if str(old[label].dtype) != str(new[label].dtype)]
    if retyped:
        said.append(
            "other types: "
            + _listed([f"{label} ({old[label].dtype}, now {new[label].dtype})" for label in retyped])
        )
    rows = _rows(old, new) if common else ""
    return "; ".join([*said, *([rows] if rows else [])]) or "nothing changed"


def _by_labels(frame: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    named = frame.set_axis([str(label) for label in frame.columns], axis="columns")
    return named.loc[:, ~named.columns.duplicated()][labels].reset_index(drop=True)


def _rows(old: pd.DataFrame, new: pd.DataFrame) -> str:
    if len(old) == len(new):
        changed = {label: _changed(old[label], new[label]) for label in new.columns}
        count = sum(changed.values())
        if not count:
            return ""
        where = _listed([label for label, cells in changed.items() if cells])
        if count <= max(10, 0.2 * len(new) * len(new.columns)):
            return f"{count:,} cell{'s' * (count > 1)} changed, in {where}"
    keys_before, keys_now = _keys(old).value_counts(), _keys(new).value_counts()
    gained = int((keys_now.sub(keys_before, fill_value=0)).clip(lower=0).sum())
    lost = int((keys_before.sub(keys_now, fill_value=0)).clip(lower=0).sum())
    if not gained and not lost:
        return "the same rows in another order"
    return f"rows: {len(old):,} before, {len(new):,} now ({gained:,} new, {lost:,} gone)"


def _changed(old: pd.Series, new: pd.Series) -> int:
    same = (old.astype("str") == new.astype("str")) | (old.isna() & new.isna())
    return int((~same.fillna(False).astype(bool)).sum())


def _keys(frame: pd.DataFrame) -> pd.Series:
    return pd.util.hash_pandas_object(frame.astype("str"), index=False)


def _listed(labels: list[str]) -> str:
    return ", ".join(f"'{printable(label)}'" for label in labels[:NAMED]) + " ..." * (len(labels) > NAMED)
