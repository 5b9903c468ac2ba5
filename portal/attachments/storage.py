"""Files on disk, named by their tokens: written whole, swept when no row names them any more."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from portal.attachments.models import Attachment
from portal.files import older_than, write_whole

ORPHANS_AFTER = 86_400
"""Seconds. A file is written before its row, so a young one without a row may be on its way."""


def folder(var_dir: Path) -> Path:
    return var_dir / "uploads"


def path_of(var_dir: Path, attachment: Attachment) -> Path:
    return folder(var_dir) / attachment.token[:2] / attachment.file_name


def small_of(path: Path) -> Path:
    """Where a picture's copy for telephones lies, if it has one."""
    return path.with_suffix(f".small{path.suffix}")


def write(var_dir: Path, attachment: Attachment, content: bytes, small: bytes = b"") -> None:
    """The file is there whole before anything says that it is there."""
    path = path_of(var_dir, attachment)
    write_whole(path, content)
    if small:
        write_whole(small_of(path), small)


def sweep(var_dir: Path, known: Callable[[Collection[str]], Collection[str]]) -> int:
    """Delete files whose token is not among the known; returns how many."""
    gone = 0
    for drawer in sorted(folder(var_dir).glob("??")):
        old = older_than(drawer, ORPHANS_AFTER)
        kept = known([_token(file) for file in old]) if old else ()
        for file in old:
            if _token(file) not in kept:
                file.unlink(missing_ok=True)
                gone += 1
    return gone


def _token(file: Path) -> str:
    return file.name.partition(".")[0]
