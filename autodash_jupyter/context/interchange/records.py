"""What an import or an export gives, and entries of a foreign file that notice what nobody took from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter.context.document_values import document_of
from autodash_jupyter.errors import InvalidContextError

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["Entry", "Exported", "Imported", "imported"]


@dataclass(frozen=True, slots=True)
class Imported:
    """A document made of a foreign file, and the entries of that file which have no counterpart in it."""

    document: ContextDocument
    unmapped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """A document as a foreign file's text, and the parts of it which have no counterpart there."""

    text: str
    left_out: tuple[str, ...] = ()


class Entry:
    """A mapping of a foreign file; what isn't taken from it by the end is reported as unmapped.

    >>> lost = []
    >>> entry = Entry({"name": "orders", "tint": "red"}, "tables[0]", lost)
    >>> entry.text("name"), entry.finish(), lost
    ('orders', None, ['tables[0].tint'])
    """

    def __init__(self, values: object, path: str, unmapped: list[str]) -> None:
        if not isinstance(values, Mapping):
            msg = f"{path or 'The file'} should be `name: value` entries, and is a {type(values).__name__}."
            raise InvalidContextError(msg)
        self.path = path
        self.unmapped = unmapped
        self._values: dict[str, Any] = {str(key): value for key, value in values.items()}
        self._taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return self._values.get(key) not in (None, "", [], {})

    def take(self, key: str) -> Any:
        """Return a value as it is, ``None`` where there is none; it counts as taken."""
        self._taken.add(key)
        return self._values.get(key)

    def text(self, key: str) -> str:
        """Return a value as text, ``""`` where there is none."""
        value = self.take(key)
        if isinstance(value, Mapping | list):
            self._report(key)
            return ""
        return "" if value is None else str(value).strip()

    def texts(self, key: str) -> list[str]:
        """Return a list as texts; one value is a list of one."""
        value = self.take(key)
        if isinstance(value, Mapping):
            self._report(key)
            return []
        values = value if isinstance(value, list) else [] if value is None else [value]
        return [str(each) for each in values if each is not None]

    def child(self, key: str) -> Entry:
        """Return a mapping under a key, empty where there is none; call ``finish`` on it."""
        return Entry(self.take(key) or {}, self._under(key), self.unmapped)

    def children(self, key: str) -> list[Entry]:
        """Return the mappings of a list, each known by its name in what is reported."""
        values = self.take(key) or []
        if not isinstance(values, list):
            msg = f"{self._under(key)} should be a list of entries; begin each with '- '."
            raise InvalidContextError(msg)
        return [
            Entry(each, f"{self._under(key)}[{_name(each, n)}]", self.unmapped)
            for n, each in enumerate(values)
        ]

    def lose(self, key: str, why: str) -> None:
        """Report an entry that is known and has no counterpart, and why."""
        self.take(key)
        self._report(key, why)

    def finish(self) -> None:
        """Report what nobody took."""
        for key in self._values:
            if key not in self._taken and key in self:
                self._report(key)

    def _report(self, key: str, why: str = "") -> None:
        self.unmapped.append(f"{self._under(key)}: {why}" if why else self._under(key))

    def _under(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def imported(values: dict[str, Any], unmapped: list[str]) -> Imported:
    """Return what was read as a document; raises InvalidContextError where it can't be one."""
    return Imported(document_of(values), tuple(unmapped))


def _name(values: object, position: int) -> object:
    return values.get("name", position) if isinstance(values, Mapping) else position
