"""What ``ContextService`` finds: contexts by id, name, dataset and term, and how they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.catalog import ContextCatalog, ContextRecord, same_user
from autodash_jupyter.errors import AutoDashError, UnknownContextError, did_you_mean
from autodash_jupyter.events import EventBus
from autodash_jupyter.models import UserId
from autodash_jupyter.services.context_usage import ContextUsage, UsedContext
from autodash_jupyter.services.opening import open_store

if TYPE_CHECKING:
    from autodash_jupyter.context.glossary import GlossaryMatch
    from autodash_jupyter.context.validation import Validation
    from autodash_jupyter.documents import Metric
    from autodash_jupyter.services.datasets import DatasetService
    from autodash_jupyter.settings import Settings
    from autodash_jupyter.stores import ContextStore

__all__ = ["FoundContexts", "id_of"]


class FoundContexts:
    """The contexts in a store, for each user their own; nothing here changes them."""

    def __init__(
        self,
        store: ContextStore | None = None,
        *,
        settings: Settings | None = None,
        bus: EventBus | None = None,
        datasets: DatasetService | None = None,
    ) -> None:
        if store is None:
            store = datasets.store if datasets is not None else open_store(settings)
        self.store = store
        self.bus = bus or (datasets.bus if datasets is not None else EventBus())
        self.usage = ContextUsage(store)
        self._catalog = ContextCatalog(store, self.validate)
        self._settings = settings
        self._datasets = datasets

    @property
    def datasets(self) -> DatasetService:
        """The datasets in the same store."""
        from autodash_jupyter.services.datasets import DatasetService

        if self._datasets is None:
            self._datasets = DatasetService(self.store, settings=self._settings, bus=self.bus)
        return self._datasets

    def free_name(self, user_id: UserId, name: str, version: str = "1.0.0") -> str:
        """Return a name that none of the user's contexts has in this version: with ``_2`` if need be."""
        taken = {(one.name, one.version) for one in self._catalog.list(user_id)}
        candidates = (name if number == 1 else f"{name}_{number}" for number in range(1, len(taken) + 2))
        return next(one for one in candidates if (one, version) not in taken)

    def get_context(self, user_id: UserId, context_id: str | ContextRecord) -> ContextRecord | None:
        """Return the user's context of this id, else the one of this name that changed last, or ``None``."""
        wanted = id_of(context_id, "context_id")
        record = self._catalog.get(wanted)
        if record is None or not same_user(record.user_id, user_id):
            record = self._catalog.find_by_name(user_id, wanted)
        return record

    def find_context(self, user_id: UserId, context_id: str | ContextRecord) -> ContextRecord:
        """Return the user's context of this id or name.

        Raises ``UnknownContextError`` where there is none; the nearest name is suggested.
        """
        record = self.get_context(user_id, context_id)
        if record is None:
            wanted = id_of(context_id, "context_id")
            hint = did_you_mean(wanted, [one.name for one in self._catalog.list(user_id)])
            msg = f"No context is called {wanted!r}; create it, or choose one that list_contexts names.{hint}"
            raise UnknownContextError(msg)
        return record

    def list_contexts(self, user_id: UserId) -> list[ContextRecord]:
        """Return the user's contexts, the last changed first."""
        return self._catalog.list(user_id)

    def contexts_of_dataset(self, user_id: UserId, dataset_id: str) -> list[ContextRecord]:
        """Return all the user's contexts that are linked to a dataset, the active one first."""
        link = self._catalog.link(id_of(dataset_id, "dataset_id"))
        newest_first = link.context_ids[::-1] if link is not None else ()
        ids = sorted(newest_first, key=lambda one: link is None or one != link.active)
        found = [self._catalog.get(one) for one in ids]
        return [one for one in found if one is not None and same_user(one.user_id, user_id)]

    def find_active_context_by_dataset(
        self, user_id: UserId, dataset_id: str, *, used_by: str = "python"
    ) -> ContextRecord | None:
        """Return the context that speaks for the user's dataset, or ``None``; however many there are.

        ``used_by`` names what uses it (``python``, ``magic``, ``panel``, ``rest``, ``mcp``, ``chart``), for
        ``get_usage``; a look-up by nobody (``""``) isn't counted.
        """
        with self.usage.measured(used_by) as use:
            record = self._catalog.active(id_of(dataset_id, "dataset_id"))
            if record is None or not same_user(record.user_id, user_id):
                return None
            use.context_id = record.context_id
            return record

    def search_glossary(self, user_id: UserId, text: str) -> list[GlossaryMatch]:
        """Return the terms of the user's contexts that fit a text, the best first; not of archived ones."""
        from autodash_jupyter.context.glossary import search_glossary

        if not isinstance(text, str):
            return []
        records = [one for one in self._catalog.list(user_id) if one.status != "archived"]
        documents = [one.readable_document for one in records if one.values.get("glossary")]
        return search_glossary([one for one in documents if one is not None], text)

    def get_metrics_by_dataset(self, user_id: UserId, dataset_id: str) -> list[Metric]:
        """Return the metrics that the active context defines for a dataset, in its order."""
        dataset_id = id_of(dataset_id, "dataset_id")
        record = self.find_active_context_by_dataset(user_id, dataset_id)
        return [] if record is None else record.document.metrics_of(dataset_id)

    def statistics(self, user_id: UserId) -> dict[str, Any]:
        """Return how many contexts there are, of which status, and what they hold together."""
        records = self._catalog.list(user_id)
        parts = ("metrics", "glossary", "business_rules", "filters", "relationships")
        return {
            "contexts": len(records),
            "by_status": {
                status: sum(one.status == status for one in records)
                for status in ("draft", "active", "archived")
            },
            "revisions": sum(one.revision for one in records),
            "datasets_linked": len({dataset_id for one in records for dataset_id in one.linked}),
            **{part: sum(len(one.values.get(part, ())) for one in records) for part in parts},
        }

    def get_usage(self, user_id: UserId) -> list[UsedContext]:
        """Return how each of the user's contexts was used, how fast, and what generating it cost."""
        return self.usage.of(self._catalog.list(user_id))

    def validate(self, record: ContextRecord) -> Validation:
        """Check what a context says against its datasets: columns, metrics, filters, terms."""
        from autodash_jupyter.context.document_text import read_document
        from autodash_jupyter.context.validation import validate

        tables: dict[str, Any] = {}
        for dataset_id in record.linked:
            try:
                tables[dataset_id] = self.datasets.get_dataframe(record.user_id, dataset_id)
            except AutoDashError:
                tables[dataset_id] = None  # a table that can't be read; the rest can be checked
        text = read_document(record.text) if record.text.startswith("---") else None
        others = (one for one in self._catalog.list(record.user_id) if one.context_id != record.context_id)
        taken = {(one.name, one.version) for one in others}
        return validate(record.document, tables, text=text, taken=taken)


def id_of(given: object, name: str) -> str:
    """Return an id that was given as itself, or as a record or an info dict that has it.

    >>> id_of("ctx_1", "context_id"), id_of({"dataset_id": "sample_1"}, "dataset_id")
    ('ctx_1', 'sample_1')
    """
    if isinstance(given, Mapping):
        return str(given.get(name, ""))
    return str(getattr(given, name, given))
