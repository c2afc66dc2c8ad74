"""dbt's metrics as SQL: each is followed down to the measures it is made of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.context.interchange.dbt_models import SemanticModel, own_meta
from autodash_jupyter.context.interchange.dbt_writing import rebuilt
from autodash_jupyter.context.interchange.records import Entry
from autodash_jupyter.context.interchange.sql_names import replace_names

__all__ = ["MetricReader"]

_DEEPEST = 20
_LONGEST = 4_000  # characters
_MOST_STEPS = 500  # metrics that one is made of, each counted as often as it is used
_OFFSETS = ("offset_window", "offset_to_grain")
_WINDOWS = ("window", "grain_to_date")


class _Unmapped(Exception):  # noqa: N818 - it says why a metric has no counterpart, and is no error
    """Why a metric can't be taken over."""


@dataclass(frozen=True, slots=True)
class _Input:
    """A metric or measure that another one uses: its name there, and what narrows it."""

    name: str
    alias: str
    filters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Recipe:
    """A metric as the file has it."""

    path: str
    kind: str
    inputs: tuple[_Input, ...]
    expression: str
    filters: tuple[str, ...]
    trouble: str
    values: dict[str, Any]
    original: str
    is_part: bool


class MetricReader:
    """Reads all metrics of a file against its models."""

    def __init__(self, models: list[SemanticModel], entries: list[Entry], unmapped: list[str]) -> None:
        self._models = models
        self._unmapped = unmapped
        self._recipes: dict[str, _Recipe] = {}
        self._steps = 0
        for entry in entries:
            name = entry.text("name")
            if not name or name in self._recipes:
                unmapped.append(f"{entry.path}: no name, or one that another metric has")
                continue
            self._recipes[name] = _recipe(entry, name)

    def metrics(self) -> list[dict[str, Any]]:
        """Return the metrics that one value can stand for; the others are reported, with the reason."""
        found: list[dict[str, Any]] = []
        used: set[str] = set()
        for name, recipe in self._recipes.items():
            self._steps = 0
            try:
                sql, dataset_id = self._sql(name, (), ())
            except _Unmapped as reason:
                self._unmapped.append(f"{recipe.path}: {reason}")
                continue
            used.update(each.name for each in recipe.inputs)
            if not recipe.is_part:
                expression = recipe.original if recipe.original and rebuilt(recipe.original) == sql else sql
                found.append(recipe.values | {"expression": expression, "dataset_id": dataset_id})
        return found + self._unused_measures(used.union(self._recipes))

    def _unused_measures(self, used: Collection[str]) -> list[dict[str, Any]]:
        return [
            {
                "id": measure.name,
                "name": measure.label or measure.name,
                "description": measure.description,
                "expression": measure.sql,
                "dataset_id": model.dataset_id,
            }
            for model in self._models
            for measure in model.measures.values()
            if measure.name not in used
        ]

    def _sql(self, name: str, filters: tuple[str, ...], trail: tuple[str, ...]) -> tuple[str, str]:
        recipe = self._recipes.get(name)
        if recipe is None and any(name in model.measures for model in self._models):
            return self._measure(_Input(name, name, ()), filters, (*trail, name))
        if recipe is None:
            raise _Unmapped(f"it uses '{name}', which isn't in the file")
        if name in trail or len(trail) > _DEEPEST:
            raise _Unmapped(f"it leads back to itself, by '{name}'")
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _Unmapped("written out, it is too long")
        if recipe.trouble:
            raise _Unmapped(recipe.trouble)
        filters = (*recipe.filters, *filters)
        if recipe.kind in ("simple", "cumulative"):
            return self._measure(recipe.inputs[0], filters, (*trail, name))
        parts = [
            (each, *self._sql(each.name, (*each.filters, *filters), (*trail, name))) for each in recipe.inputs
        ]
        owners = {dataset_id for _, _, dataset_id in parts}
        if len(owners) != 1:
            raise _Unmapped("it spans several models, and an expression sees one table")
        values = {each.alias.casefold(): sql for each, sql, _ in parts}
        sql = replace_names(recipe.expression, values)
        if len(sql) > _LONGEST:
            raise _Unmapped("written out, it is too long")
        return sql, owners.pop()

    def _measure(self, used: _Input, filters: tuple[str, ...], trail: tuple[str, ...]) -> tuple[str, str]:
        for model in self._models:
            measure = model.measures.get(used.name)
            if measure is not None:
                sql = model.filtered(measure.sql, [*used.filters, *filters])
                if sql is None:
                    raise _Unmapped("its filter reaches beyond the model's own columns")
                return sql, model.dataset_id
        if used.name in self._recipes and used.name not in trail:
            return self._sql(used.name, (*used.filters, *filters), trail)
        raise _Unmapped(f"its measure '{used.name}' isn't in the file, or has no counterpart")


