"""Roles are given and taken where one may, end sessions, leave a trace, and one administrator always stays."""

import json
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.accounts import queries
from portal.accounts import services as accounts
from portal.accounts.models import Member, RoleGrant
from portal.accounts.policy import can
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.errors import Conflict, Missing, Refusal
from portal.outbox.models import Fact
from portal.units.queries import reference
from tests import factories
from tests.portal.accounts import family

pytestmark = pytest.mark.one_engine_each

DAY = timedelta(days=1)


def unit(code):
    return reference().unit_by_code[code].id


def grant(actor, who, role="moderator", code="40", **values):
    with transaction():
        return accounts.grant(actor, who, role, unit(code), now(), **values)


def revoke(actor, given):
    with transaction():
        return accounts.revoke(actor, given.id, now())


def traces(action):
    found = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
    return [(one.actor_id, one.object_id, json.loads(one.detail)) for one in found]


def signed_in_on(who):
    with transaction():
        return accounts.start_session(who, "test", now())


def test_a_grant_works_at_once_ends_the_sessions_and_leaves_a_trace(app):
    admin, who = factories.member("admin"), factories.member()
    token, others = signed_in_on(who), signed_in_on(admin)
    given = grant(admin, who)
    assert can(who, "moderate", unit("40"))
    assert (queries.live_session(token, 1000), bool(queries.live_session(others, 1000))) == (None, True)
    what = {"grant": given.id, "role": "moderator", "unit": unit("40"), "until": None}
    assert traces("role_granted")[-1] == (admin.id, who.id, what)
    assert db.session.scalar(sa.select(Fact.payload).where(Fact.name == "RoleGranted")) == {"grant_id": given.id}


def test_a_role_taken_away_is_gone_at_once_with_its_sessions(app):
    admin, who = factories.member("admin"), factories.member("moderator")
    token = signed_in_on(who)
    assert revoke(admin, who.grants[0]).id == who.id
    assert (can(who, "moderate"), queries.live_session(token, 1000)) == (False, None)
    assert traces("role_revoked")[0][:2] == (admin.id, who.id)


def test_a_grant_for_a_time_ends_with_it(app):
    who = factories.member()
    given = grant(factories.member("admin"), who, ends_at=now() + DAY)
    assert can(who, "moderate")
    given.ends_at = now() - timedelta(seconds=1)
    assert not can(who, "moderate")


def test_who_administers_a_province_gives_roles_there_and_nowhere_else(app):
    here, who = factories.member("admin", unit_id=unit("40")), factories.member()
    grant(here, who, code="40")
    for code in ("01", "TW"):
        with pytest.raises(Missing):
            grant(here, who, code=code)
    with pytest.raises(Missing):
        revoke(here, factories.member("moderator").grants[0])


@pytest.mark.parametrize("role", ["member", "juror", "moderator", "organiser"])
def test_only_administrators_give_roles_and_nobody_else_makes_one(app, role):
    who = factories.member(role)
    for wished in ("admin", "moderator"):
        with pytest.raises(Missing):
            grant(who, who, wished)


@pytest.mark.parametrize(
    ("values", "refused"),
    [({"role": "king"}, Refusal), ({"role": "member"}, Refusal), ({"ends_at": -DAY}, Refusal)],
)
def test_what_makes_no_sense_is_refused(app, values, refused):
    admin = factories.member("admin")
    if "ends_at" in values:
        values = {"ends_at": now() + values["ends_at"]}
    with pytest.raises(refused):
        grant(admin, factories.member(), **values)


def test_the_same_role_twice_is_a_conflict_and_so_is_taking_it_twice(app):
    admin, who = factories.member("admin"), factories.member()
    given = grant(admin, who)
    with pytest.raises(Conflict):
        grant(admin, who)
    revoke(admin, given)
    with pytest.raises(Conflict):
        revoke(admin, given)
    assert grant(admin, who).id != given.id


def test_a_closed_account_gets_no_role(app):
    who = factories.member()
    with transaction():
        db.session.execute(sa.update(Member).where(Member.id == who.id).values(status="suspended"))
    with pytest.raises(Refusal):
        grant(factories.member("admin"), who)


def test_who_has_a_guardian_gets_no_role(app):
    admin, child = factories.member("admin"), family.allowed_child()
    with pytest.raises(Refusal, match="phụ huynh"):
        grant(admin, child)


def test_who_asked_to_be_forgotten_gets_no_role_until_they_change_their_mind(app):
    admin, who = factories.member("admin"), factories.member()
    with transaction():
        accounts.ask_erasure(who, now())
    with pytest.raises(Refusal, match="xin xoá tài khoản"):
        grant(admin, who, "admin", "TW")
    with transaction():
        accounts.cancel_erasure(who.id, now())
    assert grant(admin, who, "admin", "TW")


def test_who_was_given_a_role_a_moment_ago_is_not_forgotten(app):
    """Their request had read them before the grant was there."""
    who = factories.member()
    assert not who.is_staff
    with transaction():
        given = {"member_id": who.id, "role": "admin", "unit_id": unit("TW"), "starts_at": now()}
        db.session.execute(sa.insert(RoleGrant.__table__), [given])
        with pytest.raises(Conflict, match="Nhờ người khác"):
            accounts.ask_erasure(who, now())


def test_the_last_administrator_stays(app):
    last, passing = factories.member("admin"), factories.member()
    grant(last, passing, "admin", "TW", ends_at=now() + DAY)  # one for a time is none to rely on
    factories.member("admin", unit_id=unit("40"))  # nor is one of a province
    with pytest.raises(Conflict):
        revoke(last, last.grants[0])
    second = factories.member("admin")
    revoke(second, last.grants[0])
    with pytest.raises(Conflict):
        revoke(second, second.grants[0])


def test_two_administrators_who_dismiss_each_other_at_once_leave_one(fresh_app):
    with fresh_app.app_context():
        ids = [factories.member("admin").id for _ in range(2)]
        grants = dict(db.session.execute(sa.select(RoleGrant.member_id, RoleGrant.id)).all())
    ready, outcomes = threading.Barrier(2), []

    def dismiss(actor_id, other_id):
        with fresh_app.app_context():
            actor = db.session.get_one(Member, actor_id)
            assert can(actor, "administer")
            ready.wait()
            try:
                with transaction():
                    accounts.revoke(actor, grants[other_id], now())
                outcomes.append("done")
            except Conflict:
                outcomes.append("refused")

    threads = [threading.Thread(target=dismiss, args=pair) for pair in (ids, reversed(ids))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
