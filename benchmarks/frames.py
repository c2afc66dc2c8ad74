"""What it costs to store a frame, beside Parquet, Feather and pickle; one column changed; codecs.

Run ``python benchmarks/frames.py [FOLDER]``; the folder is on the disk to be measured, by default a temporary
one. The frame has 1,040,000 rows and 84 MB of mixed columns. Every way is timed until the bytes are on the
disk (fsync), as the best of some runs; ours includes the proof that nothing was lost, the checksums and
the directory entries. Compare the ratios, which say how many times as long ours takes, of this run alone.
"""

from __future__ import annotations

import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

from autodash_jupyter.blobs import DiskBlobStore, load_frame, save_frame

KEY = b"k" * 32
RUNS = 5


def mixed_frame() -> pd.DataFrame:
    """Return 84 MB: random floats, prices, small whole numbers, moments, categories, texts, flags."""
    random, rows = np.random.default_rng(0), 1_040_000
    seconds = random.integers(0, 31_536_000, rows)
    return pd.DataFrame(
        {
            **{f"random {number}": random.random(rows) for number in range(3)},
            "price": np.round(random.lognormal(3, 1, rows), 2),
            "amount": random.integers(0, 1000, rows),
            "id": np.arange(rows),
            "moment": pd.Timestamp("2024") + pd.to_timedelta(seconds, unit="s"),
            "region": pd.Categorical(random.choice(["north", "south", "east", "west"], rows)),
            "customer": [f"{number % 97_331:x} no {number % 13}" for number in range(rows)],
            "flag": random.random(rows) > 0.5,
            "stock": pd.array(random.integers(0, 99, rows), dtype="Int32"),
        }
    )


def best(act: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Return the shortest time of some runs in milliseconds; ``before`` is done each time, untimed."""
    times = []
    for _ in range(RUNS):
        before()
        started = perf_counter()
        act()
        times.append(perf_counter() - started)
    return min(times) * 1_000


def write_durably(path: Path, write: Callable[[Path], object]) -> None:
    write(path)
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def peers(frame: pd.DataFrame) -> dict[str, tuple[Callable[[Path], object], Callable[[Path], object]]]:
    return {
        "Parquet": (frame.to_parquet, pd.read_parquet),
        "Feather": (frame.to_feather, pd.read_feather),
        "pickle": (
            lambda path: path.write_bytes(pickle.dumps(frame, protocol=5)),
            lambda path: pickle.loads(path.read_bytes()),
        ),
    }


def size_of(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def compare(frame: pd.DataFrame, folder: Path) -> None:
    blobs_folder = folder / "blobs"
    names: list[str] = []

    def empty() -> None:
        shutil.rmtree(blobs_folder, ignore_errors=True)

    saving = best(lambda: names.append(save_frame(DiskBlobStore(blobs_folder), frame, KEY)), empty)
    blobs, size = DiskBlobStore(blobs_folder), size_of(blobs_folder)
    loading = best(lambda: load_frame(blobs, names[-1], KEY))
    print(f"{'':12}{'save ms':>9}{'load ms':>9}{'MB':>8}   ours takes (save, load)")
    print(f"{'AutoDash':12}{saving:9.0f}{loading:9.0f}{size:8.1f}")
    for peer, (write, read) in peers(frame).items():
        path = folder / peer
        theirs = best(lambda path=path, write=write: write_durably(path, write))
        back = best(lambda path=path, read=read: read(path))
        ratios = f"{saving / theirs:5.2f}x {loading / back:5.2f}x"
        print(f"{peer:12}{theirs:9.0f}{back:9.0f}{path.stat().st_size / 1e6:8.1f}   {ratios}")
    change_one_column(frame, blobs, blobs_folder, names[-1], saving)


def change_one_column(
    frame: pd.DataFrame, blobs: DiskBlobStore, folder: Path, previous: str, first: float
) -> None:
    for kind, earlier in (("", None), (", the earlier save named", previous)):
        before, times = size_of(folder), []
        for number in range(RUNS):
            changed = frame.assign(price=frame["price"] + number + (0.5 if earlier else 0.25))
            started = perf_counter()
            save_frame(blobs, changed, KEY, previous=earlier)
            times.append(perf_counter() - started)
        written = (size_of(folder) - before) / RUNS
        again = min(times) * 1_000
        ratio = f"{again / first:.2f}x the first save"
        print(f"one column changed{kind}: {again:.0f} ms, {written:.1f} MB ({ratio})")


def compare_codecs(frame: pd.DataFrame) -> None:
    print(
        f"\n{'':12}"
        + "".join(f"{codec:>26}" for codec in ("plain", "lz4", "zstd"))
        + "   (MB, write ms, read ms)"
    )
    for label in ("random 0", "price", "amount", "id", "customer"):
        values: Any = pa.array(frame[label])
        batch = pa.record_batch(
            [values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values], ["values"]
        )
        cells = ""
        for codec in (None, "lz4", "zstd"):
            streams: list[pa.Buffer] = []
            writing = best(
                lambda codec=codec, streams=streams, batch=batch: streams.append(stream(batch, codec))
            )
            reading = best(lambda streams=streams: pa.ipc.open_stream(streams[-1]).read_all())
            cells += f"{streams[-1].size / 1e6:12.1f}{writing:7.0f}{reading:7.0f}"
        print(f"{label:12}{cells}")


def stream(batch: pa.RecordBatch, codec: str | None) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=codec)
    with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def main() -> None:
    frame = mixed_frame()
    print(
        f"{len(frame):,} rows, {frame.shape[1]} columns, {frame.memory_usage(index=False).sum() / 1e6:.0f} MB"
    )
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        compare(frame, Path(folder))
    compare_codecs(frame)


if __name__ == "__main__":
    main()
