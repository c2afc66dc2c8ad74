"""Which files agents may have read."""

from __future__ import annotations

import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from mcp_servers import Refused, ask, in_process, table_server, together

from autodash_jupyter.errors import SourceError
from autodash_jupyter.mcp.server import TableServer
from autodash_jupyter.mcp.session_files import SessionFiles
from autodash_jupyter.mcp.session_tables import SessionTables
from autodash_jupyter.mcp.sources import PermittedSources
from autodash_jupyter.sessions import TableSessions
from autodash_jupyter.settings import Settings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a file, and with all that leads out of it."""
    folder = tmp_path / "root"
    (folder / "inner").mkdir(parents=True)
    (folder / "sales.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / "inner" / "more.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / ".hidden.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / ".autodash").mkdir()
    (folder / ".autodash" / "store.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / "memory").mkdir()
    (folder / "memory" / "store.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "out").symlink_to(tmp_path)
    (folder / "own.csv").symlink_to(folder / "sales.csv")
    os.mkfifo(folder / "pipe.csv")
    return folder


@pytest.mark.parametrize(
    "given", ["sales.csv", "inner/more.csv", "./sales.csv", " sales.csv ", "own.csv", "{root}/sales.csv"]
)
def test_files_below_the_root_are_read(root: Path, given: str) -> None:
    checked = PermittedSources((root,)).checked(given.format(root=root))
    assert Path(checked).is_relative_to(root.resolve())
    assert PermittedSources((root,)).checked(f"file://{root}/sales.csv") == str(root.resolve() / "sales.csv")


@pytest.mark.parametrize(
    "given",
    [
        "../secret.csv",
        "inner/../../secret.csv",
        "..\\secret.csv",
        "{tmp}/secret.csv",
        "/etc/passwd",
        "file:///etc/passwd",
        "file://{tmp}/secret.csv",
        "file:///%2e%2e/etc/passwd",
        "link.csv",
        "out/secret.csv",
        ".hidden.csv",
        ".autodash/store.csv",
        "memory/store.csv",
        "pipe.csv",
        "inner",
        ".",
        "*.csv",
        "~/secret.csv",
        "sales.csv\0.txt",
        "nowhere.csv",
        "/dev/zero",
        "/proc/self/environ",
        "https://example.org/sales.csv",
        "http://127.0.0.1:1/x.csv",
        "s3://bucket/x.csv",
        "sqlite:///{root}/x.db",
        "postgresql://me@localhost/db",
        "clipboard:",
        "x" * 5_000,
    ],
)
def test_whatever_leads_elsewhere_is_refused_in_one_line(root: Path, given: str) -> None:
    sources = PermittedSources((root,), private=root / "memory")
    with pytest.raises(SourceError) as refused:
        sources.checked(given.format(root=root, tmp=root.parent))
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 1_000


def test_a_file_that_lies_outside_looks_like_one_that_is_not_there(root: Path) -> None:
    sources = PermittedSources((root,))

    def refusal(given: str) -> str:
        with pytest.raises(SourceError) as refused:
            sources.checked(given)
        return str(refused.value).replace(given, "")

    assert refusal("../secret.csv") == refusal("../nowhere.csv")
    assert refusal("/etc/passwd") == refusal("/etc/nowhere")


def test_a_name_that_is_nearly_right_is_told(root: Path) -> None:
    with pytest.raises(SourceError, match=r"Did you mean 'sales.csv'\?"):
        PermittedSources((root,)).checked("sale.csv")


def test_addresses_are_read_only_below_those_allowed() -> None:
    sources = PermittedSources((Path(),), ("https://data.example.org/open/",))
    assert sources.checked("https://data.example.org/open/sales.csv").startswith("https://data")
    for elsewhere in (
        "https://data.example.org/sales.csv",
        "https://data.example.org@evil.example/open/x.csv",
    ):
        with pytest.raises(SourceError, match="aren't read here"):
            sources.checked(elsewhere)


def test_a_refused_file_leaves_no_session_behind(root: Path, memory_settings: Settings) -> None:
    async def work() -> None:
        async with in_process(table_server(root, memory_settings)) as client:
            for path in ("../secret.csv", "link.csv", "sample:nothing"):
                with pytest.raises(Refused):
                    await ask(client, "initialize_data_table", file_path=path)
            assert not (await client.list_resources()).resources

    together(work)


def test_an_allowed_address_is_fetched_and_one_that_leads_elsewhere_is_not(
    files: Path, tmp_path: Path, memory_settings: Settings
) -> None:
    class Web(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("/away.csv"):
                self.send_response(302)
                self.send_header("Location", "/sales.csv")
                self.end_headers()
            else:
                self.path = self.path.removeprefix("/open")
                super().do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    web = ThreadingHTTPServer(("127.0.0.1", 0), partial(Web, directory=str(files)))
    threading.Thread(target=web.serve_forever, daemon=True).start()
    allowed = (f"http://127.0.0.1:{web.server_port}/open/",)

    def tables() -> SessionTables:
        return SessionTables(TableSessions("ada", memory_settings), SessionFiles(allowed))

    async def work() -> None:
        async with in_process(TableServer(tables, PermittedSources((tmp_path,), allowed))) as client:
            loaded = await ask(client, "initialize_data_table", file_path=f"{allowed[0]}sales.csv")
            assert (loaded["tables"][0]["rows"], loaded["tables"][0]["source"]) == (
                4,
                f"{allowed[0]}sales.csv",
            )
            for refused in (
                f"{allowed[0]}away.csv",
                f"{allowed[0]}nowhere.csv",
                allowed[0][:-5] + "sales.csv",
            ):
                with pytest.raises(Refused):
                    await ask(client, "initialize_data_table", file_path=refused)

    try:
        together(work)
    finally:
        web.shutdown()
        web.server_close()


def test_no_file_is_proposed_that_may_not_be_read(root: Path) -> None:
    for given in ("link.csv", "pipe.csv", "hidden.csv"):
        with pytest.raises(SourceError) as told:
            PermittedSources((root,)).checked(given)
        assert not any(
            f"mean '{name}'" in str(told.value) for name in ("link.csv", "pipe.csv", ".hidden.csv")
        )


def test_what_went_wrong_names_the_option_that_an_agent_has(root: Path) -> None:
    (root / "broken.parquet").write_text("no parquet", encoding="utf-8")
    with pytest.raises(SourceError, match="file_type") as told:
        SessionFiles().read(str(root / "broken.parquet"), "parquet")
    assert "--format" not in str(told.value)
