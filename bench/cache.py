"""The pages nginx keeps, with the configuration that is shipped, beside nginx reading the same bytes from disk.

`python -m bench.cache`, with nginx on the PATH. The rate of both is that of the client, so the time nginx itself
needs for a request is compared, too.
"""

from __future__ import annotations

import http.client
from statistics import median

from bench.bank import bank
from bench.serving import Figures, Request, load, serving
from tests.faults.nginx import IS_HERE, Served, nginx

GOAL = 0.80
ROUNDS, SECONDS = 5, 3.0
PATHS = ("/", "/y-tuong", "/y-tuong?sort=new")
ENCODING = ("Accept-Encoding", "br")  # what browsers take


def main() -> None:
    if not IS_HERE:
        raise SystemExit("nginx is not on the PATH")
    with bank("sqlite", 2_000, 20_000) as (env, _), serving("gunicorn", env) as (port, _), nginx(port) as (kept, disk):
        for number, path in enumerate(PATHS):
            page = _body(kept.port, path)
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


def _body(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=dict([ENCODING]))
    return connection.getresponse().read()


if __name__ == "__main__":
    main()
