"""What limits counted in the database cost at a rush of sign-ins: `python -m bench.sign_in_rush [SIGN_INS]`.

Each sign-in is the whole way: the address, the right code, the page behind it. With limits and without, in turn,
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
from sqlalchemy import event, select

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


def rush(apps: dict[str, APIFlask], count: int) -> dict[str, list[float]]:
    """By name of the portal, milliseconds of each sign-in; in turn, so that what else the machine does hits both."""
    with apps["with"].app_context(), transaction():
        for name in apps:
            for number in range(count):
                accounts.add_member(f"{name}{number}@example.vn", f"{name} {number}", now())
    taken: dict[str, list[float]] = {name: [] for name in apps}
    for number in range(count):
        for name in apps if number % 2 else reversed(apps):
            taken[name].append(sign_in(apps[name], f"{name}{number}@example.vn", f"10.0.{number // 100}.1"))
    return taken


def figures(taken: list[float]) -> dict[str, float]:
    return {
        "sign_ins": len(taken),
        "per_second": round(1000 * len(taken) / sum(taken), 1),
        "median_ms": round(statistics.median(taken), 1),
        "p95_ms": round(sorted(taken)[int(len(taken) * 0.95)], 1),
    }


def statements(app: APIFlask, email: str) -> int:
    """How many statements one sign-in costs: a figure that no other load disturbs."""
    seen = []
    with app.app_context():
        engine = db.engine
    note = lambda *call: seen.append(call[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    sign_in(app, email, "10.1.0.1")
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def main() -> None:
    """Both on one database, in turn."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    with tempfile.TemporaryDirectory() as folder:
        apps = {name: portal(folder, limits) for name, limits in (("with", "on"), ("without", "off"))}
        with apps["with"].app_context():
            flask_migrate.upgrade()
        told: dict[str, dict[str, float]] = {name: figures(taken) for name, taken in rush(apps, count).items()}
        for name, app in apps.items():
            with app.app_context(), transaction():
                accounts.add_member(f"last-{name}@example.vn", f"last {name}", now())
            told[name]["statements"] = statements(app, f"last-{name}@example.vn")
        print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
