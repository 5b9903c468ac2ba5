"""Files that are there whole or not at all, and folders that forget."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Nobody ever reads half of it. `durable`: after a power cut it is still there, as the row is that names it."""
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(content)
        if durable:
            part.flush()
            os.fsync(part.fileno())
    Path(part.name).replace(path)


def older_than(folder: Path, seconds: float) -> list[Path]:
    """The files of a folder that nobody has written for so long; none if there is no such folder."""
    limit = time.time() - seconds
    return [file for file in folder.iterdir() if file.stat().st_mtime < limit] if folder.is_dir() else []
