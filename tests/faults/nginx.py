"""A real nginx with the configuration that is shipped, before any portal; and files it reads from disk, beside."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.launcher import any_free_port
from tests.faults.processes import wait_for

SHIPPED = Path(__file__).parents[2] / "deploy" / "nginx" / "ideabank.conf"
IS_HERE = shutil.which("nginx") is not None
MAIN = """
pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 2; daemon off; {user}
events {{ worker_connections 512; }}
http {{
    access_log off; sendfile on; tcp_nopush on; types {{ }} default_type "text/html; charset=utf-8";
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/ideabank.conf;
    server {{ listen 127.0.0.1:{disk}; root {folder}/pages; include {folder}/headers; }}
}}
"""


@dataclass(frozen=True)
class Served:
    """What nginx, the process `pid`, serves at a port; `folder` is where it reads or keeps it."""

    pid: int
    port: int
    folder: Path


@contextmanager
def nginx(
    portal: int, *changes: tuple[str, str], headers: Sequence[tuple[str, str]] = ()
) -> Iterator[tuple[Served, Served]]:
    """The pages of the portal at a port, and a folder of files, served with these headers.

    `changes` are made to what is shipped.
    """
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
            *changes,
        ):
            assert there in shipped, there
            shipped = shipped.replace(there, here)
        (folder / "ideabank.conf").write_text(shipped, encoding="utf-8")
        lines = (f"add_header {name} '{value.replace(chr(39), chr(92) + chr(39))}';\n" for name, value in headers)
        (folder / "headers").write_text("".join(lines), encoding="utf-8")
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, disk=disk, user=user), encoding="utf-8")
        process = subprocess.Popen(["nginx", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"])
        try:
            wait_for(lambda: _answers(disk), 20, "nginx")
            yield Served(process.pid, kept, folder), Served(process.pid, disk, folder / "pages")
        finally:
            process.terminate()
            process.wait(10)


def _answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/")
            return connection.getresponse().status > 0
        except OSError:
            return False
