"""Archives and compressed files: whole or refused, never in silence and never endless."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from zoo import plain_values, wanted_text

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import read_source

AB = {"a": [1, 3], "b": ["x", "y"]}
CSV = b"a,b\n1,x\n3,y\n"
LONG = b"a,b\n" + b"".join(b"%d,word %d\n" % (number, number * 7919 % 10007) for number in range(60_000))
PACKERS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: pa.compress(data, "zstd", asbytes=True),
}


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(mode: str = "w", **files: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, data in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return stream.getvalue()


def load(folder: Path, data: bytes, name: str) -> list:
    (folder / name).write_bytes(data)
    return read_source(folder / name)


ONE = [
    *((f"t.csv.{suffix}", pack(CSV)) for suffix, pack in PACKERS.items()),
    *((f"t.json.{suffix}", pack(b'[{"a": 1, "b": "x"}, {"a": 3, "b": "y"}]')) for suffix, pack in PACKERS.items()),
    ("t.CSV.GZ", gzip.compress(CSV)),
    ("t.gz", gzip.compress(CSV)),
    ("t.csv", gzip.compress(CSV)),
    ("t.csv.gz", CSV),
    ("t.csv.gz", gzip.compress(CSV[:6]) + gzip.compress(CSV[6:])),
    ("t", gzip.compress(CSV)),
    ("t.tsv.gz", gzip.compress(CSV.replace(b",", b"\t"))),
    ("t.ndjson.gz", gzip.compress(b'{"a": 1, "b": "x"}\n{"a": 3, "b": "y"}\n')),
    ("t.xml.gz", gzip.compress(b"<r><o><a>1</a><b>x</b></o><o><a>3</a><b>y</b></o></r>")),
    ("t.html.gz", gzip.compress(b"<table><tr><th>a<th>b<tr><td>1<td>x<tr><td>3<td>y</table>")),
    ("t.zip", zipped(**{"t.csv": CSV})),
    ("t.csv.zip", zipped(**{"t.csv": CSV})),
    ("t.zip", zipped(**{"deep/er/t.csv": CSV})),
    ("t.zip", zipped(**{"t.csv": CSV, "__MACOSX/._t.csv": b"\x00\x05\x16\x07", ".DS_Store": b"x"})),
    ("t.zip", zipped(**{"t.csv": CSV, "readme.md": b"# about", "LICENSE": b"MIT"})),
    ("t.zip", zipped(**{"t.csv.gz": gzip.compress(CSV)})),
    ("t.zip", zipped(**{"inner.zip": zipped(**{"t.csv": CSV})})),
    ("t.csv", zipped(**{"t.csv": CSV})),
    ("t", zipped(**{"t.csv": CSV})),
    ("t.zip", zipped(**{"data": CSV})),
    ("t.tar", tarred(**{"t.csv": CSV})),
    ("t.tar.gz", tarred("w:gz", **{"t.csv": CSV})),
    ("t.tgz", tarred("w:gz", **{"t.csv": CSV})),
    ("t.tar.bz2", tarred("w:bz2", **{"t.csv": CSV})),
    ("t.tar.xz", tarred("w:xz", **{"t.csv": CSV})),
    ("t.tar.zst", PACKERS["zst"](tarred(**{"t.csv": CSV}))),
    ("t.tar.gz", tarred("w:gz", **{"._t.csv": b"\x00\x05", "t.csv": CSV})),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), ONE, ids=[f"{at} {name}" for at, (name, _) in enumerate(ONE)])
def test_one_packed_table_comes_out(tmp_path, name, data):
    [table] = load(tmp_path, data, name)
    assert plain_values(table.frame) == wanted_text(AB)


@pytest.mark.parametrize("suffix", list(PACKERS))
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_compressed_file_cut_off_is_refused(tmp_path, suffix, share):
    data = PACKERS[suffix](LONG)
    with pytest.raises(SourceError, match=r"cut off|damaged"):
        load(tmp_path, data[: int(share * len(data))], f"t.csv.{suffix}")


@pytest.mark.parametrize("suffix", list(PACKERS))
def test_a_compressed_file_that_lacks_its_last_bytes_is_refused(tmp_path, suffix):
    with pytest.raises(SourceError, match=r"cut off|damaged"):
        load(tmp_path, PACKERS[suffix](LONG)[:-3], f"t.csv.{suffix}")


@pytest.mark.parametrize("suffix", ["gz", "bz2", "xz"])
def test_a_compressed_file_with_a_wrong_byte_is_refused(tmp_path, suffix):
    data = bytearray(PACKERS[suffix](LONG))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(SourceError, match=r"Can't read 't\.csv"):
        load(tmp_path, bytes(data), f"t.csv.{suffix}")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.zip", zipped(**{"t.csv": LONG})),
        ("t.zip", zipped(**{"a.csv": LONG, "b.csv": LONG})),
        ("t.tar", tarred(**{"t.csv": LONG})),
        ("t.tar.gz", tarred("w:gz", **{"t.csv": LONG})),
    ],
)
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_an_archive_cut_off_is_refused(tmp_path, name, data, share):
    with pytest.raises(SourceError, match=r"cut off|damaged"):
        load(tmp_path, data[: int(share * len(data))], name)


def test_a_wrong_byte_in_an_archive_is_told_and_its_other_files_are_read(tmp_path):
    data = bytearray(zipped(**{"a.csv": LONG, "b.csv": CSV}))
    data[5_000] ^= 0xFF
    [table] = load(tmp_path, bytes(data), "t.zip")
    assert plain_values(table.frame) == wanted_text(AB)
    assert any("a.csv" in one for one in table.left_out)


def test_each_file_of_an_archive_is_a_table_under_its_name(tmp_path):
    tables = load(tmp_path, zipped(**{"north.csv": CSV, "sub/south.csv": CSV, "east.json": b"[]"}), "t.zip")
    assert [table.name for table in tables] == ["north", "south"]
    assert any("east.json" in one for one in tables[0].left_out)


def test_files_of_one_name_in_an_archive_are_numbered(tmp_path):
    tables = load(tmp_path, zipped(**{"a/t.csv": CSV, "b/t.csv": CSV}), "t.zip")
    assert len({table.name for table in tables}) == 2


def test_an_archive_writes_nowhere(tmp_path):
    folder = tmp_path / "inner"
    folder.mkdir()
    load(folder, zipped(**{"../../escaped.csv": CSV, "/tmp/escaped.csv": CSV}), "t.zip")
    assert not (tmp_path / "escaped.csv").exists()


@pytest.mark.parametrize("name", ["t.csv.gz", "t.zip"])
def test_what_unpacks_to_nothing_but_bulk_is_refused(tmp_path, name, monkeypatch):
    monkeypatch.setattr("autodash_jupyter.frames.compression.SURELY_HARMLESS_BYTES", 1 << 20)
    monkeypatch.setattr("autodash_jupyter.frames.archives.SURELY_HARMLESS_BYTES", 1 << 20)
    bulk = b"a,b\n" + b"0,0\n" * (5 << 20)
    with pytest.raises(SourceError, match="times its size"):
        load(tmp_path, zipped(**{"t.csv": bulk}) if name == "t.zip" else gzip.compress(bulk), name)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (zipped(), "no file of a known kind"),
        (zipped(**{"notes.md": b"x"}), "no file of a known kind"),
        (zipped(**{"t.csv": b""}), "empty"),
        (tarred(), "no file of a known kind"),
        (b"PK\x03\x04nonsense" * 9, "cut off|damaged"),
    ],
)
def test_an_archive_without_a_table_is_refused(tmp_path, data, said):
    with pytest.raises(SourceError, match=said):
        load(tmp_path, data, "t.tar" if data == tarred() else "t.zip")


def test_an_encrypted_archive_asks_for_its_password(tmp_path):
    data = bytearray(zipped(**{"t.csv": CSV}))
    at = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[at + 8] |= 1
    with pytest.raises(SourceError, match="encrypted"):
        load(tmp_path, bytes(data), "t.zip")


def test_other_archives_are_called_by_their_name(tmp_path):
    for magic, word in ((b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07\x00", "rar")):
        with pytest.raises(SourceError, match=word):
            load(tmp_path, magic + bytes(64), "t.csv")
        with pytest.raises(SourceError, match=word):
            load(tmp_path, magic + bytes(64), f"t.{word}")
