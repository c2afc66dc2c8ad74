"""Snowflake Cortex Analyst's semantic models, in and out.

Logical tables are datasets; dimensions, time dimensions and facts are columns (under the name of the
table's own column, so that expressions run on it); metrics, filters, relationships and synonyms have their
counterparts. What is particular to Snowflake (``base_table``, ``data_type``, ``sample_values``, verified
queries) is kept in the document's unknown fields, and goes out again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from autodash_jupyter.context.interchange.cortex_writing import write_cortex
from autodash_jupyter.context.interchange.records import Entry, Imported, imported
from autodash_jupyter.context.interchange.sql_names import (
    column_of,
    is_identifier,
    replace_names,
    table_names,
)
from autodash_jupyter.context.interchange.titles import split_title
from autodash_jupyter.context.interchange.yaml_text import load_mapping
from autodash_jupyter.documents import slug
from autodash_jupyter.errors import InvalidContextError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_cortex", "write_cortex"]

_COLUMN_KINDS = {
    "dimensions": "dimension",
    "time_dimensions": "time_dimension",
    "facts": "fact",
    "measures": "fact",
}
_KEPT_OF_COLUMNS = ("data_type", "sample_values", "unique", "is_enum", "default_aggregation")
_KEPT_OF_TABLES = ("base_table", "primary_key", "unique_keys")
_INSTRUCTIONS = ("sql_generation", "question_categorization")
_AGGREGATES = re.compile(
    r"\b(sum|avg|count|min|max|median|stddev\w*|var\w*|percentile_\w+|approx\w*)\s*\(", re.IGNORECASE
)
_LONGEST = 4_000  # characters of an expression that others are put into


def read_cortex(text: str, *, name: str = "") -> Imported:
    """Read a Cortex Analyst YAML file; ``name`` is the document's where the file has none.

    Raises InvalidContextError where it is no such file.

    >>> read = read_cortex(
    ...     "name: sales\\ntables:\\n  - name: orders\\n    facts: [{name: price, expr: PRICE}]\\n"
    ...     "    metrics: [{name: revenue, expr: SUM(price)}]\\n    tint: red\\n"
    ... )
    >>> read.document.metrics[0].expression, read.unmapped
    ('SUM(PRICE)', ('tables[orders].tint',))
    """
    whole = Entry(load_mapping(text), "", [])
    tables = [_Table(entry) for entry in whole.children("tables")]
    names = [table.dataset_id for table in tables]
    values = {
        "name": whole.text("name") or name or next(iter(names), "cortex"),
        "description": whole.text("description"),
        "datasets": [table.dataset for table in tables],
        "relationships": [_relationship(entry) for entry in whole.children("relationships")],
        "metrics": [metric for table in tables for metric in table.metrics] + list(_derived(whole, tables)),
        "filters": [each for table in tables for each in table.filters],
        "business_rules": list(_instructions(whole)),
        **_questions(whole),
    }
    whole.finish()
    return imported(values, whole.unmapped)


class _Table:
    """One logical table: its dataset, metrics and filters, their expressions in the table's own columns."""

    def __init__(self, entry: Entry) -> None:
        self._names: dict[str, str] = {}  # what a logical name stands for
        name = entry.text("name")
        if not name:
            msg = f"{entry.path} has no name; give each table one."
            raise InvalidContextError(msg)
        self.table = name
        title, synonyms = split_title(name, entry.texts("synonyms"))
        self.dataset_id = title or name
        kept = {key: value for key in _KEPT_OF_TABLES if (value := entry.take(key)) not in (None, [], {})}
        self._measures: list[dict[str, Any]] = []
        description = entry.text("description")
        columns = list(self._columns(entry))
        self.dataset = {"dataset_id": self.dataset_id, "description": description, "columns": columns} | kept
        if synonyms:
            self.dataset["synonyms"] = synonyms
        self.metrics = self._measures + list(self._expressions(entry, "metrics", "expression"))
        self.filters = list(self._expressions(entry, "filters", "condition"))
        self.values = {slug(each["id"]): each["expression"] for each in self.metrics}
        entry.finish()

    def resolve(self, expression: str) -> str:
        """Return an expression in the table's own columns."""
        return replace_names(expression, self._names, table=self.table)

    def _columns(self, entry: Entry) -> Iterator[dict[str, Any]]:
        seen: set[str] = set()
        for kind, role in _COLUMN_KINDS.items():
            for each in entry.children(kind):
                name, expression = each.text("name"), each.text("expr")
                column = column_of(expression or name) or (name if not expression else None)
                if not name:
                    each.unmapped.append(f"{each.path}: no name")
                    continue
                if column is None or column.casefold() in seen:
                    self._keep_computed(each, name, expression, kind=kind)
                    continue
                seen.add(column.casefold())
                if name.casefold() != column.casefold():
                    quoted = column if is_identifier(column) else '"' + column.replace('"', '""') + '"'
                    self._names[name.casefold()] = quoted
                elif name != column:
                    self._names[name.casefold()] = column
                title, synonyms = split_title(name, each.texts("synonyms"))
                kept = {key: value for key in _KEPT_OF_COLUMNS if (value := each.take(key)) not in (None, [])}
                yield {
                    "name": column,
                    "business_name": title or (name if name.casefold() != column.casefold() else ""),
                    "description": each.text("description"),
                    "synonyms": synonyms,
                    "role": role,
                } | kept
                each.finish()

    def _keep_computed(self, each: Entry, name: str, expression: str, *, kind: str) -> None:
        resolved = self.resolve(expression)
        if kind == "measures" and _AGGREGATES.search(resolved):
            self._measures.append(_named(each, name, "expression", resolved, self.dataset_id))
            each.take("data_type")
        else:
            if len(resolved) <= _LONGEST:
                self._names[name.casefold()] = resolved
            each.unmapped.append(
                f"{each.path}: no column of its own; metrics and filters hold its expression"
            )
            for key in ("description", "synonyms", *_KEPT_OF_COLUMNS):
                each.take(key)
        each.finish()

    def _expressions(self, entry: Entry, kind: str, field: str) -> Iterator[dict[str, Any]]:
        for each in entry.children(kind):
            name, expression = each.text("name"), each.text("expr")
            if not name or not expression:
                each.unmapped.append(f"{each.path}: no name or no expr")
                continue
            yield _named(each, name, field, self.resolve(expression), self.dataset_id)
            each.finish()


