"""Generated documents go where people's are: saved as revisions, a person's parts kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodash_jupyter.models import Dataset
from autodash_jupyter.services.context_writer import Generated

if TYPE_CHECKING:
    from autodash_jupyter.catalog import ContextRecord
    from autodash_jupyter.services.datasets import DatasetService

__all__ = ["GeneratedContexts"]


class GeneratedContexts:
    """Keeps what is generated for the datasets of one service, among the contexts of their users."""

    def __init__(self, datasets: DatasetService) -> None:
        self._datasets = datasets

    def keep(self, dataset: Dataset, generated: Generated) -> str:
        """Save a generated document, and return the text of the context as it is then.

        Raises:
            ContextStoreError: The store can't write.
            InvalidContextError: No name is free.
        """
        from autodash_jupyter.context.rendering import render_markdown

        contexts = self._datasets.contexts
        earlier = contexts.contexts_of_dataset(dataset.user_id, dataset.dataset_id)
        record = contexts.save_generated(
            dataset.user_id,
            dataset.dataset_id,
            generated.document,
            author=generated.author,
            cause="regenerated" if earlier and not _is_second_half(earlier[0], generated) else "generated",
        )
        if generated.author == "profile" and self._datasets.writer.asks_model:
            return render_markdown(record.document)  # the model is still to come, and counts for both
        spent = generated.spent
        contexts.usage.add_generation(
            record.context_id,
            generated.seconds,
            prompt_tokens=spent.prompt_tokens or 0,
            completion_tokens=spent.completion_tokens or 0,
            cost=spent.cost,
        )
        contexts.usage.flush()
        return render_markdown(record.document)


def _is_second_half(earlier: ContextRecord, generated: Generated) -> bool:
    """Tell whether a model's document follows on the profile's, which every generation begins with."""
    return earlier.author == "profile" and generated.author != "profile"
