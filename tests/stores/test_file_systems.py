"""Folders on a network, by the tables of mounts of real machines."""

import logging
from pathlib import Path

import pytest

from autodash_jupyter.stores import TinyDBContextStore, file_systems
from autodash_jupyter.stores.file_systems import file_system, network_file_system

TABLE = r"""
/dev/vda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
filer:/export/home /home nfs4 rw,vers=4.2 0 0
/dev/vdb /home/ada/local\040disk xfs rw 0 0
//server/share /mnt/share cifs rw 0 0
me@host: /mnt/ssh fuse.sshfs rw 0 0
host /mnt/host 9p rw 0 0
/dev/sdb1 /media/stick fuseblk rw 0 0
tmpfs /mnt/hidden tmpfs rw 0 0
filer:/x /mnt/hidden nfs rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("folder", "kind", "is_network"),
    [
        ("/home/ada/notebooks", "nfs4", True),
        ("/home/ada/local disk/notebooks", "xfs", False),
        ("/homes/ada", "ext4", False),
        ("/mnt/share", "cifs", True),
        ("/mnt/ssh/a/b", "fuse.sshfs", True),
        ("/mnt/host", "9p", True),
        ("/media/stick", "fuseblk", False),
        ("/mnt/hidden/a", "nfs", True),
    ],
)
def test_the_deepest_and_latest_mount_counts(tmp_path, monkeypatch, folder, kind, is_network):
    (tmp_path / "mounts").write_text(TABLE)
    monkeypatch.setattr(file_systems, "MOUNTS", tmp_path / "mounts")
    assert file_system(Path(folder), TABLE) == kind
    assert network_file_system(Path(folder)) == (kind if is_network else None)


def test_a_store_on_a_network_says_so_once(tmp_path, monkeypatch, caplog):
    (tmp_path / "mounts").write_text(f"/dev/vda / ext4 rw 0 0\nfiler:/x {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(file_systems, "MOUNTS", tmp_path / "mounts")
    with caplog.at_level(logging.WARNING), TinyDBContextStore(tmp_path / "context.json") as store:
        for number in range(3):
            store.set(number, {})
            store.list_keys()
    assert caplog.text.count("network file system (nfs4)") == 1


def test_where_there_is_no_table_of_mounts_nothing_is_said(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(file_systems, "MOUNTS", tmp_path / "missing")
    assert network_file_system(tmp_path) is None
