"""Reporting an idea or a comment: by a member, by a visitor who signs in later, by a program; once each."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.database import db, now, transaction
from portal.discussion import reporting
from portal.discussion import services as discussion
from portal.discussion.models import Report
from portal.errors import Missing, TooMany
from portal.outbox.models import Fact
from tests import factories
from tests.forms import token_in
from tests.portal.accounts import steps
from tests.queries import count_queries

pytestmark = pytest.mark.one_engine_each


def facts():
    return db.session.scalar(select(func.count()).where(Fact.name == "ContentReported"))


def reports():
    return list(db.session.scalars(select(Report).order_by(Report.id)))


def sent(client, path, **data):
    return client.post(path, data={"csrf_token": token_in(client.get(path).text), **data})


@pytest.fixture
def member():
    return factories.member()


@pytest.fixture
def signed_in(client, member):
    return factories.sign_in(client, member)


def test_the_idea_and_each_comment_of_others_can_be_reported(client):
    idea = factories.published_idea()
    comment = factories.comment(idea)
    page = client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert f"/y-tuong/{idea.id}/bao-cao" in page
    assert f"/y-tuong/{idea.id}/binh-luan/{comment.id}/bao-cao" in page
    english = client.get(f"/en/y-tuong/{idea.id}", follow_redirects=True).text
    assert re.search(
        rf'/binh-luan/{comment.id}/bao-cao" rel="nofollow">Report<', english
    )  # a verb; the shelf has reports


def test_ones_own_idea_offers_no_report_and_takes_none(client):
    author = factories.member()
    idea = factories.published_idea(author)
    factories.sign_in(client, author)
    assert f"/y-tuong/{idea.id}/bao-cao" not in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    answer = sent(client, f"/y-tuong/{idea.id}/bao-cao", reason="spam")
    assert (answer.status_code, reports()) == (422, [])
    assert "Đây là bài của bạn" in answer.text


def test_a_report_is_taken_thanked_for_and_says_what_happens_next(signed_in, member):
    idea = factories.published_idea()
    with count_queries() as counted:
        page = signed_in.get(f"/y-tuong/{idea.id}/bao-cao").text
    assert counted.n <= 5
    assert 'href="tel:111"' in page
    assert f'data-draft="/y-tuong/{idea.id}/bao-cao"' in page
    answer = sent(signed_in, f"/y-tuong/{idea.id}/bao-cao", reason="privacy", note=" Có số điện thoại. ")
    (report,) = reports()
    assert (report.member_id, report.reason, report.note) == (member.id, "privacy", "Có số điện thoại.")
    assert answer.location == f"/bao-cao/{report.id}"
    thanks = signed_in.get(answer.location).text
    assert "Cảm ơn bạn. Chúng mình xem trong 24 giờ." in thanks
    assert "data-draft-done" in thanks
    assert "Lộ thông tin riêng của ai đó" in thanks
    assert facts() == 1


def test_a_second_report_of_the_same_thing_leads_to_the_first(signed_in):
    idea = factories.published_idea()
    first = sent(signed_in, f"/y-tuong/{idea.id}/bao-cao", reason="spam")
    assert signed_in.get(f"/y-tuong/{idea.id}/bao-cao").location == first.location
    assert (
        sent(signed_in, f"/y-tuong/{idea.id}/bao-cao", reason="copy", csrf_token=csrf(signed_in)).location
        == first.location
    )
    assert (len(reports()), facts()) == (1, 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Chọn một lý do"),
        ({"reason": "khác"}, "Chọn một lý do"),
        ({"reason": "other"}, "Viết vài chữ để chúng mình hiểu"),
        ({"reason": "spam", "note": "x" * 501}, "Dài quá 1 ký tự"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(signed_in, data, said):
    idea = factories.published_idea()
    answer = sent(signed_in, f"/y-tuong/{idea.id}/bao-cao", **data)
    assert answer.status_code == 422
    assert said in answer.text
    assert data.get("note", "")[:20] in answer.text
    assert reports() == []


def test_a_visitors_report_is_kept_and_sent_by_signing_in(client, member):
    idea = factories.published_idea()
    comment = factories.comment(idea)
    path = f"/y-tuong/{idea.id}/binh-luan/{comment.id}/bao-cao"
    answer = client.post(path, data={"reason": "offensive", "note": "Chửi bạn em."})
    assert (answer.location, facts()) == ("/dang-nhap", 0)
    client.post(path, data={"reason": "offensive", "note": "Chửi bạn em, hai lần."})
    there = steps.arrive(client, member.email)
    (report,) = reports()
    assert (report.member_id, report.visitor, report.note) == (member.id, None, "Chửi bạn em, hai lần.")
    assert client.get(there.location).location == f"/bao-cao/{report.id}"
    assert facts() == 1


def test_a_visitors_report_of_their_own_idea_or_of_one_gone_stops_nobody_from_signing_in(client, member):
    idea = factories.published_idea(author=member)
    client.post(f"/y-tuong/{idea.id}/bao-cao", data={"reason": "spam"})
    steps.arrive(client, member.email)
    assert steps.is_in(client)
    assert (reports(), facts()) == ([], 0)


def test_what_visitors_left_is_forgotten_after_a_week(client):
    idea = factories.published_idea()
    client.post(f"/y-tuong/{idea.id}/bao-cao", data={"reason": "spam"})
    with transaction():
        reporting.sweep(now() + timedelta(days=6))
    assert len(reports()) == 1
    with transaction():
        reporting.sweep(now() + timedelta(days=8))
    assert reports() == []


@pytest.mark.parametrize("status", ["waiting", "hidden", "removed"])
def test_what_cannot_be_read_cannot_be_reported(client, status):
    assert client.get(f"/y-tuong/{factories.idea(status).id}/bao-cao").status_code == 404


def test_a_hidden_comment_or_one_of_another_idea_is_not_there(app):
    idea, other = factories.published_idea(), factories.published_idea()
    comment = factories.comment(idea)
    for wrong in ((other.id, comment.id), (idea.id, comment.id + 99)):
        with pytest.raises(Missing):
            reporting.thing(*wrong)
    with transaction():
        discussion.hide(comment.id)
    with pytest.raises(Missing):
        reporting.thing(idea.id, comment.id)


def test_others_reports_are_not_there(signed_in):
    report = factories.report(factories.published_idea())
    assert signed_in.get(f"/bao-cao/{report.id}").status_code == 404


def test_nobody_reports_without_end(app, member):
    for _ in range(20):
        factories.report(factories.published_idea(), member)
    with pytest.raises(TooMany):
        factories.report(factories.published_idea(), member)


# --- the API ------------------------------------------------------------------------------------


@pytest.fixture
def token(member):
    return factories.api_key(member)


def test_a_program_reports_an_idea_and_a_comment_once_each(client, token):
    idea = factories.published_idea()
    comment = factories.comment(idea)
    for kind, id_ in (("idea", idea.id), ("comment", comment.id)):
        body = {"kind": kind, "id": id_, "reason": "spam"}
        first, second = (client.post("/api/v1/reports", json=body, headers=token) for _ in range(2))
        assert first.status_code == second.status_code == 201
        assert first.json == second.json
        assert (first.json["kind"], first.json["reason"], first.json["upheld"]) == (kind, "spam", None)
    assert facts() == 2


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"reason": "x"}, 422),
        ({"reason": "other"}, 422),
        ({"id": 0}, 422),
        ({"kind": "member"}, 422),
        ({"id": 10**9}, 404),
    ],
)
def test_a_wrong_report_is_refused_in_words(client, token, change, status):
    body = {"kind": "idea", "id": factories.published_idea().id, "reason": "spam", **change}
    answer = client.post("/api/v1/reports", json=body, headers=token)
    assert answer.status_code == status
    assert answer.json["title"]
    assert reports() == []


def csrf(client):
    return token_in(client.get("/toi").text)
