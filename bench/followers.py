"""One idea, very many followers: it goes a step. How long the longest transaction is, from the fact to the daily letters.

`python -m bench.followers [FOLLOWERS]`. `DATABASE_URL` chooses the engine (an empty database); without it a fresh
SQLite file is used. Nobody else is at work meanwhile.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self

import flask_migrate
from sqlalchemy import Engine, event, func, insert, select

from bench import goal, missed
from portal.accounts.models import Member
from portal.app import create_app
from portal.database import db, now, transaction
from portal.discussion.models import Follow
from portal.ideas import services as ideas
from portal.notices.models import Notice
from portal.notifications import gathering
from portal.notifications.models import Letter, LetterRound
from portal.outbox import services as outbox
from portal.settings import Settings
from tests import factories
from worker.reactions import REACTIONS

FOLLOWERS, AT_ONCE = 100_000, 10_000
READ_EVERY = 10  # so many have seen the news under the bell before the letters are written
GOAL = 0.100  # seconds


def people(count: int) -> None:
    """Members, and among them fewer followers than members: the others have no news."""
    moment = now()
    for start in range(0, count, AT_ONCE):
        rows = [
            {"handle": f"nguoi{n}", "display_name": f"Người {n}", "name_fold": f"nguoi {n}", "language": "vi",
             "email": f"nguoi{n}@example.vn", "status": "active", "source": "fill", "birth_year": 2000,
             "birth_month": 1, "created_at": moment}
            for n in range(start, min(start + AT_ONCE, count))
        ]  # fmt: skip
        with transaction():
            db.session.execute(insert(Member), rows)


def follow(idea_id: int, count: int) -> None:
    """Every other member."""
    members = db.session.scalars(select(Member.id).order_by(Member.id)).all()[::2][:count]
    moment = now()
    for start in range(0, count, AT_ONCE):
        rows = [
            {"idea_id": idea_id, "member_id": member, "created_at": moment}
            for member in members[start : start + AT_ONCE]
        ]
        with transaction():
            db.session.execute(insert(Follow), rows)


class Watch:
    """Seconds of every transaction while it is entered."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.began = 0.0

    def begin(self, _connection: Any) -> None:
        self.began = time.monotonic()

    def end(self, _connection: Any) -> None:
        self.took.append(time.monotonic() - self.began)

    def __enter__(self) -> Self:
        for name, listener in (("begin", self.begin), ("commit", self.end), ("rollback", self.end)):
            event.listen(Engine, name, listener)
        return self

    def __exit__(self, *_: object) -> None:
        for name, listener in (("begin", self.begin), ("commit", self.end), ("rollback", self.end)):
            event.remove(Engine, name, listener)

    def say(self, what: str) -> None:
        took = sorted(self.took)
        p99, worst = took[int(len(took) * 0.99)], took[-1]
        goal(
            worst < GOAL,
            f"{what}: {len(took)} transactions in {sum(took):.0f} s, p99 {p99 * 1000:.0f} ms, "
            f"longest {worst * 1000:.0f} ms (at most {GOAL * 1000:g}), the {self.took.index(worst) + 1}th",
        )


def pages(work: Callable[[], bool]) -> int:
    done = 0
    while work():
        done += 1
    return done


def told() -> bool:
    return bool(outbox.relay(REACTIONS))


def gathered(settings: Settings) -> bool:
    with transaction():
        return gathering.next_page("daily", settings, now())


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = {"VAR_DIR": folder, "SECRET_KEY": "bench", "BASE_URL": "http://localhost"}
        app = create_app(Settings.from_env({**env, "DATABASE_URL": os.environ.get("DATABASE_URL", "")}))
        with app.app_context():
            flask_migrate.upgrade()
            idea, organiser = factories.published_idea(), factories.member("organiser")
            pages(told)
            people(2 * count)
            follow(idea.id, count)
            with transaction():
                ideas.advance(idea.id, "shortlisted", organiser, now(), note_vi="", note_en="")
            with Watch() as watch:
                pages(told)
            watch.say(f"{count} followers told")
            with transaction():
                db.session.execute(
                    Notice.__table__.update().where(Notice.id % READ_EVERY == 0).values(read_at=now())  # type: ignore[attr-defined]
                )
                db.session.add(LetterRound(name="daily", next_at=now() - timedelta(seconds=1), after=0))
            with Watch() as watch:
                pages(lambda: gathered(app.config["SETTINGS"]))
            watch.say("daily letters written")
            letters = db.session.scalar(select(func.count()).where(Letter.kind == "digest"))
            unread = select(func.count(func.distinct(Notice.member_id))).where(Notice.read_at.is_(None))
            news = db.session.scalar(unread.where(Notice.kind == "followed"))
            goal(letters == news, f"{letters} letters for {news} people with news")
            db.session.rollback()
            db.engine.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FOLLOWERS)
    sys.exit(bool(missed))
