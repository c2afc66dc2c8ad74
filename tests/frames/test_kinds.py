"""Files of other kinds than text: what types and names come out, and that nothing damaged loads in
silence."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.orc
import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import read_source
from autodash_jupyter.frames.options import ReadOptions

CSV = b"id,name\n1,Ana\n2,Bo\n"
ROWS = {"id": [1, 2], "name": ["Ana", "Bo"]}
COMPRESSORS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    stream = pa.CompressedOutputStream(sink, "zstd")
    stream.write(data)
    stream.close()
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_compressed_text_is_read_by_its_content_and_refused_where_cut_off(tmp_path, suffix):
    packed = {**COMPRESSORS, ".zst": zstd}[suffix](CSV + b"3,Cy\n" * 50_000)
    path = tmp_path / f"people.csv{suffix}"
    path.write_bytes(packed)
    [table] = read_source(path)
    assert (table.name, len(table.frame)) == ("people", 50_002)
    for missing in (1, 9, len(packed) // 2):
        path.write_bytes(packed[:-missing])
        with pytest.raises(SourceError, match="Can't read"):
            read_source(path)


def test_what_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    from autodash_jupyter.frames import archives, compression

    monkeypatch.setattr(compression, "SURELY_HARMLESS_BYTES", 1 << 20)
    monkeypatch.setattr(archives, "SURELY_HARMLESS_BYTES", 1 << 20)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 10_000_000))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"a,b\n" + b"1,2\n" * 10_000_000)
    for name in ("bomb.csv.gz", "bomb.zip"):
        with pytest.raises(SourceError, match="times its size"):
            read_source(tmp_path / name)


def test_a_zip_of_many_files_is_a_table_each_and_a_bad_one_is_told(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("north/Sales 1.csv", CSV)
        archive.writestr("south/Sales 1.csv", CSV)
        archive.writestr("../../outside.csv", CSV)
        archive.writestr("bad.csv", b"\x89PNG\r\n\x1a\n")
        archive.writestr("readme.md", "text")
        archive.writestr("__MACOSX/._x.csv", "x")
    tables = read_source(path)
    assert [table.name for table in tables] == ["sales_1", "sales_1_2", "outside"]
    assert all(table.frame.to_dict("list") == ROWS for table in tables)
    assert "'bad.csv' could not be read" in tables[0].left_out[0]
    assert not (tmp_path.parent.parent / "outside.csv").exists()


def test_an_archive_of_one_file_has_its_own_name(tmp_path):
    with zipfile.ZipFile(tmp_path / "people.zip", "w") as archive:
        archive.writestr("x.csv", CSV)
    assert [table.name for table in read_source(tmp_path / "people.zip")] == ["people"]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_archives_are_read_and_links_and_devices_in_them_are_not(tmp_path, mode):
    path = tmp_path / ("a.tar" + mode[1:].replace(":", "."))
    with tarfile.open(path, mode) as archive:
        for name in ("a.csv", "/etc/b.csv"):
            info = tarfile.TarInfo(name)
            info.size = len(CSV)
            archive.addfile(info, io.BytesIO(CSV))
        link = tarfile.TarInfo("link.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert [table.name for table in read_source(path)] == ["a", "b"]


def test_archives_that_are_damaged_encrypted_or_empty_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", CSV * 1000)
    whole = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as archive:
        archive.writestr("readme.md", "x")
    for name in ("a.zip", "none.zip"):
        with pytest.raises(SourceError, match="Can't read"):
            read_source(tmp_path / name)
    damaged = bytearray(whole)
    damaged[60] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(bytes(damaged))
    with pytest.raises(SourceError, match="CRC"):
        read_source(tmp_path / "a.zip")


def test_a_pattern_is_one_table_whose_types_hold_for_all_files(tmp_path):
    (tmp_path / "a.csv").write_text("code,n\n12,1\n")
    (tmp_path / "b.csv").write_text("code,n,more\n007,2,x\n")
    (tmp_path / "c.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
    [table] = read_source(str(tmp_path / "*.csv"))
    assert table.frame["code"].tolist() == ["12", "007"]
    assert table.frame["more"].tolist()[1] == "x"
    assert table.notes[0] == "2 files read as one table"
    assert "'c.csv' could not be read" in table.left_out[0]
    with pytest.raises(SourceError, match="No file matches"):
        read_source(str(tmp_path / "*.tsv"))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_partitioned_folders_are_one_table_with_their_columns(tmp_path, kind):
    for year, code in (("2023", "01"), ("2024", "02")):
        folder = tmp_path / "sales" / f"year={year}" / f"code={code}"
        folder.mkdir(parents=True)
        frame = pd.DataFrame({"n": [int(year)]})
        frame.to_csv(folder / "part-0.csv", index=False) if kind == "csv" else frame.to_parquet(
            folder / "p.parquet"
        )
    (tmp_path / "sales" / "_SUCCESS").touch()
    (tmp_path / "sales" / "loop").symlink_to(tmp_path / "sales")
    [table] = read_source(str(tmp_path / "sales"))
    assert table.name == "sales"
    assert table.frame.to_dict("list") == {"n": [2023, 2024], "year": [2023, 2024], "code": ["01", "02"]}


def test_arrow_files_of_every_form_are_read(tmp_path):
    frame = pd.DataFrame({"id": [1, 2], "name": ["Ana", "Bo"], "day": pd.to_datetime(["2020-01-01", None])})
    table = pa.Table.from_pandas(frame)
    pyarrow.feather.write_feather(table, tmp_path / "a.feather")
    with pa.OSFile(str(tmp_path / "b.arrow"), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    pyarrow.orc.write_table(table, str(tmp_path / "c.orc"))
    for name in ("a.feather", "b.arrow", "c.orc"):
        read = read_source(tmp_path / name)[0].frame
        assert read["id"].tolist() == [1, 2]
        assert read["day"].isna().tolist() == [False, True]


def test_big_whole_numbers_with_gaps_stay_exact_in_parquet(tmp_path):
    table = pa.table({"id": pa.array([2**53 + 1, None], pa.int64()), "flag": pa.array([True, None])})
    pa.parquet.write_table(table, tmp_path / "t.parquet")
    frame = read_source(tmp_path / "t.parquet")[0].frame
    assert frame["id"].tolist()[0] == 2**53 + 1
    assert frame["flag"].tolist()[0] is True


def test_files_of_stata_sas_and_spss_are_read(tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    frame = pd.DataFrame({"id": [1.0, 2.0], "name": ["Ana", "Bo"]})
    pyreadstat.write_dta(frame, str(tmp_path / "a.dta"), column_labels=["The number", "The name"])
    pyreadstat.write_sav(
        frame, str(tmp_path / "a.sav"), variable_value_labels={"id": {1.0: "one", 2.0: "two"}}
    )
    pyreadstat.write_xport(frame, str(tmp_path / "a.xpt"))
    [stata], [spss], [sas] = (read_source(tmp_path / name) for name in ("a.dta", "a.sav", "a.xpt"))
    assert stata.frame["name"].tolist() == ["Ana", "Bo"]
    assert "column 'id': The number" in stata.notes
    assert spss.frame["id"].astype(str).tolist() == ["one", "two"]
    assert sas.frame["id"].tolist() == [1, 2]


def test_each_table_of_a_page_is_read_with_cells_that_span(tmp_path):
    pytest.importorskip("lxml")
    (tmp_path / "page.html").write_text(
        "<html><body><table><caption>Cities</caption><tr><th>city</th><th>n</th></tr>"
        "<tr><td rowspan=2>Porto</td><td>1,234</td></tr><tr><td>2</td></tr></table>"
        "<table id=other><tr><th>a</th><th>b</th></tr>"
        "<tr><td>03/04/2020</td><td>007</td></tr></table></body></html>"
    )
    first, second = read_source(tmp_path / "page.html")
    assert (first.name, first.frame.to_dict("list")) == (
        "cities",
        {"city": ["Porto", "Porto"], "n": [1234, 2]},
    )
    assert (second.name, second.frame["b"].tolist()) == ("other", ["007"])
    assert any("day or month first" in note for note in second.notes)
    (tmp_path / "none.html").write_text("<html><body>Log in</body></html>")
    with pytest.raises(SourceError, match="no table"):
        read_source(tmp_path / "none.html")


def test_records_in_xml_become_rows_one_level_deep(tmp_path):
    pytest.importorskip("lxml")
    (tmp_path / "a.xml").write_text(
        "<?xml version='1.0'?><root><meta>x</meta><item id='1'><name>Ana</name>"
        "<at><city>Porto</city></at></item>"
        "<item id='2'><name>Bo</name></item></root>"
    )
    [table] = read_source(tmp_path / "a.xml")
    assert table.frame["id"].tolist() == [1, 2]
    assert table.frame["name"].tolist() == ["Ana", "Bo"]
    assert table.frame["at.city"].tolist()[0] == "Porto"
    (tmp_path / "cut.xml").write_text("<root><item><a>1</a></item><item>")
    with pytest.raises(SourceError, match="no whole XML"):
        read_source(tmp_path / "cut.xml")


def test_nothing_outside_an_xml_file_is_looked_up(tmp_path):
    pytest.importorskip("lxml")
    (tmp_path / "secret.txt").write_text("SECRET")
    entity = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    (tmp_path / "a.xml").write_text(f"{entity}<r><i><a>&x;</a><b>1</b></i><i><a>y</a><b>2</b></i></r>")
    with pytest.raises(SourceError, match="entities") as caught:
        read_source(tmp_path / "a.xml")
    assert "SECRET" not in str(caught.value)


def test_a_format_may_be_seen_by_content_and_dates_decided_by_the_person(tmp_path):
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "download")
    assert read_source(tmp_path / "download")[0].frame["a"].tolist() == [1]
    (tmp_path / "d.csv").write_text("day,n\n03/04/2020,1\n")
    [table] = read_source(tmp_path / "d.csv", options=ReadOptions(dates="day"))
    assert table.frame["day"].tolist() == [pd.Timestamp("2020-04-03")]


def test_a_link_that_goes_in_circles_is_refused(tmp_path):
    (tmp_path / "a.csv").symlink_to(tmp_path / "b.csv")
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    with pytest.raises(SourceError, match="can't be the path"):
        read_source(tmp_path / "a.csv")


def test_a_file_that_needs_more_memory_than_is_free_says_so_before_it_is_read(tmp_path, monkeypatch):
    from autodash_jupyter.frames import memory

    monkeypatch.setattr(memory, "SMALL_BYTES", 0)
    monkeypatch.setattr(memory, "TIMES_OF_TEXT", 1e15)
    Path(tmp_path / "a.csv").write_bytes(CSV)
    with pytest.raises(SourceError, match=r"GB of memory and .* GB are free; --lazy"):
        read_source(tmp_path / "a.csv")
