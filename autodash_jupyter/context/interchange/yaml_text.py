"""A foreign YAML file as plain values: nothing in it runs, and a small one can't unfold into a huge one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from autodash_jupyter.errors import InvalidContextError

__all__ = ["load_mapping"]

_LONGEST = 10_000_000  # characters
_MOST_VALUES = 500_000
_DEEPEST = 60


def load_mapping(text: str) -> dict[str, Any]:
    """Return a YAML file's entries; dates become texts.

    Raises:
        InvalidContextError: It is no YAML, no mapping, holds a tag of its own, or is too large or deep.

    >>> load_mapping("name: sales\\nsince: 2024-01-01\\n")
    {'name': 'sales', 'since': '2024-01-01'}
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text) > _LONGEST:
        msg = f"The file has {len(text):,} characters, which is too long; {_LONGEST:,} is the most."
        raise InvalidContextError(msg)
    reader = YAML(typ="safe", pure=True)
    reader.max_depth = _DEEPEST
    try:
        values = _Bounded().plain(reader.load(text.removeprefix("\ufeff")))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        place = f"Line {line}: the" if line else "The"
        problem = str(error.problem or error.context or "it is no YAML").partition("\n")[0]
        msg = f"{place} file can't be read: {problem}."
        raise InvalidContextError(msg, line) from None
    except (YAMLError, RecursionError, ValueError, TypeError, OverflowError) as error:
        msg = f"The file can't be read: {str(error).partition(chr(10))[0] or 'it is nested too deeply'}."
        raise InvalidContextError(msg) from None
    if not isinstance(values, dict):
        msg = "The file holds no `name: value` entries; give a dbt or a Cortex Analyst YAML file."
        raise InvalidContextError(msg)
    return values


class _Bounded:
    """Copies values; counts them, since aliases share what is written once."""

    def __init__(self) -> None:
        self._count = 0

    def plain(self, value: Any, depth: int = 0) -> Any:
        self._count += 1
        if self._count > _MOST_VALUES or depth > _DEEPEST:
            msg = "it holds too many values, or they are nested too deeply"
            raise ValueError(msg)
        if isinstance(value, dict):
            return {str(key): self.plain(each, depth + 1) for key, each in value.items()}
        if isinstance(value, list | tuple | set):
            return [self.plain(each, depth + 1) for each in value]
        if isinstance(value, dt.date | dt.datetime):
            return value.isoformat()
        return value if value is None or isinstance(value, bool | int | float | str) else str(value)
