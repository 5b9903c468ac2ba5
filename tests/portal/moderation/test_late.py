"""Whoever comes too late hears who was there first and when, and what they typed comes back."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.errors import Conflict, Missing
from portal.ideas import services as ideas
from portal.moderation import services
from portal.moderation.models import Decision
from portal.outbox import services as outbox
from tests.factories import content, member, sign_in
from tests.portal.accounts import family
from tests.portal.moderation.desk import ADVICE, THREE_DAYS, approve, of_unit, relay, waiting_case
from tests.portal.moderation.pages import token
from worker.reactions import REACTIONS

pytestmark = pytest.mark.one_engine_each

TIME = r"\d\d:\d\d"


def said(case, who, later=timedelta()):
    """What somebody hears who decides about the case as it was when it came."""
    with pytest.raises(Conflict) as refusal, transaction():
        services.decide(case.id, who, 1, "approve", "", "", now() + later)
    return str(refusal.value)


def passed_on(case, by, to=""):
    with transaction():
        services.pass_on(case.id, by, to, "Việc của các bạn.", now())


def masked(case, by):
    with transaction():
        services.mask(case.id, by, 1, {"phone": "[số điện thoại]"}, now())


def proposed(case, by):
    with transaction():
        services.decide(case.id, by, 1, "reject", "unclear", ADVICE, now(), heavier=services.Heavier(remove=True))


def undone(case, by):
    decision = approve(case, by)
    with transaction():
        services.undo(decision.id, by, 60, now())


def rewritten(case, _by):
    with transaction():
        author = db.session.get_one(Member, case.idea.author_id)
        ideas.revise(author, case.idea_id, 1, content(unit="40"), now())
    relay()


def withdrawn(case, _by):
    with transaction():
        ideas.withdraw(db.session.get_one(Member, case.idea.author_id), case.idea_id, "", now())
    relay()


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (passed_on, "Lan Hương đã chuyển mục này cho đơn vị khác lúc"),
        (masked, "Lan Hương đã che thông tin riêng trong bài lúc"),
        (proposed, "Lan Hương đã đề nghị không đăng lúc"),
        (undone, "Lan Hương đã hoàn tác quyết định lúc"),
        (rewritten, "Tác giả đã sửa bài lúc"),
        (withdrawn, "Tác giả đã rút lúc"),
    ],
)
def test_a_decision_on_what_has_changed_hears_what_changed_by_whom_and_when(app, act, words):
    case, other = waiting_case(unit="40", problem=f"{content().problem} Gọi em 0912 345 678."), of_unit("40")
    act(case, of_unit("40", name="Lan Hương"))
    assert re.match(f"{words} {TIME}", said(case, other))


def test_what_went_up_by_itself_is_told_too(app):
    case, here = waiting_case(unit="40"), of_unit("40")
    with transaction():
        services.keep_deadlines(THREE_DAYS, now() + timedelta(days=5))
    assert re.match(f"Quá hạn nên mục này được chuyển lên cấp trên lúc {TIME}", said(case, here, timedelta(days=5)))


def test_what_a_guardian_took_back_is_not_said_to_be_the_authors_doing(app):
    child = family.allowed_child()
    case = waiting_case(child)
    family.agree(child, "account")
    outbox.relay(REACTIONS)
    assert re.match(f"Phụ huynh đã đổi lời đồng ý lúc {TIME}", said(case, member("moderator")))


@pytest.mark.parametrize(
    ("ago", "words"),
    [(0, f"vừa xử lý mục này lúc {TIME}\\."), (40, f"đã xử lý mục này lúc {TIME} \\d\\d/\\d\\d/\\d{{4}}\\.")],
)
def test_a_decision_of_another_day_is_told_with_the_day(app, ago, words):
    case = waiting_case()
    decision = approve(case, member("moderator", name="Lan Hương"))
    with transaction():
        db.session.execute(update(Decision).values(decided_at=decision.decided_at - timedelta(days=ago)))
    assert re.fullmatch(f"Lan Hương {words}", said(case, member("moderator")))


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("nho-sua", {"version": 1, "reason": "unclear", "advice": ADVICE}),
        ("chuyen", {"unit": "", "note": ADVICE}),
        ("ghi-chu", {"note": ADVICE}),
    ],
)
def test_what_was_typed_comes_back_when_the_case_has_gone_elsewhere(client, path, fields):
    case = waiting_case(unit="40")
    who = of_unit("40")
    sign_in(client, who)
    seen = token(client, f"/kiem-duyet/{case.id}")
    with transaction():
        services.release(case.id, who)
    passed_on(case, of_unit("40", name="Lan Hương"), "01")
    answer = client.post(f"/kiem-duyet/{case.id}/{path}", data={"csrf_token": seen, **fields})
    assert answer.status_code == 409
    assert "Lan Hương đã chuyển mục này cho đơn vị khác" in answer.text
    assert ADVICE in answer.text
    assert "Lan Hương đã chuyển mục này" in client.get(f"/kiem-duyet/{case.id}").text
    assert "Lan Hương đã chuyển mục này" in client.get(f"/kiem-duyet/hang-cho?muc={case.id}").text


def test_where_it_went_is_told_to_those_who_had_it_and_to_nobody_else(app):
    case, stranger = waiting_case(unit="40"), of_unit("48")
    passed_on(case, of_unit("40"), "01")
    with pytest.raises(Missing), transaction():
        services.decide(case.id, stranger, 1, "approve", "", "", now())
