"""Which contexts speak of a dataset, and which of them is active; one record for each dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from autodash_jupyter.models import UserId

__all__ = ["LINK", "Link"]

LINK = "link"


@dataclass(frozen=True, slots=True)
class Link:
    """The contexts of a dataset in the order in which they were linked to it.

    ``inactive`` are those of them that are drafts or archived; ``chosen`` is the one that somebody asked
    for, if any. It is kept under ``("link", dataset_id)``.

    >>> link = Link("sample_1", "ada").with_context("ctx_old").with_context("ctx_new")
    >>> link.active, link.with_choice("ctx_old").active, link.with_context("ctx_new", is_active=False).active
    ('ctx_new', 'ctx_old', 'ctx_old')
    """

    dataset_id: str
    user_id: UserId
    context_ids: tuple[str, ...] = ()
    inactive: frozenset[str] = frozenset()
    chosen: str | None = None

    @property
    def active(self) -> str | None:
        """The context that speaks for the dataset: the chosen one, else the newest that is active."""
        active = [one for one in self.context_ids if one not in self.inactive]
        return self.chosen if self.chosen in active else next(reversed(active), None)

    def with_context(self, context_id: str, *, is_active: bool = True, is_first: bool = False) -> Link:
        """Return the link with a context, which goes last, or first, or stays where it was."""
        ids = self.context_ids
        if context_id not in ids:
            ids = (context_id, *ids) if is_first else (*ids, context_id)
        inactive = self.inactive - {context_id} if is_active else self.inactive | {context_id}
        return replace(self, context_ids=ids, inactive=inactive)

    def with_choice(self, context_id: str) -> Link:
        """Return the link with one of its contexts chosen."""
        return replace(self, chosen=context_id)

    def without_context(self, context_id: str) -> Link:
        """Return the link without a context."""
        return replace(
            self,
            context_ids=tuple(one for one in self.context_ids if one != context_id),
            inactive=self.inactive - {context_id},
            chosen=None if self.chosen == context_id else self.chosen,
        )

    def as_record(self) -> dict[str, Any] | None:
        """Return what a store keeps; ``None`` where no context is left."""
        if not self.context_ids:
            return None
        return {
            "dataset_id": self.dataset_id,
            "user_id": self.user_id,
            "context_ids": list(self.context_ids),
            "inactive": sorted(self.inactive),
            "chosen": self.chosen,
            "active": self.active,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Link:
        """Return the link a store kept; fields an older version lacked get their defaults.

        Raises:
            ValueError: It is no link.

        >>> link = Link("sample_1", 1).with_context("ctx_a")
        >>> Link.from_record(link.as_record()) == link
        True
        """
        dataset_id, user_id = record.get("dataset_id"), record.get("user_id")
        ids, inactive = record.get("context_ids", []), record.get("inactive", [])
        chosen = record.get("chosen")
        texts = [*ids, *inactive] if isinstance(ids, list) and isinstance(inactive, list) else [None]
        if not (
            isinstance(dataset_id, str)
            and isinstance(user_id, int | str)
            and isinstance(chosen, str | None)
            and all(isinstance(text, str) for text in texts)
        ):
            msg = "it is no link between a dataset and its contexts"
            raise ValueError(msg)
        return cls(dataset_id, user_id, tuple(ids), frozenset(inactive), chosen)
