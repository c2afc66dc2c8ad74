"""The tools that are no operations: to bring tables in, look at them, describe, query, draw, and go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodash_jupyter.mcp.sources import PermittedSources
from autodash_jupyter.mcp.tables import Tables
from autodash_jupyter.mcp.tools import AgentTool, Call, ToolArgumentError
from autodash_jupyter.table_answers.records import (
    ContextAnswer,
    HistoryPage,
    OperationAnswer,
    RowsPage,
    TableChart,
    TablesListed,
    TablesLoaded,
    TableSummary,
)

if TYPE_CHECKING:
    from autodash_jupyter.mcp.arguments import InitializeArguments

__all__ = ["table_tools"]


def table_tools(sources: PermittedSources) -> tuple[AgentTool, ...]:
    """Return the tools; files are read where ``sources`` allows it.

    >>> from pathlib import Path
    >>> [tool.name for tool in table_tools(PermittedSources((Path("."),)))][:3]
    ['initialize_data_table', 'list_tables', 'get_table_summary']
    """
    return (_initializing(sources), *_looking(), *_asking(), *_contexts(), *_going_back())


def _initializing(sources: PermittedSources) -> AgentTool:
    from autodash_jupyter.mcp.arguments import InitializeArguments

    def run(tables: Tables, call: Call) -> TablesLoaded:
        own: InitializeArguments = call.own
        if own.file_path is None:
            return _copied(tables, own, call)
        if own.source_session_id or own.target_session_id or own.table_name:
            msg = "initialize_data_table reads file_path or copies from source_session_id: give one of them."
            raise ToolArgumentError(msg)
        source = sources.checked(own.file_path)
        return tables.load(
            source, session_id=own.session_id, file_type=own.file_type or None, caller=call.caller
        )

    return AgentTool(
        name="initialize_data_table",
        description=(
            "Read a file into a session, and return the session's id, which the other tools ask for. One "
            "table is named current; a workbook, database or archive gives a table for each sheet. Or copy "
            f"tables from one of your sessions into another under new names. {sources.described}"
        ),
        takes=InitializeArguments,
        answer=TablesLoaded,
        run=run,
        additive=True,
        needs_session=False,
        needs_table=False,
    )


def _copied(tables: Tables, own: InitializeArguments, call: Call) -> TablesLoaded:
    if not own.source_session_id:
        msg = "initialize_data_table needs file_path, or source_session_id, target_session_id and table_name."
        raise ToolArgumentError(msg)
    target = own.target_session_id or own.session_id
    if not target or not own.table_name:
        msg = "initialize_data_table needs target_session_id and table_name too, to copy tables."
        raise ToolArgumentError(msg)
    return tables.copy(own.source_session_id, target, own.table_name, call.caller)


def _looking() -> tuple[AgentTool, ...]:
    from autodash_jupyter.mcp.arguments import NoArguments, RowsArguments, SummaryArguments

    return (
        AgentTool(
            name="list_tables",
            description="List a session's tables: their sizes, versions, and what they were read from.",
            takes=NoArguments,
            answer=TablesListed,
            run=lambda tables, call: TablesListed(call.session_id, tables.list_tables(call.session_id)),
            read_only=True,
            needs_table=False,
        ),
        AgentTool(
            name="get_table_summary",
            description=(
                "Describe a table: each column's type, meaning, missing and most frequent values, keys, and "
                "what to beware of. Personal values are masked."
            ),
            takes=SummaryArguments,
            answer=TableSummary,
            run=lambda tables, call: tables.summary(
                call.session_id, call.table, column_offset=call.own.column_offset, columns=call.own.columns
            ),
            read_only=True,
        ),
        AgentTool(
            name="get_table_rows",
            description="Show some rows of a table as they are; next_offset goes on. Long cells are cut.",
            takes=RowsArguments,
            answer=RowsPage,
            run=lambda tables, call: tables.rows(
                call.session_id,
                call.table,
                offset=call.own.offset,
                limit=call.own.limit,
                columns=tuple(call.own.columns),
            ),
            read_only=True,
        ),
    )


def _asking() -> tuple[AgentTool, ...]:
    from autodash_jupyter.mcp.arguments import QueryArguments, VisualizeArguments

    return (
        AgentTool(
            name="run_sql",
            description=(
                "Answer one SELECT over the session's tables, by their names. Read-only: it reaches no file, "
                "no network and no setting, and stops after some seconds."
            ),
            takes=QueryArguments,
            answer=RowsPage,
            run=lambda tables, call: tables.query(
                call.session_id, call.own.sql, offset=call.own.offset, limit=call.own.limit
            ),
            read_only=True,
            needs_table=False,
        ),
        AgentTool(
            name="visualize",
            description=(
                "Draw what a sentence asks for: a Vega-Lite chart, a picture of it where one can be made, "
                "how the sentence was read, and what else it may mean."
            ),
            takes=VisualizeArguments,
            answer=TableChart,
            run=lambda tables, call: tables.visualize(call.session_id, call.table, call.own.sentence),
            read_only=True,
        ),
    )


def _contexts() -> tuple[AgentTool, ...]:
    from autodash_jupyter.mcp.arguments import NoArguments, SetContextArguments

    return (
        AgentTool(
            name="get_context",
            description=(
                "Return what is written about a table (its meaning, metrics, filters, glossary), or a draft "
                "from its profile where nobody wrote anything."
            ),
            takes=NoArguments,
            answer=ContextAnswer,
            run=lambda tables, call: tables.context(call.session_id, call.table),
            read_only=True,
        ),
        AgentTool(
            name="set_context",
            description=(
                "Save a document about a table. It is checked against the table first: one that fails isn't "
                "saved, and the findings name the lines to mend."
            ),
            takes=SetContextArguments,
            answer=ContextAnswer,
            run=lambda tables, call: tables.set_context(
                call.session_id,
                call.table,
                call.own.document,
                expected_revision=call.own.expected_revision,
                caller=call.caller,
            ),
            idempotent=True,
        ),
    )


def _going_back() -> tuple[AgentTool, ...]:
    from autodash_jupyter.mcp.arguments import HistoryArguments, StepsArguments

    return (
        AgentTool(
            name="undo_operation",
            description="Take back the last operations on a table.",
            takes=StepsArguments,
            answer=OperationAnswer,
            run=lambda tables, call: tables.undo(
                call.session_id, call.table, call.own.steps, caller=call.caller
            ),
            additive=True,
        ),
        AgentTool(
            name="redo_operation",
            description="Do again what undo_operation took back last; a new operation ends that.",
            takes=StepsArguments,
            answer=OperationAnswer,
            run=lambda tables, call: tables.redo(
                call.session_id, call.table, call.own.steps, caller=call.caller
            ),
            additive=True,
        ),
        AgentTool(
            name="get_operation_history",
            description="List the operations on a table, oldest first: by whom, when, and which are undone.",
            takes=HistoryArguments,
            answer=HistoryPage,
            run=lambda tables, call: tables.history(
                call.session_id, call.table, offset=call.own.offset, limit=call.own.limit
            ),
            read_only=True,
        ),
    )
