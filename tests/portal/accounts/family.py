"""A child, a guardian and what they decide, through the services and pages that do it in the product."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from portal import checks
from portal.accounts import links, services
from portal.accounts.consents import PURPOSES, Guardianship
from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas.models import Idea, IdeaRank
from portal.notifications import delivery
from tests import factories
from tests.portal.notifications import stories

ALL = {name: name for name in PURPOSES}
WHO = ("Nguyễn Thị Hạnh", "mother")
PARENT = "hanh@example.vn"


def born(years_ago: int) -> tuple[int, int]:
    """A birthday last month, so many years ago."""
    month = now().year * 12 + now().month - 2 - 12 * years_ago
    return month // 12, month % 12 + 1


def child(guardian: str | None = PARENT, years: int = 12, **values: str) -> Member:
    """A child's account that waits for the guardian."""
    member = factories.member(name=values.pop("name", services.free_name()), birth=born(years), **values)
    with transaction():
        services.wait_for_guardian(member, guardian, now(), wished_name="Phương Bé")
    return member


def row_of(member: Member) -> Guardianship:
    db.session.expire_all()
    return db.session.scalars(select(Guardianship).where(Guardianship.member_id == member.id)).one()


def token_of(member: Member) -> str:
    return links.guardian_token(current_app.config["SETTINGS"], row_of(member).key)


def agree(member: Member, *purposes: str) -> None:
    """The guardian says yes to these, or to all."""
    with transaction():
        services.agree(row_of(member).id, {name: name for name in purposes or PURPOSES}, WHO, "vi", now())


def confirm(member: Member) -> None:
    with transaction():
        services.confirm(member.id, ALL, "vi", now())


def allowed_child(**values: str) -> Member:
    """A child to whom guardian and child both said yes in everything."""
    member = child(**values)
    agree(member)
    confirm(member)
    return member


def answer(client: FlaskClient, member: Member, **data: object) -> TestResponse:
    """The guardian presses a button of the page."""
    start = {"guardian_name": WHO[0], "relation": WHO[1]}
    return client.post(f"/dong-y/{token_of(member)}", data={**start, **data})


def time_passes(member: Member, **by: float) -> None:
    """As if the guardian had been asked so much earlier."""
    row, wait = row_of(member), timedelta(**by)
    values = {"asked_at": row.asked_at - wait, "next_at": row.next_at and row.next_at - wait}
    with transaction():
        db.session.execute(update(Guardianship).where(Guardianship.id == row.id).values(values))


def letters() -> list[EmailMessage]:
    """Everything that is due by mail, as it left."""
    sink = stories.Sink()
    stories.relay()
    delivery.drain(mailer=sink)
    return sink.taken


def votes(idea: Idea) -> int | None:
    return db.session.scalar(select(IdeaRank.votes).where(IdeaRank.idea_id == idea.id))


def sound() -> list[str]:
    """The invariants that are broken."""
    return [result.name for result in checks.run(now()) if not result.ok]
