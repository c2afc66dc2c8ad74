"""Which variable stands for which dataset, and which name a newly loaded table gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from autodash_jupyter.models import Dataset

__all__ = ["Bindings"]


class Bindings:
    """The variables of one namespace that are bound to datasets.

    A binding is by name: rebinding the variable to another frame keeps it.

    >>> bindings = Bindings({"sales": object()})
    >>> bindings.free_name("sales", "other.csv", [])
    'sales_2'
    """

    def __init__(self, namespace: MutableMapping[str, Any]) -> None:
        self._namespace = namespace
        self._dataset_ids: dict[str, str] = {}

    def bind(self, variable: str, dataset_id: str) -> None:
        """Let a variable stand for a dataset from now on."""
        self._dataset_ids[variable] = dataset_id

    def dataset_id(self, variable: str) -> str | None:
        """Return the id of the dataset a variable stands for, or ``None``."""
        return self._dataset_ids.get(variable)

    def variable(self, dataset_id: str) -> str | None:
        """Return the existing variable that stands for a dataset, the newest one, or ``None``."""
        for variable, bound in reversed(self._dataset_ids.items()):
            if bound == dataset_id and variable in self._namespace:
                return variable
        return None

    def forget(self, dataset_id: str) -> None:
        """Dissolve the bindings to a dataset; the variables stay."""
        self._dataset_ids = {name: bound for name, bound in self._dataset_ids.items() if bound != dataset_id}

    def free_name(self, wanted: str, source: str, datasets: Iterable[Dataset]) -> str:
        """Return ``wanted``, or with ``_2``, ``_3``... where a dataset of another source or a variable of
        the user's own has it; loading the same source again gets the same name.
        """
        from autodash_jupyter.frames import free_name

        sources: Mapping[str, str] = {dataset.dataset_id: dataset.source for dataset in datasets}
        taken = {dataset.name for dataset in datasets if dataset.source != source}
        taken |= {
            variable
            for variable in self._namespace
            if sources.get(self._dataset_ids.get(variable, "")) != source
        }
        return free_name(wanted, taken)
