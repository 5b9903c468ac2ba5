"""What the shipped nginx keeps of the portal, for how long, and who waits for whom; before a portal of a few lines."""

from __future__ import annotations

import http.client
import http.server
import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from tests.faults import nginx
from tests.faults.nginx import Served

pytestmark = [pytest.mark.faults, pytest.mark.skipif(not nginx.IS_HERE, reason="nginx is not on the PATH")]
MEGABYTE = 1024 * 1024


class Portal(http.server.ThreadingHTTPServer):
    """Answers as it is told to, once it is let; says by itself who has come."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.answer: tuple[int, dict[str, str], bytes] = (200, {}, b"")
        self.come: queue.Queue[str] = queue.Queue()
        self.may_answer = threading.Event()
        self.may_answer.set()


class Page(http.server.BaseHTTPRequestHandler):
    server: Portal

    def do_GET(self) -> None:  # the name the library looks for
        status, headers, body = self.server.answer
        self.server.come.put(self.path)
        self.server.may_answer.wait(20)
        self.send_response(status)
        for name, value in {"Cache-Control": "no-cache", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[Portal]:
    server = Portal()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.may_answer.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def front(portal: Portal) -> Iterator[Served]:
    """What is kept for five seconds is kept for one here: so long a test can wait."""
    with nginx.nginx(portal.server_port, ("proxy_cache_valid 200 5s", "proxy_cache_valid 200 1s")) as (pages, _):
        yield pages


@pytest.fixture
def visitors(portal: Portal) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(20) as pool:
        yield pool
        portal.may_answer.set()


@contextmanager
def asked(front: Served, path: str) -> Iterator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection("127.0.0.1", front.port, timeout=20)) as connection:
        connection.request("GET", path)
        yield connection.getresponse()


def ask(front: Served, path: str) -> tuple[int, bytes, str | None]:
    with asked(front, path) as answer:
        return answer.status, answer.read(), answer.headers["X-Cache"]


def held(
    portal: Portal, front: Served, visitors: ThreadPoolExecutor, path: str
) -> Future[tuple[int, bytes, str | None]]:
    """Visitors come until what is kept has run out; for the last of them the portal works until it may answer."""
    portal.may_answer.clear()
    while True:
        waiting = visitors.submit(ask, front, path)
        try:
            waiting.result(0.2)
        except TimeoutError:
            return waiting


@pytest.mark.parametrize("gone", [301, 404, 410])
def test_a_page_that_is_gone_is_not_served_to_who_comes_while_another_asks(portal, front, visitors, gone):
    portal.answer = (200, {}, b"a telephone number")
    assert ask(front, "/y-tuong/1") == (200, b"a telephone number", "MISS")
    portal.answer = (gone, {"Location": "/y-tuong/2"}, b"gone")
    first = held(portal, front, visitors, "/y-tuong/1")
    portal.may_answer.set()
    assert first.result(5)[0] == gone
    held(portal, front, visitors, "/y-tuong/1")
    assert ask(front, "/y-tuong/1")[:2] == (gone, b"gone")


def test_nobody_waits_long_for_what_is_never_kept(portal, front, visitors):
    portal.answer = (200, {"Set-Cookie": "sid=1"}, b"a form")
    held(portal, front, visitors, "/dang-nhap")
    for _ in range(5):
        visitors.submit(ask, front, "/dang-nhap")
    for _ in range(6):
        assert portal.come.get(timeout=3) == "/dang-nhap"


@pytest.mark.parametrize("path", ["/du-lieu-mo/y-tuong.csv", "/en/du-lieu-mo/y-tuong.jsonl"])
def test_open_data_fill_no_memory_of_nginx(portal, front, path):
    portal.answer = (200, {}, bytes(64 * MEGABYTE))
    with asked(front, path) as answer:
        assert answer.headers["X-Cache"] is None
        assert len(answer.read(MEGABYTE)) == MEGABYTE
        time.sleep(0.5)  # nginx reads as fast as it can, the visitor does not
        kept = sum(file.stat().st_size for file in front.folder.rglob("*") if file.is_file())
        assert kept < 20 * MEGABYTE
        assert len(answer.read()) == 63 * MEGABYTE
