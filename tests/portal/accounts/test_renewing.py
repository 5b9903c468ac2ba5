"""Words of consent that allow more than before: who said yes to the earlier ones is asked anew."""

import pytest
from sqlalchemy import select, update

from portal.accounts import queries, services
from portal.accounts.consents import PURPOSES, TEXT_VERSIONS, Consent
from portal.database import db, now, transaction
from portal.ideas.models import Idea
from tests import factories
from tests.portal.accounts import family

pytestmark = pytest.mark.one_engine_each
OLD, NEW = TEXT_VERSIONS[0], TEXT_VERSIONS[-1]


def said_to(child, version, *purposes):
    with transaction():
        said = update(Consent).where(Consent.member_id == child.id, Consent.purpose.in_(purposes))
        db.session.execute(said.values(text_version=version))


def renew():
    with transaction():
        return services.renew(now())


def status_of(idea):
    return db.session.scalar(select(Idea.status).where(Idea.id == idea.id))


def test_a_yes_from_before_open_data_were_named_covers_nothing_until_it_is_given_again(client):
    child, other = family.allowed_child(), family.allowed_child(guardian="khac@example.vn")
    idea, theirs = factories.published_idea(child), factories.published_idea(other)
    family.letters()
    said_to(child, OLD, *PURPOSES)
    assert renew()
    assert not renew()
    (letter,) = family.letters()
    assert letter["To"] == family.PARENT
    body = letter.get_body(("plain",)).get_content()
    assert "có trong dữ liệu mở" in body
    assert "Nhận thư tổng hợp" not in body  # what has not changed still stands
    assert (status_of(idea), status_of(theirs)) == ("waiting_guardian", "published")
    assert client.get(f"/y-tuong/{idea.id}").status_code == 404
    assert queries.standing(child.id)["guardian"] == set(PURPOSES) - {"publish"}
    family.agree(child)
    family.confirm(child)
    family.letters()
    assert status_of(idea) == "waiting"
    assert not renew()


def test_a_guardian_who_answers_before_the_letter_leaves_is_not_asked_any_more(app):
    child = family.allowed_child()
    family.letters()
    said_to(child, OLD, "publish")
    renew()
    family.agree(child)
    assert all("chọn lại một điều" not in letter["Subject"] for letter in family.letters())


def test_who_decides_alone_is_not_asked(app):
    child = family.allowed_child(years=15)
    said_to(child, OLD, "publish")
    with transaction():
        child.birth_year -= 2
        db.session.add(child)
    with transaction():
        services.come_of_age(child.id, {"account": "x", "publish": "x"}, "vi", now())
    said_to(child, OLD, "publish")
    assert not renew()


def test_each_purpose_names_a_version_of_the_words_that_there_was():
    assert {purpose.since for purpose in PURPOSES.values()} <= set(TEXT_VERSIONS)
    assert len(NEW) <= Consent.text_version.type.length
