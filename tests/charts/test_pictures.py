"""Charts as pictures, whatever their cells and names hold."""

from __future__ import annotations

import subprocess
import sys

import pytest

DRAWN = """
from autodash_jupyter.charts.saving import picture, render
for odd in map(chr, (0, 0x1B, 0xFFFE, 0xFFFF)):
    values = [{"name" + odd: "cell" + odd, "n": 1}, {"name" + odd: "b", "n": 2}]
    encoding = {
        "x": {"field": "name" + odd, "type": "nominal", "title": "of" + odd},
        "y": {"field": "n", "type": "quantitative"},
    }
    spec = {"mark": "bar", "data": {"values": values}, "encoding": encoding, "title": "about" + odd}
    assert render(spec, "png").startswith(b"\\x89PNG")
    assert picture(spec)["image/svg+xml"].count('aria-roledescription="bar"') == 2
"""


def test_a_character_that_no_picture_can_hold_ends_no_process() -> None:
    pytest.importorskip("vl_convert", reason="pictures need the extra 'charts'")
    done = subprocess.run([sys.executable, "-c", DRAWN], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
