"""dbt semantic models (MetricFlow), in and out, in both of its spellings.

Semantic models are datasets; entities and dimensions are columns, and entities shared by models
relationships; measures and the metrics over them become SQL. A metric that no single value can stand for (a
window of time, an offset, a conversion, several models) is reported as unmapped rather than taken wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from autodash_jupyter.context.interchange.dbt_latest import as_semantic_model, metric_of
from autodash_jupyter.context.interchange.dbt_metrics import MetricReader
from autodash_jupyter.context.interchange.dbt_models import SemanticModel
from autodash_jupyter.context.interchange.dbt_writing import write_dbt
from autodash_jupyter.context.interchange.records import Entry, Imported, imported
from autodash_jupyter.context.interchange.yaml_text import load_mapping

__all__ = ["read_dbt", "write_dbt"]


def read_dbt(text: str, *, name: str = "") -> Imported:
    """Read a dbt YAML file with semantic models; ``name`` is the document's, else the first model's.

    Raises InvalidContextError where it is no such file.

    >>> read = read_dbt(
    ...     "semantic_models:\\n  - name: orders\\n    model: ref('orders')\\n    measures:\\n"
    ...     "      - {name: revenue, agg: sum, expr: price}\\nmetrics:\\n"
    ...     "  - {name: revenue, label: Revenue, type: simple, type_params: {measure: revenue}}\\n"
    ... )
    >>> read.document.metrics[0].name, read.document.metrics[0].expression
    ('Revenue', 'SUM(price)')
    """
    whole = Entry(load_mapping(text), "", [])
    whole.take("version")
    found: list[tuple[Entry, list[Entry]]] = [(each, []) for each in whole.children("semantic_models")]
    found += _latest(whole)
    models = [SemanticModel(entry) for entry, _ in found]
    entries = [metric for _, metrics in found for metric in metrics]
    entries += [Entry(metric_of(each), path, whole.unmapped) for each, path in _top_level(whole)]
    metrics = MetricReader(models, entries, whole.unmapped).metrics()
    values = {
        "name": name or next((model.dataset_id for model in models), "dbt"),
        "datasets": [model.dataset() for model in models],
        "relationships": list(_relationships(models)),
        "metrics": metrics,
        "filters": [each for model in models for each in model.filters],
    }
    whole.finish()
    return imported(values, whole.unmapped)


def _latest(whole: Entry) -> Iterator[tuple[Entry, list[Entry]]]:
    for position, model in enumerate(_list(whole.take("models"))):
        path = f"models[{model.get('name', position)}]"
        semantic = model.get("semantic_model")
        if not semantic or (isinstance(semantic, Mapping) and semantic.get("enabled") is False):
            whole.unmapped.append(f"{path}: it has no semantic model")
            continue
        values, metrics = as_semantic_model(model)
        yield (
            Entry(values, path, whole.unmapped),
            [Entry(each, f"{path}.metrics[{each.get('name')}]", whole.unmapped) for each in metrics],
        )


def _top_level(whole: Entry) -> Iterator[tuple[Mapping[str, Any], str]]:
    for position, metric in enumerate(_list(whole.take("metrics"))):
        yield metric, f"metrics[{metric.get('name', position)}]"


def _list(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _relationships(models: list[SemanticModel]) -> Iterator[dict[str, Any]]:
    """Yield how a model's foreign keys lead to the models whose own key they are."""
    for left in models:
        for entity, (kind, column) in left.entities.items():
            for right in models if kind == "foreign" else []:
                own_kind, own_column = right.entities.get(entity, ("", ""))
                if right is not left and own_kind in ("primary", "unique", "natural"):
                    yield {
                        "left_dataset": left.dataset_id,
                        "left_columns": [column],
                        "right_dataset": right.dataset_id,
                        "right_columns": [own_column],
                        "kind": "many_to_one",
                    }
