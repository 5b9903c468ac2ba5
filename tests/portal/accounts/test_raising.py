"""Organisers raise the limits of a school's network for a day."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts import limits
from portal.accounts.models import RaisedLimit
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.errors import TooMany
from portal.units.queries import reference
from tests import factories
from tests.portal.accounts import steps

pytestmark = pytest.mark.one_engine_each

pupils = itertools.count()
PAGE, SCHOOL = "/quan-tri/gioi-han", "113.161.72.9"


def raise_for(client, address=SCHOOL, place="Trường Nguyễn Huệ, buổi tập huấn"):
    token = steps.form_token(client, PAGE)
    return client.post(PAGE, data={"address": address, "place": place, "csrf_token": token})


def organiser(app, **values):
    return factories.sign_in(app.test_client(), factories.member("organiser", **values))


def codes(app, address, count):
    """How many of so many pupils at one address get a code."""
    pupil = app.test_client()
    pupil.environ_base["REMOTE_ADDR"] = address
    got = 0
    for _ in range(count):
        got += pupil.post("/dang-nhap", data={"email": f"em{next(pupils)}@example.vn"}).status_code == 303
    return got


def acts():
    about = select(AuditEntry.action).where(AuditEntry.object_kind == "network")
    return db.session.scalars(about.order_by(AuditEntry.id)).all()


@pytest.fixture
def small(monkeypatch):
    """Three codes an hour from one network, so that a class is four pupils."""
    monkeypatch.setitem(limits.LIMITS, "code:address", (3, 3600))


def test_a_class_gets_its_codes_for_a_day_and_nobody_else_does(app, small):
    assert codes(app, SCHOOL, 4) == 3
    client = organiser(app)
    assert raise_for(client).location == PAGE
    assert codes(app, SCHOOL, 28) == 27, "ten times as many"
    assert codes(app, "198.51.100.7", 4) == 3
    db.session.execute(update(RaisedLimit).values(until=now()))
    db.session.commit()
    assert "Đã hết" in client.get(PAGE).text
    with pytest.raises(TooMany), transaction():
        limits.take("code:address", db.session.scalars(select(RaisedLimit.key)).one(), now())


def test_it_is_listed_ended_early_and_audited(app, small):
    client = organiser(app)
    raise_for(client)
    page = client.get(PAGE).text
    assert "Trường Nguyễn Huệ, buổi tập huấn" in page
    assert "113.161.72.*" in page
    assert SCHOOL not in page
    raised = db.session.scalars(select(RaisedLimit)).one()
    assert raised.until - raised.created_at == timedelta(days=1)
    token = steps.form_token(client, PAGE)
    for _ in range(2):  # a double click
        client.post(f"{PAGE}/{raised.id}/thoi", data={"csrf_token": token})
    assert codes(app, SCHOOL, 4) == 3
    assert acts() == ["limits_raised", "limits_lowered"]
    assert SCHOOL not in str(db.session.scalars(select(AuditEntry.detail)).all())


def test_a_provinces_organiser_sees_and_ends_their_own_the_centre_everybodys(app):
    units = reference().unit_by_code
    one, other = organiser(app, unit_id=units["01"].id), organiser(app, unit_id=units["40"].id)
    raise_for(one)
    raised = db.session.scalars(select(RaisedLimit)).one()
    assert "Nguyễn Huệ" not in other.get(PAGE).text
    token = steps.form_token(other, PAGE)
    assert other.post(f"{PAGE}/{raised.id}/thoi", data={"csrf_token": token}).status_code == 404
    centre = organiser(app)
    assert "Nguyễn Huệ" in centre.get(PAGE).text
    centre.post(f"{PAGE}/{raised.id}/thoi", data={"csrf_token": steps.form_token(centre, PAGE)})
    assert "Đã hết" in one.get(PAGE).text


@pytest.mark.parametrize("address", ["", "113.161.72.0/24", "truong.example.vn", "0.0.0.0", "::", "224.0.0.1", "1.2.3"])
def test_only_one_real_address_is_raised(app, address):
    answer = raise_for(organiser(app), address=address)
    assert (answer.status_code, "Địa chỉ mạng chưa đúng" in answer.text) == (422, True)
    assert db.session.scalars(select(RaisedLimit)).all() == []


def test_the_network_of_the_organiser_stands_there_already(app):
    client = organiser(app)
    client.environ_base["REMOTE_ADDR"] = SCHOOL
    assert f'value="{SCHOOL}"' in client.get(PAGE).text


def test_of_a_place_something_must_be_said_and_twenty_a_day_are_enough(app):
    client = organiser(app)
    assert raise_for(client, place=" ").status_code == 422
    answers = [raise_for(client).status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]


def test_guesses_at_one_account_stay_ten(app):
    raise_for(organiser(app))
    key = db.session.scalars(select(RaisedLimit.key)).one()
    with transaction():
        for _ in range(10):
            limits.take("guess:account", key, now())
    with pytest.raises(TooMany), transaction():
        limits.take("guess:account", key, now())
