"""What many people at once cost the server: upload, list and stream, beside Jupyter's own answer to nothing.

    python benchmarks/server.py [--clients 64] [--rounds 4]

Each client opens a stream of events, then uploads a small CSV file, lists its datasets, and waits until the
stream tells that the context is written, as often as there are rounds. The peer is ``GET /api/status`` of the
same server under the same load, which reads nothing. Compare ratios, not times.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROWS = "day,amount,city\n" + "".join(f"2024-01-{1 + n % 28:02},{n},city {n % 7}\n" for n in range(200))
SECONDS = 300


@dataclass
class Measured:
    """Seconds of each kind of request, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, kind: str, began: float, status: int = 200) -> None:
        self.seconds.setdefault(kind, []).append(time.perf_counter() - began)
        if status >= 400:
            self.errors.append(f"{kind}: {status}")


@asynccontextmanager
async def running_server(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Start a server in a folder, and give a client of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    (folder / "jupyter_server_config.json").write_text(
        json.dumps({"ServerApp": {"jpserver_extensions": {"autodash_jupyter": True}}})
    )
    command = [
        sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={token}", "--ServerApp.log_level=ERROR",
        f"--config={folder / 'jupyter_server_config.json'}",
    ]  # fmt: skip
    limits = httpx.Limits(max_connections=None)
    headers = {"Authorization": f"token {token}"}
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            async with httpx.AsyncClient(
                base_url=address, headers=headers, limits=limits, timeout=SECONDS
            ) as client:
                while True:
                    try:
                        (await client.get("/autodash/api/datasets")).raise_for_status()
                        break
                    except httpx.TransportError:
                        await asyncio.sleep(0.1)
                yield client
        finally:
            server.terminate()


async def one_person(client: httpx.AsyncClient, number: int, rounds: int, measured: Measured) -> None:
    """Upload, list, and hear of it, as often as there are rounds."""
    began = time.perf_counter()
    async with client.stream("GET", "/autodash/api/events") as stream:
        lines = stream.aiter_lines()
        async for line in lines:
            if line.startswith("event: ready"):
                break
        measured.add("open a stream", began, stream.status_code)
        for turn in range(rounds):
            began = time.perf_counter()
            files = {"file": (f"sales_{number}_{turn}.csv", ROWS.encode())}
            answer = await client.post("/autodash/api/datasets/upload", files=files)
            measured.add("upload", began, answer.status_code)
            dataset_id = answer.json().get("dataset_id", "none")
            listed = time.perf_counter()
            measured.add("list 20", listed, (await client.get("/autodash/api/datasets?limit=20")).status_code)
            nothing = time.perf_counter()
            measured.add("peer: /api/status", nothing, (await client.get("/api/status")).status_code)
            async for line in lines:
                if dataset_id in line and '"context_status": "completed"' in line:
                    measured.add("upload to told of completion", began)
                    break
            else:
                measured.errors.append("a stream ended")


async def measure(clients: int, rounds: int) -> Measured:
    measured = Measured()
    with tempfile.TemporaryDirectory() as folder:
        async with running_server(Path(folder)) as client:
            people = [one_person(client, number, rounds, measured) for number in range(clients)]
            for result in await asyncio.gather(*people, return_exceptions=True):
                if isinstance(result, BaseException):
                    measured.errors.append(repr(result))
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    measured = asyncio.run(measure(options.clients, options.rounds))
    peer = statistics.median(measured.seconds["peer: /api/status"])
    print(f"{options.clients} clients at once, {options.rounds} rounds; errors: {len(measured.errors)}")
    for error in measured.errors[:5]:
        print("  ", error)
    print(f"{'':32}{'p50 ms':>10}{'p99 ms':>10}{'p50 / peer p50':>16}")
    for kind, seconds in measured.seconds.items():
        middle = statistics.median(seconds)
        high = statistics.quantiles(seconds, n=100, method="inclusive")[98]
        print(f"{kind:32}{middle * 1000:10.1f}{high * 1000:10.1f}{middle / peer:16.2f}")


if __name__ == "__main__":
    main()
