"""What limits counted in the database cost at a rush of sign-ins: `python -m bench.sign_in_rush [SIGN_INS]`.

Each sign-in is the whole way: the address, the right code, the page behind it. Once with limits and once without,
on the database of DATABASE_URL (default: a fresh SQLite file). Prints JSON; the rates are of one process with one
client, so several processes do more.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time

import flask_migrate
from apiflask import APIFlask
from sqlalchemy import select

from portal.accounts import secrets
from portal.accounts import services as accounts
from portal.accounts.models import SignInAttempt
from portal.app import create_app
from portal.database import db, now, transaction
from portal.settings import Settings

SECRET = "bench"


def portal(folder: str, limits: str) -> APIFlask:
    return create_app(
        Settings.from_env(
            {
                "VAR_DIR": folder,
                "SECRET_KEY": SECRET,
                "LIMITS": limits,
                "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
            }
        )
    )


def sign_in(app: APIFlask, email: str, address: str) -> float:
    """Milliseconds from the address to the page behind the code."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    began = time.perf_counter()
    client.post("/dang-nhap", data={"email": email})
    with app.app_context():
        newest = select(SignInAttempt.token).where(SignInAttempt.email == email)
        code = secrets.six_digits(SECRET, db.session.scalars(newest.order_by(SignInAttempt.id.desc())).first() or "")
    answer = client.post("/dang-nhap/ma", data={"code": code})
    if answer.status_code != 303 or client.get("/toi/cai-dat").status_code != 200:
        sys.exit(f"{email}: not signed in ({answer.status_code})")
    return (time.perf_counter() - began) * 1000


def rush(app: APIFlask, name: str, count: int) -> dict[str, float]:
    with app.app_context(), transaction():
        for number in range(count):
            accounts.add_member(f"{name}{number}@example.vn", f"{name} {number}", now())
    began = time.perf_counter()
    taken = [sign_in(app, f"{name}{number}@example.vn", f"10.0.{number // 100}.1") for number in range(count)]
    return {
        "sign_ins": count,
        "per_second": round(count / (time.perf_counter() - began), 1),
        "median_ms": round(statistics.median(taken), 1),
        "p95_ms": round(sorted(taken)[int(count * 0.95)], 1),
    }


def main() -> None:
    """Two rushes, one after the other, on one database."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    with tempfile.TemporaryDirectory() as folder:
        apps = {name: portal(folder, limits) for name, limits in (("with", "on"), ("without", "off"))}
        with apps["with"].app_context():
            flask_migrate.upgrade()
        figures = {name: rush(app, name, count) for name, app in apps.items()}
        print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
