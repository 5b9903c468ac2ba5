"""Many cases decided at once, and one way back for all."""

import re

import pytest
from sqlalchemy import func, select

from portal.database import db, now, transaction
from portal.ideas.models import Idea
from portal.moderation import services
from portal.moderation.models import Decision
from tests.factories import comment, member, published_idea, sign_in
from tests.portal.moderation.desk import again, approve, relay, waiting_case
from tests.portal.moderation.pages import send

pytestmark = pytest.mark.one_engine_each

CHILD = (2012, 5)


@pytest.fixture
def moderator(client):
    who = member("moderator")
    sign_in(client, who)
    return who


def decide(client, cases, outcome="khong-dang", reason="advert", **more):
    picked = [f"{case.id}:{case.version}" for case in cases]
    return send(client, "/kiem-duyet/nhieu", "/kiem-duyet/nhieu", case=picked, outcome=outcome, reason=reason, **more)


def states(cases):
    return [db.session.scalar(select(Idea.status).where(Idea.id == case.idea_id)) for case in cases]


def test_one_reason_for_all_and_a_result_for_each(client, moderator):
    mine, decided, held, of_child = waiting_case(), waiting_case(), waiting_case(), waiting_case(member(birth=CHILD))
    approve(decided, member("moderator", name="Lan Hương"))
    colleague = member("moderator", name="Thu Hà")
    with transaction():
        services.claim(held.id, colleague, 600, now())
    page = decide(client, [mine, decided, held, of_child]).text
    for words in ("Không đăng", "Lan Hương vừa xử lý", "Thu Hà đang xem", "Chờ người thứ hai"):
        assert words in page
    assert states([mine, decided, held, of_child]) == ["rejected", "published", "waiting", "waiting"]


def test_each_author_gets_a_letter_of_their_own(client, moderator):
    cases = [waiting_case(member(name="Bạn Một")), waiting_case(member(name="Friend Two", language="en"))]
    decide(client, cases)
    one, two = db.session.scalars(select(Decision.advice).order_by(Decision.case_id))
    assert one.startswith("Chào Bạn Một")
    assert two.startswith("Hello Friend Two") or "Friend Two" in two.partition(",")[0]


def test_what_was_ticked_is_still_ticked_when_the_reason_lacks(client, moderator):
    one, other = waiting_case(), waiting_case()
    answer = decide(client, [one], "khong-dang", "")
    assert answer.status_code == 422
    assert f'value="{one.id}:{one.version}" checked' in answer.text
    assert f'value="{other.id}:{other.version}">' in answer.text
    assert 'value="khong-dang" checked' in answer.text
    none_picked = decide(client, [], "nho-sua", "unclear")
    assert 'value="nho-sua" checked' in none_picked.text
    assert '<option value="unclear" selected>' in none_picked.text


def test_all_of_it_is_undone_at_once(client, moderator):
    cases = [waiting_case(), waiting_case()]
    page = decide(client, cases, "duyet", "").text
    assert states(cases) == ["published", "published"]
    path = re.search(r'action="(/kiem-duyet/nhieu/[^"]+/hoan-tac)"', page).group(1)
    assert "Đã hoàn tác" in send(client, path).text
    assert states(cases) == ["waiting", "waiting"]
    assert [again(case.id).state for case in cases] == ["open", "open"]
    assert send(client, path).status_code == 404


def test_nobody_undoes_what_another_did(client, moderator):
    page = decide(client, [waiting_case()], "duyet", "").text
    path = re.search(r'action="(/kiem-duyet/nhieu/[^"]+/hoan-tac)"', page).group(1)
    sign_in(client, member("moderator"))
    assert send(client, path).status_code == 404


@pytest.mark.parametrize(("chosen", "reason"), [(0, "advert"), (1, ""), (1, "other")])
def test_without_a_case_or_a_reason_nothing_is_decided(client, moderator, chosen, reason):
    assert decide(client, [waiting_case()][:chosen], reason=reason).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 0


def test_comments_are_decided_the_same_way(client, moderator):
    comment(published_idea(), member(birth=CHILD), "Ý này hay quá ạ.")
    relay()
    assert "Ý này hay quá ạ." in client.get("/kiem-duyet/nhieu?loai=comment").text
    assert client.get("/kiem-duyet/nhieu?loai=appeal").status_code == 404
