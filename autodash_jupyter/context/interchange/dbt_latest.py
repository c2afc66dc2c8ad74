"""dbt's newer spelling, where models carry their semantic model, turned into the ``semantic_models`` one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["as_semantic_model", "metric_of"]

_OF_COLUMNS = ("name", "description", "entity", "dimension", "granularity", "config")
_OF_SIMPLE = ("agg", "expr", "percentile", "percentile_type", "non_additive_dimension", "agg_time_dimension")
_OF_OTHERS = (
    "expr", "numerator", "denominator", "input_metric", "window", "grain_to_date", "period_agg", "entity",
    "calculation", "base_metric", "conversion_metric", "constant_properties",
)  # fmt: skip


def as_semantic_model(model: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a model's semantic model, and its metrics; what isn't known stays under its own name.

    >>> values, metrics = as_semantic_model(
    ...     {
    ...         "name": "orders",
    ...         "semantic_model": {"enabled": True},
    ...         "columns": [{"name": "day", "granularity": "day", "dimension": {"type": "time"}}],
    ...         "metrics": [{"name": "revenue", "agg": "sum", "expr": "price"}],
    ...     }
    ... )
    >>> values["dimensions"], values["measures"][0]["agg"], metrics[0]["type_params"]
    ([{'name': 'day', 'type': 'time', 'type_params': {'time_granularity': 'day'}}], 'sum',
     {'measure': 'revenue'})
    """
    rest = {key: value for key, value in model.items() if value is not None}
    semantic = rest.pop("semantic_model", None)
    settings = dict(semantic) if isinstance(semantic, Mapping) else {}
    settings.pop("enabled", None)
    name = settings.pop("name", None) or rest.get("name")
    entities, dimensions, plain = _columns(rest.pop("columns", None) or [])
    derived = rest.pop("derived_semantics", None) or {}
    metrics = [each for each in rest.pop("metrics", None) or [] if isinstance(each, Mapping)]
    values = {
        **rest,
        **settings,
        "name": name,
        "model": f"ref('{rest.get('name')}')",
        "defaults": {"agg_time_dimension": rest.pop("agg_time_dimension", None)},
        "entities": entities + list(derived.get("entities") or []),
        "dimensions": dimensions + list(derived.get("dimensions") or []),
        "columns": plain,
        "measures": [_measure(each) for each in metrics if _is_simple(each)],
    }
    values.pop("agg_time_dimension", None)
    return values, [_metric(each) for each in metrics]


def metric_of(metric: Mapping[str, Any]) -> dict[str, Any]:
    """Return a metric of the top level, in either spelling, in the older one."""
    return dict(metric) if "type_params" in metric else _metric(metric)


def _columns(columns: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"entity": [], "dimension": [], "": []}
    for column in columns if isinstance(columns, list) else []:
        if not isinstance(column, Mapping):
            continue
        kind = "entity" if column.get("entity") else "dimension" if column.get("dimension") else ""
        said = column.get(kind) if kind else None
        described = {key: column[key] for key in ("description", "config") if key in column}
        rest = {key: value for key, value in column.items() if key not in _OF_COLUMNS}
        values = {"name": column.get("name"), **described, **rest}
        values |= said if isinstance(said, Mapping) else {"type": said} if said else {}
        if values.get("name") != column.get("name"):
            values["expr"] = column.get("name")
        if column.get("granularity"):
            values["type_params"] = {"time_granularity": column["granularity"]}
        found[kind].append(values)
    return found["entity"], found["dimension"], found[""]


def _is_simple(metric: Mapping[str, Any]) -> bool:
    return metric.get("type", "simple") == "simple" and "agg" in metric


def _measure(metric: Mapping[str, Any]) -> dict[str, Any]:
    params = {key: metric[key] for key in ("percentile", "percentile_type") if key in metric}
    kept = {key: metric[key] for key in ("agg", "expr", "non_additive_dimension") if key in metric}
    return {"name": metric.get("name"), **kept, "agg_params": params}


def _metric(metric: Mapping[str, Any]) -> dict[str, Any]:
    moved = _OF_SIMPLE if _is_simple(metric) else _OF_OTHERS
    values = {key: value for key, value in metric.items() if key not in (*moved, "input_metrics")}
    if _is_simple(metric):
        return {**values, "type": "simple", "type_params": {"measure": metric.get("name")}}
    params = {key: metric[key] for key in moved if key in metric}
    if "input_metrics" in metric:
        params["metrics"] = metric["input_metrics"]
    return {**values, "type_params": params}
