"""The commands that the page about the server shows: copied, run, and none of them refused."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_servers import JupyterServer

from autodash_jupyter.server.routes import ROUTES

PAGE = Path(__file__).parents[2] / "docs" / "server.md"
SALES = "day,amount\n2024-01-01,10\n2024-01-02,12\n"


def test_what_the_page_shows_can_be_copied_and_run(shared: JupyterServer, tmp_path: Path) -> None:
    if shutil.which("curl") is None or shutil.which("bash") is None:
        pytest.skip("curl or bash is not installed")
    [shown] = re.findall(r"```bash\n(.*?)```", PAGE.read_text(), re.DOTALL)
    script = shown.partition("\n")[2]  # the server runs already
    script = script.replace("http://localhost:8888", shared.address).replace(
        "token secret", f"token {shared.token}"
    )
    script = script.replace("-m 5 $api/events", "-m 1 $api/events || test $? = 28")
    shared.file("q3/sales.csv", SALES)
    (tmp_path / "sales.csv").write_text(SALES)
    refusing = 'curl() { command curl --fail-with-body "$@"; echo; }\nset -e -o pipefail\n'
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", refusing + script],
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert '"reason"' not in done.stdout
    assert "event: ready" in done.stdout
    assert '"context_used"' in done.stdout


def test_the_page_names_every_route() -> None:
    text = PAGE.read_text()
    for path, _ in ROUTES:
        last = re.sub(r"\{\w+\}", "{id}", path).rpartition("/")[2].partition("?")[0]
        assert last in text or last == "{id}", path
