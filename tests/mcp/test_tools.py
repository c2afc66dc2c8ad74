"""What the tools offer, how much they answer, and what they keep to themselves."""

from __future__ import annotations

import base64
import datetime
import json
import uuid
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
from mcp import Client, MCPError
from mcp_servers import Refused, ask, in_process, table_server, together
from openpyxl import Workbook

from autodash_jupyter.operations import operations
from autodash_jupyter.settings import Settings

WITHOUT_SESSION = {"initialize_data_table"}
READ_ONLY = {
    *("list_tables", "get_table_summary", "get_table_rows", "get_context", "get_operation_history"),
    *("run_sql", "visualize", "detect_missing", "describe_stats", "correlation", "value_counts"),
}


def test_every_operation_is_a_tool_with_its_parameters_and_says_what_it_does_to_tables(
    files: Path, memory_settings: Settings
) -> None:
    async def work() -> None:
        async with in_process(table_server(files, memory_settings)) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(operations()) < set(tools)
            for name, tool in tools.items():
                jsonschema.Draft202012Validator.check_schema(tool.input_schema)
                jsonschema.Draft202012Validator.check_schema(tool.output_schema)
                assert ("session_id" in tool.input_schema["required"]) == (name not in WITHOUT_SESSION)
                assert tool.annotations.read_only_hint == (name in READ_ONLY)
                assert all("description" in one for one in tool.input_schema["properties"].values())
                assert "$ref" not in json.dumps([tool.input_schema, tool.output_schema])
            for name, operation in operations().items():
                own = list(tools[name].input_schema["properties"])
                assert own == ["session_id", "table", *operation.parameters.model_fields]
            assert tools["drop_rows"].annotations.destructive_hint
            assert not tools["sort"].annotations.destructive_hint
            assert len(json.dumps([tool.model_dump(mode="json") for tool in tools.values()])) < 200_000
            with pytest.raises(MCPError, match="Did you mean 'drop_missing'"):
                await client.call_tool("drop_mising", {})

    together(work)


def test_a_wide_table_of_long_cells_is_told_in_parts(tmp_path: Path, memory_settings: Settings) -> None:
    wide = pd.DataFrame({f"column {at} {'x' * 200}": ["long " * 200] * 300 for at in range(120)})
    wide.to_parquet(tmp_path / "wide.parquet")

    async def work() -> None:
        async with in_process(table_server(tmp_path, memory_settings)) as client:
            loaded = await ask(client, "initialize_data_table", file_path="wide.parquet")
            here = {"session_id": loaded["session_id"], "table": "current"}
            for tool in ("get_table_rows", "get_table_summary", "get_context", "describe_stats", "sort"):
                own = {"columns": [wide.columns[0]]} if tool == "sort" else {}
                assert await _size(client, tool, **own, **here) < 150_000, tool
            query = {"session_id": here["session_id"], "sql": "SELECT * FROM current"}
            assert await _size(client, "run_sql", **query) < 150_000
            seen, offset = 0, 0
            while offset is not None:
                shown = {"offset": offset, "limit": 200, "columns": list(wide.columns[:3])}
                page = await ask(client, "get_table_rows", **shown, **here)
                seen, offset = seen + len(page["rows"]), page["next_offset"]
            assert seen == 300
            named, column_offset = 0, 0
            while column_offset is not None:
                summary = await ask(client, "get_table_summary", column_offset=column_offset, **here)
                named, column_offset = named + len(summary["columns"]), summary["next_column_offset"]
            assert named == 120

    together(work)


async def _size(client: Client, tool: str, **arguments: Any) -> int:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result
    return len(json.dumps(result.model_dump(mode="json")))


def test_personal_values_are_shown_in_rows_alone(files: Path, memory_settings: Settings) -> None:
    async def work() -> None:
        async with in_process(table_server(files, memory_settings)) as client:
            loaded = await ask(client, "initialize_data_table", file_path="people.csv")
            here = {"session_id": loaded["session_id"], "table": "current"}
            for tool in ("get_table_summary", "get_context", "list_tables"):
                result = await client.call_tool(tool, here if tool != "list_tables" else {**here} | {})
                told = json.dumps(result.model_dump(mode="json"))
                assert "ann.lee" not in told
                assert "Bob Roe" not in told
            rows = await ask(client, "get_table_rows", **here)
            assert rows["rows"][0][:2] == ["Ann Lee", "ann.lee@example.org"]

    together(work)