def _recipe(entry: Entry, name: str) -> _Recipe:
    meta = own_meta(entry)
    params = entry.child("type_params")
    kind = entry.text("type") or "simple"
    lost: list[str] = []
    inputs: list[_Input] = []
    expression, trouble = "", ""
    if kind in ("simple", "cumulative"):
        key = next((key for key in ("measure", "input_metric") if key in params), "measure")
        inputs = _inputs(params, key, lost)
        trouble = _window(params) if kind == "cumulative" else ""
        trouble = trouble or ("" if inputs else "it names no measure")
    elif kind == "ratio":
        inputs = _inputs(params, "numerator", lost, "numerator") + _inputs(
            params, "denominator", lost, "denominator"
        )
        expression = "numerator / denominator"
        trouble = "" if len(inputs) == 2 else "it names no numerator or no denominator"
    elif kind == "derived":
        expression, inputs = params.text("expr"), _inputs(params, "metrics", lost)
        trouble = "" if expression and inputs else "it has no expr or no metrics"
    else:
        trouble = f"a metric of type '{kind}' is no single value"
        for key in (
            "conversion_type_params",
            "entity",
            "calculation",
            "base_metric",
            "conversion_metric",
            "window",
        ):
            params.take(key)
    values = {
        "id": meta.text("id") or name,
        "name": entry.text("label") or meta.text("id") or name,
        "description": entry.text("description"),
        "synonyms": meta.texts("synonyms"),
        "unit": meta.text("unit"),
    }
    is_part = bool(meta.take("part_of"))
    recipe = _Recipe(
        entry.path, kind, tuple(inputs), expression, _filters(entry), trouble or next(iter(lost), ""),
        values, meta.text("expression"), is_part,
    )  # fmt: skip
    for each in (meta, params, entry):
        each.finish()
    return recipe


def _inputs(params: Entry, key: str, lost: list[str], alias: str = "") -> list[_Input]:
    raw = params.take(key)
    found = []
    for each in raw if isinstance(raw, list) else [] if raw is None else [raw]:
        entry = Entry(
            each if isinstance(each, dict) else {"name": str(each)}, f"{params.path}.{key}", params.unmapped
        )
        name = entry.text("name")
        own_alias = entry.text("alias")
        if any(offset in entry for offset in _OFFSETS):
            lost.append("it compares with another time (an offset), which no single value can")
            for offset in _OFFSETS:
                entry.take(offset)
        found.append(_Input(name, alias or own_alias or name, _filters(entry)))
        entry.finish()
    return found


def _filters(entry: Entry) -> tuple[str, ...]:
    """Return an entry's filters, which dbt takes as a text or a list of them."""
    return tuple(text.strip() for text in entry.texts("filter") if text.strip())


def _window(params: Entry) -> str:
    nested = params.child("cumulative_type_params")
    is_windowed = any(key in place for key in _WINDOWS for place in (params, nested))
    for key in (*_WINDOWS, "period_agg"):
        params.take(key)
        nested.take(key)
    nested.finish()
    return "it runs over a window of time, which no single value can" if is_windowed else ""
