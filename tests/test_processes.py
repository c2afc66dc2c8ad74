"""A process is told from one that was killed, also where nobody took note."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autodash_jupyter import processes
from autodash_jupyter.processes import is_running, process_name

NAME = "from autodash_jupyter.processes import process_name; print(process_name(), flush=True); input()"


def test_a_killed_process_whose_parent_took_no_note_is_gone() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    name = child.stdout.readline().strip()
    assert is_running(name)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays a zombie
    assert not is_running(name)
    child.communicate()
    assert not is_running(name)


def test_another_process_of_the_same_number_is_another_one() -> None:
    host, process_id, started = process_name().split(":")
    assert is_running(f"{host}:{process_id}:{started}")
    assert not is_running(f"{host}:{process_id}:{started}9")


def test_without_proc_a_process_has_a_name_as_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(processes, "_PROCESSES", tmp_path)
    assert is_running(process_name())
    assert not is_running("elsewhere:99999999:1")
