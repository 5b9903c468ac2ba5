"""An administrator looks at pages as a member sees them: read only, for half an hour, never unrecorded."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.accounts import services as accounts
from portal.accounts.models import SignInSession
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.errors import Missing
from portal.units.queries import reference
from tests import factories
from tests.forms import send
from tests.queries import count_queries
from worker.tasks.people import end_what_is_over

pytestmark = pytest.mark.one_engine_each


@pytest.fixture
def admin(app):
    return factories.member("admin", name="Quản trị Một")


@pytest.fixture
def page(client, admin):
    return factories.sign_in(client, admin)


def begin(client, who):
    return send(client, f"/quan-tri/nguoi-dung/{who.id}/xem-nhu")


def acts():
    found = sa.select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.object_id)
    return db.session.execute(found.where(AuditEntry.action.startswith("view_as")).order_by(AuditEntry.id)).all()


def test_pages_are_the_members_with_a_banner_until_one_stops(page, admin):
    who = factories.member(name="Lan Hương")
    assert begin(page, who).location == "/toi"
    page.get("/toi")
    with count_queries() as counted:
        home = page.get("/")
    assert "Bạn đang xem như Lan Hương đến" in home.text
    assert counted.n <= 6, counted.statements  # one more than usual, while looking
    assert "Chào Hương" in page.get("/toi").text
    assert "Bạn đang xem như Lan Hương" in page.get("/khong-co").text
    assert page.get("/quan-tri").status_code == 404
    assert send(page, "/thoi-xem").location == f"/quan-tri/nguoi-dung/{who.id}"
    assert "Bạn đang xem như" not in page.get("/quan-tri").text
    assert acts() == [("view_as_began", admin.id, who.id), ("view_as_ended", admin.id, who.id)]


@pytest.mark.parametrize("path", ["/y-tuong/{idea}/ung-ho", "/toi/cai-dat", "/dang-xuat", "/toi/thong-bao"])
def test_nothing_can_be_changed_while_looking(page, path):
    who, idea = factories.member(name="Lan Hương"), factories.published_idea()
    begin(page, who)
    answer = send(page, path.format(idea=idea.id), support="1", display_name="Tên mới", language="vi", unit="")
    assert (answer.status_code, "Bạn đang xem như người khác" in answer.text) == (403, True)


def test_nobody_looks_as_an_administrator_as_themself_or_beyond_their_units(page, admin, app):
    here = factories.member("admin", unit_id=reference().unit_by_code["40"].id)
    for who in (here, admin):
        begin(page, who)
        assert "Bạn đang xem như" not in page.get("/").text
    assert acts() == []
    stranger, device = factories.member(), db.session.scalars(sa.select(SignInSession)).first()
    with pytest.raises(Missing), transaction():
        accounts.begin_viewing(here, device, stranger, now())


def test_it_ends_by_itself_and_that_too_is_recorded(page, admin):
    who = factories.member()
    begin(page, who)
    end_what_is_over()
    assert len(acts()) == 1
    with transaction():
        db.session.execute(sa.update(SignInSession).values(viewing_until=now() - timedelta(seconds=1)))
    assert "Bạn đang xem như" not in page.get("/quan-tri").text
    end_what_is_over()
    assert acts()[-1] == ("view_as_ended", admin.id, who.id)


def test_the_end_of_the_session_ends_the_look(page, admin):
    who = factories.member()
    begin(page, who)
    with transaction():
        accounts.end_sessions(admin.id, now())
    end_what_is_over()
    assert acts()[-1] == ("view_as_ended", admin.id, who.id)


def test_a_member_who_is_suspended_meanwhile_is_looked_at_no_more(page, admin):
    who = factories.member()
    begin(page, who)
    with transaction():
        accounts.suspend(admin, who, "Đăng quảng cáo nhiều lần.", None, now())
    assert "Bạn đang xem như" not in page.get("/quan-tri").text
