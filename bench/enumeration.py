"""Whether the way in tells who has an account: the same status, the same length, the same time for known and unknown.

For each step 200 answers for addresses with an account and 200 for addresses without, in turn, over HTTP to a real
portal on this machine. Goal: medians within 5 %. `python -m bench.enumeration register` measures one step.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from portal.launcher import any_free_port

TRIES, GOAL = 200, 0.05
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
Seen = tuple[int, int, str, float]


class Browser:
    """One visitor with cookies, on a connection of its own."""

    def __init__(self, port: int) -> None:
        self.line, self.cookies = HTTPConnection("127.0.0.1", port, timeout=30), ""

    def send(self, method: str, path: str, **form: str) -> Seen:
        """Status, length of the body, where it leads, milliseconds."""
        began = time.perf_counter()
        self.line.request(method, path, urlencode(form) if form else None, {**FORM, "Cookie": self.cookies})
        answer = self.line.getresponse()
        body = answer.read()
        taken = (time.perf_counter() - began) * 1000
        if cookie := answer.getheader("Set-Cookie"):
            self.cookies = cookie.partition(";")[0]
        return answer.status, len(body), answer.getheader("Location") or "", taken


def begin(port: int, email: str) -> Browser:
    visitor = Browser(port)
    visitor.send("GET", "/dang-nhap")
    visitor.send("POST", "/dang-nhap", email=email)
    return visitor


def sign_in(port: int, email: str) -> Seen:
    visitor = Browser(port)
    visitor.send("GET", "/dang-nhap")
    return visitor.send("POST", "/dang-nhap", email=email)


def register(port: int, email: str) -> Seen:
    """Date of birth first, then the same address form."""
    visitor = Browser(port)
    visitor.send("POST", "/dang-ky", birth_month="5", birth_year="2001")
    return visitor.send("POST", "/dang-nhap", email=email)


def wrong_code(port: int, email: str) -> Seen:
    return begin(port, email).send("POST", "/dang-nhap/ma", code="000000")


def resend(port: int, email: str) -> Seen:
    return begin(port, email).send("POST", "/dang-nhap/gui-lai")


def password(port: int, email: str) -> Seen:
    visitor = Browser(port)
    visitor.send("GET", "/dang-nhap/mat-khau")
    return visitor.send("POST", "/dang-nhap/mat-khau", email=email, password="mot hai ba bon nam")


STEPS: dict[str, Callable[[int, str], Seen]] = {
    "register": register,
    "sign-in": sign_in,
    "code": wrong_code,
    "resend": resend,
    "password": password,
}


def measure(port: int, name: str, step: Callable[[int, str], Seen]) -> bool:
    """Print one line; True if nobody can tell the two apart."""
    seen: dict[str, list[Seen]] = {"known": [], "unknown": []}
    for number in range(TRIES):
        order = ("known", "unknown") if number % 2 else ("unknown", "known")
        for kind in order:
            seen[kind].append(step(port, f"{name}-{kind[:2]}{number:03}@example.vn"))
    answers = {kind: sorted({one[:3] for one in found}) for kind, found in seen.items()}
    median = {kind: statistics.median(one[3] for one in found) for kind, found in seen.items()}
    apart = abs(median["known"] - median["unknown"]) / median["unknown"]
    same = answers["known"] == answers["unknown"]
    print(
        f"{name:9} known {median['known']:6.2f} ms  unknown {median['unknown']:6.2f} ms  {apart:5.1%} apart"
        f"  (goal {GOAL:.0%})  answers {'the same' if same else f'DIFFER: {answers}'}"
    )
    return same and apart <= GOAL


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "VAR_DIR": folder, "PORT": str(any_free_port()), "LIMITS": "off"}
        command = [sys.executable, "-m", "portal"]
        subprocess.run([*command, "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
        people = Path(folder) / "people.jsonl"
        addresses = [f"{name}-kn{number:03}@example.vn" for name in STEPS for number in range(TRIES)]
        people.write_text("\n".join(json.dumps({"email": address}) for address in addresses))
        subprocess.run([*command, "seed", str(people)], env=env, check=True, stdout=subprocess.DEVNULL)
        web = subprocess.Popen([*command, "web"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            port = wait_for(int(env["PORT"]))
            good = [measure(port, name, STEPS[name]) for name in sys.argv[1:] or STEPS]
        finally:
            web.send_signal(signal.SIGTERM)
            web.wait()
    sys.exit(not all(good))


def wait_for(port: int) -> int:
    for _ in range(600):
        try:
            status, *_rest = Browser(port).send("GET", "/livez")
            if status == 200:
                return port
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the portal did not start")


if __name__ == "__main__":
    main()
