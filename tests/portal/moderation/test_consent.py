"""What guardian or child took back comes before nobody's eyes again, whatever the desk decides or undoes later."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.accounts import services as accounts
from portal.database import db, now, transaction
from portal.discussion.models import Comment, Report
from portal.errors import Refusal
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import services
from portal.moderation.models import Case
from portal.notices.models import Notice
from portal.outbox import services as outbox
from tests.factories import comment, content, member, published_idea, report, sign_in
from tests.portal.accounts import family
from tests.portal.moderation import desk
from worker.reactions import REACTIONS

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


def relay():
    outbox.relay(REACTIONS)
    desk.relay()


def take_back(child):
    """The account may stay, the ideas may not be shown."""
    family.agree(child, "account")
    relay()


def status_of(idea_id):
    return db.session.scalar(select(Idea.status).where(Idea.id == idea_id))


def reported():
    """A child, and their public idea that three have reported: it is hidden."""
    child = family.allowed_child()
    idea = published_idea(child)
    for _ in range(3):
        report(idea)
    relay()
    return child, idea


def refused(child):
    """The case of a child's idea that two moderators have refused, and the decision."""
    case = desk.waiting_case(child)
    desk.refuse(case, member("moderator"))
    return case, desk.refuse(desk.again(case.id), member("moderator"))


def test_what_waited_for_a_guardian_is_not_called_changed(client):
    child = family.child()
    with transaction():
        sent = ideas.add(child, content(), now())
    family.agree(child, "account", "publish")
    family.confirm(child)
    relay()
    page = sign_in(client, member("moderator")).get(f"/kiem-duyet/{desk.case_of(sent.id).id}").text
    assert sent.title in page
    assert "Bản sửa lần" not in page


def test_a_hidden_idea_is_taken_back_too_and_keeping_it_shows_it_to_nobody():
    child, idea = reported()
    case = desk.case_of(idea.id)
    assert (case.kind, status_of(idea.id)) == ("report", "hidden")
    take_back(child)
    moderator = member("moderator")
    decision = desk.approve(desk.again(case.id), moderator)
    assert status_of(idea.id) == "waiting_guardian"
    with transaction():
        services.undo(decision.id, moderator, 60, now())
    assert status_of(idea.id) == "waiting_guardian"
    family.agree(child)
    relay()
    assert status_of(idea.id) == "waiting", "a moderator looks again"


def test_keeping_waits_for_no_reaction():
    child, idea = reported()
    family.agree(child, "account")  # its fact is recorded, and nothing has reacted yet
    with pytest.raises(Refusal, match="không còn cho phép"):
        desk.approve(desk.case_of(idea.id), member("moderator"))
    assert status_of(idea.id) == "hidden"


def test_a_refused_idea_comes_back_neither_from_the_log_nor_by_an_appeal():
    child, moderator = family.allowed_child(), member("moderator")
    case, decision = refused(child)
    take_back(child)
    with pytest.raises(Refusal, match="không còn cho phép"), transaction():
        services.restore(decision.id, moderator, now())
    with transaction():
        asked = services.appeal(child, case.idea_id, "Em đã hỏi cô giáo, cô bảo làm được.", desk.THREE_DAYS, now())
    with pytest.raises(Refusal, match="không còn cho phép"):
        desk.decide(desk.again(asked.case_id), moderator, "approve", "", desk.ADVICE)
    assert status_of(case.idea_id) == "rejected"


def test_a_merged_idea_does_not_come_back():
    child, moderator, into = family.allowed_child(), member("moderator"), published_idea()
    case = desk.waiting_case(child)
    with transaction():
        decision = services.decide(case.id, moderator, case.version, "merge", "", "", now(), into=into.id)
    take_back(child)
    with pytest.raises(Refusal, match="không còn cho phép"), transaction():
        services.undo(decision.id, moderator, 60, now())
    assert status_of(case.idea_id) == "merged"


def test_a_suspension_takes_back_no_yes():
    child = family.allowed_child()
    case = desk.waiting_case(child)
    child.status = "suspended"
    db.session.flush()
    desk.approve(case, member("moderator"))
    assert status_of(case.idea_id) == "published"


# --- what a child said ---------------------------------------------------------------------------


def said_by(child, body="Mình thấy ý này hay, mình muốn làm cùng."):
    """A child's comment that a moderator has let through."""
    said = comment(published_idea(), child, body)
    relay()
    desk.approve(desk.case_of(said.idea_id), member("moderator"))
    return said


