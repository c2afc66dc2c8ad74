"""Makes the links between contexts and datasets anew, for data from before there were any; and undoes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeAlias

from autodash_jupyter.catalog import ContextCatalog, Relinked
from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.models import UserId
from autodash_jupyter.stores import ContextStore

__all__ = ["Progress", "Report", "Whose", "keep_report", "last_report", "relink", "undo_relink"]

Progress: TypeAlias = Callable[[int, int, str], object]  # contexts done, of how many, the last one's name
Whose: TypeAlias = Callable[[UserId], bool]
LAST = ("relink", "last")


@dataclass(frozen=True, slots=True)
class Report:
    """What a ``relink`` did, or would do; plain values, so that it can be kept as JSON.

    ``total`` contexts were looked at, ``succeeded`` of them well; ``linked`` datasets are linked now,
    ``changed`` links are other than before; ``skipped`` ids name no dataset of the user, ``malformed`` are no
    ids. ``links`` and ``contexts`` are what was there before, for ``undo_relink``; ``known`` are the contexts
    that each of these links had afterwards.
    """

    total: int
    succeeded: int
    linked: int
    changed: int
    skipped: int
    malformed: int
    dry_run: bool = False
    errors: tuple[str, ...] = ()
    links: dict[str, dict[str, Any] | None] = field(default_factory=dict, repr=False)
    contexts: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    known: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def dataset_ids(self) -> tuple[str, ...]:
        """The datasets whose links changed."""
        return tuple(self.links)

    def as_dict(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self) | {"errors": list(self.errors)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Report:
        """Return the report that ``as_dict`` made plain; raises ``AutoDashError`` for another thing.

        >>> report = Report(1, 1, 0, 0, 0, 0, errors=("context 'x': damaged",))
        >>> Report.from_dict(report.as_dict()) == report
        True
        """
        try:
            return cls(**{**values, "errors": tuple(values.get("errors", ()))})
        except (TypeError, AttributeError):
            msg = "This is no report of a relink, so nothing was changed; give what relink returned."
            raise AutoDashError(msg) from None


def relink(
    catalog: ContextCatalog, whose: Whose, progress: Progress | None = None, *, dry_run: bool = False
) -> Report:
    """Make the links of some users' contexts anew, each context in one write of its own."""
    ours = [record for record in catalog.all() if whose(record.user_id)]
    records = sorted(ours, key=lambda record: (record.created_at.timestamp(), record.context_id))
    tally = _Tally([f"context {one!a}: its record can't be read" for one in catalog.unreadable_ids()])
    total = len(records) + len(tally.errors)
    for done, record in enumerate(records, start=1):
        try:
            tally.add(record.context_id, catalog.relink(record.context_id, dry_run=dry_run))
        except AutoDashError as error:
            tally.errors.append(f"context {record.name!a}: {error}")
        if progress is not None:
            progress(done, len(records), record.name)
    for dataset_id, before in catalog.sweep_links(whose, dry_run=dry_run):
        tally.links.setdefault(dataset_id, before)
    report = tally.report(total, dry_run)
    return report if dry_run else replace(report, known=_contexts_of(catalog, report.dataset_ids))


def undo_relink(catalog: ContextCatalog, report: Report) -> int:
    """Put back what a ``relink`` found, beside what was linked since, in one write; return how many links."""
    return 0 if report.dry_run else catalog.restore_links(report.links, report.contexts, report.known)


def keep_report(store: ContextStore, report: Report) -> None:
    """Keep what a relink changed, for ``last_report``; one that changed nothing leaves the one before."""
    if not report.dry_run and (report.links or report.contexts):
        store.set(LAST, report.as_dict())


def last_report(store: ContextStore) -> Report | None:
    """Return the report of the last relink that was kept, also by another process; ``None`` for none."""
    values = store.get(LAST)
    return None if values is None else Report.from_dict(values)


def _contexts_of(catalog: ContextCatalog, dataset_ids: Iterable[str]) -> dict[str, list[str]]:
    links = {dataset_id: catalog.link(dataset_id) for dataset_id in dataset_ids}
    return {one: [] if link is None else list(link.context_ids) for one, link in links.items()}


@dataclass(slots=True)
class _Tally:
    errors: list[str]
    succeeded: int = 0
    linked: int = 0
    skipped: int = 0
    malformed: int = 0
    links: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    contexts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, context_id: str, done: Relinked) -> None:
        """Count one context; of a link that several change, the first one saw it as it was."""
        self.succeeded += 1
        self.linked += len(done.linked)
        self.skipped += len(done.skipped)
        self.malformed += done.malformed
        for dataset_id, before in done.links:
            self.links.setdefault(dataset_id, before)
        if done.context is not None:
            self.contexts[context_id] = done.context

    def report(self, total: int, dry_run: bool) -> Report:
        """Return what was counted."""
        return Report(
            total=total,
            succeeded=self.succeeded,
            linked=self.linked,
            changed=len(self.links),
            skipped=self.skipped,
            malformed=self.malformed,
            dry_run=dry_run,
            errors=tuple(self.errors),
            links=self.links,
            contexts=self.contexts,
        )
