"""A context document as Markdown that a colleague reads from top to bottom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from autodash_jupyter.context.markdown import escape_markdown, quote_code, shorten

if TYPE_CHECKING:
    from autodash_jupyter.documents import ColumnContext, ContextDocument, DatasetContext, Relationship

__all__ = ["render_markdown"]

_TABLE_ROWS = 60
_SMALLEST_GROUP = 4  # columns that say the same are drawn as one row from here on
_LONGEST_CELL = 400


def render_markdown(
    document: ContextDocument,
    *,
    metric_values: Mapping[str, str] | None = None,
    findings: Sequence[str] = (),
) -> str:
    """Return a document as Markdown: what it says first, then columns, metrics, rules, terms and its body.

    ``metric_values`` are the present values of metrics by id, ``findings`` what is wrong with the document;
    both belong to the moment, so they are no part of a stored text. Names are escaped; prose (descriptions,
    the body) is Markdown of its authors, and stays.

    >>> from autodash_jupyter.documents import ContextDocument
    >>> document = ContextDocument(
    ...     name="sales",
    ...     description="One row is one order.",
    ...     metrics=[{"name": "Revenue", "expression": "SUM(price)"}],
    ... )
    >>> print(render_markdown(document, metric_values={"revenue": "1,204"}))
    # sales
    <BLANKLINE>
    One row is one order.
    <BLANKLINE>
    ## Metrics
    <BLANKLINE>
    - **Revenue**: `SUM(price)` = 1,204
    <BLANKLINE>
    """
    sections = [
        f"# {escape_markdown(document.name, 80)}",
        _notice(document),
        document.description.strip(),
        *_findings(findings),
        *_columns(document),
        *_relationships(document.relationships),
        *_metrics(document, metric_values or {}),
        *_filters(document),
        *_rules(document),
        *_glossary(document),
        *_questions(document),
        _body(document),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _notice(document: ContextDocument) -> str:
    return "" if document.status == "active" else f"*This context is {_STATUS[document.status]}.*"


_STATUS = {"draft": "a draft", "archived": "archived"}


def _body(document: ContextDocument) -> str:
    body = document.body.strip()
    # Plain Markdown has its own title; ours would be the same words twice.
    first, _, rest = body.partition("\n")
    return rest.strip() if first.strip().removeprefix("# ").strip() == document.name else body


def _findings(findings: Sequence[str]) -> Iterator[str]:
    if findings:
        yield "## To be mended"
        yield "\n".join(f"- {finding}" for finding in findings)


def _columns(document: ContextDocument) -> Iterator[str]:
    several = len(document.datasets) > 1
    for dataset in document.datasets:
        if not dataset.columns and not (several or dataset.description):
            continue
        yield (
            f"## Columns of {quote_code(dataset.dataset_id, 60, in_table=False)}" if several else "## Columns"
        )
        if dataset.description.strip():
            yield dataset.description.strip()
        if dataset.columns:
            yield from _column_table(dataset)


def _column_table(dataset: DatasetContext) -> Iterator[str]:
    groups = list(_groups(dataset.columns))
    roles = any(column.semantic_type or column.unit for column in dataset.columns)
    head = ["Column", "Role", "What it holds"] if roles else ["Column", "What it holds"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for group in groups[:_TABLE_ROWS]:
        first = group[0]
        name = quote_code(first.name, 60)
        if len(group) > 1:
            name += f" … {quote_code(group[-1].name, 60)}"
        cells = [name, _role(first), _meaning(first)] if roles else [name, _meaning(first)]
        lines.append(f"| {' | '.join(cells)} |")
    yield "\n".join(lines)
    rest = sum(len(group) for group in groups[_TABLE_ROWS:])
    if rest:
        yield f"The table stops at {_TABLE_ROWS} entries; {rest:,} more columns are in the document."


def _groups(columns: Sequence[ColumnContext]) -> Iterator[Sequence[ColumnContext]]:
    """Cut columns into runs of those that say the same; short runs are cut into single columns."""
    run: list[ColumnContext] = []
    for column in [*columns, None]:
        if run and (column is None or _said(column) != _said(run[0])):
            yield from [run] if len(run) >= _SMALLEST_GROUP else [[one] for one in run]
            run = []
        if column is not None:
            run.append(column)


def _said(column: ColumnContext) -> tuple[str, ...]:
    return column.business_name, column.description, column.semantic_type, column.unit, *column.synonyms


def _role(column: ColumnContext) -> str:
    unit = f" ({escape_markdown(column.unit, 12)})" if column.unit else ""
    personal = ", personal" if column.personal else ""
    return f"{escape_markdown(column.semantic_type, 40)}{unit}{personal}".removeprefix(", ").strip()


def _meaning(column: ColumnContext) -> str:
    name = f"**{escape_markdown(column.business_name, 80)}**" if column.business_name else ""
    also = f"(also {_words(column.synonyms)})" if column.synonyms else ""
    named = " ".join(filter(None, (name, also)))
    return ": ".join(filter(None, (named, _cell(column.description))))


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", shorten(" ".join(text.split()), _LONGEST_CELL))


def _words(texts: Iterable[str]) -> str:
    return ", ".join(escape_markdown(text, 80) for text in texts)


def _relationships(relationships: Sequence[Relationship]) -> Iterator[str]:
    if not relationships:
        return
    yield "## Relationships"
    lines = []
    for one in relationships:
        left, right = _end(one.left_dataset, one.left_columns), _end(one.right_dataset, one.right_columns)
        kind = f" ({escape_markdown(one.kind.replace('_', ' '), 30)})" if one.kind else ""
        lines.append(f"- {left} refers to {right}{kind}{_told(one.description)}")
    yield "\n".join(lines)


def _end(dataset: str, columns: Sequence[str]) -> str:
    named = ", ".join(quote_code(column, 60, in_table=False) for column in columns)
    if not dataset:
        return named
    where = quote_code(dataset, 60, in_table=False)
    return f"{named} of {where}" if named else where


def _told(description: str) -> str:
    return f": {' '.join(description.split())}" if description.strip() else ""


def _metrics(document: ContextDocument, values: Mapping[str, str]) -> Iterator[str]:
    if not document.metrics:
        return
    yield "## Metrics"
    lines = []
    for metric in document.metrics:
        unit = f" {escape_markdown(metric.unit, 12)}" if metric.unit else ""
        value = f" = {escape_markdown(values[metric.id], 60)}{unit}" if metric.id in values else ""
        expression = quote_code(metric.expression, 200, in_table=False)
        also = f" (also {_words(metric.synonyms)})" if metric.synonyms else ""
        lines.append(
            f"- **{escape_markdown(metric.name, 80)}**{also}: {expression}{value}{_told(metric.description)}"
        )
    yield "\n".join(lines)


def _filters(document: ContextDocument) -> Iterator[str]:
    if document.filters:
        yield "## Filters"
        yield "\n".join(
            f"- **{escape_markdown(one.name, 80)}**: {quote_code(one.condition, 200, in_table=False)}"
            f"{_told(one.description)}"
            for one in document.filters
        )


def _rules(document: ContextDocument) -> Iterator[str]:
    if document.business_rules:
        yield "## Rules"
        lines = []
        for rule in document.business_rules:
            said = " ".join(rule.description.split()) or escape_markdown(rule.name, 200)
            condition = quote_code(rule.condition, 200, in_table=False) if rule.condition else ""
            lines.append(f"- {said}" + (f" ({condition})" if condition else ""))
        yield "\n".join(lines)


def _glossary(document: ContextDocument) -> Iterator[str]:
    if document.glossary:
        yield "## Glossary"
        lines = []
        for one in document.glossary:
            also = f" (also {_words(one.synonyms)})" if one.synonyms else ""
            columns = ", ".join(quote_code(name, 60, in_table=False) for name in one.related_columns)
            examples = f" For example {_words(one.examples)}." if one.examples else ""
            where = f" See {columns}." if columns else ""
            lines.append(
                f"- **{escape_markdown(one.term, 80)}**{also}{_told(one.definition)}{examples}{where}"
            )
        yield "\n".join(lines)


def _questions(document: ContextDocument) -> Iterator[str]:
    if document.questions:
        yield "## Questions worth asking"
        yield "\n".join(f"- {' '.join(question.split())}" for question in document.questions)
