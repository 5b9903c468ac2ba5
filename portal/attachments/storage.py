"""Files on disk, named by their tokens: written whole, swept when no row names them any more."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Collection
from pathlib import Path

from portal.attachments.models import Attachment

ORPHANS_AFTER = 86_400
"""Seconds. A file is written before its row, so a young one without a row may be on its way."""


def path_of(var_dir: Path, attachment: Attachment) -> Path:
    return var_dir / "uploads" / attachment.token[:2] / attachment.file_name


def write(var_dir: Path, attachment: Attachment, content: bytes) -> None:
    """The file is there whole before anything says that it is there."""
    path = path_of(var_dir, attachment)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(content)
    Path(part.name).replace(path)


def sweep(var_dir: Path, known: Callable[[Collection[str]], Collection[str]]) -> int:
    """Delete files whose token is not among the known; returns how many."""
    gone = 0
    for folder in sorted((var_dir / "uploads").glob("??")):
        old = [file for file in folder.iterdir() if time.time() - file.stat().st_mtime > ORPHANS_AFTER]
        kept = known([file.stem for file in old]) if old else ()
        for file in old:
            if file.stem not in kept:
                file.unlink(missing_ok=True)
                gone += 1
    return gone
