"""Let one OS user pass through the folders above a path, and nobody else.

The tree may lie in a home folder that is closed to others (`/root`). Opening it for everyone would be too much, so the one
user gets the right to pass (not to list, not to read) by a POSIX access list, where the file system knows those.
"""

import errno
import os
import stat
import struct
from pathlib import Path

ACCESS_LIST = "system.posix_acl_access"
_VERSION = struct.pack("<I", 2)
_ENTRY = struct.Struct("<HHI")
_OWNER, _USER, _GROUP, _NAMED_GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_MASKED = {_USER, _GROUP, _NAMED_GROUP}
_NOBODY = 0xFFFFFFFF
_PASS = 1


def open_the_way(path: Path, uid: int, gid: int) -> Path | None:
    """Make every folder above `path` passable for a user.

    Returns:
        The folder that stays closed, or None when the way is open.
    """
    for folder in reversed(path.resolve().parents):
        if not _may_pass(folder, uid, gid):
            try:
                _let_pass(folder, uid)
            except OSError:
                return folder
    return None


def _may_pass(folder: Path, uid: int, gid: int) -> bool:
    status = folder.stat()
    if status.st_uid == uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if any(tag == _USER and who == uid for tag, right, who in _entries(folder) if right & _PASS):
        return True
    if status.st_gid == gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _entries(folder: Path) -> list[tuple[int, int, int]]:
    """List the entries with what they are worth: a later `chmod` narrows the mask, not the entries."""
    try:
        raw = os.getxattr(folder, ACCESS_LIST)
    except OSError as error:
        if error.errno not in {errno.ENODATA, errno.EOPNOTSUPP}:
            raise
        return []
    found = list(_ENTRY.iter_unpack(raw[len(_VERSION) :]))
    mask = next((right for tag, right, _ in found if tag == _MASK), 7)
    return [
        (tag, right & mask if tag in _MASKED else right, who) for tag, right, who in found if tag != _MASK
    ]


def _let_pass(folder: Path, uid: int) -> None:
    mode = folder.stat().st_mode
    entries = _entries(folder) or [
        (_OWNER, mode >> 6 & 7, _NOBODY),
        (_GROUP, mode >> 3 & 7, _NOBODY),
        (_OTHER, mode & 7, _NOBODY),
    ]
    kept = [entry for entry in entries if (entry[0], entry[2]) != (_USER, uid)]
    kept.append((_USER, _PASS, uid))
    mask = 0
    for tag, right, _ in kept:
        mask |= right if tag in _MASKED else 0
    kept.append((_MASK, mask, _NOBODY))
    raw = _VERSION + b"".join(_ENTRY.pack(*entry) for entry in sorted(kept, key=lambda e: (e[0], e[2])))
    os.setxattr(folder, ACCESS_LIST, raw)
