"""At sixteen whoever came through a guardian says yes themselves; until then, and until they do, nothing changes."""

import pytest
from sqlalchemy import select, update

from portal.accounts import queries, services
from portal.accounts.consents import Consent
from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.errors import Conflict
from tests import factories
from tests.portal.accounts import family, steps
from tests.portal.notifications import stories

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
PAGE = "/toi/du-tuoi"


def grow(member, years=16):
    year, month = family.born(years)
    with transaction():
        db.session.execute(update(Member).where(Member.id == member.id).values(birth_year=year, birth_month=month))
    return db.session.get(Member, member.id, populate_existing=True)


def say_yes(client):
    return client.post(PAGE, data=steps.csrf(client))


def standing(member):
    rows = select(Consent.giver, Consent.purpose).where(Consent.member_id == member.id, Consent.withdrawn_at.is_(None))
    return sorted(db.session.execute(rows).all())


def test_before_sixteen_there_is_nothing_to_take(client):
    child = family.allowed_child()
    factories.sign_in(client, child)
    assert PAGE not in client.get("/toi").text
    assert client.get(PAGE).location == "/toi"
    with pytest.raises(Conflict), transaction():
        services.come_of_age(child.id, family.ALL, "vi", now())


def test_a_grown_member_is_not_asked(client):
    factories.sign_in(client, factories.member())
    assert client.get(PAGE).location == "/toi"


def test_at_sixteen_one_is_asked_and_later_is_fine(client):
    child = grow(family.allowed_child())
    factories.sign_in(client, child)
    assert "Bạn đủ 16 tuổi rồi." in client.get("/toi").text
    assert "không còn tới phụ huynh" in client.get(PAGE).text
    assert queries.mailbox_of(child).address == family.PARENT
    assert ("guardian", "account") in standing(child)


def test_the_account_is_ones_own_and_the_guardian_is_forgotten(app, client):
    child = family.allowed_child(email="phuong@example.vn")
    link = family.token_of(child)
    grow(child)
    factories.sign_in(client, child)
    assert say_yes(client).location == "/toi"
    assert say_yes(client).location == "/toi"  # a double click
    mine = db.session.get(Member, child.id, populate_existing=True)
    assert (mine.is_child, mine.may("contest"), queries.mailbox_of(mine).address) == (False, True, "phuong@example.vn")
    assert standing(mine) == [("member", purpose) for purpose in sorted(family.ALL)]
    row = family.row_of(mine)
    assert (row.email, row.name, row.next_at) == (None, "", None)
    answer = app.test_client().get(f"/dong-y/{link}")
    assert (answer.status_code, "Con đã đủ tuổi tự quyết định" in answer.text) == (410, True)
    app.test_client().post(f"/dong-y/{link}", data={"answer": "stop"})
    assert db.session.get(Member, child.id, populate_existing=True).status == "active"
    assert app.test_client().get(f"/dong-y/{link}/du-lieu").status_code == 404


def test_what_waited_for_a_silent_guardian_comes_through(client):
    child = grow(family.child())
    idea, other = factories.idea("waiting_guardian", child), factories.published_idea()
    factories.sign_in(client, child)
    client.post(f"/y-tuong/{other.id}/ung-ho", data={**steps.csrf(client), "support": "1", "back": "/"})
    assert family.votes(other) == 0
    say_yes(client)
    stories.relay()
    assert family.votes(other) == 1
    db.session.refresh(idea)
    assert idea.status == "waiting"
    assert family.sound() == []


def test_who_uses_the_guardians_address_is_told(client):
    child = grow(family.allowed_child(email=family.PARENT))
    factories.sign_in(client, child)
    assert "Tài khoản đang dùng e-mail của phụ huynh." in client.get(PAGE).text
