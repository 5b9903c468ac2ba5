"""Hostile files through the door of a running portal: what becomes of each, how soon, and how much memory it takes.

Memory is the rise of the whole process tree (proportional set size, looked at all the time) over what it had before.
Exits with 1 if anything is served but pixels drawn anew, or memory rises beyond its goal.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from contextlib import suppress
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from PIL import Image

from bench.start import descendants, pss, running, variable
from tests.portal.attachments import pictures

GOAL_SECONDS, GOAL_MEGABYTES = 3.0, 150
PROBES = (b"<script", b"alert(1)", b"<?php", b"PK\x03\x04", b"Exif", b"GPS", b"Telephone", b"<svg")


def cases() -> dict[str, tuple[bytes, str]]:
    """What is refused, and what is taken but must not come out as it went in."""
    gif, jpeg = pictures.picture("GIF"), pictures.picture()
    flat = {mode: pictures.picture("PNG", (4000, 4000), mode) for mode in ("RGB", "RGBA")}
    return {
        **pictures.HOSTILE,
        "GIF and script": (gif + b"/*" + pictures.SCRIPT + b"*/", "x.gif"),
        "GIF89a=script": (b"GIF89a=1/*" + bytes(20) + b"*/;alert(1)", "x.gif"),
        "JPEG and zip": (jpeg + b"PK\x03\x04<?php system($_GET[0]) ?>", "x.php.jpg"),
        "JPEG with a script as comment": (pictures.picture(comment=pictures.SCRIPT), "x.jpg"),
        "photo with place and maker": (pictures.with_place(), "../../etc/passwd"),
        "1,000 frames": (pictures.frames(1000), "..\\..\\boot.ini"),
        "64 megapixels": (pictures.picture(size=(8000, 8000)), "x.jpg"),
        "64 megapixels, progressive": (pictures.picture(size=(8000, 8000), progressive=True, subsampling=0), "x.jpg"),
        **{f"16 megapixels of {mode}": (content, "x.png") for mode, content in flat.items()},
        "WebP of 16 megapixels": (pictures.picture("WEBP", (4000, 4000)), "x.webp"),
    }


class Door:
    """The API of a portal, as somebody with a token and an idea of their own."""

    def __init__(self, base: str, token: str) -> None:
        self.base, self.token = base, token
        idea = {
            "title": "Mái che nắng ở bến xe buýt",
            "field": "moi-truong",
            "problem": "chữ " * 20,
            "solution": "chữ " * 20,
        }
        body = json.loads(self.call("POST", "/ideas", json.dumps(idea).encode(), "application/json")[1])
        self.files = f"/ideas/{body['id']}/files"

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.token}", **({"Content-Type": kind} if kind else {})}
        asked = Request(f"{self.base}/api/v1{path}", body, headers, method=method)
        try:
            with urlopen(asked, timeout=60) as answer:
                return answer.status, answer.read()
        except HTTPError as refused:
            return refused.code, refused.read()
        except URLError as cut:  # a body that is too large is not read to its end
            if isinstance(cut.reason, (BrokenPipeError, ConnectionResetError)):
                return 413, b""
            raise

    def send(self, content: bytes, name: str) -> tuple[int, bytes]:
        edge = uuid.uuid4().hex
        parts = f'--{edge}\r\nContent-Disposition: form-data; name="alt"\r\n\r\nMột tấm ảnh\r\n--{edge}\r\n'
        head = f'{parts}Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self.call("POST", self.files, body, f"multipart/form-data; boundary={edge}")


class Memory(threading.Thread):
    """The most that a tree of processes took while this ran, in MB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.most, self.over = pid, 0.0, False

    def run(self) -> None:
        while not self.over:
            self.most = max(self.most, weight(self.pid))
            time.sleep(0.01)


def weight(pid: int) -> float:
    """MB of a tree of processes, as soon as none of them ends while it is looked at."""
    while True:
        with suppress(OSError, StopIteration):
            return sum(pss(one) for one in descendants(pid))


def probe(door: Door, tree: int, content: bytes, name: str) -> tuple[float, float, str, bool]:
    """Seconds, megabytes, what became of it, and whether that is safe."""
    before, memory = weight(tree), Memory(tree)
    memory.start()
    began = time.monotonic()
    status, answer = door.send(content, name)
    seconds = time.monotonic() - began
    memory.over = True
    memory.join()
    if status != 201:
        return seconds, memory.most - before, f"{status}", status in {413, 422}
    token = json.loads(answer)["token"]
    served = door.call("GET", f"/files/{token}")[1]
    door.call("DELETE", f"/files/{token}")
    with Image.open(io.BytesIO(served)) as image:
        became = f"{image.format} {image.width}x{image.height}, frames {getattr(image, 'n_frames', 1)}"
    safe = image.format == "WEBP" and not any(probe in served for probe in PROBES)
    return seconds, memory.most - before, became, safe


def main() -> None:
    os.environ["LIMITS"] = "off"
    with running() as (tree, base):
        env = {**os.environ, "VAR_DIR": variable(tree.pid, "VAR_DIR")}
        made = subprocess.run(
            [sys.executable, "-m", "portal", "token", "banmoi@demo.example"],
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
        door = Door(base, made.stdout.split()[-1])
        door.send(pictures.picture(), "warm.jpg")
        bad = False
        for label, (content, name) in cases().items():
            seconds, megabytes, became, safe = probe(door, tree.pid, content, name)
            bad |= not safe or megabytes > GOAL_MEGABYTES
            print(
                f"{label:32} {len(content) / 1024:8.1f} KB  {became:28} {seconds:5.2f} s (of {GOAL_SECONDS:g}) "
                f"{megabytes:6.1f} MB (of {GOAL_MEGABYTES}){'' if safe else '  NOT SAFE'}",
                flush=True,
            )
    sys.exit(bad)


if __name__ == "__main__":
    main()
