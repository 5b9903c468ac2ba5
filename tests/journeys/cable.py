"""The line between a browser and the portal. Cut it, and the telephone still shows bars: nothing comes through."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from urllib.parse import urlsplit


class Cable:
    """Carries bytes from an address of its own to the portal's."""

    def __init__(self, portal_url: str) -> None:
        self._to = ("127.0.0.1", urlsplit(portal_url).port or 80)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._door.getsockname()[1]}"
        self._ends: list[socket.socket] = []
        self._is_cut = False
        Thread(target=self._answer, daemon=True).start()

    def cut(self) -> None:
        self._is_cut = True
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._is_cut = False

    def close(self) -> None:
        self.cut()
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _answer(self) -> None:
        with suppress(OSError):  # the door was closed
            while True:
                near, _ = self._door.accept()
                if self._is_cut:
                    near.close()
                    continue
                far = socket.create_connection(self._to)
                self._ends += (near, far)
                Thread(target=self._carry, args=(near, far), daemon=True).start()
                Thread(target=self._carry, args=(far, near), daemon=True).start()

    def _carry(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while some := here.recv(65536):
                there.sendall(some)
        for end in (here, there):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        here.close()


@contextmanager
def cable_to(portal_url: str) -> Iterator[Cable]:
    line = Cable(portal_url)
    try:
        yield line
    finally:
        line.close()
