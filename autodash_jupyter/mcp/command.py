"""``autodash mcp``: start the server, over stdio or HTTP, on sessions of its own or on a running notebook."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from autodash_jupyter.errors import SettingsError

if TYPE_CHECKING:
    from autodash_jupyter.mcp.server import TableServer
    from autodash_jupyter.mcp.sources import PermittedSources
    from autodash_jupyter.mcp.tables import Tables
    from autodash_jupyter.settings import Settings

__all__ = ["add_mcp_command"]

PORT = 8765


def add_mcp_command(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser of ``autodash mcp``."""
    parser.add_argument(
        "--root",
        action="append",
        type=Path,
        metavar="FOLDER",
        help="a folder whose files may be read, or several (default: the notebook's, or the working one)",
    )
    notebook = parser.add_mutually_exclusive_group()
    notebook.add_argument("--notebook", metavar="NAME", help="work on the tables of this running notebook")
    notebook.add_argument("--kernel", metavar="FILE", help="the same, by its kernel's connection file")
    parser.add_argument("--http", action="store_true", help="over streamable HTTP instead of stdio")
    parser.add_argument("--host", default="127.0.0.1", help="with --http: the address to listen on")
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"with --http: the port (default: {PORT}; 0: any)"
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="with --http: another name of this host",
    )
    parser.add_argument(
        "--allow-origin",
        action="append",
        default=[],
        metavar="URL",
        help="with --http: a page that may call it",
    )
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    if find_spec("mcp") is None:
        msg = "The MCP server needs the official SDK: pip install 'autodash-jupyter[mcp]'"
        raise SettingsError(msg)
    from autodash_jupyter.settings import Settings

    settings = Settings.from_environment()
    sources = _sources(chosen, settings)
    if chosen.http:
        return _serve_http(chosen, settings, sources)
    import asyncio

    asyncio.run(_serve_stdio(chosen, settings, sources))
    return 0


async def _serve_stdio(chosen: argparse.Namespace, settings: Settings, sources: PermittedSources) -> None:
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (reading, writing):  # from here on, what is printed goes to stderr
        server = _server(chosen, settings, sources)
        await server.run(reading, writing, server.create_initialization_options())


def _serve_http(chosen: argparse.Namespace, settings: Settings, sources: PermittedSources) -> int:
    from autodash_jupyter.mcp.http import TOKEN_VARIABLE, Door, chosen_token, serve_http

    token, is_new = chosen_token(os.environ.get(TOKEN_VARIABLE))
    door = Door(
        token=token,
        host=chosen.host,
        port=chosen.port,
        hosts=tuple(chosen.allow_host),
        origins=tuple(chosen.allow_origin),
    )

    def announce(address: str) -> None:
        print(f"AutoDash's MCP server listens on {address}", flush=True)
        if is_new:
            print(f"Clients send the header  Authorization: Bearer {token}", flush=True)

    serve_http(_server(chosen, settings, sources), door, announce=announce)
    return 0


def _server(chosen: argparse.Namespace, settings: Settings, sources: PermittedSources) -> TableServer:
    from autodash_jupyter.mcp.server import TableServer

    is_attached = bool(chosen.notebook or chosen.kernel)
    tables = _notebook_tables(chosen) if is_attached else lambda: _session_tables(settings)
    return TableServer(tables, sources, is_attached=is_attached)


def _sources(chosen: argparse.Namespace, settings: Settings) -> PermittedSources:
    from autodash_jupyter.mcp.sources import PermittedSources

    roots = tuple(chosen.root or _default_roots(chosen))
    for root in roots:
        if not root.is_dir():
            msg = f"--root {root} is no folder; name one whose files may be read."
            raise SettingsError(msg)
    return PermittedSources(
        tuple(root.resolve() for root in roots), settings.allowed_urls, private=settings.home
    )


def _default_roots(chosen: argparse.Namespace) -> tuple[Path, ...]:
    """Return the notebook's folder, else the working one: never the whole disk, where some clients start."""
    notebook = Path(chosen.notebook or "")
    if notebook.is_absolute() and notebook.parent.is_dir():
        return (notebook.parent,)
    if Path.cwd() != Path(Path.cwd().anchor):
        return (Path(),)
    if chosen.notebook or chosen.kernel:
        return ()
    msg = "The working folder is the whole disk; name the folder whose files may be read by --root."
    raise SettingsError(msg)


def _session_tables(settings: Settings) -> Tables:
    from autodash_jupyter.mcp.session_files import SessionFiles
    from autodash_jupyter.mcp.session_tables import SessionTables
    from autodash_jupyter.sessions import TableSessions

    files = SessionFiles(settings.allowed_urls, settings.upload_max_bytes)
    return SessionTables(TableSessions(settings=settings), files)


def _notebook_tables(chosen: argparse.Namespace) -> Callable[[], Tables]:
    from autodash_jupyter.mcp.kernel_files import kernel_of_file, kernel_of_notebook
    from autodash_jupyter.mcp.kernel_tables import KernelTables

    if chosen.kernel:
        return lambda: KernelTables(lambda: kernel_of_file(chosen.kernel))
    return lambda: KernelTables(lambda: kernel_of_notebook(chosen.notebook))
