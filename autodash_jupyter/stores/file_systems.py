"""What file system a folder lies on: on one across a network, locks may not hold."""

from __future__ import annotations

from pathlib import Path

__all__ = ["network_file_system"]

MOUNTS = Path("/proc/mounts")  # Linux only; elsewhere nothing is known
ACROSS_A_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "beegfs", "ncpfs"}
)
FUSE = "fuse."  # sshfs, s3fs, rclone: nearly all of them are, and few have locks


def network_file_system(folder: Path) -> str | None:
    """Return the name of the file system ``folder`` lies on if it is one across a network, else ``None``."""
    try:
        mounts = MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    kind = file_system(folder, mounts)
    return kind if kind in ACROSS_A_NETWORK or kind == "fuse" or kind.startswith(FUSE) else None


def file_system(folder: Path, mounts: str) -> str:
    """Return the kind of the file system that holds ``folder``, by a table laid out as ``/proc/mounts`` is.

    >>> table = "/dev/vda / ext4 rw 0 0", "server:/home /home/ada nfs4 rw 0 0"
    >>> [file_system(Path(folder), "\\n".join(table)) for folder in ("/home/ada/notebooks", "/home/adam")]
    ['nfs4', 'ext4']
    """
    deepest, found = -1, ""
    for line in mounts.splitlines():
        _, place, kind, *_ = [*line.split(" "), "", "", ""]
        mounted = Path(_unescape(place))
        # Of two at one place, the later one hides the earlier.
        if folder.is_relative_to(mounted) and len(mounted.parts) >= deepest:
            deepest, found = len(mounted.parts), kind
    return found


def _unescape(place: str) -> str:
    for escaped, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        place = place.replace(escaped, character)
    return place
