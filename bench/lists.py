"""Lists, an idea, search, a deep page: `python -m bench.lists [postgresql|sqlite] [IDEAS VOTES] [SERVER…]`.

First the queries alone, then pages over HTTP beside a bare handler with the same bytes and one Core select with the
same template, all on one server. Several servers are measured one after the other. CPU milliseconds say more than rates on a machine with other work.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import sqlalchemy as sa
from apiflask import APIFlask
from sqlalchemy import func, select

from bench.bank import bank, portal
from bench.serving import Figures, Request, load, serving
from portal.accounts import services as accounts
from portal.database import db, now, transaction
from portal.ideas import queries, search
from portal.ideas.cursors import Cursor, encode
from portal.ideas.models import Idea, IdeaRank
from portal.ideas.queries import SORTS, Filters

TIMES, SECONDS, DEEP = 200, 8.0, 50_000
SIGNED_IN_GOAL = 0.70


def main() -> None:
    engine = sys.argv[1] if len(sys.argv) > 1 else "postgresql"
    ideas, votes = (int(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 3 else (200_000, 2_000_000)
    servers = sys.argv[4:] or ["gunicorn"]
    with bank(engine, ideas, votes) as (env, database):
        print(f"{engine}, {ideas:,} ideas, {votes:,} votes")
        measure(env, database, servers)


def measure(env: dict[str, str], database: int, servers: list[str]) -> None:
    print(f"load average {os.getloadavg()[0]:.1f}")
    app = portal(env)
    with app.app_context():
        in_sql()
        paths, cookie = addresses(app)
    for server in servers:
        print(server)
        over_http(server, env, database, paths, cookie)
    print(f"load average at the end {os.getloadavg()[0]:.1f}")


# --- the queries alone --------------------------------------------------------------------------


def in_sql() -> None:
    chance, titles = Random(1), db.session.scalars(select(Idea.title).order_by(Idea.id).limit(2000)).all()
    fields, units = sorted({*db.session.scalars(select(IdeaRank.field_id).distinct())}), units_with_ideas()
    for sort in SORTS:
        timed(f"list {sort}", lambda sort=sort: queries.page(Filters(), sort), 25)
        timed(
            f"list {sort}, field and unit",
            lambda sort=sort: queries.page(Filters(field_id=chance.choice(fields), unit_id=chance.choice(units)), sort),
            25,
        )
    for sort in ("trending", "new"):
        after = deep(sort)
        timed(f"page {DEEP:,} deep, {sort}", lambda sort=sort, after=after: queries.page(Filters(), sort, after), 10)
    timed("search, one or two words of a title", lambda: queries.page(Filters(q=words_of(chance, titles))), 150)
    timed("similar titles", lambda: search.similar(shortened(chance, titles)), 50)
    twins(chance, titles)


def timed(name: str, ask: Callable[[], Any], goal: float) -> None:
    """Goals are for p99 of the statements alone, for searching and likeness for p95 of the whole call."""
    taken, in_statements = [], []
    with statements() as spent:
        for _ in range(TIMES):
            spent.clear()
            began = time.perf_counter()
            ask()
            taken.append((time.perf_counter() - began) * 1000)
            in_statements.append(sum(spent) * 1000)
            db.session.rollback()
    taken.sort()
    in_statements.sort()
    p95, p99, sql = taken[int(TIMES * 0.95)], taken[int(TIMES * 0.99)], in_statements[int(TIMES * 0.99)]
    judged = p95 if goal in {150, 50} else sql
    verdict = "" if judged <= goal else "  OVER"
    print(
        f"{name:38} median {statistics.median(taken):6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f} ms,"
        f" statements alone p99 {sql:5.1f} ms (goal {goal}){verdict}"
    )


@contextmanager
def statements() -> Iterator[list[float]]:
    """The seconds each statement of the database takes, as they go."""
    spent: list[float] = []

    def began(*event: Any) -> None:
        event[4].began = time.perf_counter()

    def ended(*event: Any) -> None:
        spent.append(time.perf_counter() - event[4].began)

    sa.event.listen(db.engine, "before_cursor_execute", began)
    sa.event.listen(db.engine, "after_cursor_execute", ended)
    try:
        yield spent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", began)
        sa.event.remove(db.engine, "after_cursor_execute", ended)


def units_with_ideas() -> list[int]:
    return sorted(unit for unit in db.session.scalars(select(IdeaRank.unit_id).distinct()) if unit)


def deep(sort: str) -> str:
    """The cursor of a page far down."""
    by = SORTS[sort]
    total = db.session.scalar(select(func.count()).select_from(IdeaRank)) or 0
    row = select(by.column, IdeaRank.idea_id).order_by(*by.order(by.column, IdeaRank.idea_id))
    key, idea_id = db.session.execute(row.offset(min(DEEP * 20, total // 2)).limit(1)).one()
    return encode(Cursor(sort, 0, key, idea_id))


def words_of(chance: Random, titles: Any) -> str:
    words = chance.choice(titles).split()
    start = chance.randrange(len(words))
    return " ".join(words[start : start + chance.randint(1, 2)])


def shortened(chance: Random, titles: Any) -> str:
    words = chance.choice(titles).split()
    return " ".join(words[: max(3, int(len(words) * 0.7))])


def twins(chance: Random, titles: Any) -> None:
    """How often the title a shortened or re-ordered one was made of is among the five."""
    found = 0
    for _ in range(TIMES):
        words = chance.choice(titles).split()
        whole = " ".join(words)
        query = words[: max(3, int(len(words) * 0.7))] if chance.random() < 0.5 else chance.sample(words, len(words))
        found += whole in {twin.title for twin in search.similar(" ".join(query))}
    print(f"{'the twin is among the five':38} {found / TIMES:.0%} (goal 90%)")


# --- over HTTP ----------------------------------------------------------------------------------


def addresses(app: APIFlask) -> tuple[dict[str, str], str]:
    """What is asked for, and the cookie of somebody signed in."""
    idea_id = db.session.scalar(select(IdeaRank.idea_id).order_by(IdeaRank.votes.desc()).limit(1))
    show = app.test_client().get(f"/y-tuong/{idea_id}")
    paths = {
        "list": "/y-tuong",
        "list new, field": "/y-tuong?sort=new&field=moi-truong",
        "search": "/y-tuong?q=rac+nhua",
        "deep page": f"/y-tuong?sort=new&after={deep('new')}",
        "idea": show.headers.get("Location", f"/y-tuong/{idea_id}"),
    }
    with transaction():
        who = accounts.add_member(None, f"Người đo {time.time_ns()}", now(), birth=(2001, 5))
        token = accounts.start_session(who, "bench", now())
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
    cookie = client.get_cookie("sid")
    return paths, f"sid={cookie.value if cookie else ''}"


def over_http(server: str, env: dict[str, str], database: int, paths: dict[str, str], cookie: str) -> None:
    with serving(server, env) as (port, pid):

        def ask(name: str, path: str, *headers: tuple[str, str]) -> Figures:
            figures = load(port, pid, [Request(path, headers=headers)], SECONDS, database)
            print(f"{name:38} {figures}")
            return figures

        core = ask("one Core select, same template", "/bench/core")
        ask("bare handler, same bytes", "/bench/bare?path=/y-tuong")
        for name, path in paths.items():
            anonymous = ask(f"{name}, anonymous", path)
            signed_in = ask(f"{name}, signed in", path, ("Cookie", cookie))
            if name == "list":
                share, by_cpu = signed_in.rate / core.rate, total(core) / total(signed_in)
                goal = f"goal {SIGNED_IN_GOAL:.0%}; anonymous {anonymous.rate / core.rate:.0%}"
                print(f"{'':38} signed in / Core select: {share:.0%} of the rate, {by_cpu:.0%} by CPU ({goal})")


def total(figures: Figures) -> float:
    return figures.cpu + figures.database_cpu


if __name__ == "__main__":
    main()
