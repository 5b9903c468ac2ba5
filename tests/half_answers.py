"""A server that dies in the middle of what it says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

BEFORE_ITS_STATUS = b"HTTP/1.1"
BEFORE_ITS_END = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"


@contextmanager
def dying(said: bytes) -> Iterator[int]:
    """The port of a server that says only `said`, once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join()
