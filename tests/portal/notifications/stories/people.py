"""Stories about accounts: ways in, roles, guardians, wishes."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import update

from portal import mydata
from portal.accounts import services as accounts
from portal.accounts.consents import TEXT_VERSIONS, Consent
from portal.accounts.events import MemberRegistered
from portal.accounts.models import Member, SignInAttempt
from portal.accounts.services import addresses
from portal.accounts.services.telling import Place, tell
from portal.database import db, now, transaction
from portal.ideas.services import coauthors
from portal.notifications import overseeing
from portal.outbox import services as outbox
from portal.units.queries import reference
from portal.voting import services as voting
from tests import factories
from tests.portal.accounts import family
from tests.portal.notifications.stories.post import relay


def code_requested(email: str = "khach@example.vn", language: str = "vi", visitor: str | None = None) -> SignInAttempt:
    with transaction():
        return accounts.request_code(email, language, ("account", "address"), 600, now(), visitor=visitor)


def registered(language: str = "vi") -> Member:
    """Somebody supports an idea, proves an address, and makes an account."""
    idea = factories.published_idea(unit="40", title="Xe buýt đưa đón ở xã xa cho học sinh")
    member = factories.member(language=language, unit_id=idea.unit_id)
    with transaction():
        voting.cast(member, idea.id, now())
        outbox.record(MemberRegistered(member.id))
    return member


def arrived(member: Member) -> None:
    """Somebody has just made an account."""
    with transaction():
        outbox.record(MemberRegistered(member.id))


def invited(language: str) -> Member:
    """An author asks somebody to stand beside them."""
    idea, member = factories.published_idea(), factories.member(language=language)
    with transaction():
        coauthors.invite(db.session.get_one(Member, idea.author_id), idea.id, f"@{member.handle}", now())
    return member


def guardian_asked(language: str = "vi", *, remind: bool = False) -> None:
    child = family.child(language=language)
    if remind:
        family.time_passes(child, days=3)
        with transaction():
            accounts.remind(now())


def guardian_answered(language: str = "vi") -> None:
    child = family.child(language=language)
    with transaction():
        accounts.agree(family.row_of(child).id, family.ALL, family.WHO, language, now())


def guardian_asked_anew(language: str = "vi") -> None:
    """A release says more in its words of consent than this guardian has read."""
    guardian_answered(language)
    with transaction():
        older = update(Consent).where(Consent.purpose == "publish")
        db.session.execute(older.values(text_version=TEXT_VERSIONS[0]))
    with transaction():
        accounts.renew(now())


def told_of_the_audit(language: str) -> None:
    factories.member("admin", language=language)
    morning = (now() + timedelta(days=1)).replace(hour=3)  # ten o'clock where the readers live
    with transaction():
        day, recipients = overseeing.due_today(morning)
        overseeing.write(day, recipients, 0, current_app.config["SETTINGS"], now())


def given_a_role(language: str) -> Member:
    admin, member = factories.member("admin"), factories.member(language=language)
    with transaction():
        accounts.grant(admin, member, "moderator", reference().unit_by_code["40"].id, now())
    return member


def suspended(language: str) -> Member:
    admin, member = factories.member("admin"), factories.member(language=language)
    with transaction():
        accounts.suspend(admin, member, "Đăng quảng cáo nhiều lần dù đã được nhắc.", now() + timedelta(days=7), now())
    return member


def restored(language: str) -> Member:
    member, admin = suspended(language), factories.member("admin")
    with transaction():
        accounts.restore(admin, member, now())
    return member


def erasure_asked(language: str = "vi") -> Member:
    member = factories.member(language=language)
    with transaction():
        accounts.ask_erasure(member, now())
    return member


def erasure_done(language: str = "vi") -> None:
    member = erasure_asked(language)
    with transaction():
        accounts.erase(member.id, now())
    relay()


def data_ready(language: str = "vi") -> None:
    member = factories.member(language=language)
    with transaction():
        accounts.ask_copy(member, now())
        accounts.make_copy(mydata.build, timedelta(days=7), now())


def security_event(kind: str, language: str) -> Member:
    """Somebody's way in has changed."""
    member = factories.member(language=language)
    place = Place("Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36", "113.161.72.*")
    with transaction():
        tell(member.id, kind, place, now(), address="cu@example.vn" if kind == "email_changed" else None)
    return member


def address_change(language: str) -> SignInAttempt:
    member = factories.member(language=language)
    with transaction():
        return addresses.request_change(member, "moi@example.vn", 600, now())
