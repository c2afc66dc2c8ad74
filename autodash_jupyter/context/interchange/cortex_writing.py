"""A context document as a Cortex Analyst semantic model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autodash_jupyter.context.front_matter import write_front_matter
from autodash_jupyter.context.interchange.homes import expression_homes
from autodash_jupyter.context.interchange.records import Exported
from autodash_jupyter.context.interchange.sql_names import as_identifier, is_identifier, unused
from autodash_jupyter.context.interchange.titles import document_left_out, foreign_name, split_title

if TYPE_CHECKING:
    from autodash_jupyter.documents import (
        ColumnContext,
        ContextDocument,
        DatasetContext,
        Filter,
        Metric,
        NamedPart,
        Relationship,
    )

__all__ = ["write_cortex"]

_LISTS = {"dimension": "dimensions", "time_dimension": "time_dimensions", "fact": "facts"}
_TIMES = ("date", "datetime", "time", "timestamp", "year")
_AMOUNTS = ("money", "measure", "count", "ratio", "duration", "percentage", "amount")
_GUESSED_TYPES = {"dimension": "VARCHAR", "time_dimension": "DATE", "fact": "NUMBER"}
_KEPT_OF_COLUMNS = ("sample_values", "unique", "is_enum", "default_aggregation")
_INSTRUCTIONS = ("sql_generation", "question_categorization")


def write_cortex(document: ContextDocument) -> Exported:
    """Return a document as Cortex Analyst YAML, and what of it that has no place for.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> metric = {"name": "Revenue", "expression": "SUM(price)"}
    >>> document = ContextDocument(name="sales", datasets=["orders"], metrics=[metric], owner="Ada")
    >>> written = write_cortex(document)
    >>> "expr: SUM(price)" in written.text, "owner" in written.left_out
    (True, True)
    """
    return _Writer(document).written()


class _Writer:
    def __init__(self, document: ContextDocument) -> None:
        self._document = document
        self._left_out: list[str] = []
        self._homes = expression_homes(document)
        self._tables: dict[str, str] = {}  # a table's name by its dataset's id
        for dataset in document.datasets:
            name = (
                dataset.dataset_id if is_identifier(dataset.dataset_id) else as_identifier(dataset.dataset_id)
            )
            self._tables.setdefault(dataset.dataset_id, unused(name, self._tables.values()))

    def written(self) -> Exported:
        document = self._document
        queries = document.settings.get("verified_queries") or []
        asked = {str(each.get("question")) for each in queries if isinstance(each, Mapping)}
        values: dict[str, Any] = {
            "name": document.name,
            "description": document.description,
            "tables": [self._table(dataset) for dataset in document.datasets],
            "relationships": [self._relationship(each) for each in document.relationships],
            "verified_queries": queries,
            **self._instructions(),
        }
        kept = ("description", "business_rules", "questions", "settings")
        self._left_out += document_left_out(document, kept=kept)
        self._left_out += [
            f"questions[{n}]" for n, each in enumerate(document.questions) if each not in asked
        ]
        self._left_out += [f"settings.{key}" for key in document.settings if key != "verified_queries"]
        self._report_homeless()
        text = write_front_matter({key: value for key, value in values.items() if value})
        return Exported(text, tuple(self._left_out))

    def _table(self, dataset: DatasetContext) -> dict[str, Any]:
        dataset_id, path = dataset.dataset_id, f"datasets[{dataset.dataset_id}]"
        extra = dict(dataset.model_extra or {})
        name = self._tables[dataset_id]
        synonyms = [*([] if name == dataset_id else [dataset_id]), *extra.pop("synonyms", [])]
        base_table = extra.pop("base_table", None)
        if base_table is None:
            base_table = {"table": dataset_id}
            self._left_out.append(
                f"{path}: its database and schema aren't known; write them under base_table"
            )
        table: dict[str, Any] = {
            "name": name,
            "synonyms": synonyms,
            "description": dataset.description,
            "base_table": base_table,
            "primary_key": extra.pop("primary_key", None),
            "unique_keys": extra.pop("unique_keys", None),
            **self._columns(dataset, path),
            "metrics": [self._named(each, each.expression) for each in self._at_home(dataset_id, "metrics")],
            "filters": [self._named(each, each.condition) for each in self._at_home(dataset_id, "filters")],
        }
        self._left_out += [f"{path}.{key}" for key in extra]
        return _filled(table)

    def _columns(self, dataset: DatasetContext, path: str) -> dict[str, list[dict[str, Any]]]:
        lists: dict[str, list[dict[str, Any]]] = {name: [] for name in _LISTS.values()}
        physical = {column.name.casefold() for column in dataset.columns}
        taken: set[str] = set()
        guessed = False
        for column in dataset.columns:
            extra = dict(column.model_extra or {})
            role = extra.pop("role", None) or _role(column)
            data_type = extra.pop("data_type", None)
            guessed = guessed or data_type is None
            name = _logical_name(column, physical, taken)
            taken.add(name)
            entry = {
                "name": name,
                "synonyms": self._synonyms(column, name, f"{path}.columns[{column.name}]"),
                "description": column.description,
                "expr": column.name
                if is_identifier(column.name)
                else '"' + column.name.replace('"', '""') + '"',
                "data_type": data_type or _GUESSED_TYPES[role if role in _LISTS else "dimension"],
                **{key: extra.pop(key) for key in _KEPT_OF_COLUMNS if key in extra},
            }
            lists[_LISTS.get(role, "dimensions")].append(_filled(entry))
            lost = [key for key in ("semantic_type", "unit", "personal") if getattr(column, key)]
            self._left_out += [f"{path}.columns[{column.name}].{key}" for key in (*lost, *extra)]
        if guessed:
            self._left_out.append(f"{path}: data types that weren't known are guessed; look at data_type")
        return lists

    def _synonyms(self, column: ColumnContext, name: str, path: str) -> list[str]:
        own = column.business_name
        synonyms = [*([own] if own and own != name else []), *column.synonyms]
        title = split_title(name, synonyms)[0] or (name if name.casefold() != column.name.casefold() else "")
        if title != own:
            self._left_out.append(f"{path}.business_name: '{own}' comes back as '{title}'")
        return synonyms

    def _named(self, part: Metric | Filter, expression: str) -> dict[str, Any]:
        name, titles = foreign_name(part)
        path = f"{'metrics' if hasattr(part, 'expression') else 'filters'}[{part.id}]"
        synonyms = [*titles, *part.synonyms]
        if (split_title(name, synonyms)[0] or name) != part.name:
            self._left_out.append(f"{path}.name: '{part.name}' is one of its synonyms now")
        if getattr(part, "unit", ""):
            self._left_out.append(f"{path}.unit")
        if "FILTER" in expression.upper():
            self._left_out.append(f"{path}: Snowflake has no FILTER (WHERE ...); write CASE WHEN inside")
        self._left_out += [f"{path}.{key}" for key in part.model_extra or {}]
        return _filled(
            {"name": name, "synonyms": synonyms, "description": part.description, "expr": expression}
        )

    def _at_home(self, dataset_id: str, kind: str) -> list[Any]:
        parts: list[NamedPart] = getattr(self._document, kind)
        return [part for n, part in enumerate(parts) if self._homes[kind, n] == dataset_id]

    def _report_homeless(self) -> None:
        for (kind, n), home in self._homes.items():
            if home not in self._tables:
                part = getattr(self._document, kind)[n]
                self._left_out.append(f"{kind}[{part.id}]: no dataset here is known to have its columns")

    def _relationship(self, each: Relationship) -> dict[str, Any]:
        extra = dict(each.model_extra or {})
        left, right = (self._tables.get(end, end) for end in (each.left_dataset, each.right_dataset))
        path = f"relationships[{each.identity}]"
        if len(each.left_columns) != len(each.right_columns):
            self._left_out.append(f"{path}: columns without one on the other side")
        values = {
            "name": extra.pop("name", None) or f"{left}_to_{right}",
            "left_table": left,
            "right_table": right,
            "relationship_columns": [
                {"left_column": one, "right_column": other}
                for one, other in zip(each.left_columns, each.right_columns, strict=False)
            ],
            "join_type": extra.pop("join_type", None),
            "relationship_type": each.kind,
        }
        self._left_out += [f"{path}.{key}" for key in extra]
        if each.description:
            self._left_out.append(f"{path}.description")
        return _filled(values)

    def _instructions(self) -> dict[str, Any]:
        rules = {rule.id: rule for rule in self._document.business_rules}
        modules = {key: rules.pop(key).description for key in _INSTRUCTIONS if key in rules}
        said = [
            rule.description
            if rule.id == "custom_instructions"
            else f"{rule.name}: {rule.description or rule.condition}"
            for rule in rules.values()
        ]
        return {"custom_instructions": "\n".join(said), "module_custom_instructions": modules}


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _role(column: ColumnContext) -> str:
    if column.semantic_type in _TIMES:
        return "time_dimension"
    return "fact" if column.semantic_type in _AMOUNTS else "dimension"


def _logical_name(column: ColumnContext, physical: set[str], taken: set[str]) -> str:
    """Return the name a column goes by: one made of its business name, unless that is another column's."""
    wanted = as_identifier(column.business_name) if column.business_name else column.name
    other = physical - {column.name.casefold()}
    if wanted.casefold() in other or not is_identifier(wanted):
        wanted = column.name if is_identifier(column.name) else as_identifier(column.name)
    return unused(wanted, [*taken, *other])