def reported_comment(said, times=1, **values):
    for _ in range(times):
        report(db.session.get(Idea, said.idea_id), comment=said, **values)
    relay()
    return desk.case_of(said.idea_id)


def shown(said):
    return db.session.scalar(select(Comment.status).where(Comment.id == said.id))


def test_a_guardians_no_closes_no_report_of_danger_and_keeping_shows_nothing():
    child = family.allowed_child()
    said = said_by(child)
    case = reported_comment(said, reason="danger")
    take_back(child)
    case = desk.again(case.id)
    assert (case.state, case.urgent, shown(said)) == ("open", 0, "hidden")
    desk.approve(case, member("moderator"))
    assert shown(said) == "hidden"
    assert db.session.scalars(select(Report.upheld)).all() == [False], "whoever reported it is answered"


def test_what_reports_have_hidden_is_kept_hidden_when_guardian_or_child_says_no():
    child = family.allowed_child()
    said = said_by(child)
    case = reported_comment(said, 3)
    assert shown(said) == "hidden"
    take_back(child)
    desk.approve(desk.again(case.id), member("moderator"))
    assert shown(said) == "hidden"


def test_another_change_of_consent_leaves_what_reports_have_hidden_to_a_person():
    child = family.allowed_child()
    said = said_by(child)
    case = reported_comment(said, 3)
    family.agree(child, "account", "publish")  # contests no more
    relay()
    assert desk.again(case.id).state == "open"
    desk.approve(desk.again(case.id), member("moderator"))
    assert shown(said) == "published"


def test_a_comment_that_waits_is_nobodys_any_more_after_a_no_and_does_not_come_back_from_the_log():
    child, moderator = family.allowed_child(), member("moderator")
    said, refused = comment(published_idea(), child), comment(published_idea(), child)
    relay()
    decision = desk.refuse(desk.case_of(refused.idea_id), moderator)
    take_back(child)
    assert desk.case_of(said.idea_id).state == "closed"
    with transaction():
        case = services.restore(decision.id, moderator, now())
    with pytest.raises(Refusal, match="không còn cho phép"):
        desk.approve(desk.again(case.id), moderator)
    assert shown(refused) != "published"


def test_reporters_of_what_is_erased_are_told_and_danger_is_still_looked_at(client):
    child, who = family.allowed_child(), member()
    said, alarming, idea = said_by(child), said_by(child, "Chiều nay mình không muốn về nhà."), published_idea(child)
    reported_comment(said, who=who)
    danger = reported_comment(alarming, reason="danger")
    report(idea)
    relay()
    with transaction():
        accounts.erase(child.id, now())
    relay()
    states = dict(db.session.execute(select(Case.subject, Case.state).where(Case.kind == "report")).all())
    about = {f"report:comment:{said.id}": "closed", f"report:idea:{idea.id}": "closed"}
    assert states == {**about, f"report:comment:{alarming.id}": "open"}
    assert db.session.scalars(select(Report.upheld)).all() == [None, None, None]
    told = db.session.scalars(select(Notice).where(Notice.member_id == who.id)).one()
    sign_in(client, who)
    assert "Bài bạn báo cáo không còn trên Nảy nữa" in client.get("/toi/thong-bao").text
    page = client.get(f"/bao-cao/{told.cause.partition(':')[2]}").text
    assert "Người viết đã rời Nảy" in page
    moderator = member("moderator")
    sign_in(client, moderator)
    assert client.get(f"/kiem-duyet/{danger.id}").status_code == 200
    desk.approve(desk.again(danger.id), moderator)


def test_nothing_of_an_erased_author_waits_at_the_desk():
    child, moderator = family.allowed_child(), member("moderator")
    case, _ = refused(child)
    merging, taken = published_idea(child), published_idea(child)
    with transaction():
        services.appeal(child, case.idea_id, "Em đã hỏi cô giáo, cô bảo làm được.", desk.THREE_DAYS, now())
        services.open_merge_case(merging.id, moderator, desk.THREE_DAYS, now())
    take_back(child)
    assert desk.case_of(taken.id).kind == "withdrawal"
    with transaction():
        accounts.erase(child.id, now())
    relay()
    kinds = select(Case.kind).where(Case.state == "open")
    assert db.session.scalars(kinds).all() == []
