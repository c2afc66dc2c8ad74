"""A context document as dbt semantic models.

What MetricFlow has no word for, but people keep (synonyms, units), goes into ``config.meta``, where dbt
leaves it alone and an import finds it. A named filter is a dimension that says yes or no of a row.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from autodash_jupyter.context.front_matter import write_front_matter
from autodash_jupyter.context.interchange.dbt_expressions import aggregate_calls, aggregated
from autodash_jupyter.context.interchange.homes import expression_homes
from autodash_jupyter.context.interchange.records import Exported
from autodash_jupyter.context.interchange.sql_names import as_identifier, is_identifier, replace_names, unused
from autodash_jupyter.context.interchange.titles import document_left_out
from autodash_jupyter.expressions import ExpressionError, ExpressionTable

if TYPE_CHECKING:
    from autodash_jupyter.documents import ColumnContext, ContextDocument, DatasetContext, Filter, Metric

__all__ = ["rebuilt", "write_dbt"]

_TIMES = ("date", "datetime", "time", "timestamp")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_RATIO = re.compile(r"\s*(\w+)\s*/\s*(\w+)\s*")


def write_dbt(document: ContextDocument) -> Exported:
    """Return a document as dbt YAML (``semantic_models`` and ``metrics``), and what of it has no place there.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> metric = {"name": "Revenue", "expression": "SUM(price)"}
    >>> document = ContextDocument(name="sales", datasets=["orders"], metrics=[metric], owner="Ada")
    >>> written = write_dbt(document)
    >>> "agg: sum" in written.text, "owner" in written.left_out
    (True, True)
    """
    return _Writer(document).written()


def rebuilt(expression: str) -> str:
    """Return what an expression reads like after it went out and came in again.

    >>> rebuilt("sum(price)/count(*)")
    'SUM(price) / COUNT(*)'
    """
    text, parts = _taken_apart(expression, "part")
    values = {name: sql for name, (_, _, sql) in parts.items()}
    ratio = _RATIO.fullmatch(text)
    return replace_names(f"{ratio[1]} / {ratio[2]}" if ratio and ratio[1] in parts else text, values)


def _taken_apart(expression: str, prefix: str) -> tuple[str, dict[str, tuple[str, str, str]]]:
    """Return an expression with names for its aggregates, and what each is: agg, expr, and both as SQL."""
    parts: dict[str, tuple[str, str, str]] = {}
    text, end = "", 0
    for number, call in enumerate(aggregate_calls(expression), start=1):
        name = f"{prefix}_part_{number}"
        parts[name] = (call.agg, call.expr, aggregated(call.agg, call.expr, {}) or "")
        text += expression[end : call.start] + name
        end = call.end
    return (text + expression[end:]).strip(), parts


class _Writer:
    def __init__(self, document: ContextDocument) -> None:
        self._document = document
        self._left_out: list[str] = []
        self._homes = expression_homes(document)
        self._names: dict[str, str] = {}  # a model's name by its dataset's id
        for dataset in document.datasets:
            wanted = _dbt_name(dataset.dataset_id)
            self._names.setdefault(dataset.dataset_id, unused(wanted, self._names.values()))
        self._measures: dict[str, list[dict[str, Any]]] = {}
        self._metrics: list[dict[str, Any]] = []
        self._taken: set[str] = set()
        self._columns = {column.name for dataset in document.datasets for column in dataset.columns}
        self._keys, self._foreign = self._entities()

    def written(self) -> Exported:
        with ExpressionTable(None) as syntax:
            for n, metric in enumerate(self._document.metrics):
                self._write_metric(metric, self._homes["metrics", n], syntax)
        models = [self._model(dataset) for dataset in self._document.datasets]
        self._left_out += document_left_out(self._document)
        for (kind, n), home in self._homes.items():
            if kind == "filters" and home not in self._names:
                self._left_out.append(
                    f"filters[{self._document.filters[n].id}]: no dataset here has its columns"
                )
        values = {"semantic_models": models, "metrics": self._metrics}
        text = write_front_matter({key: value for key, value in values.items() if value})
        return Exported(text, tuple(self._left_out))

    def _model(self, dataset: DatasetContext) -> dict[str, Any]:
        dataset_id, name = dataset.dataset_id, self._names[dataset.dataset_id]
        extra = dict(dataset.model_extra or {})
        entities = self._entity_entries(dataset)
        keys = {entry.get("expr", entry["name"]) for entry in entities}
        taken = {entry["name"] for entry in entities}
        dimensions = []
        for column in dataset.columns:
            if _sql_name(column.name) not in keys:
                dimensions.append(
                    self._dimension(column, taken, f"datasets[{dataset_id}].columns[{column.name}]")
                )
        time = next((each["name"] for each in dimensions if each["type"] == "time"), None)
        dimensions += [
            self._filter(each, taken)
            for n, each in enumerate(self._document.filters)
            if self._homes["filters", n] == dataset_id
        ]
        measures = self._measures.get(dataset_id, [])
        if measures and time is None:
            self._left_out.append(f"datasets[{dataset_id}]: dbt wants a time dimension, and none is known")
        is_keyed = any(entry["type"] == "primary" for entry in entities)
        values = {
            "name": name,
            "label": extra.pop("business_name", ""),
            "description": dataset.description,
            "model": extra.pop("dbt_model", None) or f"ref('{name}')",
            "defaults": {"agg_time_dimension": time} if time else None,
            "primary_entity": None if is_keyed else f"{name}_row",
            "entities": entities,
            "dimensions": dimensions,
            "measures": measures,
            **_meta({"dataset_id": dataset_id if dataset_id != name else None}),
        }
        self._left_out += [f"datasets[{dataset_id}].{key}" for key in extra]
        return _filled(values)

    def _entities(self) -> tuple[dict[tuple[str, str], str], list[tuple[str, str, str]]]:
        """Return the key columns that relationships lead to, by entity, and those that they lead from."""
        keys: dict[tuple[str, str], str] = {}
        foreign = []
        for each in self._document.relationships:
            ends_known = each.left_dataset in self._names and each.right_dataset in self._names
            if not ends_known or len(each.left_columns) != 1 or len(each.right_columns) != 1:
                self._left_out.append(
                    f"relationships[{each.identity}]: dbt joins one column of a dataset here to one"
                )
                continue
            place = (each.right_dataset, each.right_columns[0])
            entity = keys.setdefault(
                place, unused(self._names[each.right_dataset] + "_key", [*keys.values(), *self._columns])
            )
            foreign.append((each.left_dataset, each.left_columns[0], entity))
            lost = [key for key in ("kind", "description") if getattr(each, key) not in ("", "many_to_one")]
            lost += list(each.model_extra or {})
            self._left_out += [f"relationships[{each.identity}].{key}" for key in lost]
        return keys, foreign

    def _entity_entries(self, dataset: DatasetContext) -> list[dict[str, Any]]:
        found = [
            (column, entity, "unique")
            for (owner, column), entity in self._keys.items()
            if owner == dataset.dataset_id
        ]
        found += [
            (column, entity, "foreign")
            for owner, column, entity in self._foreign
            if owner == dataset.dataset_id
        ]
        entries, primary = [], False
        seen: set[str] = set()
        for name, entity, kind in found:
            role = "primary" if kind == "unique" and not primary else kind
            primary = primary or role == "primary"
            column = dataset.column(name) if name not in seen else None
            seen.add(name)
            described = (
                self._described(column, f"datasets[{dataset.dataset_id}].columns[{name}]") if column else {}
            )
            mark = {} if column else _meta({"described": False})
            entries.append(
                _filled({"name": entity, "type": role, "expr": _sql_name(name), **described, **mark})
            )
        return entries

    def _dimension(self, column: ColumnContext, taken: set[str], path: str) -> dict[str, Any]:
        name = _dbt_name(column.name)
        if name != column.name:  # it mustn't be the name of another column
            name = unused(name, taken | (self._columns - {column.name}))
        taken.add(name)
        extra = column.model_extra or {}
        is_time = extra.get("dimension") == "time" or column.semantic_type in _TIMES
        values = {
            "name": name,
            "type": "time" if is_time else "categorical",
            "expr": _sql_name(column.name) if column.name != name else None,
            "type_params": {"time_granularity": extra.get("granularity") or "day"} if is_time else None,
            **self._described(column, path),
        }
        return _filled(values)

    def _described(self, column: ColumnContext, path: str) -> dict[str, Any]:
        own = ("dimension", "granularity", "entity", "entity_type")
        self._left_out += [f"{path}.{key}" for key in column.model_extra or {} if key not in own]
        return {
            "label": column.business_name,
            "description": column.description,
            **_meta(
                {
                    "synonyms": column.synonyms,
                    "unit": column.unit,
                    "semantic_type": column.semantic_type,
                    "personal": column.personal,
                }
            ),
        }

    def _filter(self, each: Filter, taken: set[str]) -> dict[str, Any]:
        name = unused(_dbt_name(each.id), taken | self._columns)
        taken.add(name)
        self._left_out += [f"filters[{each.id}].{key}" for key in each.model_extra or {}]
        meta = {"filter": True, "id": each.id if each.id != name else None, "synonyms": each.synonyms}
        return _filled(
            {
                "name": name,
                "type": "categorical",
                "label": each.name,
                "description": each.description,
                "expr": each.condition,
                **_meta(meta),
            }
        )

    def _write_metric(self, metric: Metric, home: str | None, syntax: ExpressionTable) -> None:
        name = unused(_dbt_name(metric.id), self._taken)
        text, parts = _taken_apart(metric.expression, name)
        if home not in self._names or not _is_all_taken(text, parts, syntax):
            why = (
                "no dataset here has its columns"
                if home not in self._names
                else "dbt has no such aggregation"
            )
            self._left_out.append(f"metrics[{metric.id}]: {why}")
            return
        self._taken.add(name)
        self._left_out += [f"metrics[{metric.id}].{key}" for key in metric.model_extra or {}]
        ratio = _RATIO.fullmatch(text)
        kind, params = "derived", {"expr": text, "metrics": [{"name": part} for part in parts]}
        if len(parts) == 1 and text in parts:
            kind, params = "simple", {"measure": f"{text}_measure"}
        elif ratio and ratio[1] in parts and ratio[2] in parts:
            kind, params = "ratio", {"numerator": ratio[1], "denominator": ratio[2]}
        for part, (agg, expr, _) in parts.items():
            measure = {"name": f"{part}_measure", "agg": agg, "expr": expr}
            self._measures.setdefault(str(home), []).append(measure)
            if kind != "simple":
                self._metrics.append(
                    {
                        "name": part,
                        "label": part,
                        "type": "simple",
                        "type_params": {"measure": f"{part}_measure"},
                        **_meta({"part_of": name}),
                    }
                )
        meta = {
            "id": metric.id if metric.id != name else None,
            "synonyms": metric.synonyms,
            "unit": metric.unit,
            "expression": metric.expression,
        }
        described = {"name": name, "label": metric.name, "description": metric.description}
        self._metrics.append(_filled({**described, "type": kind, "type_params": params, **_meta(meta)}))


def _is_all_taken(text: str, parts: dict[str, tuple[str, str, str]], syntax: ExpressionTable) -> bool:
    """Whether an expression is made of the parts alone: no column, no other aggregate is left in it."""
    try:
        rest = syntax.metric(replace_names(text, dict.fromkeys(parts, "COUNT(*)")))
    except ExpressionError:
        return False
    return bool(parts) and not rest.columns


def _dbt_name(text: str) -> str:
    name = re.sub(r"_+", "_", as_identifier(text).lower())
    return name if _NAME.fullmatch(name) else f"n_{name.strip('_')}"


def _sql_name(column: str) -> str:
    return column if is_identifier(column) else '"' + column.replace('"', '""') + '"'


def _meta(values: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in values.items() if value not in (None, "", [])}
    return {"config": {"meta": kept}} if kept else {}


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
