"""What a check of a document finds, each with its place in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["DocumentFinding", "Findings", "Severity", "Status", "TextPlaces", "Validation"]

Severity = Literal["warning", "failed"]
Status = Literal["passed", "warnings", "failed"]


class TextPlaces(Protocol):
    """What knows the lines of a document's entries: a ``DocumentText``."""

    def line_of(self, *path: str | int) -> int | None:
        """Return the line of an entry, from 1, or ``None``."""


@dataclass(frozen=True, slots=True)
class DocumentFinding:
    """One thing to mend or to know: where it is, and what to do. ``line`` is ``None`` without a text.

    >>> print(DocumentFinding("failed", "metrics[revenue].expression", "Metric 'Revenue': No column 'x'.", 7))
    failed, line 7: Metric 'Revenue': No column 'x'.
    """

    severity: Severity
    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = f", line {self.line}" if self.line is not None else ""
        return f"{self.severity}{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Validation:
    """What a check came to: ``failed`` if anything is wrong, ``warnings`` if anything is worth a look.

    >>> Validation(()).status
    'passed'
    """

    findings: tuple[DocumentFinding, ...]

    @property
    def status(self) -> Status:
        """``passed``, ``warnings`` or ``failed``."""
        severities = {finding.severity for finding in self.findings}
        return "failed" if "failed" in severities else "warnings" if severities else "passed"

    @property
    def failed(self) -> tuple[DocumentFinding, ...]:
        """The findings that make it fail."""
        return tuple(finding for finding in self.findings if finding.severity == "failed")


class Findings:
    """Collects findings about a document, each with its path and line."""

    def __init__(self, document: ContextDocument, text: TextPlaces | None) -> None:
        self._document = document
        self._text = text
        self._found: list[DocumentFinding] = []

    def failed(self, path: Sequence[str | int], message: str) -> None:
        """Add what is wrong at a path of names and positions."""
        self._add("failed", path, message)

    def warn(self, path: Sequence[str | int], message: str) -> None:
        """Add what is worth a look at a path of names and positions."""
        self._add("warning", path, message)

    def validation(self) -> Validation:
        """Return what was found, in the order of the text."""
        by_line = sorted(self._found, key=lambda finding: finding.line or 0)
        return Validation(tuple(by_line))

    def _add(self, severity: Severity, path: Sequence[str | int], message: str) -> None:
        line = self._text.line_of(*path) if self._text is not None else None
        shown = " ".join(message.split())
        self._found.append(DocumentFinding(severity, self._shown(path), shown, line))

    def _shown(self, path: Sequence[str | int]) -> str:
        """Return a path as people read it: parts by their names rather than their positions."""
        shown, value = "", self._document
        for part in path:
            if isinstance(part, int):
                value = value[part]  # type: ignore[index]
                shown += f"[{value if isinstance(value, str) else getattr(value, 'identity', part)}]"
            else:
                value = getattr(value, part, None)  # type: ignore[assignment]
                shown += f".{part}" if shown else part
        return shown
