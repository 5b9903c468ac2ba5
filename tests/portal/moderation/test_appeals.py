"""A refusal is looked at again once, by somebody else, and answered in words; and it is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import RoleGrant
from portal.database import db, now, transaction
from portal.errors import Conflict, Missing, Refusal
from portal.ideas import services as ideas
from portal.moderation import queries, services
from portal.moderation.models import Case
from portal.moderation.queries import board
from portal.rules import Invalid
from portal.units.queries import reference
from tests.factories import content, member, sign_in
from tests.portal.moderation.desk import (
    ADVICE,
    THREE_DAYS,
    again,
    approve,
    ask_to_change,
    case_of,
    decide,
    refuse,
    relay,
    status_of,
    waiting_case,
)
from tests.portal.moderation.pages import send, token

pytestmark = pytest.mark.one_engine_each

WHY = "Mình đã hỏi uỷ ban xã, việc này chi đoàn làm được."


def appeal(author, case, body=WHY):
    with transaction():
        return services.appeal(author, case.idea_id, body, THREE_DAYS, now())


@pytest.fixture
def refused(app):
    """An author, the case of their refused idea, and who refused it."""
    author, first = member(name="Phương Thảo"), member("moderator", name="Lan Hương")
    case = waiting_case(author)
    refuse(case, first)
    return author, case, first


def test_an_appeal_is_a_case_for_somebody_else(refused):
    author, case, first = refused
    asked = again(appeal(author, case).case_id)
    assert (asked.kind, asked.state, asked.unit_id) == ("appeal", "open", case.unit_id)
    with transaction():
        assert services.claim_next(first, 600, now()) is None
    with pytest.raises(Refusal, match="Người khác sẽ xem"):
        decide(asked, first, "reject", "", ADVICE)


def test_neither_of_two_who_refused_answers_nor_whoever_decided_before(app):
    author, first, second, earlier = member(birth=(2012, 5)), *(member("moderator") for _ in range(3))
    case = waiting_case(author)
    ask_to_change(case, earlier)
    with transaction():
        ideas.revise(author, case.idea_id, 1, content(), now())
    relay()
    case = case_of(case.idea_id)
    refuse(case, first)
    refuse(again(case.id), second)
    asked = again(appeal(author, case).case_id)
    for who in (first, second, earlier):
        with transaction():
            assert services.claim_next(who, 600, now()) is None
        with pytest.raises(Refusal, match="Người khác sẽ xem"):
            decide(asked, who, "reject", "", ADVICE)
    other = member("moderator")
    answer = decide(asked, other, "reject", "", ADVICE)
    with transaction():
        services.undo(answer.id, other, 60, now())
    decide(again(asked.id), other, "approve", "", ADVICE)  # one's own answer, taken back, bars nobody


def test_the_author_reads_on_the_page_that_somebody_looks_again_until_they_have(client, refused):
    author, case, _first = refused
    sign_in(client, author)

    def says():
        return "Một người khác đang đọc" in client.get(f"/y-tuong/{case.idea_id}", follow_redirects=True).text

    assert not says()
    asked = again(appeal(author, case).case_id)
    assert says()
    decide(asked, member("moderator"), "reject", "", ADVICE)
    assert not says()


@pytest.mark.parametrize(("outcome", "status"), [("approve", "published"), ("reject", "rejected")])
def test_the_answer_decides_and_undone_it_is_as_before(refused, outcome, status):
    author, case, _first = refused
    other, asked = member("moderator"), again(appeal(author, case).case_id)
    answer = decide(asked, other, outcome, "", ADVICE)
    assert status_of(case) == status
    with transaction():
        services.undo(answer.id, other, 60, now())
    assert (status_of(case), again(asked.id).state) == ("rejected", "open")


@pytest.mark.parametrize("advice", ["", "ngắn", "Chưa đăng, vì: […]."])
def test_an_answer_is_compulsory(refused, advice):
    author, case, _first = refused
    asked = again(appeal(author, case).case_id)
    with pytest.raises(Invalid) as invalid:
        decide(asked, member("moderator"), "approve", "", advice)
    assert set(invalid.value.errors) == {"advice"}


def test_each_decision_is_asked_about_once(refused):
    author, case, _first = refused
    asked = again(appeal(author, case).case_id)
    with pytest.raises(Conflict, match="một lần"):
        appeal(author, case)
    decide(asked, member("moderator"), "reject", "", ADVICE)
    with pytest.raises(Conflict, match="một lần"):
        appeal(author, case)
    assert not queries.appealable(case.idea_id)


def test_only_its_author_asks_and_only_about_a_refusal(refused):
    author, case, _first = refused
    with pytest.raises(Missing):
        appeal(member(), case)
    returned = waiting_case(author)
    ask_to_change(returned, member("moderator"))
    with pytest.raises(Conflict):
        appeal(author, returned)
    with pytest.raises(Invalid):
        appeal(author, case, "ngắn")


def test_the_author_finds_the_way_and_the_moderator_the_words(client, refused):
    author, case, _first = refused
    sign_in(client, author)
    page = f"/y-tuong/{case.idea_id}/xem-lai"
    assert page in client.get("/toi").text
    form = client.get(page).text
    assert "Lan Hương nhắn bạn:" in form
    assert f'data-draft="{page}"' in form
    assert send(client, page, page, body="ngắn").status_code == 422
    assert "data-draft-done" in client.get(send(client, page, page, body=WHY).location).text
    assert client.get(page).status_code == 303  # asked already
    sign_in(client, member("moderator"))
    asked = db.session.scalar(select(Case).where(Case.kind == "appeal"))
    shown = client.get(f"/kiem-duyet/{asked.id}").text
    for words in (WHY, "Lan Hương đã không đăng", "Giữ quyết định", "Đăng ý này"):
        assert words in shown


@pytest.mark.parametrize(("path", "status"), [("duyet", "published"), ("khong-dang", "rejected")])
def test_the_moderator_answers_on_a_page(client, moderator, refused, path, status):
    author, case, _first = refused
    asked = appeal(author, case).case_id
    page = f"/kiem-duyet/{asked}/{path}"
    assert "Câu trả lời cho tác giả" in client.get(page).text
    assert send(client, page, page, version=1, advice="ngắn").status_code == 422
    assert send(client, page, page, version=1, advice=ADVICE).status_code == 303
    assert status_of(case) == status


@pytest.mark.parametrize("path", ["duyet", "khong-dang"])
def test_an_answer_written_while_somebody_else_answered_can_be_copied(client, moderator, refused, path):
    author, case, _first = refused
    asked = appeal(author, case).case_id
    letter = f"/kiem-duyet/{asked}/{path}"
    seen = token(client, letter)
    with transaction():
        services.release(asked, moderator)
    decide(again(asked), member("moderator"), "reject", "", ADVICE)
    typed = "Chúng mình đọc lại và thấy bạn đúng."
    answer = client.post(letter, data={"csrf_token": seen, "version": 1, "advice": typed})
    assert answer.status_code == 409
    assert f"{typed}</textarea>" in answer.text


def test_the_board_counts_load_waits_and_what_did_not_stand(client, refused):
    author, case, _first = refused
    other = member("moderator", name="Minh Quân B")
    decide(again(appeal(author, case).case_id), other, "approve", "", ADVICE)
    undone = approve(waiting_case(), other)
    with transaction():
        services.undo(undone.id, other, 60, now())
    sign_in(client, member("organiser"))
    page = client.get("/kiem-duyet/thong-ke").text
    for words in ("Lan Hương", "Minh Quân B", "1 xem lại · 1 đổi", "1 hoàn tác", "1 đề nghị, 1 đã trả lời, 1 lần"):
        assert words in page


def test_the_board_is_for_organisers(client, moderator):
    assert client.get("/kiem-duyet/thong-ke").status_code == 404
    assert "/kiem-duyet/thong-ke" not in client.get("/kiem-duyet").text
    sign_in(client, member("organiser"))
    assert 'href="/kiem-duyet/thong-ke"' in client.get("/kiem-duyet").text
    assert "Chưa có quyết định nào." in client.get("/kiem-duyet/thong-ke").text


def test_the_board_shows_the_units_one_organises_and_not_those_one_only_moderates(client):
    here, there = (reference().unit_by_code[code].id for code in ("40", "01"))
    who = member("organiser", unit_id=here)
    with transaction():
        db.session.add(RoleGrant(member_id=who.id, role="moderator", unit_id=there, starts_at=now()))
    for unit in ("40", "01"):
        waiting_case(unit=unit)
    page = sign_in(client, who).get("/kiem-duyet/thong-ke").text.partition("<table")[2]
    assert "Nghệ An" in page
    assert "Hà Nội" not in page


def test_a_busy_board_looks_at_the_latest_decisions_and_not_at_the_first_names(app, monkeypatch):
    first, last = member("moderator", name="An Nhiên"), member("moderator", name="Yến Vy")
    for who in (first, first, last):
        approve(waiting_case(), who)
    monkeypatch.setattr(board, "MEASURED", 2)
    loads = queries.loads((), now() - timedelta(days=1))
    assert [(each.name, each.decisions) for each in loads] == [("An Nhiên", 1), ("Yến Vy", 1)]
