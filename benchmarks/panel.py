"""How soon the sidebar shows what the kernel does while a cell computes, how soon it is there, how big it is.

    python benchmarks/panel.py [--events 40]

A real JupyterLab in headless Chromium. A thread of the kernel stores a dataset whose file is called after the
moment it is stored, ten times a second, and the page notes when that name is painted; meanwhile the cell's
own thread computes. The peer is Jupyter's own live output: a thread that renews a display with the moment,
seen the same way; both clocks are this machine's. A call that keeps the GIL delays news by its own length.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "autodash_jupyter" / "labextension" / "static"
SECONDS_BETWEEN = 0.1
LOADS = {
    "nothing": "time.sleep(0.01)",
    "Python code": "sum(number * number for number in range(20_000))",
    "pandas": "numbers.groupby('key').value.agg(['mean', 'std'])",
    "I/O": "handle.seek(0); handle.write(b'x' * 1_000_000); handle.flush()",
    "sleep": "time.sleep(1)",
    "a C call that keeps the GIL": "held.append(timed(lambda: sum(range(8_000_000))))",
}
PREPARE = """\
%env STORAGE_BACKEND=memory
%load_ext autodash_jupyter
import tempfile, threading, time
import numpy as np, pandas as pd
from autodash_jupyter import extension
session = extension.current().session
frame = pd.DataFrame({"x": [1]})
numbers = pd.DataFrame({"key": np.arange(300_000) % 99, "value": np.random.rand(300_000)})
handle = tempfile.TemporaryFile()
held = []
def timed(work):
    began = time.monotonic(); work(); return time.monotonic() - began
def store():
    session.datasets.store_dataset(session.settings.user_id, "latency", frame, f"at {time.time()}")
def tell():
    shown.update({"text/plain": f"at {time.time()}"}, raw=True)
def run(news, load, count):
    global shown
    shown = display({"text/plain": "nothing yet"}, raw=True, display_id=True)
    ended = threading.Event()
    def repeat():
        for _ in range(count):
            news(); time.sleep(SECONDS)
        ended.set()
    threading.Thread(target=repeat).start()
    while not ended.is_set():
        load()
    time.sleep(0.5)
