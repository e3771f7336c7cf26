"""Which kind of file system a path is on."""

from __future__ import annotations

from pathlib import Path

#: Their files can change without this machine's kernel knowing.
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.rclone"}
)


def type_of(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Such as ``ext4``; empty where it cannot be told."""
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        # Not Linux: there is no such list.
        return ""
    real = path.resolve()
    found = ("", "")
    for _, point, kind, *_ in (fields for line in lines if len(fields := line.split(" ")) > 3):
        place = point.encode().decode("unicode_escape", "replace")
        # Of two mounts on one point the later one is seen.
        if len(place) >= len(found[0]) and real.is_relative_to(place):
            found = (place, kind)
    return found[1]
