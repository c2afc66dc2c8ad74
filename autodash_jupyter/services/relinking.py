"""Makes the links between contexts and datasets anew, for data from before there were any; and undoes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from autodash_jupyter.catalog import ContextCatalog, same_user
from autodash_jupyter.errors import AutoDashError
from autodash_jupyter.models import UserId

__all__ = ["Progress", "Report", "relink", "undo_relink"]

Progress: TypeAlias = Callable[[int, int, str], object]


@dataclass(frozen=True, slots=True)
class Report:
    """What a ``relink`` did, or would do; plain values, so that it can be kept as JSON.

    ``total`` contexts were looked at, ``succeeded`` of them well; ``linked`` datasets are linked now,
    ``changed`` links are other than before; ``skipped`` ids name no dataset of the user, ``malformed`` are no
    ids. ``links`` and ``contexts`` are what was there before, for ``undo_relink``.
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

    @property
    def dataset_ids(self) -> tuple[str, ...]:
        """The datasets whose links changed."""
        return tuple(self.links)

    def as_dict(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self) | {"errors": list(self.errors)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Report:
        """Return the report that ``as_dict`` made plain.

        >>> report = Report(1, 1, 0, 0, 0, 0, errors=("context 'x': damaged",))
        >>> Report.from_dict(report.as_dict()) == report
        True
        """
        return cls(**{**values, "errors": tuple(values.get("errors", ()))})


def relink(
    catalog: ContextCatalog,
    user_id: UserId | None = None,
    progress: Progress | None = None,
    *,
    dry_run: bool = False,
) -> Report:
    """Make the links of a user's contexts (``None``: of all) anew, each context in one write of its own."""
    found, unreadable = catalog.all(), catalog.unreadable_ids()
    ours = [one for one in found if user_id is None or same_user(one.user_id, user_id)]
    records = sorted(ours, key=lambda one: (one.created_at.timestamp(), one.context_id))
    errors = [f"context {one!a}: its record can't be read" for one in unreadable]
    links: dict[str, dict[str, Any] | None] = {}
    contexts: dict[str, dict[str, Any]] = {}
    linked = skipped = malformed = succeeded = 0
    for done, record in enumerate(records, start=1):
        try:
            result = catalog.relink(record.context_id, dry_run=dry_run)
        except AutoDashError as error:
            errors.append(f"context {record.name!a}: {error}")
        else:
            succeeded += 1
            linked += len(result.linked)
            skipped += len(result.skipped)
            malformed += result.malformed
            for dataset_id, before in result.links:
                links.setdefault(dataset_id, before)
            if result.context is not None:
                contexts[record.context_id] = result.context
        if progress is not None:
            progress(done, len(records), record.name)
    for dataset_id, before in catalog.sweep_links(user_id, dry_run=dry_run):
        links.setdefault(dataset_id, before)
    return Report(
        len(records) + len(unreadable),
        succeeded,
        linked,
        len(links),
        skipped,
        malformed,
        dry_run,
        tuple(errors),
        links,
        contexts,
    )


def undo_relink(catalog: ContextCatalog, report: Report) -> int:
    """Put back what a ``relink`` found, in one write; return how many links that changed."""
    return 0 if report.dry_run else catalog.restore_links(report.links, report.contexts)
