"""One semantic model of dbt: its columns, filters and measures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from autodash_jupyter.context.interchange.dbt_expressions import aggregated, resolve_filter
from autodash_jupyter.context.interchange.records import Entry
from autodash_jupyter.context.interchange.sql_names import column_of, is_identifier, replace_names
from autodash_jupyter.errors import InvalidContextError

__all__ = ["Measure", "SemanticModel", "own_meta"]

_LONGEST = 4_000  # characters of an expression that others are put into
_META = ("synonyms", "unit", "semantic_type", "personal")


@dataclass(frozen=True, slots=True)
class Measure:
    """An aggregation of a model, as SQL, and what dbt says of it."""

    name: str
    sql: str
    label: str
    description: str


def own_meta(entry: Entry) -> Entry:
    """Return an entry's ``config.meta``; what isn't taken of both is reported by ``finish``."""
    config = entry.child("config")
    meta = config.child("meta")
    entry.take("meta")
    config.finish()
    return meta


class SemanticModel:
    """A semantic model as it is read; ``entities`` are kinds and columns by name."""

    def __init__(self, entry: Entry) -> None:
        self.name = entry.text("name")
        if not self.name:
            msg = f"{entry.path} has no name; give each semantic model one."
            raise InvalidContextError(msg)
        self.path = entry.path
        self.entities: dict[str, tuple[str, str]] = {}
        self.filters: list[dict[str, Any]] = []
        self.measures: dict[str, Measure] = {}
        self._columns: dict[str, dict[str, Any]] = {}
        self._names: dict[str, str] = {}  # what a name of the model stands for, in SQL
        meta = own_meta(entry)
        self.dataset_id = meta.text("dataset_id") or self.name
        meta.finish()
        self._description = entry.text("description")
        self._model = entry.text("model")
        self._label = entry.text("label")
        defaults = entry.child("defaults")
        defaults.take("agg_time_dimension")
        defaults.finish()
        entry.take("primary_entity")
        for kind in ("entities", "dimensions", "columns"):
            for each in entry.children(kind):
                self._read_column(each, kind)
        for each in entry.children("measures"):
            self._read_measure(each)
        entry.finish()

    def dataset(self) -> dict[str, Any]:
        """Return the dataset this model is, as a document's part."""
        values: dict[str, Any] = {"dataset_id": self.dataset_id, "description": self._description}
        extra = {"dbt_model": self._model} if self._model not in ("", f"ref('{self.name}')") else {}
        extra |= {"business_name": self._label} if self._label else {}
        return values | {"columns": list(self._columns.values())} | extra

    def filtered(self, sql: str, filters: list[str]) -> str | None:
        """Return a measure's SQL for the rows that filters keep; ``None`` if they reach beyond the model."""
        conditions = [resolve_filter(each, self._named) for each in filters]
        if any(each is None for each in conditions):
            return None
        joined = [str(each) for each in conditions]
        if not joined:
            return sql
        where = joined[0] if len(joined) == 1 else " AND ".join(f"({each})" for each in joined)
        return f"{sql} FILTER (WHERE {where})"

    def resolve(self, expression: str) -> str:
        """Return an expression in the table's own columns."""
        differing = {name: value for name, value in self._names.items() if value.casefold() != name}
        return replace_names(expression, differing, table=self.name)

    def _named(self, name: str) -> str | None:
        value = self._names.get(name.casefold())
        if value is None:
            return None
        return value if column_of(value) is not None else f"({value})"

    def _read_column(self, each: Entry, kind: str) -> None:
        name, expression = each.text("name"), each.text("expr")
        column = column_of(expression or name) or (name if not expression else None)
        if not name:
            each.unmapped.append(f"{each.path}: no name")
            return
        meta = own_meta(each)
        values = self._described(each, meta)
        role, params = each.text("type"), each.child("type_params")
        granularity = params.text("time_granularity")
        if meta.take("filter"):
            own_id = meta.text("id") or name
            identity = {"id": own_id, "name": values.pop("business_name") or own_id}
            condition = {"condition": self.resolve(expression), "dataset_id": self.dataset_id}
            self.filters.append(values | identity | condition)
        elif column is None:
            resolved = self.resolve(expression)
            if len(resolved) <= _LONGEST:
                self._names[name.casefold()] = resolved
            each.unmapped.append(f"{each.path}: no column of its own; metrics hold its expression")
        else:
            quoted = column if is_identifier(column) else '"' + column.replace('"', '""') + '"'
            self._names[name.casefold()] = quoted
            if kind == "entities":
                self.entities[name] = (role, column)
                values |= {"entity": name, "entity_type": role} if meta.take("described") is not False else {}
            elif kind == "dimensions":
                values |= {"dimension": role} | ({"granularity": granularity} if granularity else {})
            self._keep(column, values, undescribed=kind == "entities" and meta.take("described") is False)
        params.finish()
        meta.finish()
        each.finish()

    def _described(self, each: Entry, meta: Entry) -> dict[str, Any]:
        values: dict[str, Any] = {
            "business_name": each.text("label"),
            "description": each.text("description"),
        }
        for key in _META:
            value = meta.take(key)
            if value not in (None, "", []):
                values[key] = value
        return values

    def _keep(self, column: str, values: dict[str, Any], *, undescribed: bool) -> None:
        if undescribed:
            return
        known = self._columns.setdefault(column, {"name": column})
        known.update({key: value for key, value in values.items() if value or key not in known})

    def _read_measure(self, each: Entry) -> None:
        name, agg = each.text("name"), each.text("agg").lower()
        if not name:
            each.unmapped.append(f"{each.path}: no name")
            return
        expression = self.resolve(each.text("expr") or name)
        params = each.take("agg_params")
        sql = aggregated(agg, expression, params if isinstance(params, dict) else {})
        each.take("create_metric")
        each.take("agg_time_dimension")
        if "non_additive_dimension" in each:
            each.lose(
                "non_additive_dimension", "its metrics are left out, since a plain total would be wrong"
            )
            sql = None
        elif sql is None:
            each.unmapped.append(f"{each.path}.agg: '{re.sub(r'[^ -~]', '?', agg)}' isn't known")
        if sql is not None:
            self.measures[name] = Measure(name, sql, each.text("label"), each.text("description"))
        else:
            each.take("label")
            each.take("description")
        each.finish()
