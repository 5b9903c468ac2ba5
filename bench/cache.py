"""The pages nginx keeps, with the configuration that is shipped, beside nginx reading the same bytes from disk.

`python -m bench.cache`, with nginx on the PATH. The rate of both is that of the client, so the time nginx itself
needs for a request is compared, too.
"""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.bank import bank
from bench.serving import Figures, Request, load, serving, wait_for
from portal.launcher import any_free_port

SHIPPED = Path(__file__).parent.parent / "deploy" / "nginx" / "ideabank.conf"
GOAL = 0.80
ROUNDS, SECONDS = 5, 3.0
PATHS = ("/", "/y-tuong", "/y-tuong?sort=new")
ENCODING = ("Accept-Encoding", "br")  # what browsers take
MAIN = """
pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 2; daemon off; {user}
events {{ worker_connections 512; }}
http {{
    access_log off; sendfile on; tcp_nopush on; types {{ }} default_type "text/html; charset=utf-8";
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/ideabank.conf;
    server {{ listen 127.0.0.1:{disk}; root {folder}/pages; }}
}}
"""


def main() -> None:
    if not shutil.which("nginx"):
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


@dataclass(frozen=True)
class Site:
    """What nginx, the process `pid`, serves at a port."""

    pid: int
    port: int
    folder: Path


def _figures(site: Site, path: str) -> Figures:
    return load(site.port, site.pid, [Request(path, headers=(ENCODING,))], SECONDS)


def _body(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=dict([ENCODING]))
    return connection.getresponse().read()


@contextmanager
def nginx(portal: int) -> Iterator[tuple[Site, Site]]:
    """The portal's cached pages, and a folder of files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "pages").mkdir()
        kept, disk = any_free_port(), any_free_port()
        shipped = SHIPPED.read_text(encoding="utf-8")
        for there, here in (
            ("/var/cache/nginx/ideabank", f"{folder}/cache"),
            ("listen 80;", f"listen 127.0.0.1:{kept};"),
            ("web:8000", f"127.0.0.1:{portal}"),
        ):
            assert there in shipped, there
            shipped = shipped.replace(there, here)
        (folder / "ideabank.conf").write_text(shipped, encoding="utf-8")
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, disk=disk, user=user))
        process = subprocess.Popen(["nginx", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"])
        try:
            wait_for(kept, process)
            yield Site(process.pid, kept, folder), Site(process.pid, disk, folder / "pages")
        finally:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    main()
