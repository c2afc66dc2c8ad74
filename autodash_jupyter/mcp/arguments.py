"""What the tools take that are no operations: models, from which their JSON schemas come.

They are pydantic models, so this module is imported when a server starts, not with the command.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from autodash_jupyter.table_answers.limits import MOST_COLUMNS_DESCRIBED, MOST_ROWS

__all__ = [
    "HistoryArguments",
    "InitializeArguments",
    "NoArguments",
    "QueryArguments",
    "RowsArguments",
    "SetContextArguments",
    "StepsArguments",
    "SummaryArguments",
    "VisualizeArguments",
]

LONGEST_DOCUMENT = 200_000
MOST_ENTRIES = 200

Name = Annotated[str, Field(min_length=1, max_length=200)]
ColumnName = Annotated[str, Field(max_length=1_000)]
Offset = Annotated[
    int, Field(ge=0, le=10**12, description="how many to leave out first: next_offset goes on")
]
Rows = Annotated[int, Field(ge=1, le=MOST_ROWS, description="how many rows at most")]


class NoArguments(BaseModel):
    """Nothing but the session, and the table where one is meant."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InitializeArguments(NoArguments):
    """A file to read into a session, or tables to copy from one session into another."""

    file_path: Annotated[
        str | None,
        Field(
            description="the file to read: CSV, Excel, JSON, Parquet, SQLite, ...; or sample:penguins",
            max_length=4096,
        ),
    ] = None
    session_id: Annotated[
        str | None,
        Field(description="the session to put its tables into (default: a new one)", max_length=200),
    ] = None
    file_type: Annotated[
        str | None,
        Field(
            description="how to read it, such as csv, excel, json or parquet (default: found out)",
            max_length=40,
        ),
    ] = None
    source_session_id: Annotated[
        str | None, Field(description="to copy tables: the session they are in", max_length=200)
    ] = None
    target_session_id: Annotated[
        str | None, Field(description="to copy tables: the session they go into", max_length=200)
    ] = None
    table_name: Annotated[
        dict[Name, Name] | None,
        Field(description='to copy tables: their names there and here, such as {"orders": "orders_2024"}'),
    ] = None


class SummaryArguments(NoArguments):
    """Which columns of a table are described."""

    column_offset: Annotated[
        int, Field(ge=0, le=10**6, description="how many columns to leave out first")
    ] = 0
    columns: Annotated[
        int, Field(ge=1, le=MOST_COLUMNS_DESCRIBED, description="how many columns at most")
    ] = MOST_COLUMNS_DESCRIBED


class RowsArguments(NoArguments):
    """Which rows of a table are shown, and of which columns."""

    offset: Offset = 0
    limit: Rows = 20
    columns: Annotated[
        list[ColumnName], Field(description="the columns to show (default: the first 60)", max_length=200)
    ] = []


class SetContextArguments(NoArguments):
    """A document about a table."""

    document: Annotated[
        str,
        Field(
            description="what the table means: Markdown, or YAML front matter (name, description, "
            "datasets, metrics, "
            "filters, glossary) and Markdown, as get_context gives it",
            max_length=LONGEST_DOCUMENT,
        ),
    ]
    expected_revision: Annotated[
        int | None,
        Field(
            ge=0, le=10**9, description="the revision it was edited from; refused if another was saved since"
        ),
    ] = None


class StepsArguments(NoArguments):
    """How far to go back or forward."""

    steps: Annotated[int, Field(ge=1, le=50, description="how many operations")] = 1


class HistoryArguments(NoArguments):
    """Which part of a table's log is shown."""

    offset: Offset = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ENTRIES, description="how many operations at most")] = 50


class QueryArguments(NoArguments):
    """One SELECT over a session's tables."""

    sql: Annotated[
        str,
        Field(
            description="one SELECT (DuckDB's SQL; WITH, joins and window functions too) over the "
            "session's tables",
            min_length=1,
            max_length=4_000,
        ),
    ]
    offset: Offset = 0
    limit: Rows = 50


class VisualizeArguments(NoArguments):
    """What to draw."""

    sentence: Annotated[
        str,
        Field(
            description="what to draw, such as 'average price by region as bars'",
            min_length=1,
            max_length=500,
        ),
    ]


def as_given(model: BaseModel) -> dict[str, Any]:
    """Return the arguments that were really given."""
    return model.model_dump(exclude_unset=True)