def _named(each: Entry, name: str, field: str, expression: str, dataset_id: str) -> dict[str, Any]:
    title, synonyms = split_title(name, each.texts("synonyms"))
    if each.text("access_modifier") not in ("", "public_access"):
        each.lose("access_modifier", "whoever reads the document sees it")
    return {
        "id": slug(name),
        "name": title or name,
        field: expression,
        "description": each.text("description"),
        "synonyms": synonyms,
        "dataset_id": dataset_id,
    }


def _derived(whole: Entry, tables: list[_Table]) -> Iterator[dict[str, Any]]:
    """Yield the metrics of no table: those whose parts are all of one, their metrics put in."""
    by_name = {table.table.casefold(): table for table in tables}
    for each in whole.children("metrics"):
        name, expression = each.text("name"), each.text("expr")
        owners = {owner.casefold() for owner in table_names(expression)}
        owner = (
            next(iter(owners)) if len(owners) == 1 else tables[0].table.casefold() if len(tables) == 1 else ""
        )
        table = by_name.get(owner) if len(owners) <= 1 else None
        if table is None or not name:
            each.unmapped.append(f"{each.path}: a metric over several tables")
            continue
        resolved = table.resolve(replace_names(expression, table.values, table=table.table))
        yield _named(each, name, "expression", resolved, table.dataset_id)
        each.finish()


def _relationship(each: Entry) -> dict[str, Any]:
    pairs = each.children("relationship_columns")
    kept = {key: value for key in ("name", "join_type") if (value := each.text(key))}
    values = {
        "left_dataset": each.text("left_table"),
        "right_dataset": each.text("right_table"),
        "left_columns": [pair.text("left_column") for pair in pairs],
        "right_columns": [pair.text("right_column") for pair in pairs],
        "kind": each.text("relationship_type"),
    }
    each.finish()
    return values | kept


def _instructions(whole: Entry) -> Iterator[dict[str, Any]]:
    said = whole.text("custom_instructions")
    if said:
        yield {"id": "custom_instructions", "name": "Instructions", "description": said}
    modules = whole.child("module_custom_instructions")
    for key in _INSTRUCTIONS:
        text = modules.text(key)
        if text:
            yield {"id": key, "name": key.replace("_", " ").capitalize(), "description": text}
    modules.finish()


def _questions(whole: Entry) -> dict[str, Any]:
    queries = whole.take("verified_queries")
    entries = [each for each in queries if isinstance(each, dict)] if isinstance(queries, list) else []
    asked = [str(each["question"]) for each in entries if each.get("question")]
    return {"questions": asked} | ({"settings": {"verified_queries": entries}} if entries else {})
