"""The pages nginx keeps, with the configuration that is shipped, beside nginx sending the same bytes from disk.

`python -m bench.cache`, with nginx on the PATH. Both answer with the same headers, because the client that reads them
shares the machine. The rate of both is that of the client, so the time nginx itself needs is compared, too.
"""

from __future__ import annotations

import http.client
from contextlib import closing
from statistics import median

from bench.bank import bank
from bench.serving import Figures, Request, load, serving
from tests.faults.nginx import IS_HERE, Served, nginx

GOAL = 0.80
ROUNDS, SECONDS = 9, 2.0
PATHS = ("/", "/y-tuong", "/y-tuong?sort=new")
ENCODING = ("Accept-Encoding", "br")  # what browsers take
BY_NGINX = {"server", "date", "connection", "content-type", "content-length", "etag"}
"""Headers that nginx writes by itself for a file."""


def main() -> None:
    if not IS_HERE:
        raise SystemExit("nginx is not on the PATH")
    with bank("sqlite", 2_000, 20_000) as (env, _), serving("gunicorn", env) as (port, _):
        headers = [header for header in _answer(port, PATHS[0])[0] if header[0].lower() not in BY_NGINX]
        with nginx(port, headers=headers) as (kept, disk):
            for number, path in enumerate(PATHS):
                compare(kept, disk, number, path)


def compare(kept: Served, disk: Served, number: int, path: str) -> None:
    page = _answer(kept.port, path)[1]
    (disk.folder / str(number)).write_bytes(page)
    print(f"{path}, {len(page):,} bytes")
    rounds = [(_figures(kept, path), _figures(disk, f"/{number}")) for _ in range(ROUNDS)]
    for cached, plain in rounds:
        print(f"  kept by nginx {cached}\n  from disk     {plain}")
    share = median(cached.rate / plain.rate for cached, plain in rounds)
    by_cpu = median(plain.cpu / cached.cpu for cached, plain in rounds)
    print(f"  {share:.0%} of the rate, {by_cpu:.0%} by CPU (goal {GOAL:.0%})")


def _figures(site: Served, path: str) -> Figures:
    return load(site.port, site.pid, [Request(path, headers=(ENCODING,))], SECONDS)


def _answer(port: int, path: str) -> tuple[list[tuple[str, str]], bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers=dict([ENCODING]))
        answer = connection.getresponse()
        return answer.getheaders(), answer.read()


if __name__ == "__main__":
    main()
