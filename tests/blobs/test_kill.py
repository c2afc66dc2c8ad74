"""Writers are killed, and swept beside: what was acknowledged is there, whole, and nothing else stays."""

import os
import random
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.blobs import DiskBlobStore, load_frame, referenced_blobs, sweep

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("AUTODASH_TEST_KILLS", "4"))
KEY = b"k" * 32

# Saves frames of a column that all writers share and of one of its own, and says so after each.
WRITER = """
import sys
import numpy as np, pandas as pd
from autodash_jupyter.blobs import DiskBlobStore, save_frame
blobs, start = DiskBlobStore(sys.argv[1]), int(sys.argv[2])
for number in range(start, start + 10_000):
    frame = pd.DataFrame({"shared": np.arange(50_000.0), "own": np.arange(50_000) * number})
    print(number, save_frame(blobs, frame, b"k" * 32), flush=True)
"""

# Saves one frame whenever it may just have become old enough to be swept, and reads it at once.
SAVER = """
import random, sys, time
import numpy as np, pandas as pd
from autodash_jupyter.blobs import DiskBlobStore, load_frame, save_frame
blobs = DiskBlobStore(sys.argv[1])
for _ in range(3):
    frame = pd.DataFrame({"shared": np.arange(50_000.0), "own": int(sys.argv[2])})
    name = save_frame(blobs, frame, b"k" * 32)
    pd.testing.assert_frame_equal(load_frame(DiskBlobStore(sys.argv[1]), name, b"k" * 32), frame)
    time.sleep(random.uniform(1.9, 2.1))
"""


def start(script, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.timeout(60 + 15 * KILLS)
def test_what_killed_writers_acknowledged_is_whole_and_a_sweep_removes_the_rest(tmp_path):
    chance, acknowledged = random.Random(0), {}
    for kill in range(KILLS):
        writers = [start(WRITER, tmp_path, 1_000 * kill + 500 * number) for number in range(2)]
        said = [writer.stdout.readline() for writer in writers]
        time.sleep(chance.uniform(0, 0.1))
        for writer in writers:
            writer.kill()
        for first, writer in zip(said, writers, strict=True):
            lines = (first + writer.communicate()[0]).split("\n")[:-1]
            acknowledged |= {int(number): name for number, name in map(str.split, lines)}
    blobs = DiskBlobStore(tmp_path)
    sweep(blobs, acknowledged.values(), older_than_seconds=0)
    for number, name in acknowledged.items():
        expected = pd.DataFrame({"shared": np.arange(50_000.0), "own": np.arange(50_000) * number})
        pd.testing.assert_frame_equal(load_frame(blobs, name, KEY), expected)
    needed = {part for name in acknowledged.values() for part in referenced_blobs(blobs, name)}
    assert {path.name for path in tmp_path.glob("*/*")} == needed


def test_a_sweep_never_takes_what_another_process_has_just_put_again(tmp_path):
    savers = [start(SAVER, tmp_path, number) for number in range(2)]
    blobs, removed = DiskBlobStore(tmp_path), 0
    while any(saver.poll() is None for saver in savers):
        removed += sweep(blobs, [], older_than_seconds=2.0).removed
    assert [saver.wait() for saver in savers] == [0, 0]
    assert removed > 0