def test_cells_that_look_like_code_or_markup_are_data(tmp_path: Path, memory_settings: Settings) -> None:
    cells = [
        '"; DROP TABLE current; --',
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "{0}",
        "%s\n\x1b[31m",
    ]
    pd.DataFrame({"'; DROP TABLE current; --": cells}).to_parquet(tmp_path / "odd.parquet")

    async def work() -> None:
        async with in_process(table_server(tmp_path, memory_settings)) as client:
            loaded = await ask(client, "initialize_data_table", file_path="odd.parquet")
            here = {"session_id": loaded["session_id"], "table": "current"}
            column = (await ask(client, "get_table_rows", **here))["columns"][0]["name"]
            counted = await ask(client, "value_counts", columns=[column], **here)
            assert counted["result"]["total_rows"] == 5
            query = {"session_id": here["session_id"], "sql": f'SELECT "{column}" FROM current'}
            assert [row[0] for row in (await ask(client, "run_sql", **query))["rows"]] == cells
            with pytest.raises(Refused, match="read-only"):
                await ask(client, "run_sql", session_id=here["session_id"], sql="DROP TABLE current")
            assert (await ask(client, "get_table_summary", **here))["rows"] == 5

    together(work)


def test_a_context_is_checked_saved_and_refused_where_somebody_else_was_first(
    files: Path, memory_settings: Settings
) -> None:
    async def work() -> None:
        async with in_process(table_server(files, memory_settings)) as client:
            loaded = await ask(client, "initialize_data_table", file_path="sales.csv")
            here = {"session_id": loaded["session_id"], "table": "current"}
            draft = await ask(client, "get_context", **here)
            assert (draft["status"], draft["revision"]) == ("generated", 0)
            saved = await ask(client, "set_context", document=draft["document"], expected_revision=0, **here)
            assert (saved["status"], saved["revision"]) == ("passed", 1)
            with pytest.raises(Refused, match="revision 1 by now, not 0"):
                await ask(client, "set_context", document="# Else", expected_revision=0, **here)
            wrong = "---\nname: sales\nmetrics:\n  - name: Revenue\n    expression: SUM(prise)\n---\n"
            with pytest.raises(Refused, match=r"line 5: .* Did you mean 'price'\?"):
                await ask(client, "set_context", document=wrong, **here)
            words = "---\nname: sales\nmetrics:\n  - name: Revenue\n    expression: SUM(price)\n---\n"
            assert (await ask(client, "set_context", document=words, **here))["revision"] == 2
            drawn = await client.call_tool("visualize", {"sentence": "revenue by region", **here})
            points = drawn.structured_content["spec"]["data"]["values"]
            assert sum(point["y"] for point in points) == 8.0
            assert [part.type for part in drawn.content] == ["text", "image"]
            assert base64.b64decode(drawn.content[1].data).startswith(b"\x89PNG")
            listed = await ask(client, "list_tables", session_id=here["session_id"])
            assert listed["tables"][0]["has_context"]

    together(work)