store()
"""
WATCH = """selector => {
  window.seen = []; window.watching?.disconnect();
  const last = new Set();
  const look = isFirst => {
    for (const node of document.querySelectorAll(selector)) {
      const told = node.textContent.trim().split('\\n').at(-1).trim();
      if (/^at [0-9.]+$/.test(told) && !last.has(told)) {
        last.add(told);
        if (isFirst === true) continue;
        const moment = 1000 * Number(told.slice(3));
        requestAnimationFrame(() => setTimeout(() => window.seen.push(Date.now() - moment)));
      }
    }
  };
  look(true);
  window.watching = new MutationObserver(look);
  window.watching.observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
PANEL = ".jp-AutoDash-source"
OUTPUT = ".jp-OutputArea-output"


@contextmanager
def running_lab(folder: Path) -> Iterator[tuple[str, str]]:
    """Start JupyterLab in a folder, with the panel shown from the start; give its address and token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token, settings = secrets.token_hex(16), folder / "settings"
    (settings / "autodash-jupyter").mkdir(parents=True)
    (settings / "autodash-jupyter" / "plugin.jupyterlab-settings").write_text('{"showOnStart": true}')
    (settings / "@jupyterlab" / "apputils-extension").mkdir(parents=True)
    (settings / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings").write_text(
        json.dumps({"fetchNews": "false"})
    )
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}",
        "--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}",
        f"--LabApp.user_settings_dir={settings}", f"--LabApp.workspaces_dir={folder / 'workspaces'}",
        "--ServerApp.log_level=ERROR",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            while True:
                try:
                    urllib.request.urlopen(f"{address}/api?token={token}", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield address, token
        finally:
            server.terminate()


def run_last_cell(page: Page, code: str) -> None:
    """Put code into the last cell and run it to its end."""
    cell = page.locator(".jp-Cell").last
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="busy"]').first.wait_for()
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').first.wait_for()


def latency(page: Page, news: str, load: str, events: int) -> list[float]:
    """Return the milliseconds from each moment to its pixel, while a load runs."""
    page.evaluate(WATCH, PANEL if news == "store" else OUTPUT)
    run_last_cell(page, f"run({news}, lambda: {load}, {events})")
    return [float(number) for number in page.evaluate("window.seen")]


def as_statement(load: str) -> str:
    """Return a load as one expression."""
    parts = [part.strip() for part in load.split(";")]
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def row(name: str, values: list[float], peer: float) -> None:
    high = statistics.quantiles(values, n=20, method="inclusive")[18]
    middle = statistics.median(values)
    print(f"{name:34}{len(values):6}{middle:10.0f}{high:10.0f}{max(values):10.0f}{middle / peer:14.2f}")


def measure_latency(page: Page, events: int) -> None:
    peer = latency(page, "tell", LOADS["nothing"], events)
    print(f"\n{'event to pixel, ms':34}{'seen':>6}{'p50':>10}{'p95':>10}{'most':>10}{'p50 / peer':>14}")
    row("peer: a renewed display", peer, statistics.median(peer))
    for name, load in LOADS.items():
        row(name, latency(page, "store", as_statement(load), events), statistics.median(peer))
    run_last_cell(page, "print('held', round(1000 * max(held)))")
    told = page.locator(".jp-Cell").last.locator(".jp-OutputArea-output").inner_text()
    print(f"  the longest of those C calls took {told.split()[-1]} ms")


def measure_load(page: Page, url: str) -> None:
    """Print how soon a reloaded page shows the panel with its dataset, and the notebook itself."""
    ready: dict[str, list[float]] = {"the notebook's cell": [], "the panel's dataset": []}
    for _ in range(3):
        began = time.perf_counter()
        page.goto(url)
        page.locator(".jp-Cell .cm-content").first.wait_for()
        ready["the notebook's cell"].append(time.perf_counter() - began)
        page.get_by_test_id("autodash-dataset").first.wait_for()
        ready["the panel's dataset"].append(time.perf_counter() - began)
    peer = statistics.median(ready["the notebook's cell"])
    print(f"\n{'page load to, s':34}{'p50':>10}{'/ peer':>10}")
    for name, seconds in ready.items():
        print(f"{name:34}{statistics.median(seconds):10.2f}{statistics.median(seconds) / peer:10.2f}")


def measure_bundle(asked: list[str], address: str) -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in STATIC.glob("*.js")}
    elsewhere = {url for url in asked if not re.match(rf"({re.escape(address)}|data:|blob:)", url)}
    print(f"\nbundle: {sum(sizes.values()) / 1024:.1f} KB gzipped in {len(sizes)} files")
    print(f"asked of other hosts: {len(elsewhere)} {sorted(elsewhere)[:3]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=40)
    options = parser.parse_args()
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        print("This needs Chromium; Debian: apt-get install chromium")
        return
    with tempfile.TemporaryDirectory() as name, running_lab(Path(name)) as (address, token):
        cells = [nbformat.v4.new_code_cell(PREPARE.replace("SECONDS", str(SECONDS_BETWEEN)))]
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, Path(name) / "latency.ipynb")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
            page: Any = chromium.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(120_000)
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            url = f"{address}/lab/tree/latency.ipynb?token={token}"
            page.goto(url)
            page.get_by_text(re.compile("Idle$")).first.wait_for()
            page.locator(".jp-Cell").first.click()
            page.keyboard.press("Shift+Enter")
            page.get_by_test_id("autodash-dataset").first.wait_for()
            measure_latency(page, options.events)
            page.keyboard.press("Control+s")
            measure_load(page, url)
            measure_bundle(asked, address)
            chromium.close()


if __name__ == "__main__":
    main()
