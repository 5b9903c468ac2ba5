"""An account is closed for a time, opens again by itself, and every step leaves a trace."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.accounts import people, queries
from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.errors import Conflict, Missing, Refusal
from portal.units.queries import reference
from tests import factories
from worker.tasks.people import end_what_is_over

DAY = timedelta(days=1)
WHY = "Đăng quảng cáo nhiều lần dù đã được nhắc."


def suspend(actor, who, ends_at=None, reason=WHY):
    with transaction():
        return accounts.suspend(actor, who, reason, ends_at, now())


def restore(actor, who):
    with transaction():
        accounts.restore(actor, who, now())


def status(who):
    return db.session.scalar(sa.select(Member.status).where(Member.id == who.id))


def actions():
    return db.session.execute(
        sa.select(AuditEntry.action, AuditEntry.actor_id)
        .where(AuditEntry.action.startswith("member_"))
        .order_by(AuditEntry.id)
    ).all()


def test_a_suspension_ends_the_sessions_and_the_token_at_once(app):
    admin, who = factories.member("admin"), factories.member()
    with transaction():
        session, token = accounts.start_session(who, "test", now()), accounts.issue_token(who, now())
    suspend(admin, who)
    assert (status(who), queries.live_session(session, 1000), queries.live_token(token)) == (
        "suspended",
        None,
        None,
    )
    restore(admin, who)
    assert status(who) == "active"
    assert queries.live_session(session, 1000) is None
    assert actions() == [("member_suspended", admin.id), ("member_restored", admin.id)]


def test_it_opens_again_by_itself_when_the_time_is_over(app):
    admin, who, other = factories.member("admin"), factories.member(), factories.member()
    kept = suspend(admin, who, now() + DAY)
    suspend(admin, other)
    end_what_is_over()
    assert status(who) == "suspended"
    kept.ends_at = now() - timedelta(seconds=1)
    end_what_is_over()
    end_what_is_over()
    assert (status(who), status(other)) == ("active", "suspended")
    assert actions()[-1] == ("member_restored", None)
    assert not people.something_is_over(now())


def test_erased_meanwhile_stays_erased(app):
    admin, who = factories.member("admin"), factories.member()
    suspend(admin, who)
    with transaction():
        db.session.execute(sa.update(Member).where(Member.id == who.id).values(status="erased"))
    restore(admin, who)
    assert status(who) == "erased"


def test_twice_is_a_conflict_and_a_reason_is_needed(app):
    admin, who = factories.member("admin"), factories.member()
    for reason in ("", "ngắn", "x" * 501):
        with pytest.raises(Refusal):
            suspend(admin, who, reason=reason)
    with pytest.raises(Conflict):
        restore(admin, who)
    suspend(admin, who)
    with pytest.raises(Conflict):
        suspend(admin, who)


def test_nobody_suspends_themself_or_the_last_administrator(app):
    admin = factories.member("admin")
    with pytest.raises(Refusal):
        suspend(admin, admin)
    second = factories.member("admin")
    suspend(second, admin)
    assert status(admin) == "suspended"


def test_a_province_closes_accounts_of_its_own_and_not_those_who_stand_above_it(app):
    nghe_an = reference().unit_by_code["40"].id
    here = factories.member("admin", unit_id=nghe_an)
    suspend(here, factories.member(unit_id=nghe_an))
    central = factories.member(unit_id=nghe_an)
    with transaction():
        accounts.give_role(None, central, "moderator", reference().centre.id, now())
    for who in (factories.member(), factories.member(unit_id=reference().unit_by_code["01"].id), central):
        with pytest.raises(Missing):
            suspend(here, who)