def test_tables_are_copied_between_ones_own_sessions_under_new_names_and_nobody_elses(
    files: Path, memory_settings: Settings
) -> None:
    async def work() -> None:
        async with in_process(table_server(files, memory_settings)) as client:
            first = (await ask(client, "initialize_data_table", file_path="book.xlsx"))["session_id"]
            second = (await ask(client, "initialize_data_table", file_path="sales.csv"))["session_id"]
            await ask(client, "set_context", session_id=first, table="north", document="# North\n\nItems.")
            ends = {"source_session_id": first, "target_session_id": second}
            names = {"north": "north_copy", "east": "east_copy"}
            await ask(client, "initialize_data_table", **ends, table_name=names)
            await ask(client, "head", session_id=second, table="north_copy", rows=1)
            shapes = {
                session_id: {table["name"]: table["rows"] for table in listed["tables"]}
                for session_id in (first, second)
                for listed in [await ask(client, "list_tables", session_id=session_id)]
            }
            assert shapes[first] == {"north": 3, "south": 4, "east": 5}
            assert shapes[second] == {"current": 4, "north_copy": 1, "east_copy": 5}
            copied = await ask(client, "get_context", session_id=second, table="north_copy")
            assert "# North" in copied["document"]
            with pytest.raises(Refused, match="already"):
                await ask(client, "initialize_data_table", **ends, table_name={"south": "current"})
            async with in_process(table_server(files, memory_settings, user="eve")) as stranger:
                for refused in (
                    ask(stranger, "list_tables", session_id=first),
                    ask(stranger, "initialize_data_table", **ends, table_name={"south": "mine"}),
                    ask(stranger, "initialize_data_table", file_path="sales.csv", session_id=first),
                ):
                    with pytest.raises(Refused) as said:
                        await refused
                    assert second not in str(said.value).replace(ends["target_session_id"], "", 1)
                assert not (await stranger.list_resources()).resources

    together(work)


def test_a_sheet_of_mixed_cells_is_kept_on_redis_without_a_key_to_sign_with(
    tmp_path: Path, redis_server: Any
) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["thing", "n"])
    things = [1, "two", 3.5, datetime.datetime(2024, 1, 5), True, datetime.timedelta(hours=2), None]
    for number, thing in enumerate(things):
        sheet.append([thing, number])
    book.save(tmp_path / "mixed.xlsx")
    chosen = Settings(tmp_path / "home", "ada", "redis", redis_url=redis_server.url)

    async def work() -> None:
        async with in_process(table_server(tmp_path, chosen, user=f"ada-{uuid.uuid4()}")) as client:
            loaded = await ask(client, "initialize_data_table", file_path="mixed.xlsx")
            here = {"session_id": loaded["session_id"], "table": "current"}
            shown = [row[0] for row in (await ask(client, "get_table_rows", **here))["rows"]]
            assert shown[:4] == [1, "two", 3.5, "2024-01-05"]
            assert (await ask(client, "head", rows=2, **here))["rows"] == 2

    together(work)


def test_a_session_id_of_ones_own_choice_is_taken_and_a_wrong_one_is_told(
    files: Path, memory_settings: Settings
) -> None:
    async def work() -> None:
        async with in_process(table_server(files, memory_settings)) as client:
            chosen = str(uuid.uuid4())
            loaded = await ask(client, "initialize_data_table", file_path="sales.csv", session_id=chosen)
            assert loaded["session_id"] == chosen
            assert "new session" in loaded["notes"][0]
            again = await ask(client, "initialize_data_table", file_path="sales.csv", session_id=chosen)
            assert [table["name"] for table in again["tables"]] == ["current_2"]
            for wrong in ("sales", f"{chosen[:-1]}g", chosen * 3):
                with pytest.raises(Refused, match=r"no id of a session|isn't right"):
                    await ask(client, "initialize_data_table", file_path="sales.csv", session_id=wrong)

    together(work)


def test_moments_beyond_pythons_years_are_told_as_texts(memory_settings: Settings, files: Path) -> None:
    async def work() -> None:
        async with in_process(table_server(files, memory_settings)) as client:
            loaded = await ask(client, "initialize_data_table", file_path="sales.csv")
            sql = (
                "SELECT DATE '294247-01-10' AS a, TIMESTAMP '290000-01-01' AS b, [DATE '44-03-15 (BC)'] AS c"
            )
            rows = (await ask(client, "run_sql", session_id=loaded["session_id"], sql=sql))["rows"]
            assert rows == [["294247-01-10", "290000-01-01 00:00:00", "['0044-03-15 (BC)']"]]

    together(work)


def test_an_error_steers_no_terminal(memory_settings: Settings, files: Path) -> None:
    async def work() -> None:
        async with in_process(table_server(files, memory_settings)) as client:
            loaded = await ask(client, "initialize_data_table", file_path="sales.csv")
            for sql in ("\x1b[31m", "SELECT \x1b]0;title\x07 FROM current"):
                with pytest.raises(Refused) as told:
                    await ask(client, "run_sql", session_id=loaded["session_id"], sql=sql)
                assert str(told.value).isprintable()

    together(work)
