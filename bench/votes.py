"""Votes by distinct members over HTTP, spread and all on one idea: `python -m bench.votes [postgresql|sqlite] [IDEAS VOTES]`.

Beside each, a bare handler doing the same two statements in one transaction on the same rows. The count must be exact.
"""

from __future__ import annotations

import os
import sys
from random import Random
from secrets import token_hex

from sqlalchemy import func, select, update

from bench.bank import bank, portal
from bench.serving import Figures, Request, load, serving
from portal.accounts import services as accounts
from portal.accounts.models import ApiToken
from portal.database import db, now, take_time, transaction
from portal.ideas.models import IdeaRank
from portal.voting.models import Vote

SECONDS, VOTERS = 8.0, 400
GOAL, GOAL_P99 = 0.70, 250


def main() -> None:
    engine = sys.argv[1] if len(sys.argv) > 1 else "postgresql"
    ideas, votes = (int(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 3 else (200_000, 2_000_000)
    with bank(engine, ideas, votes) as (env, database):
        print(f"{engine}, {ideas:,} ideas, {votes:,} votes")
        measure(env, database)


def measure(env: dict[str, str], database: int) -> None:
    app = portal(env)
    with app.app_context():
        tokens = voters()
        quiet = select(IdeaRank.idea_id).order_by(IdeaRank.votes, IdeaRank.idea_id).limit(60_000)
        spread = list(db.session.scalars(quiet))
        Random(1).shuffle(spread)
    half = len(spread) // 2
    runs = [("spread", by_api(spread[:half], tokens)), ("bare spread", bare(spread[half:])), *hot(spread, tokens)]
    print(f"load average {os.getloadavg()[0]:.1f}")
    rates = {}
    with serving("gunicorn", env) as (port, pid):
        for name, requests in runs:
            rates[name] = load(port, pid, requests, SECONDS, database)
            print(f"{name:16} {rates[name]}")
    say(rates)
    with app.app_context():
        check()


def voters() -> list[str]:
    """API tokens of members who have not voted yet, in use: that a token is used is written once an hour, not here."""
    with transaction():
        run = token_hex(4)  # a bank may be measured again
        members = [accounts.add_member(None, f"Người bầu {run} {n}", now(), birth=(2001, 5)) for n in range(VOTERS)]
        tokens = [accounts.issue_token(member, now()) for member in members]
        db.session.execute(update(ApiToken).values(last_used_at=now()))
    return tokens


def by_api(ideas: list[int], tokens: list[str]) -> list[Request]:
    """Each of these ideas once, by one voter after the other."""
    return [
        Request(f"/api/v1/ideas/{idea_id}/vote", "PUT", (("Authorization", f"Bearer {tokens[n % len(tokens)]}"),))
        for n, idea_id in enumerate(ideas)
    ]


def bare(ideas: list[int]) -> list[Request]:
    return [Request(f"/bench/vote/{idea_id}/{10_000_000 + n}", "PUT") for n, idea_id in enumerate(ideas)]


def hot(ideas: list[int], tokens: list[str]) -> list[tuple[str, list[Request]]]:
    """All on one idea: each voter votes and takes it back, so that every request writes both rows."""
    one, other = ideas[0], ideas[1]
    both = [
        Request(f"/api/v1/ideas/{one}/vote", method, (("Authorization", f"Bearer {token}"),))
        for method in ("PUT", "DELETE")
        for token in tokens
    ]
    return [
        ("hot", both),
        ("bare hot", [Request(f"/bench/vote/{other}/{20_000_000 + n}", "PUT") for n in range(60_000)]),
    ]


def say(rates: dict[str, Figures]) -> None:
    for name in ("spread", "hot"):
        share = rates[name].rate / rates[f"bare {name}"].rate
        print(
            f"{name}: {share:.0%} of the bare handler (goal {GOAL:.0%}), p99 {rates[name].p99:.0f} ms (goal {GOAL_P99})"
        )
    print(f"hot / spread: {rates['hot'].rate / rates['spread'].rate:.0%}")


def check() -> None:
    """Every counter equals its rows."""
    take_time()
    counted = select(Vote.idea_id, func.count().label("n")).group_by(Vote.idea_id).subquery()
    wrong = select(func.count()).select_from(IdeaRank).outerjoin(counted, counted.c.idea_id == IdeaRank.idea_id)
    off = db.session.scalar(wrong.where(IdeaRank.votes != func.coalesce(counted.c.n, 0)))
    print(f"counters that are not their rows: {off}")
    if off:
        sys.exit(1)


if __name__ == "__main__":
    main()
